"""Functions that were written for iota2's external features, called as they are.

Such a function takes one object with methods named after sensors and bands, as ``get_interpolated_Sentinel2_B4()``,
whose arrays have the shape (rows, columns, dates) and iota2's numbers: 10000 times the reflectance, 1000 times an
index. It returns an array of shape (rows, columns, features) and labels. Here it gets the window of
:mod:`landloom.features.functions.window_data` in these terms.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.features.formulas import INDEX_SCALE
from landloom.features.functions.window_data import WindowData

_RESULTS_OF = re.compile(r"get_(?:(interpolated|raw)_)?([A-Za-z0-9]+)_(\w+)")
_INDICES = {"NDVI": ("NDVI", 1), "NDWI": ("NDMI", -1)}
"""Indices of iota2: the name and the sign in spyndex. iota2's NDWI is (SWIR - NIR) / (SWIR + NIR)."""

_BRIGHTNESS = "brightness"
_BANDS_OF_LANDSAT = {
    "landsat8": ("coastal", "blue", "green", "red", "nir08", "swir16", "swir22"),
    "landsat5": ("blue", "green", "red", "nir08", "swir16", None, "swir22"),
}
"""Common names of B1, B2 ..., by which landloom has the bands of some families."""


@dataclass(frozen=True)
class I2Label:
    """Name of a feature of a sensor, as functions for iota2 make it."""

    sensor_name: str
    feat_name: str

    def __str__(self) -> str:
        """Return the name as one word."""
        return f"{self.sensor_name}_{self.feat_name}"


@dataclass(frozen=True)
class I2TemporalLabel(I2Label):
    """The same of a date."""

    date: str

    def __str__(self) -> str:
        """Return the name as one word."""
        return f"{self.sensor_name}_{self.feat_name}_{self.date}"


class Iota2Data:
    """A window under the names that iota2 has for it.

    Attributes
    ----------
    interpolated_dates, raw_dates : dict of str: list of str
        Days as YYYYMMDD of each sensor, by landloom's name or iota2's (``Sentinel2`` is the section ``sentinel2``).
    """

    def __init__(self, data: WindowData) -> None:
        self._data = data
        self.interpolated_dates = _BySensor({name: _days(data.dates(name)) for name in data.sensors})
        self.raw_dates = _BySensor({name: _days(data.raw_dates(name)) for name in data.sensors})

    def get_interpolated_dates(self) -> dict[str, list[str]]:
        """Return the days of the gap filling of each sensor."""
        return self.interpolated_dates

    def get_raw_dates(self) -> dict[str, list[str]]:
        """Return the days of the acquisitions of each sensor."""
        return self.raw_dates

    def __getattr__(self, name: str) -> Callable[[], np.ndarray]:
        """Return the method of a name that holds sensor and band."""
        found = _RESULTS_OF.fullmatch(name)
        sensor = _sensor_named(found[2], self._data.sensors) if found else None
        if found is None or sensor is None:
            raise AttributeError(
                f"`{name}` is not among what landloom has of iota2's interface: get_interpolated_Sensor_Band(), "
                "get_raw_Sensor_Band(), get_Sensor_binary_masks(), interpolated_dates, raw_dates; sensors are "
                f"{', '.join(self._data.sensors)}"
            )
        kind, _, what = found.groups()
        if what == "binary_masks":
            return lambda: _last_axis(self._data.masks(sensor).astype(np.uint8))
        if kind == "raw":
            return lambda: self._numbers(self._data.raw(sensor, self._band(sensor, what)), REFLECTANCE_SCALE)
        return lambda: self._interpolated(sensor, what)

    def _interpolated(self, sensor: str, what: str) -> np.ndarray:
        """Return a band or an index on the dates of the gap filling."""
        if what.lower() == _BRIGHTNESS:
            return self._numbers(self._data.index(sensor, _BRIGHTNESS), REFLECTANCE_SCALE)
        if what.upper() in _INDICES:
            name, sign = _INDICES[what.upper()]
            return sign * self._numbers(self._data.index(sensor, name), INDEX_SCALE)
        return self._numbers(self._data.interpolated(sensor, self._band(sensor, what)), REFLECTANCE_SCALE)

    def _band(self, sensor: str, name: str) -> str:
        """Return landloom's name of a band; the name itself, which the window refuses, of one that there is not."""
        plain = re.sub(r"^B0+(?=\d)", "B", name.upper())
        bands = self._data.bands(sensor)
        if plain in bands or not re.fullmatch(r"B[1-7]", plain):
            return plain
        for family, names in _BANDS_OF_LANDSAT.items():
            if _folded(sensor).startswith(family):
                return names[int(plain[1]) - 1] or plain
        return plain

    @staticmethod
    def _numbers(values: np.ndarray, scale: float) -> np.ndarray:
        """Return iota2's whole numbers, float32 with NaN where there is no valid observation."""
        numbers = values * np.float32(scale)
        return _last_axis(np.rint(numbers, out=numbers))


class _BySensor(dict[str, list[str]]):
    """Days by sensor, under either name of it."""

    def __missing__(self, name: str) -> list[str]:
        sensor = _sensor_named(name, list(self))
        if sensor is None:
            raise KeyError(f"no sensor `{name}`; there are {', '.join(self)}")
        return self[sensor]


def _folded(name: str) -> str:
    return re.sub(r"[_-]", "", name.lower())


def _sensor_named(name: str, sensors: Sequence[str]) -> str | None:
    """Return the sensor that iota2's name means: the same but for case, `_` and `-`."""
    return next((sensor for sensor in sensors if _folded(sensor) == _folded(name)), None)


def _days(dates: Sequence[Any]) -> list[str]:
    return [f"{date:%Y%m%d}" for date in dates]


def _last_axis(values: np.ndarray) -> np.ndarray:
    """Return arrays of dates with the dates last, without a copy."""
    return np.moveaxis(values, 0, -1)


def adapted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function for iota2 as one for landloom."""

    def call(data: WindowData, **arguments: Any) -> Any:
        with importable():
            returned = function(Iota2Data(data), **arguments)
        return results(returned)

    return call


def results(returned: Any) -> Any:
    """Return what a function for iota2 returns as landloom takes it: features first, names as text.

    Labels that are not as many as the features are replaced by ``b0``, ``b1`` ..., as in iota2. Anything else than a
    pair is returned as it is, for landloom's own message.
    """
    if not (isinstance(returned, tuple) and len(returned) == 2):
        return returned
    values, labels = returned
    array = np.ma.asarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    if array.ndim not in (2, 3):
        return returned
    layers = array[np.newaxis] if array.ndim == 2 else np.moveaxis(array, -1, 0)
    names = [str(label) for label in ([labels] if isinstance(labels, str) else labels)]
    if len(names) != len(layers):
        names = [f"b{number}" for number in range(len(layers))]
    return layers, names


@contextmanager
def importable() -> Iterator[None]:
    """Allow functions to import iota2's labels, also where iota2 is not installed; nothing else of it is there."""
    packages = [ModuleType(name) for name in ("iota2", "iota2.learning", "iota2.learning.utils")]
    for package in packages:
        package.__path__ = []
    packages[-1].__dict__.update(I2Label=I2Label, I2TemporalLabel=I2TemporalLabel)
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "iota2"}
    for name in before:
        del sys.modules[name]
    sys.modules.update({package.__name__: package for package in packages})
    try:
        yield
    finally:
        for package in packages:
            sys.modules.pop(package.__name__, None)
        sys.modules.update(before)
