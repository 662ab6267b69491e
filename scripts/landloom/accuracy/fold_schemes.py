"""Schemes of folds, and column names of their predictions."""

SCHEMES = ("pixels", "polygons", "blocks")
"""Units that stay whole in a fold."""

NOT_PREDICTED = 0
"""Prediction if all samples are in one fold, for example with a single block."""

PROBABILITY = "probability_"
"""Beginning of the columns that have the probabilities of all classes, which few readers need."""

ALL_SENSORS = "all"
"""Name of the combined sensor groups in tables of scores."""
