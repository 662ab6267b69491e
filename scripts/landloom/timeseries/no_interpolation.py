"""No interpolation: the values of the clear looks on their own days, and a flag for each day that tells what lacks.

Of several looks of one day that are clear, the mean counts, as everywhere.
"""

from typing import NamedTuple

import numpy as np
from numba import njit, prange

from landloom.core.stored_values import NODATA
from landloom.features.blocks import finish_block, new_work, use_kernel
from landloom.timeseries.gap_filling import (
    BLOCK,
    BLOCKS_PER_TASK,
    Timeline,
    gather_clear,
    gather_values,
    line_of,
    new_scratch,
    see_block,
)
from landloom.timeseries.settings import InterpolationSettings

LACKING = True
CLEAR, NOT_CLEAR, NOT_ACQUIRED = 0, 1, 2
"""Flags."""


class Plan(NamedTuple):
    """Which day of looks each output date is; -1 where the tile has none.

    Attributes
    ----------
    days, starts, output_days
        Of the :class:`landloom.timeseries.gap_filling.Timeline`.
    day_of_output : ndarray of int32, shape (outputs,)
    """

    days: np.ndarray
    starts: np.ndarray
    output_days: np.ndarray
    day_of_output: np.ndarray


def prepare(line: Timeline, settings: InterpolationSettings) -> Plan:
    """Find the days of looks that are wanted."""
    places = {int(day): place for place, day in enumerate(line.days)}
    return Plan(*line, np.array([places.get(int(day), -1) for day in line.output_days], np.int32))


@njit(cache=True, parallel=True)
def stack(values, valid, pixels, plan, recipe, features, column, seen, tasks):
    """Write the feature vectors of some pixels: see :class:`landloom.features.vectors.Part`."""
    for task in prange(tasks):
        _stack_task(np.int64(task), values, valid, pixels, plan, recipe, features, column, seen)


@njit(cache=True)
def _stack_task(task, values, valid, pixels, plan, recipe, features, column, seen):
    """Make the vectors of some blocks."""
    line = line_of(plan)
    work, scratch = new_work(recipe), new_scratch(line)
    begin = task * BLOCK * BLOCKS_PER_TASK
    for start in range(begin, min(begin + BLOCK * BLOCKS_PER_TASK, len(pixels)), BLOCK):
        block = pixels[start : start + BLOCK]
        _copy_block(plan, values, valid, block, scratch, work.rows)
        _flag_block(plan, scratch.clear, work.rows, recipe.flags)
        finish_block(recipe, work, scratch.seen, start, len(block), features, column, seen)


@njit(cache=True)
def _copy_block(plan, values, valid, pixels, scratch, rows):
    """Put the bands of each output date where it is clear."""
    bands, starts = values.shape[1], plan.starts
    gather_clear(valid, pixels, starts, scratch.clear)
    see_block(scratch.clear, scratch.seen)
    for band in range(bands):
        gather_values(values, valid, band, pixels, starts, scratch.values)
        for date in range(len(plan.day_of_output)):
            row, day = rows[date * bands + band], plan.day_of_output[date]
            if day < 0:
                row[:] = NODATA
                continue
            for place in range(BLOCK):
                row[place] = scratch.values[day, place] if scratch.clear[day, place] else NODATA


@njit(cache=True)
def _flag_block(plan, clear, rows, flags):
    """Tell which dates lack, and why."""
    for date in range(len(plan.day_of_output)):
        row, day = rows[flags + date], plan.day_of_output[date]
        if day < 0:
            row[:] = NOT_ACQUIRED
            continue
        for place in range(BLOCK):
            row[place] = CLEAR if clear[day, place] else NOT_CLEAR


def use_kernels() -> None:
    """Call the kernel once, with the types of a tile's series: compiled ahead of the work."""
    use_kernel(prepare, stack, LACKING)
