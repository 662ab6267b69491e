"""Counts of the values that a job reads: how many were valid, clipped, and between which numbers they lie.

They are taken in passing, from the arrays that the reader has just filled. A pixel is counted where it is valid and
asked for, once, though windows with margins read it several times: the counts depend neither on windows nor on
threads.
"""

from collections.abc import Sequence

import numpy as np
from numba import njit

from landloom.core.stored_values import GREATEST, LEAST
from landloom.reading.counted_values import ValueCount

_LEAST, _GREATEST, _CLIPPED = range(3)
_NONE_LEAST, _NONE_GREATEST = np.int16(32767), np.int16(-32768)


class Counter:
    """Running counts of the bands of one or several acquisitions. Not thread-safe.

    Parameters
    ----------
    bands : int
    """

    def __init__(self, bands: int) -> None:
        self.pixels = 0
        self._totals = np.zeros((bands, 3), np.int64)
        self._totals[:, _LEAST], self._totals[:, _GREATEST] = _NONE_LEAST, _NONE_GREATEST

    def add(self, values: np.ndarray, counted: np.ndarray) -> None:
        """Count some pixels.

        Parameters
        ----------
        values : ndarray of int16, shape (bands, pixels)
        counted : ndarray of bool, shape (pixels,)
        """
        self.pixels += count_values(values, counted, self._totals)

    def join(self, other: "Counter") -> None:
        """Add what another one has counted of the same bands."""
        mine, others = self._totals, other._totals
        self.pixels += other.pixels
        np.minimum(mine[:, _LEAST], others[:, _LEAST], out=mine[:, _LEAST])
        np.maximum(mine[:, _GREATEST], others[:, _GREATEST], out=mine[:, _GREATEST])
        mine[:, _CLIPPED] += others[:, _CLIPPED]

    def counts(self, sensor: str, bands: Sequence[str]) -> list[ValueCount]:
        """Return the counts of each band of a sensor."""
        if not self.pixels:
            return [ValueCount(sensor, band, 0, 0, 0, 0) for band in bands]
        return [
            ValueCount(sensor, band, self.pixels, clipped, least, greatest)
            for band, (least, greatest, clipped) in zip(bands, self._totals.tolist(), strict=True)
        ]


@njit(cache=True, nogil=True)
def count_values(values, counted, totals):
    """Add the values of some pixels to running counts; return the number of pixels.

    Parameters
    ----------
    values : ndarray of int16, shape (bands, pixels)
    counted : ndarray of bool, shape (pixels,)
    totals : ndarray of int64, shape (bands, 3)
        In and out: least and greatest value, and number of values at the ends of the stored range.
    """
    number = 0
    for pixel in range(counted.shape[0]):
        number += counted[pixel]
    if number:
        for band in range(values.shape[0]):
            least, greatest = _range(values[band], counted)
            totals[band, _LEAST] = min(totals[band, _LEAST], least)
            totals[band, _GREATEST] = max(totals[band, _GREATEST], greatest)
            if least <= LEAST or greatest == GREATEST:
                totals[band, _CLIPPED] += _at_ends(values[band], counted)
    return number


@njit(cache=True, nogil=True)
def _range(values, counted):
    """Return the least and the greatest value of the counted pixels."""
    least, greatest = _NONE_LEAST, _NONE_GREATEST
    for pixel in range(values.shape[0]):  # in a form that the compiler can vectorise
        low = values[pixel] if counted[pixel] else _NONE_LEAST
        high = values[pixel] if counted[pixel] else _NONE_GREATEST
        least = min(least, low)
        greatest = max(greatest, high)
    return least, greatest


@njit(cache=True, nogil=True)
def _at_ends(values, counted):
    """Return the number of counted pixels at the ends of the stored range."""
    number = 0
    for pixel in range(values.shape[0]):
        number += counted[pixel] and (values[pixel] <= LEAST or values[pixel] == GREATEST)
    return number


def use_kernels() -> None:
    """Call the kernel once with the types of the readers, so that it is compiled before the work."""
    values = np.zeros((2, 4), np.int16)
    for part in (values, values[:, 1:3]):  # a whole window, and a part of one
        Counter(2).add(part, np.ones(part.shape[1], bool))
