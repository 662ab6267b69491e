"""Training samples in memory, and what else a classifier is fitted with."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

PolygonFolds = Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]
"""Gives the fold of each sample by class codes, polygons, number of folds and seed: no polygon is in two folds."""


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Samples of one region and run.

    Attributes
    ----------
    features : ndarray of int16, shape (samples, features)
    codes : ndarray of int32, shape (samples,)
    polygons : ndarray of int64, shape (samples,)
        Which polygon each sample lies in: samples of one are never taken apart.
    names : tuple of str
        Of the features.
    made : int
        How many of the last samples are no pixels, but were made from others: they train, and test nothing.
    values : ndarray of float32, shape (samples,), or None
        Of a target; None where classes are mapped. Codes then are those of bins of values.
    """

    features: np.ndarray
    codes: np.ndarray
    polygons: np.ndarray
    names: tuple[str, ...]
    made: int = 0
    values: np.ndarray | None = None

    def subset(self, positions: np.ndarray) -> "TrainingSet":
        """Return some of the samples; all of them without a copy.

        Parameters
        ----------
        positions : ndarray of int64
        """
        if len(positions) == len(self.codes):
            return self
        values = None if self.values is None else self.values[positions]
        parts = self.features[positions], self.codes[positions], self.polygons[positions]
        return TrainingSet(*parts, self.names, values=values)

    def known_values(self) -> np.ndarray:
        """Return the values of a target, which the samples of one have."""
        assert self.values is not None
        return self.values


@dataclass(frozen=True, eq=False)
class FitOptions:
    """How a classifier is fitted, beside its section of the configuration.

    Attributes
    ----------
    seed : int
        Seed of its random choices, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with; it has no influence on the model.
    folds_of : function
        Gives folds of whole polygons, for what is held out while a classifier is fitted.
    metadata : dict of str to str
        Kept with the model.
    """

    seed: int
    threads: int
    folds_of: PolygonFolds
    metadata: dict[str, str]
