"""Statistics of objects from sums over their pixels: what classifiers see of objects, and what vector maps tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features.names import split_date
from landloom.objects.sums import LARGEST, Sums

COUNT = "object_pixels"
"""Name of the number of an object's valid pixels as a feature."""


@dataclass(frozen=True)
class ObjectFeatures:
    """Features of objects: statistics of the features of their pixels.

    Attributes
    ----------
    statistics : tuple of str
        Of `mean`, `std`, `min`, `max`, `count`.
    features : tuple of str
        Names of the features of pixels.
    """

    statistics: tuple[str, ...]
    features: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Return the names of the objects' features: all of one statistic, then all of the next."""
        names: list[str] = []
        for statistic in self.statistics:
            names += [COUNT] if statistic == "count" else [name_of(name, statistic) for name in self.features]
        return names

    def matrix(self, pixels: np.ndarray, sums: Sums) -> np.ndarray:
        """Return the features of some objects as classifiers see them.

        Parameters
        ----------
        pixels : ndarray of int64, shape (objects,)
            Valid pixels of each object.
        sums : Sums

        Returns
        -------
        ndarray of int16, shape (objects, features)
            Rounded, halves to even; -10000 where no pixel has a value. Counts end at 32767.
        """
        found = np.empty((len(pixels), len(self.names)), np.int16)
        column = 0
        for statistic in self.statistics:
            values = statistic_of(statistic, pixels, sums)
            found[:, column : column + values.shape[1]] = stored(values)
            column += values.shape[1]
        return found


def name_of(feature: str, statistic: str) -> str:
    """Return the name of a statistic of a feature: before the date, if it has one, so that names are read alike."""
    quantity, date = split_date(feature)
    return "_".join(part for part in (quantity, statistic, date) if part)


def statistic_of(statistic: str, pixels: np.ndarray, sums: Sums) -> np.ndarray:
    """Return a statistic of some objects.

    Parameters
    ----------
    statistic : str
    pixels : ndarray of int64, shape (objects,)
        Valid pixels of each object.
    sums : Sums

    Returns
    -------
    ndarray of float64, shape (objects, features), or (objects, 1) for `count`
        NaN where no pixel has a value. The standard deviation is that of a sample (n - 1), as of OTB
        ZonalStatistics; 0 for a single value.
    """
    if statistic == "count":
        return pixels[:, np.newaxis].astype(np.float64)
    counts = pixels[:, np.newaxis] - sums.missing
    if statistic in ("min", "max"):
        extreme = sums.least if statistic == "min" else sums.most
        return np.where(counts > 0, extreme, np.nan)
    return _mean(counts, sums) if statistic == "mean" else _deviation(counts, sums)


def _mean(counts: np.ndarray, sums: Sums) -> np.ndarray:
    found = np.full(counts.shape, np.nan)
    np.divide(sums.total, counts, out=found, where=counts > 0)
    return found


def _deviation(counts: np.ndarray, sums: Sums) -> np.ndarray:
    """Return the standard deviation, from whole numbers about the mean rounded down: nothing is cancelled."""
    known = np.maximum(counts, 1)
    middle, rest = np.divmod(sums.total, known)
    squares = sums.squares - 2 * middle * sums.total + counts * middle * middle
    variance = (squares - rest / known * rest) / np.maximum(counts - 1, 1)
    return np.where(counts > 0, np.sqrt(np.maximum(variance, 0)), np.nan)


def stored(values: np.ndarray) -> np.ndarray:
    """Return statistics as classifiers see them, int16: rounded, -10000 for NaN."""
    found: np.ndarray = np.where(np.isnan(values), NODATA, np.clip(np.rint(values), NODATA, LARGEST)).astype(np.int16)
    return found


def of_features(statistics: Sequence[str], features: Sequence[str]) -> ObjectFeatures:
    """Return the features of objects from names."""
    return ObjectFeatures(tuple(statistics), tuple(features))
