"""No interpolation: valid observations on their own days, and a flag of missing values for each day.

Several valid observations of one day count as their mean, as in the other methods.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.timeseries.gap_filling import BLOCK, Timeline, gather_clear, gather_values
from landloom.timeseries.gap_filling import new_scratch as new_scratch_of_line
from landloom.timeseries.settings import InterpolationSettings

LACKING = True
CLEAR, NOT_CLEAR, NOT_ACQUIRED = 0, 1, 2
"""Flags."""


class Plan(NamedTuple):
    """Timeline with the observation day of each output date, -1 if the tile has none.

    Attributes
    ----------
    line : Timeline
    day_of_output : ndarray of int32, shape (outputs,)
    """

    line: Timeline
    day_of_output: np.ndarray


def prepare(line: Timeline, settings: InterpolationSettings) -> Plan:
    """Match output dates to observation days."""
    positions = {int(day): position for position, day in enumerate(line.days)}
    return Plan(line, np.array([positions.get(int(day), -1) for day in line.output_days], np.int32))


@njit(cache=True)
def new_scratch(plan):
    """Return working memory for a block."""
    return new_scratch_of_line(plan.line)


@njit(cache=True)
def fill(values, valid, pixels, plan, scratch, rows, flags):
    """Write bands and flags (from row ``flags`` on) of a block to its rows; return which have a valid output date."""
    _copy_block(plan, values, valid, pixels, scratch, rows)
    _flag_block(plan, scratch.clear, rows, flags, scratch.seen)
    return scratch.seen


@njit(cache=True)
def _copy_block(plan, values, valid, pixels, scratch, rows):
    """Write the bands of each output date where it is valid."""
    bands, starts = values.shape[1], plan.line.starts
    gather_clear(valid, pixels, starts, scratch.clear)
    for band in range(bands):
        gather_values(values, valid, band, pixels, starts, scratch.values)
        for date in range(len(plan.day_of_output)):
            row, day = rows[date * bands + band], plan.day_of_output[date]
            if day < 0:
                row[:] = NODATA
                continue
            for position in range(BLOCK):
                row[position] = scratch.values[day, position] if scratch.clear[day, position] else NODATA


@njit(cache=True)
def _flag_block(plan, clear, rows, flags, seen):
    """Write the flag of each date: valid, invalid or not acquired.

    Nothing is known of a pixel that is valid on other days alone: ``seen`` is 0 there.
    """
    seen[:] = 0
    for date in range(len(plan.day_of_output)):
        row, day = rows[flags + date], plan.day_of_output[date]
        if day < 0:
            row[:] = NOT_ACQUIRED
            continue
        for position in range(BLOCK):
            row[position] = CLEAR if clear[day, position] else NOT_CLEAR
            seen[position] |= clear[day, position]
