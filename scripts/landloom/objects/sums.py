"""Sums of features over the pixels of objects: whole numbers, so that no order of adding and no cut changes a bit."""

from dataclasses import dataclass, fields

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA

LARGEST = np.iinfo(np.int16).max
NEIGHBOURS = 3
"""Pixels whose squares, each below 2^30 or equal to it, are added in 32 bits."""


@dataclass(frozen=True, eq=False)
class Sums:
    """What is known of the features of some objects.

    Attributes
    ----------
    total, squares : ndarray of int64, shape (objects, features)
        Sum of the values, and of their squares.
    missing : ndarray of int32, shape (objects, features)
        Valid pixels without a value of the feature, as of a sensor that does not see them.
    least, most : ndarray of int16, shape (objects, features)
        Smallest and largest value; 32767 and -10000 where there is none.
    """

    total: np.ndarray
    squares: np.ndarray
    missing: np.ndarray
    least: np.ndarray
    most: np.ndarray

    @classmethod
    def empty(cls, objects: int, features: int) -> "Sums":
        """Return the sums of no pixel."""
        shape = (objects, features)
        return cls(
            np.zeros(shape, np.int64),
            np.zeros(shape, np.int64),
            np.zeros(shape, np.int32),
            np.full(shape, LARGEST, np.int16),
            np.full(shape, NODATA, np.int16),
        )

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by their names."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def taken(self, rows: np.ndarray) -> "Sums":
        """Return the sums of some of the objects."""
        return Sums(**{name: array[rows] for name, array in self.arrays.items()})

    def reset(self, rows: np.ndarray) -> None:
        """Make the sums of some objects those of no pixel."""
        for name, array in Sums.empty(1, self.total.shape[1]).arrays.items():
            self.arrays[name][rows] = array

    def merged(self, groups: np.ndarray, number: int) -> "Sums":
        """Return the sums of groups of objects, each of which is one.

        Parameters
        ----------
        groups : ndarray of int64, shape (objects,)
            Group of each object, from 0.
        number : int
            Number of groups.
        """
        found = Sums.empty(number, self.total.shape[1])
        for name in ("total", "squares", "missing"):
            np.add.at(found.arrays[name], groups, self.arrays[name])
        np.minimum.at(found.least, groups, self.least)
        np.maximum.at(found.most, groups, self.most)
        return found


def add(sums: Sums, pixels: np.ndarray, matrix: np.ndarray, slots: np.ndarray, seen: np.ndarray) -> None:
    """Add the features of some pixels to the sums of their objects.

    Parameters
    ----------
    sums : Sums
        Changed.
    pixels : ndarray of int64, shape (objects,)
        Number of valid pixels of each object; changed.
    matrix : ndarray of int16, shape (pixels, features)
    slots : ndarray of int64, shape (pixels,)
        Row of each pixel's object in the sums.
    seen : ndarray of bool, shape (pixels,)
        Pixels with a valid observation; others do not count.
    """
    add_features(matrix, slots, seen, pixels, sums.total, sums.squares, sums.missing, sums.least, sums.most)


@njit(cache=True, nogil=True)
def add_features(matrix, slots, seen, pixels, total, squares, missing, least, most):
    """Add a few neighbours of one object at a time: see :func:`add`.

    The inner loops run over features, each with one width of numbers, so that the compiler makes vectors of them:
    sums of neighbours have 32 bits, half of those of objects. All stands in one kernel: a call costs as much.
    """
    count, features = matrix.shape
    added, squared = np.empty(features, np.int32), np.empty(features, np.uint32)
    start = 0
    while start < count:
        slot, end = slots[start], start
        while end < min(start + NEIGHBOURS, count) and slots[end] == slot and seen[end]:
            end += 1
        if end == start:
            start += 1
            continue
        pixels[slot] += end - start
        absent, low, high = missing[slot], least[slot], most[slot]
        added[:] = 0
        squared[:] = 0
        for pixel in range(start, end):
            values = matrix[pixel]
            for feature in range(features):
                is_missing = values[feature] == NODATA
                number = np.int32(0) if is_missing else np.int32(values[feature])
                added[feature] += number
                squared[feature] += np.uint32(number * number)
                absent[feature] += np.int32(is_missing)
            for feature in range(features):
                value = values[feature]
                low[feature] = min(low[feature], np.int16(LARGEST) if value == NODATA else value)
                high[feature] = max(high[feature], value)
        of_object, squares_of_object = total[slot], squares[slot]
        for feature in range(features):
            of_object[feature] += np.int64(added[feature])
            squares_of_object[feature] += np.int64(squared[feature])
        start = end


@njit(cache=True, nogil=True)
def ranks(numbers, known, found):
    """Find the position of each pixel's object among the known ones.

    Parameters
    ----------
    numbers : ndarray of int64, shape (pixels,)
        Object of each pixel.
    known : ndarray of int64, ascending
        Numbers of objects.
    found : ndarray of int32, shape (pixels,)
        Out: position among the known, -1 for others. Neighbours are mostly of one object, which is looked up once.
    """
    last, place = np.int64(0), np.int32(-1)
    for pixel in range(len(numbers)):
        number = numbers[pixel]
        if pixel == 0 or number != last:
            last = number
            position = np.searchsorted(known, number)
            place = np.int32(position if position < len(known) and known[position] == number else -1)
        found[pixel] = place


def ranks_of(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the position of each pixel's object among the known ones: see :func:`ranks`."""
    found = np.empty(numbers.size, np.int32)
    ranks(np.ascontiguousarray(numbers, np.int64).ravel(), known, found)
    return found


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    slots = ranks_of(np.ones(1, np.int64), np.ones(1, np.int64)).astype(np.int64)
    add(Sums.empty(1, 1), np.zeros(1, np.int64), np.zeros((1, 1), np.int16), slots, np.ones(1, bool))
