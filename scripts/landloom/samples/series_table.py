"""A table of series, checked: samples with labels, and their observations as stored values."""

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landloom.core import labels
from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo.region_settings import region_slug
from landloom.samples import table_columns, table_observations
from landloom.samples.table_columns import Band
from landloom.samples.table_observations import Observations
from landloom.samples.table_settings import TableSettings


@dataclass(frozen=True)
class Meaning:
    """What the texts of a table mean in a project.

    Attributes
    ----------
    bands : dict of sensor: sequence of band
    codes : dict of label: code
    regions : sequence of str
        Names as in file names, in the order of their numbers.
    period : (date, date)
        First and last day of the mapped year.
    """

    bands: Mapping[str, Sequence[str]]
    codes: Mapping[str, int]
    regions: Sequence[str]
    period: tuple[datetime.date, datetime.date]


@dataclass(frozen=True, eq=False)
class SeriesTable:
    """Samples and their observations.

    Attributes
    ----------
    codes, numbers, groups : ndarray of int64, shape (samples,)
        Class of each sample; number of its region, 0 for all; its group, from 0.
    bands : tuple of (sensor, band)
    observations : Observations
    """

    codes: np.ndarray
    numbers: np.ndarray
    groups: np.ndarray
    bands: tuple[Band, ...]
    observations: Observations


@dataclass(frozen=True, eq=False)
class _Rows:
    """A table, the position of the sample of each row, and the samples' names for messages."""

    table: pd.DataFrame
    sample: np.ndarray
    names: Sequence[object]

    def of_samples(
        self, column: str, told: Callable[[str], int | None], fault: Callable[[list[str]], str]
    ) -> np.ndarray:
        """Return the number that the text of a column stands for, of each sample, whose rows must agree.

        Parameters
        ----------
        column : str
        told : function of text
            Returns None for unknown text.
        fault : function of texts
            Returns the message about unknown ones.
        """
        texts = self.table[column]
        if texts.isna().any():
            name = self.names[self.sample[int(texts.isna().to_numpy().argmax())]]
            raise InputError(f"samples.table: sample {name} has no `{column}`")
        positions, found = pd.factorize(texts.astype(str))
        numbers = [told(text) for text in found]
        if unknown := [text for text, number in zip(found, numbers, strict=True) if number is None]:
            raise InputError(f"samples.table: {fault(unknown)}")
        by_row = np.array(numbers, np.int64)[positions]
        of_sample = np.empty(len(self.names), np.int64)
        of_sample[self.sample] = by_row
        if (odd := of_sample[self.sample] != by_row).any():
            name = self.names[self.sample[int(odd.argmax())]]
            raise InputError(f"samples.table: sample {name} has two values of `{column}`")
        return of_sample


def read(path: str, settings: TableSettings, meaning: Meaning) -> SeriesTable:
    """Read a table of series.

    Raises
    ------
    InputError
        If a column is missing, a label or region unknown, a date outside of the period, a value no reflectance, or
        if a sample has two labels, or two values of one date and band.
    """
    columns = table_columns.band_columns(settings, table_columns.names(path), meaning.bands)
    wanted = (settings.label, settings.id, settings.date, settings.region, settings.group)
    text = list(dict.fromkeys(column for column in wanted if column is not None))
    table = table_columns.read(path, [*text, *columns.all], text)
    if table.empty:
        raise InputError("samples.table: has no row")
    rows = _rows(table, settings)
    return SeriesTable(
        rows.of_samples(settings.label, _code_of(meaning.codes), _lacking("label", meaning.codes)),
        _numbers(rows, settings, meaning.regions),
        _groups(rows, settings),
        columns.bands,
        table_observations.of_table(table, rows.sample, rows.names, columns, settings, meaning.period),
    )


def _rows(table: pd.DataFrame, settings: TableSettings) -> _Rows:
    if settings.id is None:
        return _Rows(table, np.arange(len(table)), range(1, len(table) + 1))
    ids = table[settings.id]
    if ids.isna().any():
        raise InputError(f"samples.table: row {int(ids.isna().to_numpy().argmax()) + 1} has no `{settings.id}`")
    positions, names = pd.factorize(ids.astype(str))
    if settings.layout == "wide" and len(names) < len(table):
        twice = ids[ids.duplicated()].iloc[0]
        raise InputError(f"samples.table: two rows are of sample {twice}; layout wide has one for each")
    return _Rows(table, positions, list(names))


def _code_of(codes: Mapping[str, int]) -> Callable[[str], int | None]:
    return lambda text: codes.get(labels.text(text))


def _lacking(what: str, known: Collection[str]) -> Callable[[list[str]], str]:
    def fault(unknown: list[str]) -> str:
        there = "the nomenclature" if what == "label" else shortened(list(known))
        return f"{what} {labels.named_together(dict.fromkeys(map(labels.text, unknown)), known)} not in {there}"

    return fault


def _numbers(rows: _Rows, settings: TableSettings, regions: Sequence[str]) -> np.ndarray:
    if settings.region is None:
        return np.zeros(len(rows.names), np.int64)
    number = {region: position for position, region in enumerate(regions, 1)}
    return rows.of_samples(
        settings.region, lambda text: number.get(region_slug(labels.text(text))), _lacking("region", regions)
    )


def _groups(rows: _Rows, settings: TableSettings) -> np.ndarray:
    if settings.group is None:
        return np.arange(len(rows.names))
    known: dict[str, int] = {}
    return rows.of_samples(settings.group, lambda text: known.setdefault(text, len(known)), lambda _: "")
