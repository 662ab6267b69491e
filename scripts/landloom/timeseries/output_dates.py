"""Output dates of the gap filling, common to all tiles of a year."""

import calendar
import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landloom.core.errors import InputError

MODEL_TAG = "LANDLOOM_DATES"
"""Metadata key of a model for its output dates per sensor."""

EPOCH = datetime.date(1970, 1, 1)


def days(dates: Sequence[datetime.date]) -> list[int]:
    """Return dates as days since 1970."""
    return [(date - EPOCH).days for date in dates]


@dataclass(frozen=True)
class CommonRange:
    """Period that the series of all tiles cover, and the tiles that limit it.

    Attributes
    ----------
    start, end : date
        Latest first acquisition and earliest last acquisition; the range is empty if it ends before it starts.
    late_tile, early_tile : str
        Tile whose series starts last, and tile whose series ends first.
    """

    start: datetime.date
    end: datetime.date
    late_tile: str
    early_tile: str


def common_range(ranges: Mapping[str, tuple[datetime.date, datetime.date]]) -> CommonRange:
    """Return the common period of all tiles from their first and last acquisitions; ties go to the first tile."""
    late = max(ranges, key=lambda tile: ranges[tile][0])
    early = min(ranges, key=lambda tile: ranges[tile][1])
    return CommonRange(ranges[late][0], ranges[early][1], late, early)


@dataclass(frozen=True)
class SharedDates:
    """Product dates of a sensor, common to all tiles, with a tile that deviates, if any.

    Attributes
    ----------
    dates : tuple of date
        Ascending.
    tile : str
        The first tile, which has these dates.
    other_tile : str
        A tile with other dates; empty if all agree.
    other_dates : tuple of date
        Dates that the other tile lacks or has in addition.
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
    """Return the basis of a sensor's output dates from its product dates in each tile.

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
    """Return the message for a sensor without products in any tile."""
    return (
        f"sensors.{sensor}: no tile has a used product from {period[0]} to {period[1]}; "
        "is the archive right? Otherwise remove the sensor"
    )


def own_dates(
    sensor: str, shared: SharedDates, bounds: tuple[str, str], period: tuple[datetime.date, datetime.date]
) -> list[datetime.date]:
    """Return the products' own dates within the bounds as output dates.

    Parameters are those of :func:`output_dates`.

    Raises
    ------
    InputError
        If tiles have different dates, or no date is within the bounds.
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
    """Return the dates to which a sensor's series are interpolated.

    Parameters
    ----------
    sensor : str
        For the message.
    common : CommonRange
    bounds : (str, str)
        First and last output date as ``MM-DD``, or ``auto``: the common period of all tiles, without extrapolation in
        time.
    step_days : int
    period : (date, date)
        Period of the year, which contains ``MM-DD``.

    Raises
    ------
    InputError
        If the range is empty.
    """
    start = common.start if bounds[0] == "auto" else _days_within(bounds[0], period)[0]
    end = common.end if bounds[1] == "auto" else _days_within(bounds[1], period)[-1]
    if end < start:
        raise InputError(
            f"sensors.{sensor}: no common dates: the series of tile {common.late_tile} starts on {common.start}, "
            f"that of tile {common.early_tile} ends on {common.end}; give `start` and `end`, or add products"
        )
    return [start + datetime.timedelta(days=n) for n in range(0, (end - start).days + 1, step_days)]


def check_days(bounds: tuple[str, str], period: tuple[datetime.date, datetime.date]) -> None:
    """Raise InputError if a first or last output date, unless it is ``auto``, is no day of a period."""
    for bound in bounds:
        if bound != "auto":
            _days_within(bound, period)


def _days_within(month_day: str, period: tuple[datetime.date, datetime.date]) -> list[datetime.date]:
    """Return the day of a period with a given month and day.

    Raises
    ------
    InputError
        If there is none.
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
    """Return the output dates per sensor of trained models, shifted by whole years into a period.

    Parameters
    ----------
    metadata : dict of path: dict
        Metadata of each model.
    period : (date, date)
        Period of the shifted dates.

    Raises
    ------
    InputError
        If a model has no dates, models differ, or the dates fit into the period in no year.
    """
    found = {path: trained_dates(path, kept) for path, kept in metadata.items()}
    first, *others = found
    differing = [path for path in others if found[path] != found[first]]
    if differing:
        raise InputError(
            f"{differing[0]}: was trained with other dates than {first}; the models of a map must have the same dates"
        )
    years = _years_into(found[first], period)
    if years is None:
        days_of_all = sorted(date for dates in found[first].values() for date in dates)
        raise InputError(
            f"{first}: was trained with dates from {days_of_all[0]} to {days_of_all[-1]}, which lie in the period "
            f"{period[0]} to {period[1]} in no year; give the year the period that the models were trained with"
        )
    return {sensor: [str(date) for date in _all_moved(dates, years)] for sensor, dates in found[first].items()}


def _all_moved(dates: Sequence[datetime.date], years: int) -> list[datetime.date]:
    """Return ascending dates some years later, each another day.

    With 28 February among them, 29 February becomes 1 March, and what stands there the day after.
    """
    found: list[datetime.date] = []
    for date in dates:
        there = moved(date, years)
        found.append(there + datetime.timedelta(days=1) if found and there == found[-1] else there)
    return found


def trained_dates(path: str, metadata: Mapping[str, str]) -> dict[str, list[datetime.date]]:
    """Return the output dates per sensor of a trained model.

    Raises
    ------
    InputError
        If they are missing.
    """
    try:
        content = json.loads(metadata[MODEL_TAG])
        found = {sensor: [datetime.date.fromisoformat(date) for date in dates] for sensor, dates in content.items()}
        if not found or not all(found.values()):
            raise ValueError("a sensor without dates")
    except (KeyError, ValueError, AttributeError, TypeError, RecursionError):
        raise InputError(f"{path}: has no record of its output dates; train it again") from None
    return found


def moved(date: datetime.date, years: int) -> datetime.date:
    """Return a date some years later; 29 February becomes 28 February in other than leap years."""
    year = date.year + years
    return date.replace(year=year, day=min(date.day, calendar.monthrange(year, date.month)[1]))


def _years_into(
    dates: Mapping[str, Sequence[datetime.date]], period: tuple[datetime.date, datetime.date]
) -> int | None:
    """Return the smallest shift in years that moves all dates into a period; None if there is none."""
    every = [date for of_sensor in dates.values() for date in of_sensor]
    first, last = min(every), max(every)
    tried = range(period[0].year - first.year - 1, period[1].year - first.year + 2)
    fitting = [years for years in tried if period[0] <= moved(first, years) and moved(last, years) <= period[1]]
    return min(fitting, key=abs, default=None)
