"""Band and mask readers: windows on a tile's grid from files that are opened once.

Images that are not aligned with the tile's grid are resampled: see :mod:`landloom.reading.warping`. If a mask is
finer than the grid, a pixel is valid only if all mask pixels in it are valid.
"""

import itertools
import math
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any, TypeVar

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.core.files import WHOLE_ADVICE, advice
from landloom.core.stored_values import NODATA
from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.reading import coarser_levels, declared_scaling, missing, opening, warping, whole_blocks
from landloom.reading.resampling import interpolate_bilinear, keep_clear, repeat_nearest, to_reflectance
from landloom.reading.shared_files import Opener, own_file
from landloom.reading.warping import Layer, Numbers, pixels_across
from landloom.reading.whole_blocks import BlockKeeper, Reach, all_wanted, some_wanted
from landloom.sensors.acquisition import Mask, RasterBand

T = TypeVar("T")
_SAME_PX = 1.1
"""Ratio of resolutions up to which a mask is as fine as the grid. Bands are averaged from a larger one on, but those
beside a mask may be finer than it: of Sentinel-2 on a grid of 30 m, bands of 10 m, and a mask of 20 m."""

_FINE_PIXELS = 2**22
"""Pixels of a mask that are processed at a time."""


class BandReader:
    """One band of a file, read as windows on a tile's grid. Not thread-safe.

    Parameters
    ----------
    data : collection of int
        Bands of the file that are read as data: none of these is its alpha band.
    keeper : BlockKeeper, optional
        Of the acquisition's large blocks; without it, GDAL decodes what a window needs.
    """

    def __init__(
        self,
        band: RasterBand,
        grid: Grid,
        resampling: str,
        opener: Opener = own_file,
        data: Collection[int] = (),
        keeper: BlockKeeper | None = None,
    ) -> None:
        self.band = band
        self._opener = opener
        self._data = data
        self._keeper = keeper
        self._grid = self._of_tile = grid
        self._takes_levels = resampling == coarser_levels.RESAMPLING
        self._resampling = "bilinear" if self._takes_levels else resampling
        self._files = ExitStack()
        self._layer: Layer | None = None
        self._factor = 1
        self._opened = 0

    def _open(self) -> Layer:
        """Open the file, warped to the tile's grid unless its pixels are an integer multiple of the grid's."""
        if self._layer is None:
            dataset = self._files.enter_context(self._opener(self.band, self._opened))
            if self.band.number > dataset.count:
                raise InputError(f"{self.band.name}: has {dataset.count} bands, no band {self.band.number}")
            if self._takes_levels:
                dataset = self._files.enter_context(coarser_levels.opened(dataset, self.band, self._of_tile))
            stored = self._files.enter_context(self._stored(dataset))
            self._grid = self._reading_grid(stored.grid)
            self._factor = even_factor(stored.grid, self._grid)
            if self._factor > 1 and self._resampling == "cubic":
                self._factor = 0
            self._layer = stored if self._factor else self._files.enter_context(self._warped(stored))
        return self._layer

    def _stored(self, dataset: Any) -> AbstractContextManager[Layer]:
        """Return the band on the file's own grid, and take over the scaling that the file declares."""
        self.band = declared_scaling.applied(self.band, dataset)
        # Numbers that need no scaling mark missing pixels as the arrays in memory do.
        otherwise = NODATA if self._has_own_scale(dataset.dtypes[self.band.number - 1]) else None
        return missing.band(dataset, self.band.number, self.band.nodata, otherwise=otherwise, data=self._data)

    def _reading_grid(self, source: Grid) -> Grid:
        """Return the grid on which a file is read; it stays the same when the file is reopened."""
        return self._of_tile

    def _warped(self, stored: Layer) -> AbstractContextManager[Layer]:
        """Return the band warped to the tile's grid."""
        return warping.on_grid(stored, self._grid, self._resampling, warping.with_gaps(stored))

    def close(self) -> None:
        """Close the file."""
        self._files.close()
        self._layer = None

    def read(self, window: Window) -> np.ndarray:
        """Return the stored numbers of a window on the tile's grid or, if coarser, the pixels that cover it."""
        return self._read(window, None, all_wanted)

    def _read(self, window: Window, out: np.ndarray | None, is_wanted: Callable[[Reach], bool]) -> np.ndarray:
        return self._persistently(lambda: self._numbers(window, out, is_wanted))

    def _numbers(self, window: Window, out: np.ndarray | None, is_wanted: Callable[[Reach], bool]) -> np.ndarray:
        layer, covering = self._open(), self._covering(window)
        if self._keeper is None or self._factor == 0 or not whole_blocks.are_large(layer.block):
            return layer.read(covering, out)
        return whole_blocks.read(layer, covering, self._factor, self._keeper, self, is_wanted, out)

    def _open_or_say_why(self) -> Layer:
        return self._persistently(self._open)

    def _persistently(self, work: Callable[[], T]) -> T:
        """Apply a function to the file; for remote files, reopen the file and retry on failure.

        Raises
        ------
        InputError
            If the file cannot be read.
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
            opening.wait_or_raise(self.band, failures, problem)
        except (rasterio.errors.RasterioError, ValueError) as error:
            reason = error.__cause__ or error
            raise InputError(
                f"{self.band.name}: cannot be read ({reason}); {advice(error) or WHOLE_ADVICE}"
            ) from None

    def block(self) -> tuple[int, int]:
        """Return the rows and columns of the file's blocks in pixels of the tile."""
        rows, columns = self._open_or_say_why().block
        return rows * max(self._factor, 1), columns * max(self._factor, 1)

    def _covering(self, window: Window) -> Window:
        """Return the window in pixels of the file, with a margin of one pixel for interpolation."""
        if self._factor <= 1:
            return window
        image = self._open().dataset
        row, rows = _coarse_range(window.row, window.rows, self._factor, image.height)
        column, columns = _coarse_range(window.column, window.columns, self._factor, image.width)
        return Window(row, column, rows, columns)

    def reflectance(self, window: Window, out: np.ndarray, clear: np.ndarray | None = None) -> None:
        """Read a window as int16 reflectance times 10000 into ``out`` of shape (rows, columns).

        Of large blocks, those without a pixel of ``clear``, bool of the same shape, are not decoded; the numbers of
        their pixels are undefined.
        """
        is_wanted = all_wanted if clear is None else partial(some_wanted, window, clear)
        layer = self._open_or_say_why()
        plain = self._has_own_scale(layer.dtype) and layer.nodata == NODATA
        if self._factor <= 1:
            if plain:
                self._read(window, out, is_wanted)
            else:
                self._scale(self._read(window, None, is_wanted), out)
            return
        numbers = self._read(window, None, is_wanted)
        if not plain:
            scaled = np.empty(numbers.shape, np.int16)
            self._scale(numbers, scaled)
            numbers = scaled
        kernel = repeat_nearest if self._resampling == "nearest" else interpolate_bilinear
        kernel(numbers, self._factor, *self._offset(window), out)

    def scaled(self, window: Window) -> np.ndarray:
        """Return the values of a window as float64 of shape (rows, columns), NaN at missing pixels.

        Values are neither rounded nor clipped; of coarser images, each pixel has that of the pixel that holds it.
        """
        numbers = self.read(window)
        missing_pixels = ~np.isfinite(numbers) | (numbers == self._open().nodata)
        values: np.ndarray = np.where(missing_pixels, np.nan, numbers) * self.band.gain + self.band.shift
        if self._factor > 1:
            row, column = self._offset(window)
            rows, columns = np.arange(row, row + window.rows), np.arange(column, column + window.columns)
            values = values[np.ix_(rows // self._factor, columns // self._factor)]
        return values

    def _has_own_scale(self, dtype: str) -> bool:
        """Return whether the stored numbers need no scaling."""
        return (self.band.gain, self.band.shift) == (1.0, 0.0) and dtype == "int16"

    def _scale(self, numbers: np.ndarray, out: np.ndarray) -> None:
        """Convert stored numbers to reflectances times 10000."""
        nodata = self._open().nodata
        # NaN is missing in any case.
        to_reflectance(numbers, self.band.gain, self.band.shift, nodata or 0.0, nodata is not None, out)

    def _offset(self, window: Window) -> tuple[int, int]:
        covering = self._covering(window)
        return window.row - covering.row * self._factor, window.column - covering.column * self._factor


class MaskReader(BandReader):
    """A mask, read as windows on a tile's grid: the nearest pixel, or all mask pixels in each coarser grid pixel."""

    def __init__(
        self,
        mask: Mask,
        grid: Grid,
        opener: Opener = own_file,
        data: Collection[int] = (),
        keeper: BlockKeeper | None = None,
    ) -> None:
        super().__init__(mask.source, grid, "nearest", opener, data, keeper)
        self._mask = mask
        self._source = grid
        self._clear: np.ndarray | None = None
        self._side = 1

    def _reading_grid(self, source: Grid) -> Grid:
        """Return the tile's grid, refined to the mask's resolution if the mask is finer."""
        across = pixels_across(source, self._of_tile)
        self._source = source
        self._side = math.ceil(across - 1e-6) if across > _SAME_PX else 1
        if self._side > 1:
            self._keeper = None  # its pixels are not those of the tile
        return self._of_tile.divided(self._side)

    def _stored(self, dataset: Any) -> AbstractContextManager[Layer]:
        """Return the mask; a declared nodata value that a rule calls clear is a number as others."""
        own = missing.declared_nodata(dataset, self.band.number)
        clear = (own,) if own is not None and self._mask.calls_clear(own) else ()
        return missing.band(dataset, self.band.number, self.band.nodata, clear=clear, data=self._data)

    def _warped(self, stored: Layer) -> AbstractContextManager[Layer]:
        return warping.on_grid(stored, self._grid, "nearest", Numbers(stored.dtype, stored.nodata))

    def keep_clear(self, window: Window, clear: np.ndarray) -> None:
        """Unset pixels of ``clear``, bool of shape (rows, columns), that are invalid in the mask or missing in it."""
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
        """Return the pixels of the tile's grid in which all mask pixels are valid."""
        side = self._side
        fine = np.ones((window.rows * side, window.columns * side), bool)
        self._keep_clear(Window(*(side * number for number in window)), fine)
        return np.asarray(fine.reshape(window.rows, side, window.columns, side).all(axis=(1, 3)))

    def _keep_clear(self, window: Window, clear: np.ndarray) -> None:
        """Return the valid pixels of a window on the grid on which the mask is read."""
        numbers = self.read(window)
        clear_of = self._clear_numbers(numbers.dtype)
        if clear_of is None:
            invalid = is_invalid(self._mask, numbers, self._open().nodata)
            numbers, clear_of = (~invalid).view(np.uint8), np.array([False, True])
        if self._factor == 0:
            clear &= ground.depth_m(self._source, self._grid.crs, *self._grid.centres(window)) > 0
        row, column = self._offset(window) if self._factor > 1 else (0, 0)
        keep_clear(numbers, clear_of, max(self._factor, 1), row, column, clear)

    def _clear_numbers(self, dtype: np.dtype) -> np.ndarray | None:
        """Return a lookup table with the validity of every number of a small type: faster than the rules."""
        if self._clear is None and dtype in (np.uint8, np.uint16):
            numbers = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
            self._clear = ~is_invalid(self._mask, numbers, self._open().nodata)
        return self._clear


def _coarse_range(start: int, size: int, factor: int, limit: int) -> tuple[int, int]:
    """Return the first pixel and number of coarse pixels that a fine range needs, plus one on each side."""
    first = max(start // factor - 1, 0)
    last = min((start + size - 1) // factor + 1, limit - 1)
    return first, last - first + 1


def same_corner(one: Grid, other: Grid) -> bool:
    """Return whether two grids have the same origin, to a thousandth of a pixel."""
    return bool(np.allclose((one.left, one.top), (other.left, other.top), rtol=0, atol=1e-3 * other.resolution))


def even_factor(source: Grid, target: Grid) -> int:
    """Return the number of target pixels per source pixel and axis; 0 if it is not an integer."""
    source, factor = source.expressed_in(target.crs), round(source.resolution / target.resolution)
    if factor < 1 or source.crs != target.crs or not same_corner(source, target):
        return 0
    even = (source.rows * factor, source.columns * factor) == (target.rows, target.columns)
    same = np.allclose(
        (source.resolution, source.resolution_y),
        (target.resolution * factor, target.resolution_y * factor),
        rtol=1e-9,
    )
    return factor if even and same else 0


def is_invalid(mask: Mask, numbers: np.ndarray, nodata: float | None = None) -> np.ndarray:
    """Return the pixels that a mask's numbers mark as invalid, or that are missing in the mask."""
    invalid: np.ndarray = ~np.isfinite(numbers) | (numbers == nodata)
    if mask.invalid_bits:
        # Numbers without bits, as large floats, are no flags.
        flags = np.abs(numbers) < 2**62 if np.issubdtype(numbers.dtype, np.floating) else True
        invalid |= (np.where(flags, numbers, -1).astype(np.int64) & mask.invalid_bits) != 0
    if mask.invalid_values:
        invalid |= np.isin(numbers, mask.invalid_values)
    if mask.valid_values:
        invalid |= ~np.isin(numbers, mask.valid_values)
    return invalid
