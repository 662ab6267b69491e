"""Blocks of pixels on their way from output dates to feature vectors: what all methods of interpolation share.

A block goes through interpolation, formulas, statistics and transposition while it lies in the second-level cache:
only the vectors are written to memory, once. Its rows are, from the top: date by date, the bands; formula by formula,
the dates; where values may lack, a flag for each date; the statistics.
"""

from collections.abc import Callable, Sequence
from functools import cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit, prange

from landloom.core.stored_values import NODATA
from landloom.features import formulas
from landloom.features.formula_kernels import Expressions, compute_block, joined
from landloom.timeseries import temporal_statistics
from landloom.timeseries.gap_filling import BLOCK, BLOCKS_PER_TASK, tasks_of, timeline
from landloom.timeseries.settings import InterpolationSettings
from landloom.timeseries.temporal_statistics import (
    Statistics,
    StatisticsScratch,
    compute_statistics,
    new_statistics_scratch,
)

IN_ORDER = 2**30
"""Instead of the first row, where features are chosen row by row."""


class RowLayout(NamedTuple):
    """What becomes of the rows of a block; flat, since numba's parallel loops take no tuples of tuples.

    Attributes
    ----------
    instructions, operands, ends, depth
        Of the formulas: :class:`landloom.features.formula_kernels.Programs`.
    places, codes, percents, day_numbers
        Of the :class:`landloom.timeseries.temporal_statistics.Statistics`.
    chosen : ndarray of int32, shape (features,)
        Row of each feature.
    first : int
        From which row on all are features, in order; else ``IN_ORDER``.
    bands, dates : int
    flags : int
        Row of the first flag; -1 where no value lacks.
    rows : int
    """

    opcodes: np.ndarray
    operands: np.ndarray
    ends: np.ndarray
    depth: int
    positions: np.ndarray
    codes: np.ndarray
    percents: np.ndarray
    day_numbers: np.ndarray
    chosen: np.ndarray
    first: int
    bands: int
    dates: int
    flags: int
    rows: int


class Work(NamedTuple):
    """Working memory for a block: its rows, the numbers of formulas, the rows that are features, statistics."""

    rows: np.ndarray
    numbers: np.ndarray
    selected: np.ndarray
    statistics: StatisticsScratch


def row_layout(
    expressions: Expressions, statistics: Statistics, chosen: Sequence[int], bands: int, dates: int, flagged: bool
) -> RowLayout:
    """Lay out the rows of blocks.

    Parameters
    ----------
    chosen : sequence of int
        Row of each feature, in the order of features.
    flagged : bool
        Whether values may lack, which a row for each date then tells.
    """
    above = dates * (bands + len(expressions.ends))
    rows = above + dates * flagged + len(statistics.codes)
    is_run = list(chosen) == list(range(rows - len(chosen), rows))
    first = rows - len(chosen) if is_run else IN_ORDER
    flags = above if flagged else -1
    return RowLayout(*expressions, *statistics, np.array(chosen, np.int32), first, bands, dates, flags, rows)


@njit(cache=True)
def _expressions_of(row_layout):
    return Expressions(row_layout.opcodes, row_layout.operands, row_layout.ends, row_layout.depth)


@njit(cache=True)
def _statistics_of(row_layout):
    return Statistics(row_layout.positions, row_layout.codes, row_layout.percents, row_layout.day_numbers)


@njit(cache=True)
def new_work(row_layout):
    """Return working memory for blocks."""
    return Work(
        np.empty((row_layout.rows, BLOCK), np.int16),
        np.zeros((row_layout.depth, BLOCK)),
        np.empty((len(row_layout.chosen) if row_layout.first == IN_ORDER else 0, BLOCK), np.int16),
        new_statistics_scratch(_statistics_of(row_layout)),
    )


@njit(cache=True)
def finish_block(row_layout, work, clear, start, count, features, column, seen):
    """Turn bands on the output dates, and flags where there are, into feature vectors.

    Parameters
    ----------
    row_layout : Recipe
    work : Work
    clear : ndarray of int16, shape (BLOCK,)
        Not 0 where a pixel was clear at least once.
    start, count : int
        Position of the block's first pixel among the vectors, and its pixels.
    features : ndarray of int16, shape (pixels, features of all parts)
        Out.
    column : int
        Of the first feature.
    seen : ndarray of bool, shape (pixels,)
        Out: set where a pixel was clear at least once.
    """
    rows = work.rows
    compute_block(_expressions_of(row_layout), rows, row_layout.bands, row_layout.dates, work.numbers)
    if row_layout.flags >= 0:
        _leave_out(rows, row_layout)
    if len(row_layout.codes):
        first = row_layout.rows - len(row_layout.codes)
        compute_statistics(
            _statistics_of(row_layout), rows, row_layout.bands, row_layout.flags, first, work.statistics
        )
    for position in range(count):
        if clear[position]:
            seen[start + position] = True
        else:
            rows[:, position] = NODATA
    if row_layout.first == IN_ORDER:
        for feature in range(len(row_layout.chosen)):
            work.selected[feature] = rows[row_layout.chosen[feature]]
        _transpose(work.selected, 0, features, start, count, column)
    else:
        _transpose(rows, row_layout.first, features, start, count, column)


@njit(cache=True)
def _leave_out(rows, row_layout):
    """Put the missing value for formulas of dates that lack."""
    dates = row_layout.dates
    for row in range(dates * row_layout.bands, row_layout.flags):
        flags = rows[row_layout.flags + (row - dates * row_layout.bands) % dates]
        for position in range(BLOCK):
            rows[row, position] = NODATA if flags[position] else rows[row, position]


@njit(cache=True)
def _transpose(rows, first, features, start, pixels, column):
    """Turn rows of pixels into vectors, 32 features (a line of the cache) at a time."""
    for low in range(first, len(rows), 32):
        high = min(low + 32, len(rows))
        for pixel in range(pixels):
            vector, position = np.uint64(start + pixel), np.uint64(pixel)
            for row in range(np.uint64(low), np.uint64(high)):  # unsigned indices: no test for negative ones
                features[vector, np.uint64(column - first) + row] = rows[row, position]


if TYPE_CHECKING:  # names that the copies of the patterns below find among their globals
    _stack_task: Callable[..., None]
    fill: Callable[..., np.ndarray]
    new_scratch: Callable[..., Any]


def _stack_pattern(values, valid, pixels, plan, row_layout, features, column, seen, tasks):
    """Write the feature vectors of some pixels: see :class:`landloom.features.vectors.Part`."""
    for task in prange(tasks):
        _stack_task(np.int64(task), values, valid, pixels, plan, row_layout, features, column, seen)  # noqa: F821


def _task_pattern(task, values, valid, pixels, plan, row_layout, features, column, seen):
    """Make the vectors of some blocks; ``fill`` and ``new_scratch`` are those of the method."""
    work, scratch = new_work(row_layout), new_scratch(plan)  # noqa: F821
    begin = task * BLOCK * BLOCKS_PER_TASK
    for start in range(begin, min(begin + BLOCK * BLOCKS_PER_TASK, len(pixels)), BLOCK):
        block = pixels[start : start + BLOCK]
        clear = fill(values, valid, block, plan, scratch, work.rows, row_layout.flags)  # noqa: F821
        finish_block(row_layout, work, clear, start, len(block), features, column, seen)


@cache
def stack_of(method: ModuleType) -> Callable[..., None]:
    """Return the parallel loop over blocks that has a method's kernel within: compiled for it, stored by its name.

    Numba stores no function on disk that is given another as an argument or by a closure. So each method gets a copy
    of the loop, which finds the kernel among its globals.
    """
    own = {**globals(), "fill": method.fill, "new_scratch": method.new_scratch}
    own["_stack_task"] = njit(cache=True)(_copied(_task_pattern, own, method))
    return njit(cache=True, parallel=True)(_copied(_stack_pattern, own, method))


def _copied(pattern: Callable[..., None], own: dict[str, Any], method: ModuleType) -> Callable[..., None]:
    copy = FunctionType(pattern.__code__, own, pattern.__name__, pattern.__defaults__)
    copy.__qualname__ = f"{pattern.__name__}_{method.__name__.rpartition('.')[2]}"
    return copy


def use_kernels_of(method: ModuleType) -> Callable[[], None]:
    """Return a function that calls a method's loop on next to nothing, with the types of a tile's series."""

    def use_kernels() -> None:
        settings = InterpolationSettings()  # type: ignore[call-arg]
        days = list(range(settings.window))
        expression = formulas.formula("", "a", {"a": 0}).expression
        wanted = temporal_statistics.statistics([0], ["min"], days)
        plain = row_layout(joined([expression]), wanted, [0], 1, len(days), method.LACKING)
        features, seen = np.empty((4, 1), np.int16), np.zeros(4, bool)
        values, valid = np.ones((len(days), 1, 4), np.int16), np.ones((len(days), 4), bool)
        plan = method.prepare(timeline(days, days), settings)
        stack_of(method)(values, valid, np.arange(4), plan, plain, features, 0, seen, tasks_of(4))

    use_kernels.__module__ = method.__name__
    return use_kernels
