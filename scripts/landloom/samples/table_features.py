"""Features of the series of a table: by the gap filling and formulas of the tiles."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landloom.core.stored_values import NODATA
from landloom.features import sensor_features
from landloom.features.assembly import Sources
from landloom.features.vectors import CHUNK, Layout
from landloom.geo.grids import Window
from landloom.reading.observations import SeriesWindow
from landloom.samples.series_table import SeriesTable
from landloom.samples.table_columns import date_of

FIRST_GROUP = 10**17
"""Added to the numbers of groups, which stand for polygons: above the ids of all polygons of all years."""

TILE = "table"


def layout_of(
    table: SeriesTable, sources: Sources, output_dates: Mapping[str, Sequence[datetime.date]]
) -> tuple[Layout, np.ndarray]:
    """Return the layout of the features of a table, and the days of all its rows.

    Smoothing places a node on each day of a series, also where it is invalid: so the days are those of the whole
    table, as they are those of the whole tile for pixels.
    """
    days = np.unique(table.observations.day)
    dates = [date_of(day) for day in days]
    parts = tuple(
        sensor_features.of_settings(source.bands, sources.features, dates, output_dates[sensor])
        for sensor, source in sources.sensors.items()
    )
    return Layout(parts), days


def series(table: SeriesTable, days: np.ndarray) -> Iterator[tuple[slice, dict[str, SeriesWindow]]]:
    """Yield some samples at a time, with the series of each sensor as a window of one row."""
    found = table.observations
    for start in range(0, len(table.codes), CHUNK):
        part = slice(start, min(start + CHUNK, len(table.codes)))
        rows = slice(*np.searchsorted(found.sample, [part.start, part.stop]))
        cube = np.full((len(days), len(table.bands), part.stop - part.start), NODATA, np.int16)
        day = np.searchsorted(days, found.day[rows])
        for band in range(len(table.bands)):
            there = found.values[rows, band] != NODATA
            cube[day[there], band, found.sample[rows][there] - part.start] = found.values[rows, band][there]
        yield part, _by_sensor(table, cube)


def _by_sensor(table: SeriesTable, cube: np.ndarray) -> dict[str, SeriesWindow]:
    """Return the series of each sensor; an observation is valid where no band of the sensor is missing."""
    found = {}
    for sensor in dict.fromkeys(sensor for sensor, _ in table.bands):
        values = np.ascontiguousarray(cube[:, [one == sensor for one, _ in table.bands]])
        found[sensor] = SeriesWindow(values, (values != NODATA).all(axis=1))
    return found


@dataclass(frozen=True, eq=False)
class TableFeatures:
    """Features of all samples of a table.

    Attributes
    ----------
    names : list of str
    matrix : ndarray of int16, shape (samples, features)
    observations : ndarray of int32, shape (samples,)
        Number of valid observations of all sensors; 0 where none of them is in the features.
    """

    names: list[str]
    matrix: np.ndarray
    observations: np.ndarray


def features(
    table: SeriesTable, sources: Sources, output_dates: Mapping[str, Sequence[datetime.date]]
) -> TableFeatures:
    """Return the features of all samples."""
    layout, days = layout_of(table, sources, output_dates)
    matrix = np.empty((len(table.codes), len(layout.names)), np.int16)
    observations = np.zeros(len(table.codes), np.int32)
    for part, of_sensors in series(table, days):
        window = Window(0, 0, 1, part.stop - part.start)
        matrix[part], seen = layout.of_window(window, of_sensors).stack(np.arange(window.pixels))
        observations[part] = seen * sum(one.valid.sum(axis=0, dtype=np.int32) for one in of_sensors.values())
    return TableFeatures(layout.names, matrix, observations)


def described(table: SeriesTable, observations: np.ndarray) -> pd.DataFrame:
    """Return the columns that describe samples, as in the tables of tiles; a row is a sample's position."""
    return pd.DataFrame(
        {
            "row": np.arange(len(table.codes), dtype=np.int32),
            "column": np.int32(0),
            "polygon": FIRST_GROUP + table.groups,
            "code": table.codes.astype(np.int32),
            "number": table.numbers.astype(np.int32),
            "observations": observations,
            "tile": TILE,
        }
    )
