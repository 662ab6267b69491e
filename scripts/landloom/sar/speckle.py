"""Speckle filters: from the stored numbers of prepared images to power, of the same bytes in any window.

Averages are of power, never of decibels: the mean of 4.4 looks in decibels is 0.5 dB too low. Powers at or below 0,
which noise removal leaves, are data; what is missing counts in no mean. Means of windows are sums of integers, and
those that are not integers are added in one order, so that a pixel's result depends on its surroundings alone:
windows read with ``radius`` pixels around agree with the whole.

Sources: Quegan and Yu (2001), Filtering of multichannel SAR images, IEEE TGRS 39(11); Lee (1980), Digital image
enhancement and noise filtering by use of local statistics, IEEE TPAMI 2(2), with the weights of Orfeo ToolBox.
"""

import math

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.core.threads import run_tasks
from landloom.sar.signed_power import MOST, NONE, SCALE

LOOKS = 4.4
"""Equivalent number of looks of GRD images in high resolution, of the interferometric wide swath."""

LEAST_POWER = 1e-5
"""Lowest power that has decibels: -50 dB."""

_LEAST = np.float32(LEAST_POWER)
_PER_OCTAVE, _PER_NEPER = 1000 * math.log10(2), 2000 / math.log(10)
_UNIT = 1 / SCALE**2
_ROWS_PER_TASK = 64


def quegan_yu(stored: np.ndarray, radius: int) -> np.ndarray:
    """Filter all observations of one relative orbit and polarisation together.

    J_k = m_k / M sum_i I_i / m_i, with m the mean in a window of one observation, over the M observations that the
    pixel has. Where m is at or below 0, its ratio means nothing: it does not count, and J_k is m_k.

    Parameters
    ----------
    stored : ndarray of int16, shape (observations, rows, columns)
        See :mod:`landloom.sar.signed_power`.
    radius : int
        Of the window, in pixels: it has 2 radius + 1 rows.

    Returns
    -------
    ndarray of float32, shape (observations, rows, columns)
        Power; NaN where the observation is missing.
    """
    stored = np.ascontiguousarray(stored)
    means = window_means(stored, radius)
    run_tasks(_share_speckle, stored.shape[1], stored, means)
    return means


def window_means(stored: np.ndarray, radius: int) -> np.ndarray:
    """Return the mean power of the pixels around each that are there, as float32; NaN where it is missing itself.

    Parameters
    ----------
    stored : ndarray of int16, shape (observations, rows, columns)
    radius : int
    """
    out = np.empty(stored.shape, np.float32)
    blocks = -(-stored.shape[1] // _ROWS_PER_TASK)
    run_tasks(_average, len(stored) * blocks, np.ascontiguousarray(stored), radius, blocks, out)
    return out


def lee(stored: np.ndarray, radius: int, looks: float = LOOKS) -> np.ndarray:
    """Filter each observation alone: mean + W (I - mean), W = max(0, 1 - Cu^2 / Ci^2), Cu^2 = 1 / looks.

    Parameters
    ----------
    stored : ndarray of int16, shape (observations, rows, columns)
    radius : int
    looks : float

    Returns
    -------
    ndarray of float32, shape (observations, rows, columns)
        Power; NaN where the observation is missing.
    """
    out = np.empty(stored.shape, np.float32)
    blocks = -(-stored.shape[1] // _ROWS_PER_TASK)
    run_tasks(_lee, len(stored) * blocks, np.ascontiguousarray(stored), radius, 1 / looks, blocks, out)
    return out


def to_decibels(power: np.ndarray) -> np.ndarray:
    """Return int16 decibels times 100, at least -5000, and -10000 for NaN.

    Parameters
    ----------
    power : ndarray of float32, shape (observations, rows, columns)
    """
    out = np.empty(power.shape, np.int16)
    rows = power.shape[0] * power.shape[1]
    run_tasks(_decibels, rows, np.ascontiguousarray(power).reshape(rows, -1), out.reshape(rows, -1))
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _decibels(first, last, power, out):
    """Convert rows: exponents and mantissas are taken apart as bits, and logarithms are sums that vectorise.

    With m from 1 to 2 and s = (m - 1) / (m + 1), ln m = 2 (s + s^3 / 3 + s^5 / 5 + ...), here to 1e-10: four times as
    fast as the logarithm of the C library, and the same on all machines.
    """
    columns = power.shape[1]
    values, decibels = np.empty(columns, np.float32), np.empty(columns)
    bits = values.view(np.int32)
    for row in range(first, last):
        powers, results = power[row], out[row]
        for column in range(columns):
            value = powers[column]
            values[column] = value if value > _LEAST else _LEAST  # also for NaN
        for column in range(columns):
            decibels[column] = np.float64((bits[column] >> 23) - np.int32(127)) * _PER_OCTAVE
            bits[column] = (bits[column] & np.int32(0x7FFFFF)) | np.int32(0x3F800000)
        for column in range(columns):
            s = (float(values[column]) - 1.0) / (float(values[column]) + 1.0)
            decibels[column] = np.floor(decibels[column] + _PER_NEPER * s * _series(s * s) + 0.5)
        for column in range(columns):
            number = decibels[column] if decibels[column] < MOST else MOST
            results[column] = np.int16(np.int32(number if powers[column] == powers[column] else NODATA))


@njit(cache=True, nogil=True)
def _series(x):
    """Return 1 + x / 3 + x^2 / 5 + ... of a square of at most 1 / 9, by Horner's scheme."""
    total = ((1 / 21 * x + 1 / 19) * x + 1 / 17) * x + 1 / 15
    total = (((total * x + 1 / 13) * x + 1 / 11) * x + 1 / 9) * x + 1 / 7
    return ((total * x + 1 / 5) * x + 1 / 3) * x + 1.0


@njit(cache=True, nogil=True)
def _square(number):
    """Return the power of a stored number, in whole units of 1 / SCALE^2; 0 if it is missing."""
    value = np.int64(number)
    return np.int64(0) if value == NONE else value * abs(value)


@njit(cache=True, nogil=True)
def _add_row(row, sign, sums, counts):
    for column in range(len(row)):
        sums[column] += sign * _square(row[column])
        counts[column] += sign * np.int64(row[column] != NONE)


@njit(cache=True, nogil=True, error_model="numpy")
def _average(first, last, stored, radius, blocks, out):
    """Average blocks of rows: sums of columns move down, sums of windows to the right."""
    _, rows, columns = stored.shape
    more = np.int64(1)  # of literals 1 and -1, what is called would be compiled twice
    # Beyond either side, columns of 0 spare the tests for the image's edges.
    sums, counts = np.empty(columns + 2 * radius + 1, np.int64), np.empty(columns + 2 * radius + 1, np.int64)
    for task in range(first, last):
        image, means = stored[task // blocks], out[task // blocks]
        start = task % blocks * _ROWS_PER_TASK
        sums[:], counts[:] = 0, 0
        inner_sums, inner_counts = sums[radius + 1 :], counts[radius + 1 :]
        for row in range(max(start - radius, 0), min(start + radius, rows)):
            _add_row(image[row], more, inner_sums, inner_counts)
        for row in range(start, min(start + _ROWS_PER_TASK, rows)):
            if row + radius < rows:
                _add_row(image[row + radius], more, inner_sums, inner_counts)
            if row - radius - 1 >= max(start - radius, 0):
                _add_row(image[row - radius - 1], -more, inner_sums, inner_counts)
            _average_row(image[row], sums, counts, radius, means[row])


@njit(cache=True, nogil=True, error_model="numpy")
def _average_row(row, sums, counts, radius, means):
    total, count = np.int64(0), np.int64(0)
    for column in range(2 * radius + 1):
        total += sums[column]
        count += counts[column]
    for column in range(len(row)):
        total += sums[column + 2 * radius + 1] - sums[column]
        count += counts[column + 2 * radius + 1] - counts[column]
        mean = np.float32(total * _UNIT / count)
        means[column] = mean if row[column] != NONE else np.float32(np.nan)


@njit(cache=True, nogil=True, error_model="numpy")
def _share_speckle(first, last, stored, means):
    """Replace the means of some rows by filtered powers."""
    columns = stored.shape[2]
    ratios, counts = np.empty(columns), np.empty(columns)
    for row in range(first, last):
        ratios[:], counts[:] = 0.0, 0.0
        for observation in range(len(stored)):
            values, averages = stored[observation, row], means[observation, row]
            for column in range(columns):
                mean = float(averages[column])
                number = float(values[column])
                counted = mean > 0.0  # nor is NaN
                ratios[column] += number * abs(number) * _UNIT / mean if counted else 0.0
                counts[column] += 1.0 if counted else 0.0
        for observation in range(len(stored)):
            averages = means[observation, row]
            for column in range(columns):
                mean = float(averages[column])
                averages[column] = np.float32(mean * ratios[column] / counts[column] if mean > 0.0 else mean)


@njit(cache=True, nogil=True, error_model="numpy")
def _lee(first, last, stored, radius, speckle, blocks, out):
    """Filter blocks of rows; powers and their squares are added down columns, then across, always in this order."""
    _, rows, columns = stored.shape
    sums = np.zeros((3, columns + 2 * radius))
    for task in range(first, last):
        image, results = stored[task // blocks], out[task // blocks]
        start = task % blocks * _ROWS_PER_TASK
        for row in range(start, min(start + _ROWS_PER_TASK, rows)):
            sums[:, radius : radius + columns] = 0.0
            for other in range(max(row - radius, 0), min(row + radius + 1, rows)):
                _add_moments(image[other], radius, sums)
            _lee_row(image[row], sums, radius, speckle, results[row])


@njit(cache=True, nogil=True)
def _add_moments(row, radius, sums):
    counts, powers, squares = sums[0], sums[1], sums[2]
    for column in range(len(row)):
        power = float(_square(row[column])) * _UNIT
        counts[column + radius] += 1.0 if row[column] != NONE else 0.0
        powers[column + radius] += power
        squares[column + radius] += power * power


@njit(cache=True, nogil=True, error_model="numpy")
def _lee_row(row, sums, radius, speckle, results):
    for column in range(len(row)):
        count, total, squares = 0.0, 0.0, 0.0
        for other in range(column, column + 2 * radius + 1):
            count += sums[0, other]
            total += sums[1, other]
            squares += sums[2, other]
        mean = total / count
        variance = squares / count - mean * mean
        weight = max(1.0 - speckle * mean * mean / variance, 0.0) if variance > 0.0 else 0.0
        power = float(_square(row[column])) * _UNIT
        results[column] = np.float32(mean + weight * (power - mean) if row[column] != NONE else np.nan)
