"""Costs of classifiers: what they take of a processor and of memory. No job imports this, only the Snakefile."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingCost:
    """What it takes to train a classifier.

    Attributes
    ----------
    seconds_per_mb : float
        Of a core, for a megabyte of samples; of a forest, for 100 trees.
    seconds_per_mb2 : float
        Of a core, for the square of a megabyte of samples: where every sample is compared with every other.
    memory_per_mb : float
        Megabytes for a megabyte of samples.
    """

    seconds_per_mb: float = 10.0
    seconds_per_mb2: float = 0.0
    memory_per_mb: float = 20.0


@dataclass(frozen=True)
class PredictionCost:
    """What it takes to apply a model: microseconds of a core for a pixel.

    Attributes
    ----------
    us : float
    us_per_mb : float
        For a megabyte of the model's file.
    us_per_100_trees : float
        Contained in the former: what is known before there is a file, of forests alone.
    """

    us: float
    us_per_mb: float
    us_per_100_trees: float = 0.0
