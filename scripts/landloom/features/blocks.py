"""Block processing from output dates to feature vectors, common to all interpolation methods.

A block goes through interpolation, formulas, statistics and transposition while it is in the second-level cache: only
the vectors are written to memory, once. Its rows are, from the top: date by date, the bands; formula by formula, the
dates; if values may be missing, a flag for each date; the statistics.
"""

from collections.abc import Callable, Sequence
from functools import cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.core.transposition import SIDE, is_fast, turn
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
"""Marks a layout whose features are chosen row by row, in place of a first row."""


class RowLayout(NamedTuple):
    """Row layout of a block.

    Attributes
    ----------
    expressions : Expressions
    statistics : Statistics
    chosen : ndarray of int32, shape (features,)
        Row of each feature.
    first : int
        First row from which all rows are features in order; else ``IN_ORDER``.
    bands, dates : int
    flags : int
        Row of the first flag; -1 if no values are missing.
    rows : int
    """

    expressions: Expressions
    statistics: Statistics
    chosen: np.ndarray
    first: int
    bands: int
    dates: int
    flags: int
    rows: int


class Work(NamedTuple):
    """Working memory for a block: its rows, the stack of formulas, the feature rows, statistics."""

    rows: np.ndarray
    numbers: np.ndarray
    selected: np.ndarray
    statistics: StatisticsScratch


def row_layout(
    expressions: Expressions, statistics: Statistics, chosen: Sequence[int], bands: int, dates: int, flagged: bool
) -> RowLayout:
    """Return the row layout of blocks.

    Parameters
    ----------
    chosen : sequence of int
        Row of each feature, in the order of features.
    flagged : bool
        Whether values may be missing, with a flag row for each date.
    """
    above = dates * (bands + len(expressions.ends))
    rows = above + dates * flagged + len(statistics.codes)
    is_run = list(chosen) == list(range(rows - len(chosen), rows))
    first = rows - len(chosen) if is_run else IN_ORDER
    flags = above if flagged else -1
    return RowLayout(expressions, statistics, np.array(chosen, np.int32), first, bands, dates, flags, rows)


@njit(cache=True)
def new_work(row_layout):
    """Return working memory for blocks."""
    return Work(
        np.empty((row_layout.rows, BLOCK), np.int16),
        np.zeros((row_layout.expressions.depth, BLOCK)),
        np.empty((len(row_layout.chosen) if row_layout.first == IN_ORDER else 0, BLOCK), np.int16),
        new_statistics_scratch(row_layout.statistics),
    )


@njit(cache=True)
def finish_block(row_layout, work, clear, start, count, seen):
    """Compute the rows of features from bands on the output dates and, if any, flags.

    Parameters
    ----------
    row_layout : RowLayout
    work : Work
    clear : ndarray of int16, shape (BLOCK,)
        Not 0 for pixels with at least one valid observation.
    start, count : int
        Position of the block's first pixel among the vectors, and its number of pixels.
    seen : ndarray of bool, shape (pixels,)
        Out: set for pixels with at least one valid observation.

    Returns
    -------
    rows : ndarray of int16, shape (rows, BLOCK)
        The features are its last rows.
    first : int
        Row of the first feature.
    """
    rows = work.rows
    compute_block(row_layout.expressions, rows, row_layout.bands, row_layout.dates, work.numbers)
    if row_layout.flags >= 0:
        _leave_out(rows, row_layout)
    if len(row_layout.statistics.codes):
        first = row_layout.rows - len(row_layout.statistics.codes)
        compute_statistics(row_layout.statistics, rows, row_layout.bands, row_layout.flags, first, work.statistics)
    for position in range(count):
        if clear[position]:
            seen[start + position] = True
        else:
            rows[:, position] = NODATA
    if row_layout.first != IN_ORDER:
        return rows, row_layout.first
    for feature in range(len(row_layout.chosen)):
        for position in range(BLOCK):
            work.selected[feature, position] = rows[row_layout.chosen[feature], position]
    return work.selected, 0


@njit(cache=True)
def _leave_out(rows, row_layout):
    """Write nodata for formulas of missing dates."""
    dates = row_layout.dates
    for row in range(dates * row_layout.bands, row_layout.flags):
        flags = rows[row_layout.flags + (row - dates * row_layout.bands) % dates]
        for position in range(BLOCK):
            rows[row, position] = NODATA if flags[position] else rows[row, position]


@njit(cache=True)
def transpose(rows, first, features, start, pixels, column):
    """Transpose rows of pixels to vectors, 32 features (one cache line) at a time.

    Parameters
    ----------
    rows : ndarray of int16, shape (rows, BLOCK)
    first : int
        Row of the first feature; all rows from there on are features.
    features : ndarray of int16, shape (pixels, features of all parts)
        Out.
    start, pixels : int
        Position of the first pixel among the vectors, and the number of pixels.
    column : int
        Column of the first feature.
    """
    for low in range(first, len(rows), 32):
        high = min(low + 32, len(rows))
        for pixel in range(pixels):
            vector, position = np.uint64(start + pixel), np.uint64(pixel)
            for row in range(np.uint64(low), np.uint64(high)):  # unsigned indices: no test for negative ones
                features[vector, np.uint64(column - first) + row] = rows[row, position]


@njit(cache=True)
def transpose_squares(rows, first, features, start, pixels, column):
    """Do what :func:`transpose` does, by squares: 1.5 to 1.7 times as fast with AVX-512."""
    height, width = len(rows) - first, features.shape[1]
    if min(height, pixels) < SIDE:
        transpose(rows, first, features, start, pixels, column)
        return
    source, target = rows.reshape(-1), features.reshape(-1)
    places = np.empty(SIDE, np.int64)
    for left in range(0, pixels, SIDE):
        pixel = min(left, pixels - SIDE)  # the last squares overlap those before
        for top in range(0, height, SIDE):
            row = min(top, height - SIDE)
            for line in range(SIDE):
                places[line] = (first + row + line) * BLOCK + pixel
            turn(source, places, target, np.uint64((start + pixel) * width + column + row), np.uint64(width))


if TYPE_CHECKING:  # names that the copies of the function below find among their globals
    fill: Callable[..., np.ndarray]
    new_scratch: Callable[..., Any]
    to_vectors: Callable[..., None]


def _stack_pattern(first, last, values, valid, pixels, plan, row_layout, features, column, seen):
    """Compute the vectors of some tasks; ``fill`` and ``new_scratch`` are those of the method."""
    work, scratch = new_work(row_layout), new_scratch(plan)  # noqa: F821
    task_pixels = BLOCK * BLOCKS_PER_TASK
    for start in range(first * task_pixels, min(last * task_pixels, len(pixels)), BLOCK):
        block = pixels[start : start + BLOCK]
        clear = fill(values, valid, block, plan, scratch, work.rows, row_layout.flags)  # noqa: F821
        rows, top = finish_block(row_layout, work, clear, start, len(block), seen)
        to_vectors(rows, top, features, start, len(block), column)  # noqa: F821


@cache
def stack_of(method: ModuleType) -> Callable[..., None]:
    """Return the loop over blocks for a method's kernel, compiled and cached by the method's name.

    Numba does not cache functions that receive another one as an argument or by closure. Each method therefore has a
    copy of the loop, which finds the kernel among its globals.
    """
    to_vectors, way = (transpose_squares, "squares") if is_fast() else (transpose, "values")
    own = {**globals(), "fill": method.fill, "new_scratch": method.new_scratch, "to_vectors": to_vectors}
    copy = FunctionType(_stack_pattern.__code__, own, _stack_pattern.__name__)
    copy.__qualname__ = f"{_stack_pattern.__name__}_{method.__name__.rpartition('.')[2]}_{way}"
    return njit(cache=True, nogil=True)(copy)


def use_kernels_of(method: ModuleType) -> Callable[[], None]:
    """Return a function that compiles a method's loop by a minimal call with the types of a tile's series."""

    def use_kernels() -> None:
        settings = InterpolationSettings()  # type: ignore[call-arg]
        days = list(range(settings.window))
        expression = formulas.formula("", "a", {"a": 0}).expression
        wanted = temporal_statistics.statistics([0], ["min"], days)
        plain = row_layout(joined([expression]), wanted, [0], 1, len(days), method.LACKING)
        features, seen = np.empty((4, 1), np.int16), np.zeros(4, bool)
        values, valid = np.ones((len(days), 1, 4), np.int16), np.ones((len(days), 4), bool)
        plan = method.prepare(timeline(days, days), settings)
        stack_of(method)(0, tasks_of(4), values, valid, np.arange(4), plan, plain, features, 0, seen)

    use_kernels.__module__ = method.__name__
    return use_kernels
