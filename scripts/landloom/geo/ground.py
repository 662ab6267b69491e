"""Sizes on the ground: areas of pixels on the ellipsoid, and metres per unit of a CRS.

A pixel of Web Mercator at 45 degrees of latitude covers half of the area that its coordinates tell, and pixels in
degrees shrink towards the poles. The ellipsoid is that of WGS84 for every CRS.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from pyproj import CRS, Geod

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids
from landloom.geo.grids import Grid

GEOGRAPHIC = "EPSG:4326"
ELLIPSOID = Geod(ellps="WGS84")
M2_PER_HECTARE = 10_000.0

NEARLY = 0.01
"""Scale error that projections of national and UTM maps stay below; within it, their units count as true."""

TRUE_METRES = 0.05
"""Scale error up to which a resolution in metres of a projection is one on the ground."""

_MOST_ROW_BLOCKS, _MOST_COLUMN_BLOCKS = 256, 64
_PARTS_PER_PIXEL = 2**20


@dataclass(frozen=True)
class PixelAreas:
    """Areas of a grid's pixels, equal within blocks of some rows and columns.

    Areas are whole multiples of a small part, so that their sums do not depend on the order of adding.

    Attributes
    ----------
    rows_per_block, columns_per_block : int
    parts : ndarray of int64, shape (row blocks, column blocks)
        Area of a pixel of each block, in parts.
    part_ha : float
        Area of a part, in hectares.
    """

    rows_per_block: int
    columns_per_block: int
    parts: np.ndarray
    part_ha: float


def pixel_areas(grid: Grid) -> PixelAreas:
    """Return the areas of a grid's pixels on the ellipsoid, each as the mean of its block."""
    high = math.ceil(grid.rows / _MOST_ROW_BLOCKS)
    wide = math.ceil(grid.columns / _MOST_COLUMN_BLOCKS)
    rows = np.minimum(np.arange(0, grid.rows + high, high), grid.rows)
    columns = np.minimum(np.arange(0, grid.columns + wide, wide), grid.columns)
    corners = np.meshgrid(grid.left + columns * grid.resolution, grid.top - rows * grid.resolution_y)
    longitude, latitude = grids.transformer(grid.crs, GEOGRAPHIC).transform(*corners)
    hectares = _quadrangles(longitude, latitude) / M2_PER_HECTARE
    per_pixel = hectares / np.outer(np.diff(rows), np.diff(columns))
    part_ha = float(per_pixel.mean()) / _PARTS_PER_PIXEL
    return PixelAreas(high, wide, np.rint(per_pixel / part_ha).astype(np.int64), part_ha)


def _quadrangles(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return the areas of the quadrangles between corners in square metres, each of shape (rows - 1, columns - 1).

    They are measured in the cylindrical equal-area projection, each around its own first corner, so that none is cut
    by the 180th meridian.
    """
    height = _equal_area_m2(latitude)
    around = [(slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None))]
    around += [(slice(1, None), slice(1, None)), (slice(1, None), slice(None, -1))]
    first = longitude[around[0]]
    x = [np.radians((longitude[corner] - first + 180) % 360 - 180) for corner in around]
    y = [height[corner] for corner in around]
    doubled = sum(x[one] * y[one - 3] - x[one - 3] * y[one] for one in range(4))
    found: np.ndarray = np.abs(doubled) / 2
    return found


def _equal_area_m2(latitude: np.ndarray) -> np.ndarray:
    """Return the area between the equator and a latitude, per radian of longitude, in square metres.

    Source: Snyder (1987), Map projections: a working manual, USGS Professional Paper 1395, equation 3-12 (q a^2 / 2).
    """
    eccentricity = math.sqrt(ELLIPSOID.es)
    sine = np.sin(np.radians(latitude))
    part = eccentricity * sine
    q = (1 - ELLIPSOID.es) * (sine / (1 - part**2) + np.arctanh(part) / eccentricity)
    found: np.ndarray = q * ELLIPSOID.a**2 / 2
    return found


@cache
def metres_per_unit(grid: Grid) -> tuple[float, float]:
    """Return the ground metres of a unit of the CRS at a grid's centre: east, and north.

    Projected units that are true within 1 % count as true: maps in UTM do not change with their scale factor.
    """
    x, y = (grid.left + grid.right) / 2, (grid.top + grid.bottom) / 2
    east, north = (grid.right - grid.left) / 20, (grid.top - grid.bottom) / 20
    nominal = CRS.from_user_input(grid.crs).axis_info[0].unit_conversion_factor
    across = distance_m(grid.crs, (x - east, x + east), (y, y)) / (2 * east)
    along = distance_m(grid.crs, (x, x), (y - north, y + north)) / (2 * north)
    return _nearly(across, nominal), _nearly(along, nominal)


def _nearly(found: float, nominal: float) -> float:
    return nominal if abs(found / nominal - 1) < NEARLY else found


def unit(crs: str) -> str:
    """Return the unit of a CRS's coordinates as it stands after a number: m, degrees, or its name."""
    name = CRS.from_user_input(crs).axis_info[0].unit_name
    return {"metre": "m", "degree": "degrees"}.get(name, name)


def distance_m(crs: str, x: tuple[float, float], y: tuple[float, float]) -> float:
    """Return the distance between two points of a CRS on the ellipsoid."""
    (west, east), (south, north) = grids.transformer(crs, GEOGRAPHIC).transform(x, y)
    found: float = ELLIPSOID.inv(west, south, east, north)[2]
    return found


def pixel_m(grid: Grid) -> tuple[float, float]:
    """Return height and width of a pixel at a grid's centre in metres on the ground."""
    across, along = metres_per_unit(grid)
    return grid.resolution_y * along, grid.resolution * across


def depth_m(grid: Grid, crs: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance from points to the nearest edge of a grid's footprint, in metres.

    Parameters
    ----------
    grid : Grid
    crs : str
        CRS of the points.
    x, y : ndarray
        Coordinates, of any shape.

    Returns
    -------
    ndarray
        Same shape as `x`; negative outside.
    """
    if crs != grid.crs:
        x, y = grids.transformer(crs, grid.crs).transform(x, y)
    east_m, north_m = metres_per_unit(grid)
    across = np.minimum(x - grid.left, grid.right - x) * east_m
    found: np.ndarray = np.minimum(across, np.minimum(grid.top - y, y - grid.bottom) * north_m)
    return found


def check_metres(grid: Grid, key: str, advice: str) -> None:
    """Raise if a unit of the CRS is not a metre on the ground of a grid.

    Raises
    ------
    InputError
    """
    east, north = metres_per_unit(grid)
    if max(abs(east - 1), abs(north - 1)) > TRUE_METRES:
        unit = f"a unit of {shortened(grid.crs)} is {east:.6g} m east and {north:.6g} m north on this ground"
        raise InputError(f"{key}: metres are wanted, but {unit}; {advice}")


def check_continuous(name: str, grid: Grid) -> None:
    """Raise if a tile reaches over the edge of its CRS, where places have two coordinates or none.

    Raises
    ------
    InputError
    """
    x, y = (np.array(part) for part in grid.outline().exterior.xy)
    longitude, latitude = grids.transformer(grid.crs, GEOGRAPHIC).transform(x, y)
    if CRS.from_user_input(grid.crs).is_geographic:
        away = np.maximum(np.abs(longitude) - 180, np.abs(latitude) - 90) / grid.resolution
    else:
        back = grids.transformer(GEOGRAPHIC, grid.crs).transform(longitude, latitude)
        away = np.maximum(np.abs(back[0] - x) / grid.resolution, np.abs(back[1] - y) / grid.resolution_y)
    if not away.max() <= 1:
        raise InputError(
            f"{name}: {grid.described()} reach over the edge of this CRS (such as the 180th meridian); cut the "
            "images there into two tiles, or use images in a CRS that is continuous there, such as a UTM zone"
        )


def extent_m(longitude: np.ndarray, latitude: np.ndarray) -> float:
    """Return the diagonal of the box of points, in an equal-area plane around their middle, where no edge is near."""
    east, north = np.radians(longitude), np.radians(latitude)
    x, y, z = np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]).mean(axis=1)
    middle = f"+lat_0={np.degrees(np.arctan2(z, np.hypot(x, y)))} +lon_0={np.degrees(np.arctan2(y, x))}"
    plane = grids.transformer(GEOGRAPHIC, f"+proj=laea {middle} +datum=WGS84").transform(longitude, latitude)
    return math.hypot(*np.ptp(np.array(plane), axis=1))
