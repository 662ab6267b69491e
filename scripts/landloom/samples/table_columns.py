"""Columns of a table of series: which there are, which are needed, and what one of text says."""

import csv
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.tables import separator_of
from landloom.core.text import shortened
from landloom.samples.table_settings import TableSettings
from landloom.timeseries.output_dates import EPOCH

Band = tuple[str, str]
"""Sensor and band."""

_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*|\.0)?", re.ASCII)
"""A date, with a time after it, or as a floating point number of a column with missing values."""


@dataclass(frozen=True)
class BandColumns:
    """The columns of a table that hold bands.

    Attributes
    ----------
    bands : tuple of (sensor, band)
    by_day : dict of day since 1970, or None: sequence of column
        A column for each band: of each day for `wide`; for `long`, those of the day that its row tells, under None.
    """

    bands: tuple[Band, ...]
    by_day: Mapping[int | None, tuple[str, ...]]

    @property
    def all(self) -> list[str]:
        """Return all columns."""
        return [column for columns in self.by_day.values() for column in columns]


def names(path: str) -> list[str]:
    """Return the columns of a table.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        if _is_parquet(path):
            return list(pq.read_schema(path).names)
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            header = file.readline(2**24)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: is neither a parquet file nor a CSV file in UTF-8 ({error})") from None
    return next(csv.reader([header], delimiter=separator_of(header)), [])


def read(path: str, columns: Sequence[str], text: Sequence[str]) -> pd.DataFrame:
    """Read columns of a table; those of ``text`` stay text in a CSV file, in which only empty fields are missing.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        if _is_parquet(path):
            return pq.read_table(path, columns=list(columns)).to_pandas(ignore_metadata=True)
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            separator = separator_of(file.readline(2**24))
        return pd.read_csv(
            path,
            sep=separator,
            usecols=list(columns),
            dtype=dict.fromkeys(text, str),
            keep_default_na=False,
            na_values={column: ["", "NA", "NaN", "nan"] if column not in text else [""] for column in columns},
            encoding="utf-8-sig",
            index_col=False,
            low_memory=False,
        )
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None


def _is_parquet(path: str) -> bool:
    return Path(path).suffix.lower() in (".parquet", ".geoparquet", ".pq")


def band_columns(settings: TableSettings, there: Sequence[str], bands: Mapping[str, Sequence[str]]) -> BandColumns:
    """Return the columns of all bands.

    Parameters
    ----------
    settings : TableSettings
    there : sequence of str
        Columns of the table.
    bands : dict of sensor: sequence of band

    Raises
    ------
    InputError
        If a column is missing, or a key of ``bands`` is no band.
    """
    known = [(sensor, band) for sensor, several in bands.items() for band in several]
    keys = [band if len(bands) == 1 else f"{sensor}_{band}" for sensor, band in known]
    unknown = [key for key in settings.bands if key not in keys]
    if unknown:
        raise InputError(f"samples.table.bands: {labels.named_together(unknown, keys)} not among the bands {keys}")
    starts = [settings.bands.get(key, key) for key in keys]
    needed = [settings.label, settings.id, settings.date, settings.region, settings.group]
    _need([column for column in needed if column is not None], there)
    if settings.layout == "long":
        _need(starts, there)
        return BandColumns(tuple(known), {None: tuple(starts)})
    return BandColumns(tuple(known), _by_day(starts, there))


def _need(columns: Sequence[str], there: Sequence[str]) -> None:
    lacking = [column for column in columns if column not in there]
    if lacking:
        which = labels.named_together(lacking, there)
        raise InputError(f"samples.table: lacks the column {which}; it has {shortened(list(there))}")


def _by_day(starts: Sequence[str], there: Sequence[str]) -> dict[int | None, tuple[str, ...]]:
    """Return the columns of each day of a wide table, in the order of the bands."""
    found: dict[str, dict[int, str]] = {}
    for start in starts:
        of_band = [name for name in there if name.startswith(f"{start}_")]
        days = [(day_of(name.removeprefix(f"{start}_")), name) for name in of_band]
        found[start] = {day: name for day, name in days if day is not None}
        twice = len([day for day, _ in days if day is not None]) - len(found[start])
        if twice:
            raise InputError(f"samples.table: {twice} columns of `{start}` are of a date that another has, too")
    first = starts[0]
    for start in starts:
        if not found[start]:
            raise InputError(
                f"samples.table: lacks columns `{start}_<date>`, as {start}_20180501; it has {shortened(list(there))}"
            )
        odd = sorted(set(found[start]) ^ set(found[first]))
        if odd:
            raise InputError(
                f"samples.table: only one of {first} and {start} has a column of {date_of(odd[0])}; each date needs "
                "a column of every band, empty where there is no value"
            )
    return {day: tuple(found[start][day] for start in starts) for day in sorted(found[first])}


def day_of(text: str) -> int | None:
    """Return a date as days since 1970, None if text is none; a time after it is left out."""
    found = _DAY.fullmatch(text.strip())
    try:
        return (datetime.date(*map(int, found.groups())) - EPOCH).days if found else None
    except ValueError:
        return None


def date_of(day: int) -> datetime.date:
    """Return a day since 1970 as a date."""
    return EPOCH + datetime.timedelta(days=int(day))
