"""Pixel grids: georeferencing of a tile's pixels, and windows of them."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.transform import Affine
from shapely.geometry import Polygon

from landloom.core.errors import InputError
from landloom.core.files import MISSING, REMAKE, read_limited, write_text
from landloom.core.text import shortened
from landloom.geo.crs_names import crs_name, false_origin_shift
from landloom.geo.opening import raster_doors

FARTHEST = 1e9
"""No coordinate on Earth is larger, whatever the unit of the CRS; squares of far larger ones overflow."""


class Window(NamedTuple):
    """Rectangle of pixels: first row and column, numbers of rows and columns."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def pixels(self) -> int:
        """Return the number of pixels."""
        return self.rows * self.columns

    @property
    def slices(self) -> tuple[slice, slice]:
        """Return the slices that cut the window out of an array of the whole grid."""
        return slice(self.row, self.row + self.rows), slice(self.column, self.column + self.columns)

    @property
    def ranges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the window as a rasterio window."""
        return (self.row, self.row + self.rows), (self.column, self.column + self.columns)


@dataclass(frozen=True)
class Grid:
    """North-up grid of pixels.

    Attributes
    ----------
    crs : str
        Coordinate reference system, as :func:`landloom.geo.crs_names.crs_name` names it.
    left, top : float
        Outer corner of the upper left pixel, in the CRS' units.
    resolution : float
        Side of a pixel, in the CRS' units (width; the height is ``resolution_y``).
    resolution_y : float
        Height of a pixel, positive.
    rows, columns : int
        Size in pixels.
    """

    crs: str
    left: float
    top: float
    resolution: float
    resolution_y: float
    rows: int
    columns: int

    @property
    def transform(self) -> Affine:
        """Return the affine transform from pixel to CRS coordinates."""
        return Affine(self.resolution, 0.0, self.left, 0.0, -self.resolution_y, self.top)

    @property
    def right(self) -> float:
        """Return the x coordinate of the right edge."""
        return self.left + self.columns * self.resolution

    @property
    def bottom(self) -> float:
        """Return the y coordinate of the lower edge."""
        return self.top - self.rows * self.resolution_y

    def corner_described(self) -> str:
        """Return the upper left corner formatted for messages."""
        return f"{self.left:.10g}, {self.top:.10g} ({shortened(self.crs)})"

    def described(self) -> str:
        """Return size, resolution and position formatted for messages."""
        return f"{self.columns} x {self.rows} pixels of {self.resolution} from {self.corner_described()}"

    @property
    def pixel_area(self) -> float:
        """Return the area of a pixel, in squared units of the CRS."""
        return self.resolution * self.resolution_y

    def outline(self, points_per_side: int = 21) -> Polygon:
        """Return the footprint in the grid's CRS, densified so that its edges bend when projected."""
        x = np.linspace(self.left, self.right, points_per_side)
        y = np.linspace(self.top, self.bottom, points_per_side)
        ring_x = np.concatenate([x, np.full_like(y, self.right), x[::-1], np.full_like(y, self.left)])
        ring_y = np.concatenate([np.full_like(x, self.top), y, np.full_like(x, self.bottom), y[::-1]])
        return Polygon(np.column_stack([ring_x, ring_y]))

    def centres(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return the pixel centres of a window, x and y, each of shape (rows, columns)."""
        columns = np.arange(window.column, window.column + window.columns)
        rows = np.arange(window.row, window.row + window.rows)
        x = self.left + (columns + 0.5) * self.resolution
        y = self.top - (rows + 0.5) * self.resolution_y
        return tuple(np.meshgrid(x, y))

    def cut(self, window: Window) -> "Grid":
        """Return the grid of a window."""
        left = self.left + window.column * self.resolution
        top = self.top - window.row * self.resolution_y
        return Grid(self.crs, left, top, self.resolution, self.resolution_y, window.rows, window.columns)

    def moved(self, x: float, y: float) -> "Grid":
        """Return the grid shifted east and north, in units of the CRS."""
        return replace(self, left=self.left + x, top=self.top + y)

    def expressed_in(self, crs: str) -> "Grid":
        """Return the same grid in a CRS that differs by its false origin alone; itself if the CRS differs in more.

        USGS gives southern scenes in the northern half of a UTM zone, with negative northings.
        """
        shift = false_origin_shift(self.crs, crs)
        return self if shift is None else replace(self.moved(*shift), crs=crs)

    def padded_by(self, fraction: float) -> "Grid":
        """Return the grid with more rows and columns on each side, as a fraction of theirs and one at least."""
        rows, columns = (math.ceil(fraction * side) for side in (self.rows, self.columns))
        return self.cut(Window(-rows, -columns, self.rows + 2 * rows, self.columns + 2 * columns))

    def divided(self, side: int) -> "Grid":
        """Return the finer grid with ``side`` x ``side`` pixels in each pixel."""
        size = self.resolution / side, self.resolution_y / side
        return Grid(self.crs, self.left, self.top, *size, self.rows * side, self.columns * side)

    def padded(self, window: Window, margin_px: int) -> Window:
        """Return a window extended by a margin and clipped to the grid."""
        top, left = max(window.row - margin_px, 0), max(window.column - margin_px, 0)
        bottom = min(window.row + window.rows + margin_px, self.rows)
        right = min(window.column + window.columns + margin_px, self.columns)
        return Window(top, left, bottom - top, right - left)

    def windows(self, side: int) -> Iterator[Window]:
        """Cut the grid into windows of at most ``side`` x ``side`` pixels, row by row."""
        for row in range(0, self.rows, side):
            for column in range(0, self.columns, side):
                yield Window(row, column, min(side, self.rows - row), min(side, self.columns - column))

    def profile(self) -> dict[str, Any]:
        """Return the georeferencing as rasterio's creation options."""
        return {
            "crs": self.crs,
            "transform": self.transform,
            "height": self.rows,
            "width": self.columns,
        }


def of_dataset(dataset: Any) -> Grid:
    """Return the grid of an open rasterio dataset.

    Raises
    ------
    ValueError
        If the image is not georeferenced, not on Earth, or not north-up.
    """
    transform = dataset.transform
    if dataset.crs is None:
        raise ValueError("has no coordinate reference system (a series can give it by `crs`)")
    if transform.b or transform.d or not (transform.a > 0 and transform.e < 0):
        raise ValueError("is not a north-up image")
    right, bottom = transform.c + transform.a * dataset.width, transform.f + transform.e * dataset.height
    crs = crs_name(dataset.crs.to_wkt())
    if not _has_places(crs) or not all(
        abs(corner) < FARTHEST for corner in (transform.c, transform.f, right, bottom)
    ):
        raise ValueError("has coordinates that are not on Earth")
    return Grid(
        crs,
        transform.c,
        transform.f,
        transform.a,
        -transform.e,
        dataset.height,
        dataset.width,
    )


@cache
def _has_places(crs: str) -> bool:
    """Return whether a CRS can be transformed to geographic coordinates; local ones (building sites) cannot."""
    try:
        transformer(crs, "EPSG:4326")
    except ProjError:
        return False
    return True


def of_raster(path: Path | str) -> Grid:
    """Return the grid of a raster that the workflow has written."""
    with raster_doors.product(path) as dataset:
        return of_dataset(dataset)


def of_given_raster(path: Path | str) -> Grid:
    """Return the grid of a raster of the user."""
    with raster_doors.opened(path) as dataset:
        return of_dataset(dataset)


def unit(crs: str) -> str:
    """Return the name of the unit of a CRS' axes, such as ``metre`` or ``degree``."""
    return CRS.from_user_input(crs).axis_info[0].unit_name


def transformer(source: str, target: str) -> Transformer:
    """Return the transformation of x, y between two CRSs."""
    return Transformer.from_crs(source, target, always_xy=True)


def save(grid: Grid, path: Path) -> None:
    """Write a grid as JSON."""
    write_text(path, json.dumps(grid.__dict__, indent=1) + "\n")


def load(path: Path) -> Grid:
    """Read a grid that :func:`save` wrote.

    Raises
    ------
    InputError
        If the file is not a grid.
    """
    if not Path(path).exists():
        raise InputError(f"{path}: {MISSING}")
    try:
        content = json.loads(read_limited(path, 2**20))
        grid = Grid(**{name: kind(content[name]) for name, kind in get_type_hints(Grid).items()})
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InputError(f"{path}: is not a tile's grid ({error}); {REMAKE}") from None
    sizes = (grid.resolution, grid.resolution_y, grid.rows, grid.columns)
    if not all(0 < size < 2**31 for size in sizes) or not all(map(math.isfinite, (grid.left, grid.top))):
        raise InputError(f"{path}: is not a tile's grid ({shortened(repr(grid))}); {REMAKE}")
    return grid
