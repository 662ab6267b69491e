"""Where the demonstration lies: two tiles in two UTM zones, and the plane they share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from shapely import Polygon

PLANE_EPSG = 2154
PIXEL_M = 10
MARGIN_M = 300.0
OVERLAP_SHARE = 0.27
CENTRE_LONGITUDE, CENTRE_LATITUDE = 0.0, 44.0


@dataclass(frozen=True)
class DemoTile:
    """A square tile on the 10 m grid of its UTM zone.

    Parameters
    ----------
    name
        Tile name with its leading T.
    epsg
        Code of the UTM zone.
    left_m, top_m
        Upper left corner, multiples of 20 m.
    size_px
        Width and height in 10 m pixels, even.
    relative_orbit
        Orbit from which Sentinel-2 sees it here.
    overpass
        UTC time of day of the overpass, (hour, minute, second).
    phase_days
        Day of the ten-day cycle on which satellite A passes.
    """

    name: str
    epsg: int
    left_m: int
    top_m: int
    size_px: int
    relative_orbit: int
    overpass: tuple[int, int, int]
    phase_days: int

    @property
    def size_m(self) -> int:
        """Width and height of the tile in metres."""
        return self.size_px * PIXEL_M

    def transform(self, pixel_m: float = PIXEL_M) -> Affine:
        """Return the affine transform of the tile's grid of pixels of `pixel_m` metres."""
        return Affine(pixel_m, 0, self.left_m, 0, -pixel_m, self.top_m)

    @cached_property
    def footprint(self) -> Polygon:
        """The tile's outline in the common plane, with enough vertices to stay straight in UTM."""
        outline = shapely.segmentize(
            shapely.box(self.left_m, self.top_m - self.size_m, self.left_m + self.size_m, self.top_m), 500
        )
        return shapely.transform(outline, lambda xy: self._to_plane(xy[:, 0], xy[:, 1]))

    def pixel_centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the coordinates of the 10 m pixel centres in the common plane, each (rows, cols), metres."""
        offsets = (np.arange(self.size_px) + 0.5) * PIXEL_M
        x, y = np.meshgrid(self.left_m + offsets, self.top_m - offsets)
        plane = self._to_plane(x.ravel(), y.ravel()).reshape(*x.shape, 2)
        return plane[..., 0], plane[..., 1]

    def from_plane(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries of the common plane in the tile's own coordinates."""
        to_tile = Transformer.from_crs(PLANE_EPSG, self.epsg, always_xy=True)
        found: NDArray[np.object_] = shapely.transform(
            geometries, lambda xy: np.column_stack(to_tile.transform(*xy.T))
        )
        return found

    def _to_plane(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        to_plane = Transformer.from_crs(self.epsg, PLANE_EPSG, always_xy=True)
        return np.column_stack(to_plane.transform(x, y))

    @property
    def crs_name(self) -> str:
        """Name of the tile's coordinate reference system."""
        return CRS.from_epsg(self.epsg).name


@dataclass(frozen=True)
class Layout:
    """The tiles and the extent of the landscape.

    Parameters
    ----------
    tiles
        The tiles, west to east.
    """

    tiles: tuple[DemoTile, ...]

    @cached_property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """Bounds of all tiles in the common plane with a margin: left, bottom, right, top."""
        left, bottom, right, top = shapely.total_bounds([tile.footprint for tile in self.tiles])
        return left - MARGIN_M, bottom - MARGIN_M, right + MARGIN_M, top + MARGIN_M

    @cached_property
    def extent(self) -> Polygon:
        """Bounds as a polygon."""
        return shapely.box(*self.bounds_m)

    @cached_property
    def scale(self) -> float:
        """Size of landscape features: 1 for tiles of 4 km and more, down to 0.5 in small ones."""
        return float(np.clip(self.tiles[0].size_m / 4000, 0.5, 1.0))

    def position(self, across: float, up: float) -> tuple[float, float]:
        """Return the plane coordinates of a relative position: (0, 0) lower left, (1, 1) upper right."""
        left, bottom, right, top = self.bounds_m
        return left + across * (right - left), bottom + up * (top - bottom)

    @cached_property
    def region_border(self) -> NDArray[np.float64]:
        """Both ends of the border of the eco-climatic regions, on the extent's edges, shape (2, 2)."""
        return np.array([self.position(0.20, 1.0), self.position(0.80, 0.0)])

    def is_mediterranean(self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which points lie east of the border."""
        (x0, y0), (x1, y1) = self.region_border
        found: NDArray[np.bool_] = (x1 - x0) * (y_m - y0) - (y1 - y0) * (x_m - x0) > 0
        return found


def make_layout(size_px: int) -> Layout:
    """Lay two tiles on either side of the Greenwich meridian near 44 degrees north.

    Parameters
    ----------
    size_px
        Width and height of a tile in 10 m pixels, even, at least 64.
    """
    if size_px < 64 or size_px % 2:
        raise ValueError(f"size_px must be an even number of at least 64, not {size_px}")
    size_m = size_px * PIXEL_M
    shift_m = size_m * (1 - OVERLAP_SHARE) / 2
    # Orbit 94 follows orbit 51 by 43 of the 143 revolutions of the ten-day cycle, thus by three days.
    west = ("T30TYP", 32630, -shift_m, 94, (11, 8, 32), 3)
    east = ("T31TBJ", 32631, shift_m, 51, (10, 58, 4), 0)
    return Layout(tuple(_tile(size_px, *description) for description in (west, east)))


def _tile(
    size_px: int,
    name: str,
    epsg: int,
    shift_m: float,
    relative_orbit: int,
    overpass: tuple[int, int, int],
    phase_days: int,
) -> DemoTile:
    to_utm = Transformer.from_crs(4326, epsg, always_xy=True)
    x, y = to_utm.transform(CENTRE_LONGITUDE, CENTRE_LATITUDE)
    half_m = size_px * PIXEL_M / 2
    left, top = (20 * round(edge / 20) for edge in (x + shift_m - half_m, y + half_m))
    return DemoTile(name, epsg, left, top, size_px, relative_orbit, overpass, phase_days)
