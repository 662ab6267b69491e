"""Days of the bands of a file by its time axis, as netCDF and Zarr files have one (CF conventions)."""

import datetime
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from landloom.core.errors import InputError
from landloom.sensors import variables
from landloom.sensors.acquisition import RasterBand

Tags = Mapping[str, str]

_SINCE = re.compile(
    r"\s*(second|minute|hour|day)s?\s+since\s+(\d{1,4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?\s*(?:([+-]\d{1,2})(?::?(\d{2}))?)?)?.*",
    re.I,
)
"""Units of a time axis of the CF conventions, as `days since 1970-01-01`, or `hours since 1970-01-01 00:00 -6:00`."""

_CALENDARS = ("standard", "gregorian", "proleptic_gregorian", "")
"""Calendars in which days are those of `datetime`; of others, as of 360 days, no day is told."""


def days_of(band: RasterBand) -> list[datetime.date]:
    """Return the days of all bands of a file, or of its variable.

    Raises
    ------
    InputError
        If the file cannot be opened, or a band has no day.
    """
    try:
        changed = os.stat(band.path).st_mtime_ns  # noqa: PTH116
    except OSError as error:
        raise InputError(f"{band.path}: cannot be read ({error.strerror})") from None
    return list(_days_of(band, changed))


@lru_cache(maxsize=64)
def _days_of(band: RasterBand, changed: int) -> tuple[datetime.date, ...]:
    from rasterio.errors import RasterioError  # families of products start light: only files with a time axis need it

    from landloom.geo.opening import raster_doors

    paths = variables.gdal_paths(band) if band.variable else [band.path]
    for path in paths:
        try:
            with raster_doors.opened(path) as dataset:
                days = [day_of(dataset, number) for number in dataset.indexes]
        except RasterioError:
            continue
        told = tuple(day for day in days if day)
        if not days or len(told) < len(days):
            raise InputError(f"{band.path}: has no time axis whose unit tells days; list them in `dates`")
        return told
    what = f"variable `{band.variable}`" if band.variable else "file"
    raise InputError(f"{band.path}: its {what} cannot be opened, whose time axis `dates` names")


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
        start = datetime.datetime(*(int(part or 0) for part in since.groups()[1:7]))  # type: ignore[arg-type]
        past = datetime.timedelta(**{f"{since[1].lower()}s": float(value)})
        return (start + past - _ahead_of_utc(since[8], since[9])).date()
    except (ValueError, OverflowError):
        return None


def _ahead_of_utc(hours: str | None, minutes: str | None) -> datetime.timedelta:
    """Return how far a zone of time is ahead, by its signed hours and its minutes."""
    sign = -1 if (hours or "").startswith("-") else 1
    return datetime.timedelta(hours=int(hours or 0), minutes=sign * int(minutes or 0))
