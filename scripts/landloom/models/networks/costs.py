"""Costs of networks, as measured: see ``docs/networks.md``."""

from landloom.models.costs import PredictionCost, TrainingCost
from landloom.models.networks.settings import OWN, SUFFIX

TRAINING = {
    "mlp": TrainingCost(seconds_per_mb=40.0, memory_per_mb=6.0),
    "tempcnn": TrainingCost(seconds_per_mb=110.0, memory_per_mb=6.0),
    "attention": TrainingCost(seconds_per_mb=60.0, memory_per_mb=6.0),
    OWN: TrainingCost(seconds_per_mb=110.0, memory_per_mb=6.0),
}
"""By architecture: of a network and 100 epochs; samples stay integers until they are in a batch. A class of a user's
own is taken for the slowest.
"""

PREDICTION = {SUFFIX: PredictionCost(us=200.0, us_per_mb=5.0)}
"""Of three networks on 37 dates of 10 channels; the size of the file tells those with more."""
