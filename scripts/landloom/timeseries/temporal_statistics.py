"""Temporal statistics of a pixel's series: minimum, maximum, mean, quantiles, day of the maximum.

Quantiles are the defaults of numpy and R (type 7 of Hyndman & Fan 1996, The American Statistician 50(4)): linear
between the two values next to position q (n - 1). All sums are of integers, so that results do not depend on their
order; they are rounded once, halves up. The pixels of a block are sorted together by exchanges of neighbours, which
the compiler vectorises.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.timeseries.gap_filling import BLOCK

_MIN, _MAX, _MEAN, _AMPLITUDE, _DAY_OF_MAX, _QUANTILE = range(6)
_CODES = {"min": _MIN, "max": _MAX, "mean": _MEAN, "amplitude": _AMPLITUDE, "day_of_max": _DAY_OF_MAX}
_GREATEST = 32767

LATE_DECEMBER = datetime.timedelta(days=14)
"""Before New Year: a first output date so late counts to the next year."""


class Statistics(NamedTuple):
    """Statistics, ready to be computed.

    Attributes
    ----------
    positions : ndarray of int32, shape (statistics,)
        Position of the input among bands and, after these, formulas.
    codes, percents : ndarray of int32, shape (statistics,)
        Kind of statistic, and percentage of a quantile.
    day_numbers : ndarray of int16, shape (dates,)
        Value of ``day_of_max`` for each date.
    """

    positions: np.ndarray
    codes: np.ndarray
    percents: np.ndarray
    day_numbers: np.ndarray


class StatisticsScratch(NamedTuple):
    """Working memory for a block: valid values, contiguous, their number, and their dates."""

    series: np.ndarray
    dates: np.ndarray
    ordered: np.ndarray
    counts: np.ndarray


def statistics(positions: Sequence[int], kinds: Sequence[str], day_numbers: Sequence[int]) -> Statistics:
    """Prepare statistics; ``kinds`` are the names in the configuration."""
    codes = [_CODES.get(kind, _QUANTILE) for kind in kinds]
    percents = [0 if kind in _CODES else int(kind[1:]) for kind in kinds]
    return Statistics(
        np.array(positions, np.int32),
        np.array(codes, np.int32),
        np.array(percents, np.int32),
        np.array(day_numbers, np.int16),
    )


def day_numbers(dates: Sequence[datetime.date]) -> list[int]:
    """Return the value of ``day_of_max`` for each output date: days from 1 January, which is 1.

    The year is that of the first date; one in the last two weeks of December counts to the next: first dates of
    several years may lie on either side of New Year, and their numbers must not be a year apart.
    """
    start = datetime.date((dates[0] + LATE_DECEMBER).year - 1, 12, 31)
    return [(date - start).days for date in dates]


@njit(cache=True)
def new_statistics_scratch(wanted):
    """Return working memory for :func:`compute_statistics`."""
    dates = len(wanted.day_numbers) if len(wanted.codes) else 0
    return StatisticsScratch(
        np.zeros((dates, BLOCK), np.int16),
        np.zeros((dates, BLOCK), np.int16),
        np.zeros((dates, BLOCK), np.int16),
        np.zeros(BLOCK, np.int32),
    )


@njit(cache=True)
def compute_statistics(wanted, rows, bands, flags, first, scratch):
    """Compute the statistics of a block.

    Parameters
    ----------
    wanted : Statistics
    rows : ndarray of int16, shape (rows, BLOCK)
        In: date by date, the bands; then formula by formula, the dates. Out: a row for each statistic; -10000 where
        there is no value.
    bands : int
    flags : int
        First row of the flags, one per date, not 0 for missing values; -1 if no values are missing.
    first : int
        Row of the first statistic.
    scratch : StatisticsScratch
    """
    before, is_ordered = -1, False
    for number in range(len(wanted.codes)):
        position, code = wanted.positions[number], wanted.codes[number]
        if position != before:
            _gather(position, rows, bands, flags, scratch)
            before, is_ordered = position, False
        if code == _QUANTILE and not is_ordered:
            _order(scratch.series, scratch.ordered)
            is_ordered = True
        _compute(code, wanted.percents[number], wanted.day_numbers, scratch, rows[first + number])


@njit(cache=True)
def _gather(position, rows, bands, flags, scratch):
    """Copy the values of a series, valid values first, then the largest integer as padding."""
    series, when, counts = scratch.series, scratch.dates, scratch.counts
    dates = len(series)
    counts[:] = 0 if flags >= 0 else dates
    for date in range(dates):
        row = np.uint64(date * bands + position if position < bands else position * dates + date)
        if flags < 0:
            for pixel in range(BLOCK):
                series[date, pixel] = rows[row, pixel]
                when[date, pixel] = date
            continue
        series[date] = _GREATEST
        for pixel in range(BLOCK):
            if rows[flags + date, pixel] == 0:
                series[counts[pixel], pixel] = rows[row, pixel]
                when[counts[pixel], pixel] = date
                counts[pixel] += 1


@njit(cache=True)
def _order(series, ordered):
    """Sort each pixel's values by moving up the largest, then the next."""
    # Loops instead of a slice: its message about shapes that differ would take numba 3 s to compile.
    for row in range(len(series)):
        for pixel in range(BLOCK):
            ordered[row, pixel] = series[row, pixel]
    for end in range(len(series) - 1, 0, -1):
        for low in range(np.uint64(end)):
            high = np.uint64(low + 1)
            for pixel in range(BLOCK):
                one, other = ordered[low, pixel], ordered[high, pixel]
                ordered[low, pixel] = min(one, other)
                ordered[high, pixel] = max(one, other)


@njit(cache=True)
def _compute(code, percent, day_numbers, scratch, out):
    """Compute one statistic of all pixels."""
    series, counts = scratch.series, scratch.counts
    if code == _QUANTILE:
        _quantile(scratch.ordered, counts, percent, out)
    elif code == _MEAN:
        _mean(series, counts, out)
    elif code == _DAY_OF_MAX:
        _day_of_greatest(series, scratch.dates, counts, day_numbers, out)
    else:
        _extreme(code, series, counts, out)
    for pixel in range(BLOCK):
        out[pixel] = out[pixel] if counts[pixel] > 0 else NODATA


@njit(cache=True)
def _quantile(ordered, counts, percent, out):
    for pixel in range(BLOCK):
        steps = percent * max(counts[pixel] - 1, 0)
        low, rest = steps // 100, steps % 100
        value = np.int64(ordered[low, pixel])
        step = np.int64(ordered[low + 1, pixel]) - value if rest else np.int64(0)
        out[pixel] = (100 * value + step * rest + 50) // 100


@njit(cache=True)
def _mean(series, counts, out):
    for pixel in range(BLOCK):
        total, count = np.int64(0), np.int64(counts[pixel])
        for date in range(count):
            total += series[date, pixel]
        out[pixel] = (2 * total + count) // (2 * count) if count else 0


@njit(cache=True)
def _extreme(code, series, counts, out):
    for pixel in range(BLOCK):
        least, greatest = np.int64(_GREATEST), np.int64(-_GREATEST - 1)
        for date in range(counts[pixel]):
            least = min(least, np.int64(series[date, pixel]))
            greatest = max(greatest, np.int64(series[date, pixel]))
        value = least if code == _MIN else greatest if code == _MAX else greatest - least
        out[pixel] = min(max(value, -_GREATEST), _GREATEST)


@njit(cache=True)
def _day_of_greatest(series, dates, counts, day_numbers, out):
    """Find the first day of the maximum."""
    for pixel in range(BLOCK):
        best = 0
        for date in range(1, counts[pixel]):
            if series[date, pixel] > series[best, pixel]:
                best = date
        out[pixel] = day_numbers[dates[best, pixel]]
