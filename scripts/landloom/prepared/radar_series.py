"""Series of radar images as samples and maps read them: filtered, in decibels times 100.

Observations of one view (relative orbit and direction) are read together, with as many pixels around the window as
the filter looks at, so that a pixel has the same value in any window. Power becomes decibels last.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import numba
import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.core.files import REMAKE
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.reading.observations import ReadersOf, SeriesWindow
from landloom.reading.value_counts import Counter
from landloom.sar import multilooking, speckle
from landloom.sar.signed_power import to_power
from landloom.sensors.acquisition import Acquisition

FILTERS: dict[str, Callable[[np.ndarray, int, float], np.ndarray]] = {
    "quegan_yu": lambda stored, radius, looks: speckle.quegan_yu(stored, radius),
    "lee": speckle.lee,
    "none": lambda stored, radius, looks: to_power(stored),
}
"""From stored numbers of shape (observations, rows, columns), a radius and the looks of a pixel to power."""


def readers_of(reading: Mapping[str, Any]) -> ReadersOf:
    """Return what opens prepared images: see :data:`landloom.prepared.forms.SERIES`."""
    return partial(_open, reading["filter"]["method"], reading["filter"]["radius"])


def _open(
    method: str, radius: int, acquisitions: Sequence[Acquisition], grid: Grid, threads: int
) -> list["ViewReader"]:
    views: dict[str, list[int]] = {}
    for number, one in enumerate(acquisitions):
        views.setdefault(one.view, []).append(number)
    return [ViewReader(acquisitions, numbers, grid, method, radius, threads) for numbers in views.values()]


class ViewReader:
    """All observations of one view.

    Parameters
    ----------
    acquisitions : sequence of Acquisition
        Of the sensor, read from prepared images.
    numbers : list of int
        Which of them are of this view.
    grid : Grid
        Of the tile.
    method : str
        Of ``FILTERS``.
    radius : int
        Of the filter's window, in pixels.
    threads : int
        Of its kernels.
    """

    def __init__(
        self,
        acquisitions: Sequence[Acquisition],
        numbers: Sequence[int],
        grid: Grid,
        method: str,
        radius: int,
        threads: int,
    ) -> None:
        self._own = [acquisitions[number] for number in numbers]
        self._numbers, self._grid, self._looks = list(numbers), grid, multilooking.looks_of(grid)
        self._threads = min(threads, numba.get_num_threads())
        self._filter, self._around = FILTERS[method], 0 if method == "none" else radius
        self._files = ExitStack()
        self._datasets: list[Any] = []
        self._lock = threading.Lock()
        self.counter = Counter(len(self._own[0].bands))

    def read_into(
        self, window: Window, wanted: np.ndarray | None, series: SeriesWindow, counted: np.ndarray | None
    ) -> None:
        """Read a window into the observations' places of the sensor's series.

        Parameters
        ----------
        window : Window
        wanted : ndarray of bool, shape (rows, columns), or None
            Pixels of interest; None: all.
        series : SeriesWindow
        counted : ndarray of bool, shape (pixels,), or None
            Those whose values are counted; None: all that are wanted.
        """
        asked = np.ones(window.pixels, bool) if wanted is None else np.ascontiguousarray(wanted).ravel()
        series.valid[self._numbers] = asked
        if not asked.any():
            return
        with self._lock:
            numba.set_num_threads(self._threads)
            for band in range(len(self._own[0].bands)):
                self._read_band(band, window, series)
            for number in self._numbers:
                valid = series.valid[number]
                self.counter.add(series.values[number], valid if counted is None else valid & counted)

    def _read_band(self, band: int, window: Window, series: SeriesWindow) -> None:
        """Filter a band of all observations; what is missing in it is invalid."""
        read = self._grid.padded(window, self._around)
        stored = np.empty((len(self._own), read.rows, read.columns), np.int16)
        for observation, dataset in enumerate(self._opened()):
            self._read(observation, dataset, band, read, stored[observation])
        inner = Window(window.row - read.row, window.column - read.column, window.rows, window.columns)
        power = self._filter(stored, self._around, self._looks)[(slice(None), *inner.slices)]
        decibels = speckle.to_decibels(np.ascontiguousarray(power)).reshape(len(self._own), -1)
        for number, values in zip(self._numbers, decibels, strict=True):
            series.values[number, band] = values
            series.valid[number] &= values != NODATA

    def _read(self, observation: int, dataset: Any, band: int, window: Window, out: np.ndarray) -> None:
        source = self._own[observation].bands[band][1]
        try:
            dataset.read(source.number, window=window.ranges, out=out)
        except rasterio.errors.RasterioError as error:
            raise InputError(f"{source.name}: cannot be read ({error}); {REMAKE}") from None

    def _opened(self) -> list[Any]:
        if not self._datasets:
            for one in self._own:
                path = one.bands[0][1].path
                try:
                    # Not as a context, which another thread could not leave.
                    dataset = raster_doors.product(path)
                except rasterio.errors.RasterioError as error:
                    raise InputError(f"{path}: cannot be read ({error}); {REMAKE}") from None
                self._files.callback(dataset.close)
                if dataset.shape != (self._grid.rows, self._grid.columns):
                    raise InputError(f"{path}: is not on the grid of tile {one.tile}; {REMAKE}")
                self._datasets.append(dataset)
        return self._datasets

    def blocks(self) -> list[tuple[int, int]]:
        """Return the rows and columns of each band's blocks in pixels of the tile."""
        with self._lock:
            return list(self._opened()[0].block_shapes)

    def close(self) -> None:
        """Close all files."""
        self._files.close()
        self._datasets = []
