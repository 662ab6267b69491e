"""Keys of iota2 about time: the mapped period, output dates, the filling of gaps."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from landloom.iota2.sensor_keys import Family
from landloom.iota2.translation import Translation

_DAY = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")
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
            one.told(auto, "`start: auto`, `end: auto`: dates that all tiles have, where iota2 takes those of any")
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
    """Set the period to that of all sensors, and the output dates of each to its own."""
    found: dict[Family, Days] = {}
    for family in families:
        start, end = (one.take(name, family.section) for name in ("startDate", "endDate"))
        days = [_day(_DAY.fullmatch(given.text)) if given else None for given in (start, end)]
        if start and end and days[0] and days[1]:
            found[family] = (days[0], days[1])
            place = f"sensors.{family.name}"
            one.equal(start, f"{place}.start", f"{days[0]:%m-%d}")
            one.equal(end, f"{place}.end", f"{days[1]:%m-%d}")
        elif not family.own_dates:
            one.lacking(
                f"sensors.{family.name}.start", "autoDate is off, and the sensor has no startDate and endDate"
            )
    if not found:
        _period(one, families)
        return
    first, last = min(of_one[0] for of_one in found.values()), max(of_one[1] for of_one in found.values())
    one.put("years", {last.year: {"start": first, "end": last}})
    for family, (first_here, last_here) in found.items():
        if (first_here - first).days > 365 or (last - last_here).days > 365:
            one.lacking(f"sensors.{family.name}.start", "its dates begin or end a year off those of other sensors")


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
    elif not days:
        why = "dates are automatic, and no product of the tiles is found below the archives; give --year"
        one.lacking("years", why)
    elif days[0].year == days[-1].year:
        one.put("years", {days[0].year: None})
    else:
        year = Counter(day.year for day in days).most_common(1)[0][0]
        one.put("years", {year: {"start": days[0], "end": days[-1]}})


def _days_of(one: Translation, family: Family) -> list[datetime.date]:
    """Return the days of a sensor's products: entries of ``archive/tile`` that have a date in their names."""
    archive = Path(one.content["sensors"][family.name]["archive"])
    found = []
    for tile in one.content.get("tiles", []):
        folder = archive / tile
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
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
