"""Ways to cut samples into folds, and names in the tables of what is predicted so."""

SCHEMES = ("pixels", "polygons", "blocks")
"""What stays whole in a fold."""

NOT_PREDICTED = 0
"""The class of a sample where all lie in one fold, as where there is a single block."""

ALL_SENSORS = "all"
"""In tables of scores: what all groups of sensors say together."""
