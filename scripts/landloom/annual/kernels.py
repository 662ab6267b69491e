"""Kernels of annual images: bilinear sums over the pixels of files, and the stored numbers that come of them."""

import numpy as np
from numba import njit

from landloom.core.stored_values import GREATEST, LEAST, NODATA

LEAST_WEIGHT = 0.5
"""Weight of the pixels that are there, of 1, below which a value is missing."""


@njit(cache=True, nogil=True)
def add_bilinear(first, last, numbers, there, rows, columns, share, sums, weights, parts):
    """Add the bilinear sums of some pixels in a file to those of other files.

    Parameters
    ----------
    first, last : int
        Pixels from ``first`` to before ``last``.
    numbers : ndarray of float32, shape (bands, file rows, file columns)
        Decoded; any finite number where there is none.
    there : ndarray of bool, shape (file rows, file columns)
    rows, columns : ndarray of float64, shape (pixels,)
        Places of the pixels; centres of the file's pixels are whole numbers.
    share : float
        Part of 1 that a place counts of its pixel.
    sums : ndarray of float32, shape (bands, pixels)
        Out: numbers times weights are added.
    weights : ndarray of float32, shape (pixels,)
        Out: weights are added.
    parts : ndarray of int32, shape (pixels,)
        Out: the number of the file's pixels that have a weight is added.
    """
    bands, height, width = numbers.shape
    flat = numbers.reshape(bands, height * width)
    places = np.zeros((4, last - first), np.int64)
    shares = np.zeros((4, last - first), np.float32)
    for pixel in range(first, last):
        top, left = int(np.floor(rows[pixel])), int(np.floor(columns[pixel]))
        down, across = rows[pixel] - top, columns[pixel] - left
        for corner in range(4):
            row, column = top + corner // 2, left + corner % 2
            weight = (down if corner // 2 else 1.0 - down) * (across if corner % 2 else 1.0 - across)
            if weight > 0.0 and 0 <= row < height and 0 <= column < width and there[row, column]:
                places[corner, pixel - first] = row * width + column
                shares[corner, pixel - first] = weight * share
                weights[pixel] += np.float32(weight * share)
                parts[pixel] += 1
    for band in range(bands):
        for pixel in range(last - first):
            total = np.float32(0.0)
            for corner in range(4):
                if shares[corner, pixel] > 0.0:
                    total += shares[corner, pixel] * flat[band, places[corner, pixel]]
            sums[band, first + pixel] += total


@njit(cache=True, nogil=True)
def to_means(first, last, sums, weights, parts, unit_vectors, valid):
    """Turn sums into means; means of several vectors of length 1 get that length again.

    Parameters
    ----------
    first, last, sums, weights, parts
        As :func:`add_bilinear` has them; ``sums`` is overwritten.
    unit_vectors : bool
    valid : ndarray of bool, shape (pixels,)
        In and out: pixels that have no value become False.
    """
    for pixel in range(first, last):
        if weights[pixel] < LEAST_WEIGHT - 1e-4:
            valid[pixel] = False
        if not valid[pixel]:
            continue
        factor = 1.0 / weights[pixel]
        if unit_vectors and parts[pixel] > 1:
            square = 0.0
            for band in range(sums.shape[0]):
                square += sums[band, pixel] * sums[band, pixel]
            if square <= 1e-12:
                valid[pixel] = False
                continue
            factor = 1.0 / np.sqrt(square)
        # Also of a single part, which counts less than 1 beside a gap; where it is all, the factor is 1 exactly.
        for band in range(sums.shape[0]):
            sums[band, pixel] = np.float32(sums[band, pixel] * factor)


@njit(cache=True, nogil=True)
def store(first, last, means, valid, steps, start, values):
    """Write values as features store them: int16, rounded half up, clipped to -9999 .. 32767; missing ones -10000.

    Parameters
    ----------
    first, last : int
    means : ndarray of float32, shape (bands, pixels)
    valid : ndarray of bool, shape (pixels,)
    steps : float
        Stored number of the value 1.
    start : int
        Column of ``values`` of the first pixel.
    values : ndarray of int16, shape (bands, pixels of a window)
        Out.
    """
    for band in range(means.shape[0]):
        for pixel in range(first, last):
            stored = float(NODATA)
            if valid[pixel]:
                stored = np.floor(means[band, pixel] * steps + 0.5)
                stored = min(max(stored, float(LEAST)), float(GREATEST))
            values[band, start + pixel] = np.int16(stored)


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    numbers, place = np.zeros((1, 2, 2), np.float32), np.zeros(1)
    sums, weights, parts, valid = np.zeros((1, 1), np.float32), np.zeros(1, np.float32), np.zeros(1, np.int32), [True]
    add_bilinear(0, 1, numbers, np.ones((2, 2), bool), place, place, 1.0, sums, weights, parts)
    to_means(0, 1, sums, weights, parts, True, np.array(valid))
    store(0, 1, sums, np.array(valid), 1.0, 0, np.zeros((1, 1), np.int16))
