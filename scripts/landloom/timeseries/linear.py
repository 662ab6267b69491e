"""Linear interpolation between the nearest clear looks: see :mod:`landloom.timeseries.gap_filling`."""

from numba import njit

from landloom.timeseries.gap_filling import Timeline, fill_block
from landloom.timeseries.gap_filling import new_scratch as new_scratch
from landloom.timeseries.settings import InterpolationSettings

LACKING = False


def prepare(line: Timeline, settings: InterpolationSettings) -> Timeline:
    """Return what the kernel needs to know: the days."""
    return line


@njit(cache=True)
def fill(values, valid, pixels, line, scratch, rows, flags):
    """Put the bands of a block on each output date into its rows; return which pixels are seen."""
    fill_block(values, valid, pixels, line, scratch, rows)
    return scratch.seen
