"""Reading the time series of a tile: windows of all acquisitions, ahead of the computation."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom import grids
from landloom.errors import InputError
from landloom.grids import Grid, Window
from landloom.resample import interpolate_bilinear, repeat_nearest, to_reflectance
from landloom.sensors.base import NODATA, Acquisition, Mask, RasterBand

WINDOWS_AHEAD = 1
"""Windows read while one is worked on: one keeps the readers busy, more only cost memory."""

_WARP_TOLERANCE_PX = 1e-6
"""As good as an exact transformation, which GDAL refuses to be asked for by 0; with its usual 1/8 of a pixel, results
would depend on the blocks that it computes."""

_GDAL_OPTIONS = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}


@dataclass(frozen=True)
class SeriesWindow:
    """All looks of one sensor at one window.

    Attributes
    ----------
    values : ndarray of int16, shape (looks, bands, pixels)
        Reflectance times 10000, nodata -10000.
    valid : ndarray of bool, shape (looks, pixels)
        Clear: no mask speaks against it and no band is missing.
    """

    values: np.ndarray
    valid: np.ndarray


class BandReader:
    """One band of a file, read as windows of a tile's grid. Not for several threads at a time."""

    def __init__(self, band: RasterBand, grid: Grid, resampling: str) -> None:
        self.band = band
        self._grid = grid
        self._resampling = resampling
        self._dataset: Any = None
        self._factor = 1

    def _open(self) -> Any:
        """Open the file, seen on the tile's grid where it is not an even multiple of it."""
        if self._dataset is None:
            dataset = rasterio.open(self.band.path)
            if self.band.number > dataset.count:
                raise InputError(f"{self.band.path}: has {dataset.count} bands, no band {self.band.number}")
            self._factor = even_factor(grids.of_dataset(dataset), self._grid)
            if self._factor > 1 and self._resampling == "cubic":
                self._factor = 0
            if self._factor == 0:
                dataset = self._warped(dataset)
            self._dataset = dataset
        return self._dataset

    def _warped(self, dataset: Any) -> Any:
        """Return the file as seen on the tile's grid; GDAL computes it in fixed blocks, whatever the window."""
        nodata = self._nodata(dataset)
        filling = _fitting_nodata(dataset.dtypes[self.band.number - 1], nodata)
        method = Resampling[self._resampling]
        return WarpedVRT(
            dataset,
            resampling=method,
            nodata=filling,
            src_nodata=nodata,
            tolerance=_WARP_TOLERANCE_PX,
            **_kernel_scale(grids.of_dataset(dataset), self._grid),
            **self._grid.profile(),
        )

    def _nodata(self, dataset: Any) -> float | None:
        return dataset.nodatavals[self.band.number - 1] if self.band.nodata is None else self.band.nodata

    def close(self) -> None:
        """Close the file."""
        if self._dataset is not None:
            self._dataset.close()

    def read(self, window: Window) -> np.ndarray:
        """Return the stored numbers of a window on the tile's grid or, if coarser, those that cover it."""
        try:
            dataset = self._open()
            return dataset.read(self.band.number, window=self._covering(window).ranges)
        except (rasterio.errors.RasterioError, ValueError) as error:
            cause = error.__cause__ or error
            raise InputError(f"{self.band.path}: cannot be read ({cause}); is the file whole?") from None

    def _covering(self, window: Window) -> Window:
        """Return the window in the file's own pixels, with a pixel around it for interpolation."""
        if self._factor <= 1:
            return window
        row, rows = _coarse_range(window.row, window.rows, self._factor, self._dataset.height)
        column, columns = _coarse_range(window.column, window.columns, self._factor, self._dataset.width)
        return Window(row, column, rows, columns)

    def reflectance(self, window: Window, out: np.ndarray) -> None:
        """Read a window as int16 reflectance times 10000 into ``out`` of shape (rows, columns)."""
        numbers = self.read(window)
        if self._factor <= 1:
            self._scale(numbers, out)
            return
        scaled = np.empty(numbers.shape, np.int16)
        self._scale(numbers, scaled)
        kernel = repeat_nearest if self._resampling == "nearest" else interpolate_bilinear
        kernel(scaled, self._factor, *self._offset(window), out)

    def _scale(self, numbers: np.ndarray, out: np.ndarray) -> None:
        """Turn stored numbers into reflectances times 10000."""
        nodata = self._nodata(self._dataset)
        plain = numbers.dtype == np.int16 and (self.band.gain, self.band.shift) == (1.0, 0.0)
        if plain and nodata in (None, NODATA):
            out[:] = numbers
        else:
            has_nodata = nodata is not None and not np.isnan(nodata)
            missing = float(nodata or 0.0) if has_nodata else 0.0
            to_reflectance(numbers, self.band.gain, self.band.shift, missing, has_nodata, out)

    def _offset(self, window: Window) -> tuple[int, int]:
        covering = self._covering(window)
        return window.row - covering.row * self._factor, window.column - covering.column * self._factor


def _kernel_scale(source: Grid, target: Grid) -> dict[str, float]:
    """Return options that keep GDAL from blurring images of about the target's resolution.

    It widens its kernel by the ratio of the images' extents, which a rotation between projections makes a few per
    cent too large (values off by up to a fifth of the local contrast).
    """
    return {"XSCALE": 1.0, "YSCALE": 1.0} if 1.5 * source.resolution >= target.resolution else {}


class MaskReader(BandReader):
    """A mask, read as windows of a tile's grid: the nearest pixel each."""

    def __init__(self, mask: Mask, grid: Grid) -> None:
        super().__init__(mask.source, grid, "nearest")
        self._mask = mask
        self._source = grid

    def _warped(self, dataset: Any) -> Any:
        self._source = grids.of_dataset(dataset)
        return WarpedVRT(dataset, tolerance=_WARP_TOLERANCE_PX, **self._grid.profile())

    def invalid(self, window: Window) -> np.ndarray:
        """Return where the mask, or its absence, says that the look is not clear."""
        invalid = is_invalid(self._mask, self.read(window))
        if self._factor == 0:
            invalid |= grids.depth_m(self._source, self._grid.crs, *self._grid.centres(window)) <= 0
        if self._factor <= 1:
            return invalid
        out = np.empty((window.rows, window.columns), bool)
        repeat_nearest(invalid, self._factor, *self._offset(window), out)
        return out


def _coarse_range(start: int, size: int, factor: int, limit: int) -> tuple[int, int]:
    """Return first pixel and number of coarse pixels that a fine range needs, one more on each side."""
    first = max(start // factor - 1, 0)
    last = min((start + size - 1) // factor + 1, limit - 1)
    return first, last - first + 1


def _fitting_nodata(dtype: str, nodata: float | None) -> float:
    """Return the value with which to fill what lies outside of an image of a type."""
    if nodata is not None:
        return nodata
    return float("nan") if np.issubdtype(np.dtype(dtype), np.floating) else float(np.iinfo(dtype).min)


def _same_corner(one: Grid, other: Grid) -> bool:
    """Return whether two grids begin at the same place, to a thousandth of a pixel."""
    return bool(np.allclose((one.left, one.top), (other.left, other.top), rtol=0, atol=1e-3 * other.resolution))


def even_factor(source: Grid, target: Grid) -> int:
    """Return how many target pixels make a source pixel, per axis; 0 where it does not come out even."""
    factor = round(source.resolution / target.resolution)
    if factor < 1 or source.crs != target.crs or not _same_corner(source, target):
        return 0
    even = (source.rows * factor, source.columns * factor) == (target.rows, target.columns)
    same = np.allclose(
        (source.resolution, source.resolution_y),
        (target.resolution * factor, target.resolution_y * factor),
        rtol=1e-9,
    )
    return factor if even and same else 0


class AcquisitionReader:
    """The masks and bands of one acquisition."""

    def __init__(self, acquisition: Acquisition, grid: Grid, resampling: str) -> None:
        self.acquisition = acquisition
        self._bands = [BandReader(band, grid, resampling) for _, band in acquisition.bands]
        self._masks = [MaskReader(mask, grid) for mask in acquisition.masks]
        self._lock = threading.Lock()

    def clear(self, window: Window) -> np.ndarray:
        """Return which pixels no mask speaks against, as bool of shape (rows, columns)."""
        clear = np.ones((window.rows, window.columns), bool)
        with self._lock, rasterio.Env(**_GDAL_OPTIONS):
            for mask in self._masks:
                clear &= ~mask.invalid(window)
        return clear

    def read(self, window: Window, values: np.ndarray, valid: np.ndarray) -> None:
        """Read a window into ``values`` (bands, pixels) and ``valid`` (pixels).

        Bands are not read where no pixel is clear.
        """
        valid[:] = self.clear(window).ravel()
        if not valid.any():
            values[:] = NODATA
            return
        with self._lock, rasterio.Env(**_GDAL_OPTIONS):
            for reader, row in zip(self._bands, values, strict=True):
                reader.reflectance(window, row.reshape(window.rows, window.columns))
                valid &= row != NODATA

    def seen(self, window: Window) -> np.ndarray:
        """Return which pixels are clear, going by the masks or, where they do not tell all, by the bands too."""
        if self._masks and self.acquisition.masks_cover_nodata:
            return self.clear(window)
        values = np.empty((len(self._bands), window.pixels), np.int16)
        valid = np.empty(window.pixels, bool)
        self.read(window, values, valid)
        return valid.reshape(window.rows, window.columns)

    def close(self) -> None:
        """Close all files."""
        for reader in [*self._bands, *self._masks]:
            reader.close()


def is_invalid(mask: Mask, numbers: np.ndarray) -> np.ndarray:
    """Return where a mask's numbers say that the look is not clear."""
    invalid = np.zeros(numbers.shape, bool)
    if mask.invalid_bits:
        invalid |= (numbers.astype(np.int64) & mask.invalid_bits) != 0
    if mask.invalid_values:
        invalid |= np.isin(numbers, mask.invalid_values)
    if mask.valid_values:
        invalid |= ~np.isin(numbers, mask.valid_values)
    return invalid


class TileReader:
    """All sensors' series of a tile, as a stream of windows read ahead by a pool of threads."""

    def __init__(
        self,
        acquisitions: Mapping[str, Sequence[Acquisition]],
        grid: Grid,
        resampling: Mapping[str, str],
        threads: int,
    ) -> None:
        self._readers = {
            sensor: [AcquisitionReader(one, grid, resampling[sensor]) for one in looks]
            for sensor, looks in acquisitions.items()
        }
        self._pool = ThreadPoolExecutor(max_workers=threads)

    def __enter__(self) -> "TileReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for reader in itertools.chain.from_iterable(self._readers.values()):
            reader.close()

    def stream(self, windows: Iterable[Window]) -> Iterator[tuple[Window, dict[str, SeriesWindow]]]:
        """Yield each window with the series of every sensor, reading the next while the caller works."""
        waiting: list[tuple[Window, dict[str, SeriesWindow], list[Future]]] = []
        for window in windows:
            waiting.append((window, *self._submit(window)))
            if len(waiting) > WINDOWS_AHEAD:
                yield _finished(waiting.pop(0))
        while waiting:
            yield _finished(waiting.pop(0))

    def _submit(self, window: Window) -> tuple[dict[str, SeriesWindow], list[Future]]:
        """Start reading a window."""
        series, futures = {}, []
        for sensor, readers in self._readers.items():
            bands = len(readers[0].acquisition.bands) if readers else 0
            values = np.empty((len(readers), bands, window.pixels), np.int16)
            valid = np.empty((len(readers), window.pixels), bool)
            series[sensor] = SeriesWindow(values, valid)
            futures += [
                self._pool.submit(reader.read, window, values[look], valid[look])
                for look, reader in enumerate(readers)
            ]
        return series, futures


def _finished(
    task: tuple[Window, dict[str, SeriesWindow], list[Future]],
) -> tuple[Window, dict[str, SeriesWindow]]:
    window, series, futures = task
    for future in futures:
        future.result()
    return window, series
