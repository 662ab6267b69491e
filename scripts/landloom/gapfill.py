"""Temporal gap filling: irregular, partly cloudy looks onto one calendar for all pixels.

Linear in time between the nearest clear looks; constant before the first and after the last; a clear look that
is hit exactly is returned as it is; two clear looks of one day count as their mean.
"""

import numpy as np
from numba import njit, prange

from landloom.sensors.base import NODATA

_BLOCK = 256
"""Pixels worked on together: the positions of their neighbours in time stay in the first-level cache."""


def fill_gaps(values: np.ndarray, valid: np.ndarray, look_days: np.ndarray, output_days: np.ndarray) -> np.ndarray:
    """Interpolate every pixel's series onto the output days.

    Parameters
    ----------
    values : ndarray of int16, shape (looks, bands, pixels)
        Overwritten where a day has several looks.
    valid : ndarray of bool, shape (looks, pixels)
        Overwritten likewise.
    look_days : ndarray of int, shape (looks,)
        Days since any epoch, ascending, repeated for looks of one day.
    output_days : ndarray of int, shape (outputs,)
        Days since the same epoch, ascending.

    Returns
    -------
    ndarray of int16, shape (outputs, bands, pixels)
        -10000 in all bands and dates of a pixel that was never clear.
    """
    days, first_looks = np.unique(np.asarray(look_days, np.int32), return_index=True)
    counts = np.diff(np.append(first_looks, len(look_days)))
    for first, count in zip(first_looks[counts > 1], counts[counts > 1], strict=True):
        _merge_looks(values[first : first + count], valid[first : first + count])
    out = np.empty((len(output_days), values.shape[1], values.shape[2]), np.int16)
    outputs = np.asarray(output_days, np.int32)
    _interpolate(values, valid, first_looks.astype(np.int32), days, outputs, out)
    return out


@njit(cache=True, parallel=True)
def _merge_looks(values, valid):
    """Put the mean of a day's clear looks into its first look, halves rounded up."""
    looks, bands, pixels = values.shape
    for pixel in prange(pixels):
        clear = 0
        for look in range(looks):
            clear += valid[look, pixel]
        if clear == 0:
            continue
        for band in range(bands):
            total = 0
            for look in range(looks):
                if valid[look, pixel]:
                    total += values[look, band, pixel]
            values[0, band, pixel] = np.int16(np.floor(total / clear + 0.5))
        valid[0, pixel] = True


@njit(cache=True, parallel=True)
def _interpolate(values, valid, slots, days, output_days, out):
    """Fill ``out``; ``slots`` are the looks to use, one a day, ``days`` their days."""
    bands, pixels = values.shape[1], values.shape[2]
    outputs = len(output_days)
    blocks = (pixels + _BLOCK - 1) // _BLOCK
    for block in prange(blocks):
        first = block * _BLOCK
        size = min(_BLOCK, pixels - first)
        before = np.zeros((outputs, _BLOCK), np.int32)
        after = np.zeros((outputs, _BLOCK), np.int32)
        weights = np.zeros((outputs, _BLOCK), np.float32)
        _neighbours(valid, slots, days, output_days, first, size, before, after)
        never = before[0] < 0
        _weights(days, output_days, before, after, weights)
        # One band of one block is copied side by side: it fits in the first-level cache, while rows that lie a
        # power of two apart (as in windows of 512 x 512) would push one another out of it (5 times slower).
        series = np.empty(len(slots) * _BLOCK, np.int16)
        for band in range(bands):
            for slot in range(len(slots)):
                row = values[slots[slot], band]
                for pixel in range(size):
                    series[slot * _BLOCK + pixel] = row[first + pixel]
            for output in range(outputs):
                target = out[output, band, first : first + size]
                _blend(series, before[output], after[output], weights[output], target)
        for pixel in range(size):
            if never[pixel]:
                out[:, :, first + pixel] = NODATA


@njit(cache=True)
def _blend(series, before, after, weights, target):
    """Interpolate between two slots of each pixel, halves rounded up."""
    for pixel in range(len(target)):
        start = np.float32(series[np.uint32(before[pixel] + pixel)])
        stop = np.float32(series[np.uint32(after[pixel] + pixel)])
        value = start + (stop - start) * weights[pixel]
        target[pixel] = np.int16(np.floor(value + np.float32(0.5)))


@njit(cache=True)
def _neighbours(valid, slots, days, output_days, first, size, before, after):
    """Find, for each output day and pixel, the clear slots on either side; -1 where the pixel is never clear.

    Outside of the clear looks, both are the nearest one.
    """
    outputs = len(output_days)
    latest = np.full(size, -1, np.int32)
    slot = 0
    for output in range(outputs):
        while slot < len(slots) and days[slot] <= output_days[output]:
            row = valid[slots[slot]]
            for pixel in range(size):
                if row[first + pixel]:
                    latest[pixel] = slot
            slot += 1
        before[output, :size] = latest
    latest[:] = -1
    slot = len(slots) - 1
    for output in range(outputs - 1, -1, -1):
        while slot >= 0 and days[slot] >= output_days[output]:
            row = valid[slots[slot]]
            for pixel in range(size):
                if row[first + pixel]:
                    latest[pixel] = slot
            slot -= 1
        for pixel in range(size):
            later = latest[pixel]
            after[output, pixel] = later if later >= 0 else before[output, pixel]
            if before[output, pixel] < 0:
                before[output, pixel] = later


@njit(cache=True)
def _weights(days, output_days, before, after, weights):
    """Set the weight of the later slot (0 at the earlier one, 1 at the later one); turn slots into offsets."""
    for output in range(len(output_days)):
        for pixel in range(_BLOCK):
            earlier, later = max(before[output, pixel], 0), max(after[output, pixel], 0)
            if earlier != later:
                passed, span = output_days[output] - days[earlier], days[later] - days[earlier]
                weights[output, pixel] = np.float32(passed) / np.float32(span)
            before[output, pixel] = earlier * _BLOCK
            after[output, pixel] = later * _BLOCK
