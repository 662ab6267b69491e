"""What a feature vector is: the one place that turns series into features, for samples and maps alike."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange

from landloom import index_catalogue, indices
from landloom.calendars import days
from landloom.gapfill import fill_gaps
from landloom.index_catalogue import Index
from landloom.series import SeriesWindow


@dataclass(frozen=True)
class SensorFeatures:
    """What is made of one sensor's series.

    Attributes
    ----------
    sensor : str
    bands : tuple of str
    use_bands : bool
        Whether the bands themselves are features.
    indices : tuple of Index
        Those for which the sensor has the bands.
    positions : dict of str: int
        Position of each standard letter among the bands.
    look_dates, output_dates : tuple of date
        Of the acquisitions, ascending; of the gap filling.
    """

    sensor: str
    bands: tuple[str, ...]
    use_bands: bool
    indices: tuple[Index, ...]
    positions: Mapping[str, int]
    look_dates: tuple[datetime.date, ...]
    output_dates: tuple[datetime.date, ...]

    @property
    def names(self) -> list[str]:
        """Return the feature names: bands date by date, then each index date by date."""
        stamps = [date.strftime("%Y%m%d") for date in self.output_dates]
        bands = [f"{self.sensor}_{band}_{stamp}" for stamp in stamps for band in self.bands] if self.use_bands else []
        return bands + [f"{self.sensor}_{index.name}_{stamp}" for index in self.indices for stamp in stamps]


def of_sensor(
    sensor: str,
    bands: Sequence[str],
    letters: Mapping[str, str],
    use_bands: bool,
    index_names: Sequence[str] | None,
    look_dates: Sequence[datetime.date],
    output_dates: Sequence[datetime.date],
) -> SensorFeatures:
    """Choose the indices that a sensor's bands allow.

    Parameters
    ----------
    letters : dict of str: str
        Standard letter of each band that has one.
    """
    positions = {letters[band]: position for position, band in enumerate(bands) if band in letters}
    possible = index_catalogue.chosen(index_names, positions)
    return SensorFeatures(
        sensor, tuple(bands), use_bands, possible, positions, tuple(look_dates), tuple(output_dates)
    )


def names_of(sensors: Sequence[SensorFeatures]) -> list[str]:
    """Return the names of all features, in order."""
    return [name for sensor in sensors for name in sensor.names]


def stack(sensors: Sequence[SensorFeatures], series: Mapping[str, SeriesWindow]) -> tuple[np.ndarray, np.ndarray]:
    """Make the feature vectors of a window.

    Parameters
    ----------
    sensors : sequence of SensorFeatures
    series : dict of sensor: SeriesWindow
        Overwritten where a day has several looks.

    Returns
    -------
    features : ndarray of int16, shape (pixels, features)
        Named by :func:`names_of`; -10000 for the features of a sensor that never saw the pixel clear.
    seen : ndarray of bool, shape (pixels,)
        Whether any sensor saw the pixel clear, at least once.
    """
    pixels = next(iter(series.values())).valid.shape[1]
    features = np.empty((pixels, len(names_of(sensors))), np.int16)
    seen = np.zeros(pixels, bool)
    column = 0
    for sensor in sensors:
        window = series[sensor.sensor]
        seen |= window.valid.any(axis=0)
        filled = fill_gaps(
            window.values,
            window.valid,
            np.array(days(sensor.look_dates)),
            np.array(days(sensor.output_dates)),
        )
        if sensor.use_bands:
            column = _append(filled.reshape(-1, pixels), features, column)
        for index in sensor.indices:
            column = _append(indices.compute(index, filled, sensor.positions), features, column)
    return features, seen


def _append(rows: np.ndarray, features: np.ndarray, column: int) -> int:
    """Write (features, pixels) as columns of (pixels, features); return the next free column."""
    _transpose(rows, features[:, column : column + len(rows)])
    return column + len(rows)


@njit(cache=True, parallel=True)
def _transpose(rows, columns):
    """Transpose in blocks of 64 pixels, which keeps both sides in the cache."""
    count, pixels = rows.shape
    for block in prange((pixels + 63) // 64):
        for row in range(count):
            for pixel in range(block * 64, min((block + 1) * 64, pixels)):
                columns[pixel, row] = rows[row, pixel]
