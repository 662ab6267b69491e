"""Layers: one band of an open file on its own grid, or warped to another grid by GDAL."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.reading import virtual_rasters
from landloom.reading.virtual_rasters import Source

_TOLERANCE_PX = 1e-6
"""Practically an exact transformation, since GDAL rejects a tolerance of 0. With its default of 1/8 pixel, results
would depend on the blocks that it computes."""

FEW_PX = 1.5
"""Ratio of resolutions from which bands are averaged: interpolation between two pixels would skip others."""


@dataclass(frozen=True)
class Layer:
    """Band of an open file.

    Attributes
    ----------
    dataset : rasterio dataset
    number : int
        From 1.
    nodata : float or None
        Nodata value, representable in the band's type.
    own_block : (int, int) or None
        Rows and columns of the file's blocks, if the dataset shows it in others.
    """

    dataset: Any
    number: int
    nodata: float | None
    own_block: tuple[int, int] | None = None

    @property
    def dtype(self) -> str:
        """Return the data type."""
        return str(self.dataset.dtypes[self.number - 1])

    @property
    def grid(self) -> Grid:
        """Return the grid of the pixels."""
        return grids.of_dataset(self.dataset)

    @property
    def block(self) -> tuple[int, int]:
        """Return the rows and columns of the band's blocks."""
        rows, columns = self.own_block or self.dataset.block_shapes[self.number - 1]
        return rows, columns

    def read(self, window: Window, out: np.ndarray | None = None) -> np.ndarray:
        """Return the numbers of a window."""
        return np.asarray(self.dataset.read(self.number, window=window.ranges, out=out))


@dataclass(frozen=True)
class Numbers:
    """Data type and fill value of a warped layer.

    Attributes
    ----------
    dtype : str
    filling : float or None
        Value of missing pixels and of pixels outside of the image; None: 0, which may also be a valid number.
    """

    dtype: str
    filling: float | None


FLOATS = Numbers("float32", float("nan"))


def as_held(dtype: str, number: float) -> float | None:
    """Return a number as represented in a data type; None if it cannot be."""
    if np.issubdtype(np.dtype(dtype), np.floating):
        with np.errstate(over="ignore"):
            held = float(np.dtype(dtype).type(number))
        return None if np.isinf(held) and not np.isinf(number) else held
    info = np.iinfo(dtype)
    return float(number) if float(number).is_integer() and info.min <= number <= info.max else None


def with_gaps(source: Layer) -> Numbers:
    """Return the values of a warped layer, with a type that has a spare value for missing pixels."""
    dtype = np.dtype(source.dtype)
    if source.nodata is not None:
        return Numbers(source.dtype, source.nodata)
    if np.issubdtype(dtype, np.floating):
        return Numbers(source.dtype, float("nan"))
    return Numbers("float32" if dtype.itemsize <= 2 else "float64", float("nan"))


@contextmanager
def on_grid(source: Layer, grid: Grid, resampling: str, numbers: Numbers) -> Iterator[Layer]:
    """Warp a layer to another grid, exact to 1e-6 of a pixel for any window.

    Bands that are clearly finer than the grid are averaged, unless nearest-neighbour resampling is requested.
    """
    averaged = resampling != "nearest" and pixels_across(source.grid, grid) > FEW_PX
    # GDAL widens its kernel by the ratio of the images' extents, which a rotation between projections makes a few
    # per cent too large (values off by up to a fifth of the local contrast).
    kernel_scale = {} if averaged else {"XSCALE": 1.0, "YSCALE": 1.0}
    with _alone(source) as single:
        seen = WarpedVRT(
            single.dataset,
            resampling=Resampling.average if averaged else Resampling[resampling],
            src_nodata=single.nodata,
            nodata=numbers.filling,
            dtype=numbers.dtype,
            # If a band could not be isolated: by default, a missing pixel is valid where another band has a value.
            UNIFIED_SRC_NODATA="NO",
            tolerance=_TOLERANCE_PX,
            **kernel_scale,
            **grid.profile(),
        )
        # As separate contexts, datasets could only be closed by the thread that opened them.
        with closing(seen):
            yield Layer(seen, single.number, numbers.filling)


@contextmanager
def _alone(source: Layer) -> Iterator[Layer]:
    """Isolate a band of a file: GDAL warps all bands together, with the gaps and alpha of the others."""
    path = virtual_rasters.path_of(source.dataset)
    if source.dataset.count == 1 or not path:
        yield source
        return
    text = virtual_rasters.description(source.dataset, source.dtype, Source(path, str(source.number)))
    with virtual_rasters.opened(text) as alone:  # sidecar files have been read already
        yield Layer(alone, 1, source.nodata)


def pixels_across(source: Grid, target: Grid) -> float:
    """Return the width (or height, if larger) of a grid pixel in image pixels, at the grid's centre."""
    middle = Window(target.rows // 2, target.columns // 2, 1, 1)
    x, y = (float(centre.item()) for centre in target.centres(middle))
    half_x, half_y = target.resolution / 2, target.resolution_y / 2
    to_source = grids.transformer(target.crs, source.crs).transform
    ends = to_source([x - half_x, x + half_x, x, x], [y, y, y - half_y, y + half_y])
    columns, rows = (np.diff(end)[[0, 2]] for end in ends)
    columns, rows = columns / source.resolution, rows / source.resolution_y
    return float(np.hypot(columns, rows).max())
