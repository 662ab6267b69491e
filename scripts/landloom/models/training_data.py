"""Training samples in memory, and what else a classifier is fitted with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PolygonFolds = Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]
"""Gives the fold of each sample by class codes, polygons, number of folds and seed: no polygon is in two folds."""


def superpixel_keys(tile: int, superpixels: np.ndarray) -> np.ndarray:
    """Return one number for each superpixel of all tiles, by the position of its tile and its number there."""
    return superpixels.astype(np.int64) + (tile << 32)


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
    superpixels : ndarray of int64, shape (samples,), or None
        Superpixel of each sample, each of one tile: :func:`superpixel_keys`. None without auto-context.
    tiles : tuple of str
        That these keys number.
    values : ndarray of float32, shape (samples,), or None
        Of a target; None where classes are mapped. Codes then are those of bins of values.
    """

    features: np.ndarray
    codes: np.ndarray
    polygons: np.ndarray
    names: tuple[str, ...]
    made: int = 0
    superpixels: np.ndarray | None = None
    tiles: tuple[str, ...] = ()
    values: np.ndarray | None = None

    def subset(self, positions: np.ndarray) -> "TrainingSet":
        """Return some of the samples; all of them without a copy.

        Parameters
        ----------
        positions : ndarray of int64
            Ascending, where some samples were made from others: these stay the last.
        """
        if len(positions) == len(self.codes):
            return self
        made = int(np.count_nonzero(positions >= len(self.codes) - self.made))
        values = None if self.values is None else self.values[positions]
        parts = self.features[positions], self.codes[positions], self.polygons[positions]
        return TrainingSet(*parts, self.names, made, values=values)

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
    sensors : tuple of str
        All of them, by which the names of features tell band and date: of classifiers that know of time.
    unfinished : path or None
        Folder where a long training may keep what it has reached, to go on from after a kill with the same result.
    """

    seed: int
    threads: int
    folds_of: PolygonFolds
    metadata: dict[str, str]
    sensors: tuple[str, ...] = ()
    unfinished: Path | None = None
