"""Bringing coarser bands of the same projection onto a tile's grid: exact, whatever the window."""

import numpy as np
from numba import njit

from landloom.sensors.base import NODATA


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
def interpolate_bilinear(coarse, factor, first_row, first_column, out):
    """Fill ``out`` by bilinear interpolation between the centres of coarse pixels.

    As GDAL's bilinear warp does it: neighbours that are missing or outside lose their weight; a fine pixel
    whose own coarse pixel is missing stays missing. Parameters are those of :func:`repeat_nearest`; both
    arrays are int16 with nodata -10000.
    """
    last_row, last_column = coarse.shape[0] - 1, coarse.shape[1] - 1
    for row in range(out.shape[0]):
        y = (first_row + row + 0.5) / factor - 0.5
        top = int(np.floor(y))
        weight_bottom = y - top
        row_0, row_1 = max(top, 0), min(top + 1, last_row)
        own_row = (first_row + row) // factor
        for column in range(out.shape[1]):
            own = coarse[own_row, (first_column + column) // factor]
            if own == NODATA:
                out[row, column] = NODATA
                continue
            x = (first_column + column + 0.5) / factor - 0.5
            left = int(np.floor(x))
            weight_right = x - left
            column_0, column_1 = max(left, 0), min(left + 1, last_column)
            total = 0.0
            weights = 0.0
            for source_row, weight_row in ((row_0, 1.0 - weight_bottom), (row_1, weight_bottom)):
                for source_column, weight_column in (
                    (column_0, 1.0 - weight_right),
                    (column_1, weight_right),
                ):
                    value = coarse[source_row, source_column]
                    if value != NODATA:
                        total += weight_row * weight_column * value
                        weights += weight_row * weight_column
            out[row, column] = np.int16(np.floor(total / weights + 0.5))


@njit(cache=True, nogil=True)
def to_reflectance(numbers, gain, shift, nodata, has_nodata, out):
    """Turn stored numbers into int16 reflectances times 10000; NaN and nodata become -10000.

    Valid values are kept within -9999..32767, so that none is taken for missing.
    """
    for row in range(numbers.shape[0]):
        for column in range(numbers.shape[1]):
            number = float(numbers[row, column])
            if number != number or (has_nodata and number == nodata):
                out[row, column] = NODATA
            else:
                value = np.floor(number * gain + shift + 0.5)
                out[row, column] = np.int16(min(max(value, -9999.0), 32767.0))
