"""Costs of forests, as measured: see ``benchmarks/README.md``."""

from landloom.models.costs import PredictionCost, TrainingCost
from landloom.models.forest.settings import SUFFIX

TRAINING = dict.fromkeys(("RandomForestClassifier", "ExtraTreesClassifier"), TrainingCost(memory_per_mb=4.0))
"""They take integers as they are."""

PREDICTION = {SUFFIX: PredictionCost(us=0.0, us_per_mb=0.8, us_per_100_trees=4.0)}
"""The size of the model counts where it is large."""
