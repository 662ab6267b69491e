"""The output dates of the gap filling: one calendar for all tiles of a year."""

import calendar
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landloom.core.errors import InputError

MODEL_TAG = "LANDLOOM_DATES"
"""Where a model keeps the output dates, per sensor, that it was trained with."""

EPOCH = datetime.date(1970, 1, 1)


def days(dates: Sequence[datetime.date]) -> list[int]:
    """Return dates as days since 1970."""
    return [(date - EPOCH).days for date in dates]


@dataclass(frozen=True)
class CommonRange:
    """The days that the series of all tiles cover, and the tiles that bound them.

    Attributes
    ----------
    start, end : date
        The last of the first acquisitions, the first of the last ones; the range is empty where it ends before it
        starts.
    late_tile, early_tile : str
        Whose series starts last, whose ends first.
    """

    start: datetime.date
    end: datetime.date
    late_tile: str
    early_tile: str


def common_range(ranges: Mapping[str, tuple[datetime.date, datetime.date]]) -> CommonRange:
    """Return the days that all tiles share, from the first and last acquisition of each; of equals, the first."""
    late = max(ranges, key=lambda tile: ranges[tile][0])
    early = min(ranges, key=lambda tile: ranges[tile][1])
    return CommonRange(ranges[late][0], ranges[early][1], late, early)


@dataclass(frozen=True)
class SharedDates:
    """The dates of the products of a sensor, the same or taken for all tiles, or a tile that has others.

    Attributes
    ----------
    dates : tuple of date
        Ascending.
    tile : str
        Whose they are: the first.
    other_tile : str
        A tile that has others; empty where all agree.
    other_dates : tuple of date
        That it lacks or has beyond them.
    """

    dates: tuple[datetime.date, ...]
    tile: str
    other_tile: str = ""
    other_dates: tuple[datetime.date, ...] = ()


def shared_dates(dates: Mapping[str, Sequence[datetime.date]]) -> SharedDates:
    """Compare the dates of all tiles."""
    first, *others = dates
    expected = set(dates[first])
    odd = next((tile for tile in others if set(dates[tile]) != expected), None)
    kept = tuple(sorted(expected))
    return (
        SharedDates(kept, first, odd, tuple(sorted(expected ^ set(dates[odd])))) if odd else SharedDates(kept, first)
    )


def basis(kind: str, dates: Mapping[str, Sequence[datetime.date]]) -> CommonRange | SharedDates:
    """Return what the output dates of a sensor follow from, by the dates of its products in each tile that it sees.

    Parameters
    ----------
    kind : str
        ``steps``, ``own`` or ``union``.
    """
    if kind == "own":
        return shared_dates(dates)
    if kind == "union":
        return SharedDates(tuple(sorted({date for found in dates.values() for date in found})), next(iter(dates)))
    return common_range({tile: (min(found), max(found)) for tile, found in dates.items()})


def nothing_seen(sensor: str, period: tuple[datetime.date, datetime.date]) -> str:
    """Return the message of a sensor that no tile has a product of."""
    return (
        f"sensors.{sensor}: no tile has a product from {period[0]} to {period[1]} that is used; "
        "is the archive right? Else leave the sensor out"
    )


def own_dates(
    sensor: str, shared: SharedDates, bounds: tuple[str, str], period: tuple[datetime.date, datetime.date]
) -> list[datetime.date]:
    """Return the products' own dates as output dates, those outside of the bounds left out.

    Parameters are those of :func:`output_dates`.

    Raises
    ------
    InputError
        Where tiles have different dates, or none lies within the bounds.
    """
    if shared.other_tile:
        days_of_one = ", ".join(str(date) for date in shared.other_dates[:5])
        raise InputError(
            f"sensors.{sensor}: with `output_dates: own`, all tiles must have products of the same dates, but only "
            f"one of {shared.tile} and {shared.other_tile} has {days_of_one}; get the others, or choose "
            "`output_dates: steps` or `union`"
        )
    start = shared.dates[0] if bounds[0] == "auto" else _days_within(bounds[0], period)[0]
    end = shared.dates[-1] if bounds[1] == "auto" else _days_within(bounds[1], period)[-1]
    found = [date for date in shared.dates if start <= date <= end]
    if not found:
        raise InputError(f"sensors.{sensor}: no product from {start} to {end}; widen `start` and `end`")
    return found


def output_dates(
    sensor: str,
    common: CommonRange,
    bounds: tuple[str, str],
    step_days: int,
    period: tuple[datetime.date, datetime.date],
) -> list[datetime.date]:
    """Return the dates onto which a sensor's series are interpolated.

    Parameters
    ----------
    sensor : str
        For the message.
    common : CommonRange
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
    start = common.start if bounds[0] == "auto" else _days_within(bounds[0], period)[0]
    end = common.end if bounds[1] == "auto" else _days_within(bounds[1], period)[-1]
    if end < start:
        raise InputError(
            f"sensors.{sensor}: no common dates: the series of tile {common.late_tile} starts on {common.start}, "
            f"that of tile {common.early_tile} ends on {common.end}; give `start` and `end`, or add products"
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


def dates_of_models(
    metadata: Mapping[str, Mapping[str, str]], period: tuple[datetime.date, datetime.date]
) -> dict[str, list[str]]:
    """Return the output dates, per sensor, that models were trained with, moved by whole years into a period.

    Parameters
    ----------
    metadata : dict of path: dict
        What each model keeps.
    period : (date, date)
        In which the dates have to lie.

    Raises
    ------
    InputError
        Where a model tells no dates, models differ, or the dates fit into the period in no year.
    """
    found = {path: trained_dates(path, kept) for path, kept in metadata.items()}
    first, *others = found
    differing = [path for path in others if found[path] != found[first]]
    if differing:
        raise InputError(
            f"{differing[0]}: was trained with other dates than {first}; models of a map must share them"
        )
    years = _years_into(found[first], period)
    if years is None:
        days_of_all = sorted(date for dates in found[first].values() for date in dates)
        raise InputError(
            f"{first}: was trained with dates from {days_of_all[0]} to {days_of_all[-1]}, which lie in the period "
            f"{period[0]} to {period[1]} in no year; give the year the period that the models were trained with"
        )
    return {sensor: [str(moved(date, years)) for date in dates] for sensor, dates in found[first].items()}


def trained_dates(path: str, metadata: Mapping[str, str]) -> dict[str, list[datetime.date]]:
    """Return the output dates, per sensor, that a model was trained with.

    Raises
    ------
    InputError
        Where it does not tell them.
    """
    try:
        content = json.loads(metadata[MODEL_TAG])
        found = {sensor: [datetime.date.fromisoformat(date) for date in dates] for sensor, dates in content.items()}
        if not found or not all(found.values()):
            raise ValueError("a sensor without dates")
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError):
        raise InputError(f"{path}: does not tell the dates that it was trained with; train it anew") from None
    return found


def moved(date: datetime.date, years: int) -> datetime.date:
    """Return a date some years later; the 29th of February becomes the 28th where there is none."""
    year = date.year + years
    return date.replace(year=year, day=min(date.day, calendar.monthrange(year, date.month)[1]))


def _years_into(
    dates: Mapping[str, Sequence[datetime.date]], period: tuple[datetime.date, datetime.date]
) -> int | None:
    """Return by how many years all dates have to be moved to lie in a period: the fewest; None where none does."""
    every = [date for of_sensor in dates.values() for date in of_sensor]
    first, last = min(every), max(every)
    tried = range(period[0].year - first.year - 1, period[1].year - first.year + 2)
    fitting = [years for years in tried if period[0] <= moved(first, years) and moved(last, years) <= period[1]]
    return min(fitting, key=abs, default=None)
