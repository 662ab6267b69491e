"""Linear in time between the nearest clear looks: see :mod:`landloom.timeseries.gap_filling`."""

import numpy as np
from numba import njit, prange

from landloom.features.blocks import finish_block, new_work, use_kernel
from landloom.timeseries.gap_filling import BLOCK, BLOCKS_PER_TASK, Timeline, fill_block, new_scratch
from landloom.timeseries.settings import InterpolationSettings

LACKING = False


def prepare(line: Timeline, settings: InterpolationSettings) -> Timeline:
    """Return what the kernel needs to know: the days."""
    return line


@njit(cache=True, parallel=True)
def stack(values, valid, pixels, line, recipe, features, column, seen, tasks):
    """Write the feature vectors of some pixels: see :class:`landloom.features.vectors.Part`."""
    for task in prange(tasks):
        _stack_task(np.int64(task), values, valid, pixels, line, recipe, features, column, seen)


@njit(cache=True)
def _stack_task(task, values, valid, pixels, line, recipe, features, column, seen):
    """Make the vectors of some blocks."""
    work, scratch = new_work(recipe), new_scratch(line)
    begin = task * BLOCK * BLOCKS_PER_TASK
    for start in range(begin, min(begin + BLOCK * BLOCKS_PER_TASK, len(pixels)), BLOCK):
        block = pixels[start : start + BLOCK]
        fill_block(values, valid, block, line, scratch, work.rows)
        finish_block(recipe, work, scratch.seen, start, len(block), features, column, seen)


def use_kernels() -> None:
    """Call the kernel once, with the types of a tile's series: compiled ahead of the work."""
    use_kernel(prepare, stack, LACKING)
