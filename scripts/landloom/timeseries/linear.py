"""Linear interpolation between the nearest valid observations: see :mod:`landloom.timeseries.gap_filling`."""

from numba import njit

from landloom.timeseries.gap_filling import Timeline, fill_block
from landloom.timeseries.gap_filling import new_scratch as new_scratch
from landloom.timeseries.settings import InterpolationSettings

LACKING = False


def prepare(line: Timeline, settings: InterpolationSettings) -> Timeline:
    """Return the parameters of the kernel: the days."""
    return line


@njit(cache=True)
def fill(values, valid, pixels, line, scratch, rows, flags):
    """Write the bands of a block on each output date to its rows; return which pixels are ever valid."""
    fill_block(values, valid, pixels, line, scratch, rows)
    return scratch.seen
