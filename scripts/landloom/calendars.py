"""The output dates of the gap filling: one calendar for all tiles of a year."""

import calendar
import datetime
from collections.abc import Sequence

from landloom.errors import InputError

EPOCH = datetime.date(1970, 1, 1)


def days(dates: Sequence[datetime.date]) -> list[int]:
    """Return dates as days since 1970."""
    return [(date - EPOCH).days for date in dates]


def output_dates(
    sensor: str,
    ranges: dict[str, tuple[datetime.date, datetime.date]],
    bounds: tuple[str, str],
    step_days: int,
    period: tuple[datetime.date, datetime.date],
) -> list[datetime.date]:
    """Return the dates onto which a sensor's series are interpolated.

    Parameters
    ----------
    sensor : str
        For the message.
    ranges : dict of tile: (first date, last date)
        The acquisitions of each tile.
    bounds : (str, str)
        First and last output date as ``MM-DD``, or ``auto``: the range that all tiles share, so that nothing
        is extrapolated in time.
    step_days : int
    period : (date, date)
        The year's period, in which ``MM-DD`` lies.

    Raises
    ------
    InputError
        Where the range is empty.
    """
    late, early = max(ranges, key=lambda t: (ranges[t][0], t)), min(ranges, key=lambda t: (ranges[t][1], t))
    start = ranges[late][0] if bounds[0] == "auto" else _days_within(bounds[0], period)[0]
    end = ranges[early][1] if bounds[1] == "auto" else _days_within(bounds[1], period)[-1]
    if end < start:
        raise InputError(
            f"sensors.{sensor}: no common dates: the series of tile {late} starts on {ranges[late][0]}, that of "
            f"tile {early} ends on {ranges[early][1]}; give `start` and `end`, or add products"
        )
    return [start + datetime.timedelta(days=n) for n in range(0, (end - start).days + 1, step_days)]


def _days_within(month_day: str, period: tuple[datetime.date, datetime.date]) -> list[datetime.date]:
    """Return the days of a period that have a given month and day.

    Raises
    ------
    InputError
        Where there is none.
    """
    month, day = map(int, month_day.split("-"))
    found = []
    for year in range(period[0].year, period[1].year + 1):
        if day <= calendar.monthrange(year, month)[1]:
            date = datetime.date(year, month, day)
            found += [date] * (period[0] <= date <= period[1])
    if not found:
        raise InputError(f"`{month_day}` is not a day of the period {period[0]} to {period[1]}")
    return found
