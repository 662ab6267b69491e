"""Costs of forests, as measured: see ``benchmarks/README.md``."""

from landloom.models.costs import PredictionCost, TrainingCost
from landloom.models.forest.settings import SUFFIX

NAMES = [f"{forest}{kind}" for forest in ("RandomForest", "ExtraTrees") for kind in ("Classifier", "Regressor")]
TRAINING = dict.fromkeys(NAMES, TrainingCost(seconds_per_mb=1.0, memory_per_mb=4.0))
"""They take integers as they are."""

PREDICTION = {SUFFIX: PredictionCost(us=0.6, us_per_mb=0.4, us_per_100_trees=2.7)}
"""Walks by sets of bits with AVX-512; the size of the model counts where it is large."""
