"""Filters of a map of classes: most frequent class of a block, or around a pixel."""

import numpy as np
from numba import njit

from landloom.vector_maps.minimum_unit import NOTHING


@njit(nogil=True, cache=True)
def most_frequent(values, side, classes):
    """Return the most frequent class of each block of pixels.

    Parameters
    ----------
    values : ndarray of int32, shape (side * rows, side * columns)
        Ranks of classes from 1; 0 has no class.
    side : int
        Rows and columns of a block.
    classes : int

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        Of equally frequent classes, the first. Blocks of which less than a half has a class have none.
    """
    rows, columns = values.shape[0] // side, values.shape[1] // side
    found = np.zeros((rows, columns), np.int32)
    counts = np.zeros(classes + 1, np.int64)
    for row in range(rows):
        for column in range(columns):
            for y in range(side * row, side * (row + 1)):
                for x in range(side * column, side * (column + 1)):
                    counts[values[y, x]] += 1
            most, best = 0, NOTHING
            enough = 2 * counts[NOTHING] <= side * side
            for y in range(side * row, side * (row + 1)):
                for x in range(side * column, side * (column + 1)):
                    value = values[y, x]
                    if value != NOTHING and (counts[value] > most or (counts[value] == most and value < best)):
                        most, best = counts[value], value
            for y in range(side * row, side * (row + 1)):
                for x in range(side * column, side * (column + 1)):
                    counts[values[y, x]] = 0
            if enough:
                found[row, column] = best
    return found


@njit(nogil=True, cache=True)
def majority(values, radius, classes):
    """Return the most frequent class in the square around each pixel; ties keep the pixel's own.

    Parameters
    ----------
    values : ndarray of int32, shape (rows + 2 * radius, columns + 2 * radius)
        Ranks of classes from 1. Pixels without a class (0) have no vote, and keep none.
    radius : int
    classes : int

    Returns
    -------
    ndarray of int32, shape (rows, columns)
    """
    side = 2 * radius + 1
    rows, columns = values.shape[0] - 2 * radius, values.shape[1] - 2 * radius
    found = np.zeros((rows, columns), np.int32)
    counts = np.zeros(classes + 1, np.int64)
    for row in range(rows):
        for column in range(columns):
            own = values[row + radius, column + radius]
            if own == NOTHING:
                continue
            for y in range(row, row + side):
                for x in range(column, column + side):
                    counts[values[y, x]] += 1
            counts[NOTHING] = 0
            most, best = 0, own
            for y in range(row, row + side):
                for x in range(column, column + side):
                    value = values[y, x]
                    if counts[value] > most:
                        most, best = counts[value], value
                    elif counts[value] == most and value != best:
                        best = own
            found[row, column] = best
            for y in range(row, row + side):
                for x in range(column, column + side):
                    counts[values[y, x]] = 0
    return found


def use_kernels() -> None:
    """Call the kernels once, so that they are compiled before the work."""
    values = np.ones((3, 3), np.int32)
    most_frequent(values, 1, 1)
    majority(values, 1, 1)
