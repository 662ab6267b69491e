"""Exact resampling of coarser bands of the same projection to a tile's grid, independent of windows."""

import numpy as np
from numba import njit

from landloom.core.stored_values import GREATEST, LEAST, NODATA


@njit(cache=True, nogil=True)
def repeat_nearest(coarse, factor, first_row, first_column, out):
    """Fill ``out`` with the coarse pixel that holds each fine one.

    Parameters
    ----------
    coarse : ndarray of shape (coarse rows, coarse columns)
    factor : int
        Fine pixels per coarse pixel and axis.
    first_row, first_column : int
        Fine coordinates of ``out[0, 0]`` relative to the corner of ``coarse[0, 0]``.
    out : ndarray of shape (rows, columns)
    """
    for row in range(out.shape[0]):
        source_row = (first_row + row) // factor
        for column in range(out.shape[1]):
            out[row, column] = coarse[source_row, (first_column + column) // factor]


@njit(cache=True, nogil=True)
def keep_clear(numbers, clear_of, factor, first_row, first_column, clear):
    """Unset pixels of ``clear`` whose mask number is invalid.

    Parameters
    ----------
    numbers : ndarray of unsigned int, shape (coarse rows, coarse columns)
    clear_of : ndarray of bool
        Validity of every number.
    factor, first_row, first_column : int
        As in :func:`repeat_nearest`.
    clear : ndarray of bool, shape (rows, columns)
    """
    for row in range(clear.shape[0]):
        source_row = np.uint64((first_row + row) // factor)
        if factor == 1:
            for column in range(clear.shape[1]):
                clear[row, column] &= clear_of[numbers[source_row, np.uint64(column)]]
        else:
            for column in range(clear.shape[1]):
                clear[row, column] &= clear_of[numbers[source_row, np.uint64((first_column + column) // factor)]]


@njit(cache=True, nogil=True)
def interpolate_bilinear(coarse, factor, first_row, first_column, out):
    """Fill ``out`` by bilinear interpolation between the centres of coarse pixels.

    As in GDAL's bilinear warp, neighbours that are missing or outside have no weight; a fine pixel whose own coarse
    pixel is missing stays missing. Parameters are those of :func:`repeat_nearest`; both arrays are int16 with nodata
    -10000. Arithmetic is in integers, so that halves are rounded up exactly.
    """
    rows = coarse.shape[0]
    blend = np.empty(coarse.shape[1], np.int32)
    for row in range(out.shape[0]):
        own = (first_row + row) // factor
        # Positions in halves of a fine pixel: centres of coarse pixels lie 2 * factor apart.
        other, weight = _neighbour(2 * (first_row + row - own * factor) + 1 - factor, own, rows)
        missing = _blend_rows(coarse, own, other, weight, 2 * factor, blend)
        if missing or factor != 2:
            _interpolate_row(coarse, factor, own, other, weight, first_column, row, out)
        else:
            _double_row(blend, first_column, row, out)


@njit(cache=True, nogil=True)
def _neighbour(offset, own, count):
    """Return the coarse pixel on the other side of a fine pixel's centre (itself at the edge), and its weight."""
    other = own + 1 if offset > 0 else own - 1
    return (other, abs(offset)) if 0 <= other < count else (own, 0)


@njit(cache=True, nogil=True)
def _blend_rows(coarse, own, other, weight, whole, blend):
    """Blend two coarse rows; return whether anything in them is missing."""
    missing = 0
    for column in range(coarse.shape[1]):
        one, two = np.int32(coarse[own, column]), np.int32(coarse[other, column])
        missing |= (one == NODATA) | (two == NODATA)
        blend[column] = one * np.int32(whole - weight) + two * np.int32(weight)
    return missing


@njit(cache=True, nogil=True)
def _double_row(blend, first_column, row, out):
    """Interpolate columns for a factor of 2: weights 3/4 and 1/4, on blends scaled by 4."""
    columns, last = out.shape[1], len(blend) - 1
    first_pair = max((first_column + 1) // 2, 1)
    pairs = max(min((first_column + columns) // 2, last) - first_pair, 0)
    start = 2 * first_pair - first_column
    for left in range(min(start, columns)):
        out[row, left] = _between(blend, first_column + left, last)
    line = np.uint64(row)
    for pair in range(pairs):  # both fine columns of a coarse one, which the compiler can vectorise
        own = np.uint64(first_pair + pair)
        three, column = 3 * blend[own] + np.int32(8), np.uint64(start + 2 * pair)
        out[line, column] = np.int16((three + blend[own - np.uint64(1)]) >> 4)
        out[line, column + np.uint64(1)] = np.int16((three + blend[own + np.uint64(1)]) >> 4)
    for right in range(start + 2 * pairs, columns):
        out[row, right] = _between(blend, first_column + right, last)


@njit(cache=True, nogil=True)
def _between(blend, column, last):
    """Interpolate one fine column; the outermost coarse column is repeated beyond the image."""
    own = column >> 1
    other = min(max(own - 1 + 2 * (column & 1), 0), last)
    return np.int16((3 * blend[own] + blend[other] + 8) >> 4)


@njit(cache=True, nogil=True)
def _interpolate_row(coarse, factor, own_row, other_row, weight_row, first_column, row, out):
    """Interpolate a row for any factor, with missing pixels."""
    for column in range(out.shape[1]):
        own = (first_column + column) // factor
        if coarse[own_row, own] == NODATA:
            out[row, column] = NODATA
            continue
        other, weight = _neighbour(2 * (first_column + column - own * factor) + 1 - factor, own, coarse.shape[1])
        total, weights = 0, 0
        for source_row, fraction_row in ((own_row, 2 * factor - weight_row), (other_row, weight_row)):
            for source, fraction in ((own, 2 * factor - weight), (other, weight)):
                value = np.int64(coarse[source_row, source])
                if value != NODATA:
                    total += fraction_row * fraction * value
                    weights += fraction_row * fraction
        out[row, column] = np.int16((2 * total + weights) // (2 * weights))


@njit(cache=True, nogil=True)
def to_reflectance(numbers, gain, shift, nodata, has_nodata, out):
    """Convert stored numbers to int16 reflectances times 10000; nodata and non-finite numbers become -10000.

    Valid values are clipped to -9999..32767, so that none equals nodata.
    """
    for row in range(numbers.shape[0]):
        for column in range(numbers.shape[1]):
            number = float(numbers[row, column])
            if number - number != 0.0 or (has_nodata and number == nodata):
                out[row, column] = NODATA
            else:
                value = np.floor(number * gain + shift + 0.5)
                out[row, column] = np.int16(min(max(value, float(LEAST)), float(GREATEST)))


@njit(cache=True, nogil=True)
def keep_present(values, clear):
    """Unset pixels of ``clear`` that are missing in any band.

    Parameters
    ----------
    values : ndarray of int16, shape (bands, pixels)
        Nodata -10000.
    clear : ndarray of bool, shape (pixels,)
    """
    for band in range(values.shape[0]):
        for pixel in range(values.shape[1]):
            clear[pixel] &= values[band, pixel] != NODATA


def use_kernels() -> None:
    """Call every kernel once with the types of the readers, so that it is compiled before the work."""
    coarse, fine, clear = np.zeros((2, 2), np.int16), np.zeros((4, 4), np.int16), np.ones((4, 4), bool)
    interpolate_bilinear(coarse, 2, 0, 0, fine)
    repeat_nearest(coarse, 2, 0, 0, fine)
    keep_clear(np.zeros((4, 4), np.uint8), np.ones(256, bool), 1, 0, 0, clear)
    to_reflectance(np.zeros((4, 4), np.uint16), 1.0, 0.0, 0.0, True, fine)
    for values in (fine, fine[:, 1:3]):  # a whole window, and a part of one
        keep_present(values, clear[0, : values.shape[1]])
