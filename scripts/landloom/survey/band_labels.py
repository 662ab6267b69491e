"""What a file itself says of a band: its name in the description, and its day on a time axis."""

import datetime
import re
from collections.abc import Collection, Mapping
from typing import Any

Tags = Mapping[str, str]

_DATE = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")

_SINCE = re.compile(
    r"\s*(second|minute|hour|day)s?\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?.*",
    re.I,
)
"""Units of a time axis of the CF conventions, as `days since 1970-01-01`."""

_CALENDARS = ("standard", "gregorian", "proleptic_gregorian", "")
"""Calendars in which days are those of `datetime`; of others, as of 360 days, no day is told."""


def other_name(description: str, own: str, names: Collection[str]) -> str:
    """Return the name of another band that a description holds instead of a band's own; empty if it holds none.

    Names are words of the description, in upper or lower case; of several, the longest counts (`nir_narrow`, not
    `nir`).
    """
    held = [name for name in names if not name.isdecimal() and _is_word_of(name, description)]
    longest = max(map(len, held), default=0)
    others = [name for name in held if len(name) == longest]
    return "" if not others or own in others else others[0]


def _is_word_of(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text, re.I))


def day_in(description: str) -> datetime.date | None:
    """Return the day that a description holds; None if it holds none, or several."""
    found = set()
    for year, _, month, day in _DATE.findall(description):
        try:
            found.add(datetime.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def day_of(dataset: Any, number: int) -> datetime.date | None:
    """Return the day of a band on the time axis of its file; None if the file has no such axis."""
    source = getattr(dataset, "src_dataset", dataset)
    of_file, of_band = source.tags(), source.tags(number)
    for key, value in of_band.items():
        axis = re.fullmatch(r"NETCDF_DIM_(.+)|DIM_(.+)_VALUE", key)
        if axis and (day := _day(value, *_unit_of(axis[1], axis[2], of_file, of_band))):
            return day
    return None


def _unit_of(netcdf: str | None, other: str | None, of_file: Tags, of_band: Tags) -> list[str]:
    """Return the unit and the calendar of an axis, as the drivers of netCDF and of others give them."""
    if netcdf:
        return [of_file.get(f"{netcdf}#{part}", "") for part in ("units", "calendar")]
    return [of_band.get(f"DIM_{other}_UNIT", ""), ""]


def _day(value: str, unit: str, calendar: str) -> datetime.date | None:
    since = _SINCE.fullmatch(unit)
    if not since or calendar.lower() not in _CALENDARS:
        return None
    try:
        start = datetime.datetime(*(int(part or 0) for part in since.groups()[1:]))  # type: ignore[arg-type]
        return (start + datetime.timedelta(**{f"{since[1].lower()}s": float(value)})).date()
    except (ValueError, OverflowError):
        return None
