"""Input of user-defined functions: a window of a tile's series, with arrays computed on request."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.features import sensor_features, spectral_indices
from landloom.features.functions.rasters import RasterReader
from landloom.features.selection import SensorBands
from landloom.features.sensor_features import SensorFeatures
from landloom.features.settings import FeatureSettings
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow
from landloom.timeseries.settings import InterpolationSettings

_CHUNK = 4096
"""Pixels whose bands are copied at a time: a few megabytes instead of those of a whole window."""


@dataclass(frozen=True)
class TileData:
    """Data common to all windows of a tile.

    Attributes
    ----------
    grid : Grid
    sensors : dict of sensor: SensorFeatures
        Bands, dates and gap filling of each sensor.
    """

    grid: Grid
    sensors: Mapping[str, SensorFeatures]

    @property
    def longest(self) -> int:
        """Return the largest number of observations or output dates of a sensor."""
        return max(max(len(one.observation_dates), len(one.output_dates)) for one in self.sensors.values())


class WindowData:
    """A window of a tile for user-defined functions.

    All arrays end with (rows, columns) and are read-only; each call computes a new array, so that memory holds only
    the arrays that the function keeps.

    Parameters
    ----------
    tile : TileData
    window : Window
        Window with padding, clipped to the tile.
    series : dict of sensor: SeriesWindow
    rasters : dict of str: RasterReader
    """

    def __init__(
        self,
        tile: TileData,
        window: Window,
        series: Mapping[str, SeriesWindow],
        rasters: Mapping[str, RasterReader],
    ) -> None:
        self._tile = tile
        self._window = window
        self._series = series
        self._rasters = rasters

    @property
    def shape(self) -> tuple[int, int]:
        """Return the rows and columns of the window."""
        return self._window.rows, self._window.columns

    @property
    def sensors(self) -> list[str]:
        """Return the names of the sensors."""
        return list(self._tile.sensors)

    @property
    def crs(self) -> str:
        """Return the coordinate reference system of the tile, as ``EPSG:n`` or WKT."""
        return self._tile.grid.crs

    @property
    def resolution(self) -> float:
        """Return the side of a pixel, in units of the CRS."""
        return self._tile.grid.resolution

    @cached_property
    def x(self) -> np.ndarray:
        """Return the x coordinates of the pixels' centres, float64 of shape (rows, columns)."""
        return _locked(self._tile.grid.centres(self._window)[0])

    @cached_property
    def y(self) -> np.ndarray:
        """Return the y coordinates of the pixels' centres, float64 of shape (rows, columns)."""
        return _locked(self._tile.grid.centres(self._window)[1])

    def bands(self, sensor: str) -> list[str]:
        """Return the names of a sensor's bands."""
        return list(self._sensor(sensor).choice.bands.names)

    def dates(self, sensor: str) -> list[datetime.date]:
        """Return the dates of the gap filling, the same for all tiles."""
        return list(self._sensor(sensor).output_dates)

    def raw_dates(self, sensor: str) -> list[datetime.date]:
        """Return the dates of the acquisitions of the tile, ascending."""
        return list(self._sensor(sensor).observation_dates)

    def interpolated(self, sensor: str, band: str) -> np.ndarray:
        """Return a band on the dates of the gap filling.

        Returns
        -------
        ndarray of float32, shape (dates, rows, columns)
            Reflectance; NaN where the sensor has no valid observation.
        """
        wanted = _alone(self._sensor(sensor).interpolation, bands=True)
        return self._filled(sensor, [self._band(sensor, band)], wanted)

    def index(self, sensor: str, name: str) -> np.ndarray:
        """Return a spectral index on the dates of the gap filling.

        Parameters
        ----------
        sensor : str
        name : str
            Name in spyndex, or `brightness`.

        Returns
        -------
        ndarray of float32, shape (dates, rows, columns)
            Rounded to a thousandth like the features; NaN where the sensor has no valid observation.
        """
        whole, index = self._sensor(sensor), spectral_indices.lookup(name)
        there = whole.choice.bands.by_letter
        lacking = sorted(set(index.letters) - set(there))
        if lacking:
            raise ValueError(f"{name} needs the bands {lacking}, which {sensor} lacks; see `common_names`")
        band_positions = [there[letter] for letter in index.letters] or list(range(len(whole.choice.bands.names)))
        wanted = _alone(whole.interpolation, bands=False, indices=[name])
        return self._filled(sensor, band_positions, wanted)

    def raw(self, sensor: str, band: str) -> np.ndarray:
        """Return a band on the dates of the acquisitions.

        Returns
        -------
        ndarray of float32, shape (observations, rows, columns)
            Reflectance, or decibels of radar; NaN where masked (masked pixels are not read).
        """
        whole, position = self._sensor(sensor), self._band(sensor, band)
        series = self._series[sensor]
        values = series.values[:, position].astype(np.float32)
        values /= whole.choice.bands.unit
        values[~series.valid] = np.nan
        return _locked(values.reshape(-1, *self.shape))

    def masks(self, sensor: str) -> np.ndarray:
        """Return where acquisitions are invalid: cloud, shadow, saturation, outside of the swath.

        Returns
        -------
        ndarray of bool, shape (observations, rows, columns)
            Also true at pixels that are not needed and therefore not read.
        """
        self._sensor(sensor)
        return _locked(~self._series[sensor].valid.reshape(-1, *self.shape))

    def raster(self, name: str, band: int = 1) -> np.ndarray:
        """Return a band of one of the function's rasters.

        Returns
        -------
        ndarray of float32, shape (rows, columns)
            NaN at nodata.
        """
        if name not in self._rasters:
            raise ValueError(f"no raster `{name}`; the function's `rasters` are {sorted(self._rasters)}")
        return _locked(self._rasters[name].read(self._window, band))

    def _sensor(self, name: str) -> SensorFeatures:
        if name not in self._tile.sensors:
            raise ValueError(f"no sensor `{name}`; there are {self.sensors}")
        return self._tile.sensors[name]

    def _band(self, sensor: str, name: str) -> int:
        bands = self.bands(sensor)
        if name not in bands:
            raise ValueError(f"{sensor} has no band `{name}`; it has {bands}")
        return bands.index(name)

    def _filled(self, sensor: str, band_positions: list[int], wanted: FeatureSettings) -> np.ndarray:
        """Return features of some bands, date by date, by the same code as the feature vectors."""
        whole, series = self._sensor(sensor), self._series[sensor]
        names = tuple(whole.choice.bands.names[position] for position in band_positions)
        bands = SensorBands(sensor, names, whole.choice.bands.letters, whole.choice.bands.unit)
        part = sensor_features.of_settings(bands, wanted, whole.observation_dates, whole.output_dates)
        pixels, dates, scale = self._window.pixels, len(whole.output_dates), part.scales[0]
        found = np.empty((dates, pixels), np.float32)
        for start in range(0, pixels, _CHUNK):
            chunk = slice(start, min(start + _CHUNK, pixels))
            positions = np.arange(chunk.stop - chunk.start)
            matrix = np.empty((len(positions), len(part.names)), np.int16)
            cut = {sensor: _cut(series, band_positions, chunk)}
            part.write(cut, positions, matrix, 0, np.zeros(len(positions), bool))
            stored = matrix[:, :dates].T  # without the flags of dates, which come last
            found[:, chunk] = np.where(stored == NODATA, np.float32(np.nan), stored / np.float32(scale))
        return _locked(found.reshape(-1, *self.shape))


def _cut(series: SeriesWindow, band_positions: list[int], pixels: slice) -> SeriesWindow:
    """Return some bands at some pixels."""
    values = np.take(series.values[:, :, pixels], band_positions, axis=1)
    return SeriesWindow(values, np.ascontiguousarray(series.valid[:, pixels]))


def _alone(interpolation: InterpolationSettings, bands: bool, indices: Sequence[str] = ()) -> FeatureSettings:
    """Return the computation of bands or indices only."""
    return FeatureSettings(bands=bands, indices=list(indices), interpolation=interpolation)  # type: ignore[call-arg]


def _locked(values: np.ndarray) -> np.ndarray:
    """Return a read-only array."""
    values.setflags(write=False)
    return values
