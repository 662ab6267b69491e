"""Reading one band or mask of a file as windows of a tile's grid, each file opened once.

Bands whose pixels are clearly finer than those of the grid are averaged, unless the nearest pixel is asked for; a
pixel of the grid is clear then where all of the mask's pixels in it are.
"""

import itertools
import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom import grids, remote
from landloom.errors import InputError
from landloom.grids import Grid, Window
from landloom.resample import interpolate_bilinear, keep_clear, repeat_nearest, to_reflectance
from landloom.sensors.base import NODATA, Mask, RasterBand

T = TypeVar("T")

_WARP_TOLERANCE_PX = 1e-6
"""As good as an exact transformation, which GDAL refuses to be asked for by 0; with its usual 1/8 of a pixel, results
would depend on the blocks that it computes."""

_FEW_PX = 1.5
"""Pixels of an image across a pixel of the grid: interpolation between two would leave out some of more."""
_FINE_PIXELS = 2**22
"""Of a mask, worked on at a time."""


class BandReader:
    """One band of a file, read as windows of a tile's grid. Not for several threads at a time."""

    def __init__(self, band: RasterBand, grid: Grid, resampling: str) -> None:
        self.band = band
        self._grid = self._of_tile = grid
        self._resampling = resampling
        self._file: Any = None
        self._dataset: Any = None
        self._factor = 1
        self._opened = 0

    def _open(self) -> Any:
        """Open the file, seen on the tile's grid where it is not an even multiple of it."""
        if self._dataset is None:
            self._file = dataset = remote.opened(self.band, self._opened)
            if self.band.number > dataset.count:
                raise InputError(f"{self.band.name}: has {dataset.count} bands, no band {self.band.number}")
            self._grid = self._reading_grid(grids.of_dataset(dataset))
            self._factor = even_factor(grids.of_dataset(dataset), self._grid)
            if self._factor > 1 and self._resampling == "cubic":
                self._factor = 0
            self._dataset = dataset if self._factor else self._warped(dataset)
        return self._dataset

    def _reading_grid(self, source: Grid) -> Grid:
        """Return the grid that a file of a given grid is read on: the same whenever it is opened anew."""
        return self._of_tile

    def _warped(self, dataset: Any) -> Any:
        """Return the file as seen on the tile's grid, exact to 1e-6 of a pixel whatever the window."""
        dtype = dataset.dtypes[self.band.number - 1]
        nodata = self._nodata(dataset)
        nodata = nodata if nodata is not None and _holds(dtype, nodata) else None
        averaged = self._resampling != "nearest" and pixels_across(grids.of_dataset(dataset), self._grid) > _FEW_PX
        # GDAL widens its kernel by the ratio of the images' extents, which a rotation between projections makes a few
        # per cent too large (values off by up to a fifth of the local contrast).
        kernel_scale = {} if averaged else {"XSCALE": 1.0, "YSCALE": 1.0}
        return WarpedVRT(
            dataset,
            resampling=Resampling.average if averaged else Resampling[self._resampling],
            nodata=_filling(dtype, nodata),
            src_nodata=nodata,
            tolerance=_WARP_TOLERANCE_PX,
            **kernel_scale,
            **self._grid.profile(),
        )

    def _nodata(self, dataset: Any) -> float | None:
        return dataset.nodatavals[self.band.number - 1] if self.band.nodata is None else self.band.nodata

    def close(self) -> None:
        """Close the file."""
        for dataset in (self._dataset, self._file):
            if dataset is not None:
                dataset.close()
        self._dataset = self._file = None

    def read(self, window: Window) -> np.ndarray:
        """Return the stored numbers of a window on the tile's grid or, if coarser, those that cover it."""
        return self._read(window, None)

    def _read(self, window: Window, out: np.ndarray | None) -> np.ndarray:
        return self._persistently(
            lambda: self._open().read(self.band.number, window=self._covering(window).ranges, out=out)
        )

    def _open_or_say_why(self) -> Any:
        return self._persistently(self._open)

    def _persistently(self, work: Callable[[], T]) -> T:
        """Do something with the file; where it lies elsewhere and that fails, again with the file opened anew.

        Raises
        ------
        InputError
            Where the file cannot be read.
        """
        for failures in itertools.count():
            try:
                return work()
            except (rasterio.errors.RasterioError, ValueError) as error:
                self._wait(failures, error)
            self.close()
            self._opened += 1
        raise AssertionError

    def _wait(self, failures: int, problem: Exception) -> None:
        try:
            remote.wait_or_raise(self.band, failures, problem)
        except (rasterio.errors.RasterioError, ValueError) as error:
            reason = error.__cause__ or error
            raise InputError(f"{self.band.name}: cannot be read ({reason}); is the file whole?") from None

    def block(self) -> tuple[int, int]:
        """Return the rows and columns, in pixels of the tile, of the blocks that the file is decoded in."""
        rows, columns = self._open_or_say_why().block_shapes[self.band.number - 1]
        return rows * max(self._factor, 1), columns * max(self._factor, 1)

    def _covering(self, window: Window) -> Window:
        """Return the window in the file's own pixels, with a pixel around it for interpolation."""
        if self._factor <= 1:
            return window
        row, rows = _coarse_range(window.row, window.rows, self._factor, self._dataset.height)
        column, columns = _coarse_range(window.column, window.columns, self._factor, self._dataset.width)
        return Window(row, column, rows, columns)

    def reflectance(self, window: Window, out: np.ndarray) -> None:
        """Read a window as int16 reflectance times 10000 into ``out`` of shape (rows, columns)."""
        self._open_or_say_why()
        if self._factor <= 1:
            if self._is_plain():
                self._read(window, out)
            else:
                self._scale(self.read(window), out)
            return
        numbers = self.read(window)
        if not self._is_plain():
            scaled = np.empty(numbers.shape, np.int16)
            self._scale(numbers, scaled)
            numbers = scaled
        kernel = repeat_nearest if self._resampling == "nearest" else interpolate_bilinear
        kernel(numbers, self._factor, *self._offset(window), out)

    def value_range(self, window: Window) -> tuple[float, float]:
        """Return the least and greatest value of a window, scaled and not cut to what int16 holds; NaN if none."""
        numbers = self.read(window).astype(np.float64)
        nodata = self._nodata(self._dataset)
        there = numbers[np.isfinite(numbers) & (numbers != nodata)] * self.band.gain + self.band.shift
        return (float(there.min()), float(there.max())) if there.size else (math.nan, math.nan)

    def _is_plain(self) -> bool:
        """Return whether the stored numbers are what is wanted."""
        unscaled = (self.band.gain, self.band.shift) == (1.0, 0.0)
        same_type = self._dataset.dtypes[self.band.number - 1] == "int16"
        return unscaled and same_type and self._nodata(self._dataset) in (None, NODATA)

    def _scale(self, numbers: np.ndarray, out: np.ndarray) -> None:
        """Turn stored numbers into reflectances times 10000."""
        nodata = self._nodata(self._dataset)
        has_nodata = nodata is not None and not np.isnan(nodata)
        missing = float(nodata or 0.0) if has_nodata else 0.0
        to_reflectance(numbers, self.band.gain, self.band.shift, missing, has_nodata, out)

    def _offset(self, window: Window) -> tuple[int, int]:
        covering = self._covering(window)
        return window.row - covering.row * self._factor, window.column - covering.column * self._factor


def pixels_across(source: Grid, target: Grid) -> float:
    """Return how many pixels of an image a pixel of a grid is wide (or high, if more), amid the grid."""
    middle = Window(target.rows // 2, target.columns // 2, 1, 1)
    x, y = (float(centre.item()) for centre in target.centres(middle))
    half_x, half_y = target.resolution / 2, target.resolution_y / 2
    to_source = grids.transformer(target.crs, source.crs).transform
    ends = to_source([x - half_x, x + half_x, x, x], [y, y, y - half_y, y + half_y])
    columns, rows = (np.diff(end)[[0, 2]] for end in ends)
    columns, rows = columns / source.resolution, rows / source.resolution_y
    return float(np.hypot(columns, rows).max())


class MaskReader(BandReader):
    """A mask, read as windows of a tile's grid: the nearest pixel each; on a coarser grid, several in each."""

    def __init__(self, mask: Mask, grid: Grid) -> None:
        super().__init__(mask.source, grid, "nearest")
        self._mask = mask
        self._source = grid
        self._clear: np.ndarray | None = None
        self._side = 1

    def _reading_grid(self, source: Grid) -> Grid:
        """Return the tile's grid, cut into as many pixels as the mask has in each of its pixels if it has several."""
        across = pixels_across(source, self._of_tile)
        self._side = math.ceil(across - 1e-6) if across > _FEW_PX else 1
        return self._of_tile.divided(self._side)

    def _warped(self, dataset: Any) -> Any:
        self._source = grids.of_dataset(dataset)
        return WarpedVRT(dataset, tolerance=_WARP_TOLERANCE_PX, **self._grid.profile())

    def keep_clear(self, window: Window, clear: np.ndarray) -> None:
        """Leave in ``clear``, bool of shape (rows, columns), what neither the mask nor its absence speaks against."""
        self._open_or_say_why()
        if self._side == 1:
            self._keep_clear(window, clear)
            return
        step = max(_FINE_PIXELS // (self._side**2 * window.columns), 1)
        for top in range(0, window.rows, step):
            rows = min(step, window.rows - top)
            part = Window(window.row + top, window.column, rows, window.columns)
            clear[top : top + rows] &= self._all_clear(part)

    def _all_clear(self, window: Window) -> np.ndarray:
        """Return where all of the mask's pixels in a pixel of the tile's grid are clear."""
        side = self._side
        fine = np.ones((window.rows * side, window.columns * side), bool)
        self._keep_clear(Window(*(side * number for number in window)), fine)
        return np.asarray(fine.reshape(window.rows, side, window.columns, side).all(axis=(1, 3)))

    def _keep_clear(self, window: Window, clear: np.ndarray) -> None:
        """Do so for a window of the grid that the mask is read on."""
        numbers = self.read(window)
        clear_of = self._clear_numbers(numbers.dtype)
        if clear_of is None:
            numbers, clear_of = (~is_invalid(self._mask, numbers)).view(np.uint8), np.array([False, True])
        if self._factor == 0:
            clear &= grids.depth_m(self._source, self._grid.crs, *self._grid.centres(window)) > 0
        row, column = self._offset(window) if self._factor > 1 else (0, 0)
        keep_clear(numbers, clear_of, max(self._factor, 1), row, column, clear)

    def _clear_numbers(self, dtype: np.dtype) -> np.ndarray | None:
        """Return for every number of a small type whether it is clear: faster to look up than to find out."""
        if self._clear is None and dtype in (np.uint8, np.uint16):
            self._clear = ~is_invalid(self._mask, np.arange(np.iinfo(dtype).max + 1, dtype=dtype))
        return self._clear


def _coarse_range(start: int, size: int, factor: int, limit: int) -> tuple[int, int]:
    """Return first pixel and number of coarse pixels that a fine range needs, one more on each side."""
    first = max(start // factor - 1, 0)
    last = min((start + size - 1) // factor + 1, limit - 1)
    return first, last - first + 1


def _holds(dtype: str, number: float) -> bool:
    """Return whether an image of a type can hold a number: metadata beside it may tell what it cannot."""
    if np.issubdtype(np.dtype(dtype), np.floating):
        return True
    info = np.iinfo(dtype)
    return float(number).is_integer() and info.min <= number <= info.max


def _filling(dtype: str, nodata: float | None) -> float:
    """Return the value with which to fill what lies outside of an image of a type."""
    if nodata is not None:
        return nodata
    return float("nan") if np.issubdtype(np.dtype(dtype), np.floating) else float(np.iinfo(dtype).min)


def same_corner(one: Grid, other: Grid) -> bool:
    """Return whether two grids begin at the same place, to a thousandth of a pixel."""
    return bool(np.allclose((one.left, one.top), (other.left, other.top), rtol=0, atol=1e-3 * other.resolution))


def even_factor(source: Grid, target: Grid) -> int:
    """Return how many target pixels make a source pixel, per axis; 0 where it does not come out even."""
    factor = round(source.resolution / target.resolution)
    if factor < 1 or source.crs != target.crs or not same_corner(source, target):
        return 0
    even = (source.rows * factor, source.columns * factor) == (target.rows, target.columns)
    same = np.allclose(
        (source.resolution, source.resolution_y),
        (target.resolution * factor, target.resolution_y * factor),
        rtol=1e-9,
    )
    return factor if even and same else 0


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
