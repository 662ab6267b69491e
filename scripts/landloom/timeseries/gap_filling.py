"""Temporal gap filling: interpolation of irregular, partly cloudy observations to common dates of all pixels.

Values are linear in time between the nearest valid observations and constant before the first and after the last. A
valid observation on an output date is returned unchanged; two valid observations of one day count as their mean.

Speed: a block of pixels passes through the days together. The forward pass keeps the last valid value of every pixel,
the backward pass the next one; at each output date the two are blended. The inner loops thus run over neighbouring
pixels, without branches or scattered reads, and the compiler vectorises them. The observations on either side of a
date and their weights are the same for all bands and are computed once. Measured on an AMD EPYC (Zen 5), one thread,
70 observations to 37 dates, 10 bands: 2.6 to 3.3 million pixels/s (a copy of the same bytes: 7 million); a table of
positions and gathers from it, the version before: 0.8 to 1.0.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.core.threads import run_tasks

BLOCK = 256
"""Pixels per block: a band's observations stay in the first-level cache, all outputs in the second."""

BLOCKS_PER_TASK = 4
"""Blocks that share one set of scratch arrays."""

_NEVER = 2**30
"""Day of a missing observation, beyond all others."""


class Timeline(NamedTuple):
    """Observation days of a sensor and output days.

    Attributes
    ----------
    days : ndarray of int32, shape (days,)
        Days with observations, since any epoch, ascending.
    starts : ndarray of int32, shape (days + 1,)
        First observation of each day, and the number of observations.
    output_days : ndarray of int32, shape (outputs,)
        Days since the same epoch, ascending.
    """

    days: np.ndarray
    starts: np.ndarray
    output_days: np.ndarray


class Scratch(NamedTuple):
    """Working memory for a block.

    By day: ``clear``, with all bits set where valid, and the values of one band. By output date: the weight of the
    later observation, day and value of the earlier one. By pixel: the current observation, and ``seen``.
    """

    clear: np.ndarray
    values: np.ndarray
    weights: np.ndarray
    earlier_days: np.ndarray
    earlier: np.ndarray
    held_days: np.ndarray
    held: np.ndarray
    seen: np.ndarray


def timeline(observation_days: Sequence[int] | np.ndarray, output_days: Sequence[int] | np.ndarray) -> Timeline:
    """Return the timeline of observations and outputs.

    Parameters
    ----------
    observation_days : sequence of int, shape (observations,)
        Days since any epoch, ascending, repeated for observations of one day.
    output_days : sequence of int, shape (outputs,)
        Days since the same epoch, ascending.
    """
    days, starts = np.unique(np.asarray(observation_days, np.int32), return_index=True)
    ends = np.append(starts, len(observation_days)).astype(np.int32)
    return Timeline(days, ends, np.asarray(output_days, np.int32))


def fill_gaps(
    values: np.ndarray, valid: np.ndarray, observation_days: np.ndarray, output_days: np.ndarray
) -> np.ndarray:
    """Interpolate every pixel's series to the output days.

    Parameters
    ----------
    values : ndarray of int16, shape (observations, bands, pixels)
    valid : ndarray of bool, shape (observations, pixels)
    observation_days, output_days : ndarray of int
        As in :func:`timeline`.

    Returns
    -------
    ndarray of int16, shape (outputs, bands, pixels)
        -10000 in all bands and dates of a pixel without valid observation.
    """
    bands, pixels = values.shape[1:]
    out = np.empty((len(output_days), bands, pixels), np.int16)
    line = timeline(observation_days, output_days)
    run_tasks(_fill, tasks_of(pixels), values, valid, line, out.reshape(-1, pixels))
    return out


def tasks_of(pixels: int) -> int:
    """Return the number of parallel tasks for some pixels."""
    return -(-pixels // (BLOCK * BLOCKS_PER_TASK))


@njit(cache=True, nogil=True)
def _fill(first, last, values, valid, line, out):
    """Fill the pixels of some tasks."""
    rows = np.empty((out.shape[0], BLOCK), np.int16)
    scratch = new_scratch(line)
    task_pixels = BLOCK * BLOCKS_PER_TASK
    for start in range(first * task_pixels, min(last * task_pixels, out.shape[1]), BLOCK):
        pixels = np.arange(start, min(start + BLOCK, out.shape[1]))
        fill_block(values, valid, pixels, line, scratch, rows)
        for row in range(out.shape[0]):
            for position in range(len(pixels)):  # unsigned indices avoid numba's test for negative ones
                out[row, np.uint64(start) + np.uint64(position)] = rows[row, position]


@njit(cache=True)
def new_scratch(line):
    """Return working memory for :func:`fill_block`."""
    days, outputs = len(line.days), len(line.output_days)
    return Scratch(
        np.zeros((days, BLOCK), np.int16),
        np.zeros((days, BLOCK), np.int16),
        np.zeros((outputs, BLOCK), np.float32),
        np.zeros((outputs, BLOCK), np.int32),
        np.zeros((outputs, BLOCK), np.int16),
        np.zeros(BLOCK, np.int32),
        np.zeros(BLOCK, np.int16),
        np.zeros(BLOCK, np.int16),
    )


@njit(cache=True)
def fill_block(values, valid, pixels, line, scratch, rows):
    """Interpolate some pixels, at most BLOCK of them.

    Parameters
    ----------
    values, valid : ndarray
        As in :func:`fill_gaps`.
    pixels : ndarray of int64
        Positions of the pixels, ascending.
    line : Timeline
    scratch : Scratch
        Out: ``seen`` is not 0 for pixels with at least one valid observation.
    rows : ndarray of int16, shape (at least outputs * bands, BLOCK)
        Out: date by date, the bands; undefined beyond the number of pixels.
    """
    bands = values.shape[1]
    gather_clear(valid, pixels, line.starts, scratch.clear)
    _find_weights(line, scratch)
    for band in range(bands):
        gather_values(values, valid, band, pixels, line.starts, scratch.values)
        _blend_band(line, scratch, rows, band, bands)
    see_block(scratch.clear, scratch.seen)
    for pixel in range(len(pixels)):
        if scratch.seen[pixel] == 0:
            rows[: len(line.output_days) * bands, pixel] = NODATA


@njit(cache=True)
def gather_clear(valid, pixels, starts, clear):
    """Set all bits of pixels with any valid observation on a day."""
    clear[:] = 0
    first, count = np.uint64(pixels[0]), len(pixels)
    side_by_side = pixels[-1] - pixels[0] == count - 1
    for day in range(len(starts) - 1):
        for observation in range(starts[day], starts[day + 1]):
            if side_by_side:
                for position in range(count):
                    clear[day, position] |= -np.int16(valid[observation, first + np.uint64(position)])
            else:
                for position in range(count):
                    clear[day, position] |= -np.int16(valid[observation, np.uint64(pixels[position])])


@njit(cache=True)
def gather_values(values, valid, band, pixels, starts, out):
    """Copy a band's values to contiguous rows, one per day.

    In the window, rows are often a power of two apart and would evict one another from the cache.
    """
    first, count = np.uint64(pixels[0]), len(pixels)
    side_by_side = pixels[-1] - pixels[0] == count - 1
    for day in range(len(starts) - 1):
        observation = starts[day]
        if starts[day + 1] - observation > 1:
            _merge_observations(values, valid, band, pixels, observation, starts[day + 1], out[day])
        elif side_by_side:
            for position in range(count):
                out[day, position] = values[observation, band, first + np.uint64(position)]
        else:
            for position in range(count):
                out[day, position] = values[observation, band, np.uint64(pixels[position])]


@njit(cache=True)
def _merge_observations(values, valid, band, pixels, first, end, out):
    """Store the mean of a day's valid observations, halves rounded up."""
    for position in range(len(pixels)):
        clear, total = 0, 0
        for observation in range(first, end):
            if valid[observation, pixels[position]]:
                clear += 1
                total += values[observation, band, pixels[position]]
        out[position] = np.int16(np.floor(total / max(clear, 1) + 0.5))


@njit(cache=True)
def _find_weights(line, scratch):
    """Compute the weight of the later observation for each output date and pixel."""
    # Fields are unpacked once: each access to a tuple counts references, which costs more than a row of pixels.
    days, output_days, clear = line.days, line.output_days, scratch.clear
    held, earlier, weights = scratch.held_days, scratch.earlier_days, scratch.weights
    held[:] = -_NEVER
    day = 0
    for output in range(len(output_days)):
        while day < len(days) and days[day] <= output_days[output]:
            _hold_day(held, days[day], clear, np.uint64(day))
            day += 1
        _keep(held, earlier, np.uint64(output))
    held[:] = _NEVER
    day = len(days) - 1
    for output in range(len(output_days) - 1, -1, -1):
        while day >= 0 and days[day] >= output_days[output]:
            _hold_day(held, days[day], clear, np.uint64(day))
            day -= 1
        _weigh(output_days[output], earlier, held, weights, np.uint64(output))


@njit(cache=True)
def _blend_band(line, scratch, rows, band, bands):
    """Interpolate one band: a forward pass for earlier observations, a backward pass for later ones and outputs."""
    days, output_days, clear = line.days, line.output_days, scratch.clear
    held, earlier, weights, values = scratch.held, scratch.earlier, scratch.weights, scratch.values
    held[:] = 0
    day = 0
    for output in range(len(output_days)):
        while day < len(days) and days[day] <= output_days[output]:
            _hold(held, values, clear, np.uint64(day))
            day += 1
        _keep(held, earlier, np.uint64(output))
    held[:] = 0
    day = len(days) - 1
    for output in range(len(output_days) - 1, -1, -1):
        while day >= 0 and days[day] >= output_days[output]:
            _hold(held, values, clear, np.uint64(day))
            day -= 1
        _blend(earlier, held, weights, np.uint64(output), rows, np.uint64(output * bands + band))


@njit(cache=True)
def _hold_day(held, number, clear, day):
    for position in range(BLOCK):
        held[position] ^= (held[position] ^ number) & np.int32(clear[day, position])


@njit(cache=True)
def _hold(held, values, clear, day):
    """Take the valid values of the day: a select without a branch."""
    for position in range(BLOCK):
        held[position] ^= (held[position] ^ values[day, position]) & clear[day, position]


@njit(cache=True)
def _keep(held, earlier, output):
    for position in range(BLOCK):
        earlier[output, position] = held[position]


@njit(cache=True, error_model="numpy")
def _weigh(number, earlier_days, later_days, weights, output):
    """Return the later observation's weight: 0 at the earlier one or without later one, 1 without earlier one."""
    for position in range(BLOCK):
        earlier, later = earlier_days[output, position], later_days[position]
        span = np.float32(later - earlier)
        weight = np.float32(number - earlier) / (span if span != 0 else np.float32(1))
        weight = weight if later != _NEVER else np.float32(0)
        weights[output, position] = weight if earlier != -_NEVER else np.float32(1)


@njit(cache=True)
def _blend(earlier, later, weights, output, rows, row):
    """Interpolate between two values of each pixel; halves are rounded up within the precision of float32 weights."""
    for position in range(BLOCK):
        start, stop = np.float32(earlier[output, position]), np.float32(later[position])
        value = start + (stop - start) * weights[output, position]
        rows[row, position] = np.int16(np.floor(value + np.float32(0.5)))


@njit(cache=True)
def see_block(clear, seen):
    """Set ``seen`` to a value other than 0 for pixels that are valid on any day."""
    seen[:] = 0
    for day in range(len(clear)):
        for position in range(BLOCK):
            seen[position] |= clear[day, position]
