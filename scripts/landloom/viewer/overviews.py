"""Overviews of rasters that fit a number of bytes: as fine as these allow, read from the overviews of the files."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasterio.enums import Resampling

from landloom.geo import grids, ground
from landloom.geo.grids import Grid
from landloom.geo.opening import raster_doors
from landloom.viewer.shown_layers import Shown
from landloom.viewer.value_images import Stored, png, stored

MOST_PIXELS, MOST_SIDE = 12_000_000, 4096
"""What a canvas of a telephone can hold."""

_FIRST_BITS = {"nearest": 1.0, "average": 2.0}
"""Bits per pixel to begin with: fewer than maps usually take, so that smaller and smaller overviews are tried."""
_AIM = 0.97


@dataclass(frozen=True)
class Overview:
    """A raster's overview.

    Attributes
    ----------
    grid : Grid
        Of the raster.
    rows, columns : int
        Of the overview, which covers the same ground.
    stored : Stored
    image : bytes
        Of its numbers, as PNG.
    """

    grid: Grid
    rows: int
    columns: int
    stored: Stored
    image: bytes

    @property
    def is_whole(self) -> bool:
        """Return whether it has all pixels of the raster."""
        return (self.rows, self.columns) == (self.grid.rows, self.grid.columns)


def fitting(shown: Shown, most_bytes: int) -> Overview:
    """Return the overview of a layer whose image has at most so many bytes, or is a pixel.

    Only pixels of the overview are held: GDAL reads them from the next finer overview in the file.

    Raises
    ------
    rasterio.errors.RasterioIOError
        If the raster cannot be read.
    """
    with raster_doors.product(shown.path) as dataset:
        grid = grids.of_dataset(dataset)
        pixels = most_bytes * 8 / _FIRST_BITS[shown.layer.overviews]
        while True:
            found = _overview(dataset, grid, shown, *_shape(grid, pixels))
            size = len(found.image)
            if size <= most_bytes or found.rows * found.columns == 1:
                return found
            pixels = found.rows * found.columns * _AIM * min(most_bytes / size, 0.9)


def _shape(grid: Grid, pixels: float) -> tuple[int, int]:
    """Return the rows and columns of an overview of at most so many pixels."""
    factor = min(
        1.0,
        math.sqrt(min(pixels, MOST_PIXELS) / (grid.rows * grid.columns)),
        MOST_SIDE / max(grid.rows, grid.columns),
    )
    return max(1, math.floor(grid.rows * factor)), max(1, math.floor(grid.columns * factor))


def _overview(dataset: Any, grid: Grid, shown: Shown, rows: int, columns: int) -> Overview:
    resampling = Resampling[shown.layer.overviews]
    values = dataset.read(shown.band, out_shape=(rows, columns), resampling=resampling)
    found = stored(values, dataset.nodata)
    return Overview(grid, rows, columns, found, png(found.numbers, smooth=resampling == Resampling.average))


def described(overview: Overview, resampling: str) -> str:
    """Return how coarse an overview is, in words."""
    high, wide = (f"{one:.3g}" for one in ground.pixel_m(overview.grid))
    size = f"{wide} m" if high == wide else f"{wide} m x {high} m"
    if overview.is_whole:
        return f"Every pixel of the map ({size}) is in this page."
    times = math.sqrt(overview.grid.rows * overview.grid.columns / (overview.rows * overview.columns))
    side = f"{np.mean(ground.pixel_m(overview.grid)) * times:.3g} m"
    what = "the nearest of them" if resampling == "nearest" else "their mean"
    return (
        f"This page has {overview.columns} x {overview.rows} of the map's {overview.grid.columns} x "
        f"{overview.grid.rows} pixels: one for {times:.3g} x {times:.3g} pixels of {size}, or {side} of ground; "
        f"shown is {what}."
    )
