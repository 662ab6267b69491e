"""Linear gap filling on a graphics card: to the bit what :mod:`landloom.timeseries.gap_filling` gives.

One thread takes a band of a pixel and goes through the days once. Threads side by side take pixels side by side, so
that they read the same lines of memory.
"""

import math

import numpy as np
from numba import cuda

from landloom.cards.rounding import product, quotient, total


@cuda.jit(cache=True)
def fill(values, valid, days, starts, output_days, rows, seen):
    """Interpolate the bands of some pixels to the output days; a thread for each pixel and band.

    Parameters
    ----------
    values : array, (observations, bands, pixels) int16
    valid : array, (observations, pixels) bool
    days, starts, output_days : array of int32
        As in :class:`landloom.timeseries.gap_filling.Timeline`.
    rows : array, (at least outputs * bands, pixels) int16
        Out: date by date, the bands; undefined for pixels that are never valid.
    seen : array, (pixels,) bool
        Out: whether a pixel has at least one valid observation.
    """
    pixel, band = cuda.grid(2)
    if pixel >= values.shape[2] or band >= values.shape[1]:
        return
    earlier, later = -1, next_valid(valid, starts, 0, pixel)  # days: the last valid one that is reached, and the next
    before = after = day_value(values, valid, starts, later, band, pixel)
    if band == 0:
        seen[pixel] = later < days.size
    for output in range(output_days.size):
        while later < days.size and days[later] <= output_days[output]:
            earlier, before = later, after
            later = next_valid(valid, starts, later + 1, pixel)
            after = day_value(values, valid, starts, later, band, pixel)
        value = before
        if earlier < 0:
            value = after
        elif later < days.size:
            value = blended(before, after, output_days[output] - days[earlier], days[later] - days[earlier])
        rows[output * values.shape[1] + band, pixel] = value


@cuda.jit(device=True)
def next_valid(valid, starts, day, pixel):
    """Return the first day from a given one on that is valid at a pixel; the number of days if none is."""
    while day < starts.size - 1:
        for observation in range(starts[day], starts[day + 1]):
            if valid[observation, pixel]:
                return day
        day += 1
    return day


@cuda.jit(device=True)
def day_value(values, valid, starts, day, band, pixel):
    """Return the mean of a day's valid observations, halves rounded up; 0 beyond the last day."""
    if day >= starts.size - 1:
        return 0
    if starts[day + 1] - starts[day] == 1:
        return int(values[starts[day], band, pixel])
    clear, summed = 0, 0
    for observation in range(starts[day], starts[day + 1]):
        if valid[observation, pixel]:
            clear += 1
            summed += int(values[observation, band, pixel])
    return int(math.floor(summed / clear + 0.5))  # noqa: RUF046 (on cards it is a float)


@cuda.jit(device=True)
def blended(before, after, passed, span):
    """Return the value between two days, halves rounded up within the precision of float32 weights.

    Parameters
    ----------
    before, after : int
        Values of the two days.
    passed, span : int
        Days since the first, and between both.
    """
    weight = quotient(np.float32(passed), np.float32(span))
    value = total(np.float32(before), product(np.float32(after - before), weight))
    return int(math.floor(total(value, np.float32(0.5))))  # noqa: RUF046 (on cards it is a float)
