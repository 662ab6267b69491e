"""Keys of iota2 about time: the mapped period, output dates, the filling of gaps."""

import datetime
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from landloom.iota2 import places
from landloom.iota2.sensor_keys import Family
from landloom.iota2.translation import Translation

_DAY = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")
_AUTOMATIC = "`start: auto`, `end: auto`: dates that all tiles have, where iota2 takes those of any"
Days = tuple[datetime.date, datetime.date]


def translate(one: Translation, families: Sequence[Family]) -> None:
    """Answer these keys, after the archives."""
    _steps(one, families)
    auto = one.take("autoDate")
    if auto is not None and auto.value is False:
        one.same(auto, "`start` and `end` of the sensors, and `years`")
        _given_dates(one, families)
    else:
        if auto:
            one.told(auto, _AUTOMATIC)
        elif families:
            one.differs("autoDate", _AUTOMATIC)
        _automatic_dates(one, families)
    _gaps(one, families)


def _steps(one: Translation, families: Sequence[Family]) -> None:
    for family in families:
        given = one.take("temporalResolution", family.section)
        place = f"sensors.{family.name}.step_days"
        if family.own_dates:
            if given:
                one.unneeded(given, "syntheses are filled on their own dates, as in iota2")
        elif given:
            one.equal(given, place, given.value)
        elif one.is_old and family.step_days != 10:
            one.default(f"{family.section}.temporalResolution", place, family.step_days, "as in iota2 of 2020")


def _given_dates(one: Translation, families: Sequence[Family]) -> None:
    """Set the output dates of each sensor to its own, and the period to that of all, widened to the products."""
    found: dict[Family, Days] = {}
    for family in families:
        start, end = (one.take(name, family.section) for name in ("startDate", "endDate"))
        days = [_day(_DAY.fullmatch(given.text)) if given else None for given in (start, end)]
        if start and end and days[0] and days[1]:
            found[family] = (days[0], days[1])
            for given, name, day in ((start, "start", days[0]), (end, "end", days[1])):
                place = f"sensors.{family.name}.{name}"
                one.put(place, f"{day:%m-%d}")
                one.same(given, f"`{place}: {day:%m-%d}`, which is {day} in the period of `years`")
        elif not family.own_dates:
            one.lacking(
                f"sensors.{family.name}.start", "autoDate is off, and the sensor has no startDate and endDate"
            )
    if found:
        _period_of_products(one, families, found)
    else:
        _period(one, families)


def _period_of_products(one: Translation, families: Sequence[Family], found: Mapping[Family, Days]) -> None:
    """Set the period: products before and after the output dates count, too, up to a year.

    Output dates are a day and month here: the first such day of the period, and the last. So the period begins less
    than a year before the first output date of any sensor, and ends less than a year after the last.
    """
    first, last = min(days[0] for days in found.values()), max(days[1] for days in found.values())
    earliest = max(_a_year_off(days[0], -1) for days in found.values())
    latest = min(_a_year_off(days[1], 1) for days in found.values())
    for family, days in found.items():
        if _a_year_off(days[0], -1) > first or _a_year_off(days[1], 1) < last:
            one.lacking(f"sensors.{family.name}.start", "its dates begin or end a year off those of other sensors")
    products = sorted(day for family in families for day in _days_of(one, family))
    start = min(first, max(earliest, products[0])) if products else first
    end = max(last, min(latest, products[-1])) if products else last
    year = one.options.year or last.year
    one.put("years", {year: {"start": start, "end": end}})
    how = "it has all products of the archives, those before and after the output dates, too"
    if not products:
        how = "no products are found, and those before and after it would not be read, as they are in iota2: widen it"
    elif products[0] < start or products[-1] > end:
        how = "products that are a year and more before or after the output dates are not read, as they are in iota2"
    one.added("years", f"`years: {{{year}: {{start: {start}, end: {end}}}}}`; {how}")


def _a_year_off(day: datetime.date, sign: int) -> datetime.date:
    """Return the last day on one side of a day before the same day of another year; of February 29, of the 28th."""
    there = day.replace(year=day.year + sign, day=28 if (day.month, day.day) == (2, 29) else day.day)
    return there - sign * datetime.timedelta(days=1)


def _day(digits: re.Match[str] | None) -> datetime.date | None:
    """Return the day that digits are, as YYYYMMDD; None of others."""
    try:
        return datetime.date.fromisoformat(digits[0]) if digits else None
    except ValueError:
        return None


def _automatic_dates(one: Translation, families: Sequence[Family]) -> None:
    for family in families:
        for name in ("startDate", "endDate"):
            if given := one.take(name, family.section):
                one.unneeded(given, "autoDate is on")
    _period(one, families)


def _period(one: Translation, families: Sequence[Family]) -> None:
    """Set the mapped year by the days of the products, as iota2 does; a season may span two years."""
    days = sorted(day for family in families for day in _days_of(one, family))
    if one.options.year is not None:
        one.put("years", {one.options.year: None})
        one.added("years", f"`years: {one.options.year}`, of --year: products of other years are not read")
    elif not days:
        there = any(os.path.isdir(_archive(one, family)) for family in families)  # noqa: PTH112 - never raises
        what = "no product of the tiles is found below the archives" if there else "no archive is there"
        one.lacking("years", f"dates are automatic, and {what}: mend what is told of the archives, or give --year")
    elif days[0].year == days[-1].year:
        one.put("years", {days[0].year: None})
        one.added("years", f"`years: {days[0].year}`, of all products")
    else:
        year = Counter(day.year for day in days).most_common(1)[0][0]
        one.put("years", {year: {"start": days[0], "end": days[-1]}})
        one.added(
            "years",
            f"one map, {year}, of all products, from {days[0]} to {days[-1]}, as in iota2; "
            f"`--year {year}` maps that calendar year alone, and `years` may name several",
        )


def _days_of(one: Translation, family: Family) -> list[datetime.date]:
    """Return the days of a sensor's products: entries of ``archive/tile`` that have a date in their names."""
    archive = _archive(one, family)
    found = []
    for tile in one.content.get("tiles", []):
        names = places.names_in(archive / tile)
        found += [day for name in names if (day := _day(_DAY.search(name)))]
    return found


def _gaps(one: Translation, families: Sequence[Family]) -> None:
    """Translate models of raw dates."""
    filled, raw, union = (
        one.take(name) for name in ("useGapFilling", "features_from_raw_dates", "fill_missing_dates")
    )
    is_raw = (filled is not None and filled.value is False) or (raw is not None and raw.value is True)
    if is_raw:
        one.put("features.interpolation.method", "none")
        for family in families:
            one.put(f"sensors.{family.name}.output_dates", "own" if family.own_dates else "union")
    for given, is_on in ((filled, False), (raw, True)):
        if given is None:
            continue
        if given.value is is_on:
            one.told(given, "`features.interpolation: {method: none}`, `output_dates: union`: -10000 where invalid")
        else:
            one.same(given, "gaps are filled linearly" if not is_raw else "see the dates of the acquisitions")
    if union:
        one.same(union, "`output_dates: union`") if is_raw else one.unneeded(union, "gaps are filled")


def _archive(one: Translation, family: Family) -> Path:
    return Path(one.content["sensors"][family.name]["archive"])
