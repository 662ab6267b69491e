"""Observations of a table of series: days and stored values, checked."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA, REFLECTANCE_SCALE
from landloom.core.text import shortened
from landloom.samples.table_columns import BandColumns, date_of, day_of
from landloom.samples.table_settings import TableSettings
from landloom.timeseries.output_dates import days

LARGEST = 32767
"""Largest stored value."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Observations of samples.

    Attributes
    ----------
    sample : ndarray of int64, shape (rows,)
        Position of each row's sample, ascending.
    day : ndarray of int64, shape (rows,)
        Days since 1970, ascending within a sample.
    values : ndarray of int16, shape (rows, bands)
        Reflectance times 10000; -10000 where missing.
    """

    sample: np.ndarray
    day: np.ndarray
    values: np.ndarray


def of_table(
    table: pd.DataFrame,
    sample: np.ndarray,
    names: Sequence[object],
    columns: BandColumns,
    settings: TableSettings,
    period: tuple[datetime.date, datetime.date],
) -> Observations:
    """Return all observations of a table.

    Parameters
    ----------
    table : DataFrame
    sample : ndarray of int64, shape (rows of the table,)
        Position of each row's sample.
    names : sequence
        Names of the samples, for messages.
    columns : BandColumns
    settings : TableSettings
    period : (date, date)
        First and last day that an observation may have.

    Raises
    ------
    InputError
        If a date is unreadable or outside of the period, a value no reflectance, a band without any value, or if
        there are two values of one sample, date and band.
    """
    parts = []
    for day, of_bands in columns.by_day.items():
        values = np.stack([_stored(table[column], settings) for column in of_bands], axis=1)
        parts.append((sample, _days(table, settings) if day is None else np.full(len(table), day), values))
    samples, of_rows, values = (np.concatenate(some) for some in zip(*parts, strict=True))
    _check_period(of_rows, period)
    _check_bands(values, columns)
    order = np.lexsort((of_rows, samples))
    found = Observations(samples[order], of_rows[order], values[order])
    _check_once(found, columns, names)
    return found


def _stored(column: pd.Series, settings: TableSettings) -> np.ndarray:
    """Return values as stored reflectances, halves rounded up."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    if (odd := np.isnan(values) & column.notna().to_numpy()).any():
        given = shortened(repr(column.iloc[int(odd.argmax())]))
        raise InputError(f"samples.table: `{column.name}` has {given}, which is no number")
    missing = np.isnan(values)
    if settings.nodata is not None:
        missing |= values == settings.nodata
    stored = np.floor((values * settings.scale + settings.offset) * REFLECTANCE_SCALE + 0.5)
    if (odd := ~missing & ~(np.abs(stored) <= LARGEST)).any():
        value = values[int(odd.argmax())]
        reflectance = value * settings.scale + settings.offset
        raise InputError(
            f"samples.table: `{column.name}` has {value:g}, by `scale` {settings.scale:g} the reflectance "
            f"{reflectance:g}; mend `scale`, or name a missing value by `nodata`"
        )
    return np.where(missing, NODATA, stored).astype(np.int16)


def _days(table: pd.DataFrame, settings: TableSettings) -> np.ndarray:
    """Return the day of each row of a long table."""
    positions, texts = pd.factorize(table[settings.date].astype(str))
    found = [day_of(text) for text in texts]
    unread = [text for text, day in zip(texts, found, strict=True) if day is None]
    if unread or (positions < 0).any():
        given = shortened(unread) if unread else "empty fields"
        raise InputError(f"samples.table: `{settings.date}` has {given}; dates as 2018-05-01 or 20180501 are needed")
    of_rows: np.ndarray = np.array(found, np.int64)[positions]
    return of_rows


def _check_period(of_rows: np.ndarray, period: tuple[datetime.date, datetime.date]) -> None:
    first, last = days(period)
    outside = np.unique(of_rows[(of_rows < first) | (of_rows > last)])
    if len(outside):
        dates = shortened([str(date_of(day)) for day in outside])
        raise InputError(
            f"samples.table: has dates outside of {period[0]} to {period[1]}: {dates}; leave them out, or give the "
            "year this period"
        )


def _check_bands(values: np.ndarray, columns: BandColumns) -> None:
    empty = (values == NODATA).all(axis=0)
    if empty.any():
        sensor, band = columns.bands[int(empty.argmax())]
        raise InputError(f"samples.table: has no value of band {band} of {sensor}")


def _check_once(found: Observations, columns: BandColumns, names: Sequence[object]) -> None:
    """Raise where a sample has two values of one date and band; rows of a date may hold other bands each."""
    same = (np.diff(found.sample) == 0) & (np.diff(found.day) == 0)
    rows = np.flatnonzero(np.append(same, False) | np.append(False, same))
    for position, (sensor, band) in enumerate(columns.bands):
        there = rows[found.values[rows, position] != NODATA]
        twice = (np.diff(found.sample[there]) == 0) & (np.diff(found.day[there]) == 0)
        if twice.any():
            row = there[int(twice.argmax())]
            raise InputError(
                f"samples.table: sample {names[found.sample[row]]} has two values of band {band} of {sensor} on "
                f"{date_of(found.day[row])}"
            )
