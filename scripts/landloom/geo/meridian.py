"""The 180th meridian and the poles: geometries in degrees are split there, as in GeoJSON (RFC 7946, section 3.1.9).

A polygon of UTM zone 1 that reaches over the meridian has corners at 179.9 and -179.9 degrees; drawn through these,
it would girdle the Earth. In longitude and latitude it has two parts, one on each side. Parts are projected like any
polygon: in a CRS that is continuous at the meridian they adjoin.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.ground import GEOGRAPHIC

HALF = 180.0
POLYGONS = ("Polygon", "MultiPolygon")
_NOISE = 1e-6
_STEPS = 64
"""Pieces of the longest side between corners, so that longitudes jump at the meridian alone."""


def project(shapes: gpd.GeoSeries, crs: object) -> gpd.GeoSeries:
    """Project geometries to a CRS; polygons across the 180th meridian are split there.

    Longitudes of a geographic source are taken as they are: such geometries are split already, see :func:`wrapped`.
    """
    found = shapes.to_crs(crs)
    if CRS.from_user_input(shapes.crs).is_geographic or shapes.crs == found.crs:
        return found
    across = _girdle(found if _is_degrees(found.crs) else shapes.to_crs(GEOGRAPHIC))
    if across.any():
        found = found.copy()
        halves = gpd.GeoSeries([_split(one, shapes.crs) for one in shapes[across]], crs=GEOGRAPHIC)
        found[across] = halves.to_crs(crs).values
    return found


def _is_degrees(crs: object) -> bool:
    return bool(CRS.from_user_input(crs).is_geographic)


def _girdle(shapes: gpd.GeoSeries) -> np.ndarray:
    """Return which polygons in degrees are wider than half of the Earth."""
    bounds = shapes.bounds
    wide = (bounds.maxx - bounds.minx > HALF) & (bounds.minx >= -HALF) & (bounds.maxx <= HALF)
    found: np.ndarray = wide.values & shapes.geom_type.isin(POLYGONS).values
    return found


def _split(shape: BaseGeometry, crs: Any) -> BaseGeometry:
    """Return a polygon in degrees, split at the meridian."""
    west, south, east, north = shape.bounds
    dense = shapely.segmentize(shape, max(east - west, north - south) / _STEPS)
    to_degrees = Transformer.from_crs(crs, GEOGRAPHIC, always_xy=True)
    return _joined([_polygon(part, to_degrees) for part in getattr(dense, "geoms", [dense])])


def _polygon(polygon: Polygon, to_degrees: Transformer) -> BaseGeometry:
    """Return a polygon with its holes in degrees."""
    holes = _joined([_inside(*to_degrees.transform(*ring.xy)) for ring in polygon.interiors])
    return _inside(*to_degrees.transform(*polygon.exterior.xy)).difference(holes)


def _inside(longitude: np.ndarray, latitude: np.ndarray) -> BaseGeometry:
    """Return the area inside of a ring in degrees, which may lie around a pole."""
    longitude, latitude = np.unwrap(longitude, period=2 * HALF), np.asarray(latitude)
    if abs(longitude[-1] - longitude[0]) > HALF:
        pole = np.copysign(HALF / 2, latitude.mean())
        longitude = np.append(longitude, longitude[[-1, 0]])
        latitude = np.append(latitude, [pole, pole])
    return _within_world(shapely.make_valid(Polygon(np.column_stack([longitude, latitude]))))


def _within_world(shape: BaseGeometry) -> BaseGeometry:
    """Return a geometry in degrees with its parts beyond 180 degrees on the other side."""
    turns = (-2 * HALF, 0.0, 2 * HALF)
    return _joined([translate(shape.intersection(box(turn - HALF, -90, turn + HALF, 90)), -turn) for turn in turns])


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    """Return the union of the polygons among geometries, without lines along the meridian."""
    single = [one for part in parts for one in getattr(part, "geoms", [part])]
    return shapely.union_all([one for one in single if one.geom_type == "Polygon"])


def wrapped(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return geometries of a geographic CRS with longitudes from -180 to 180 (others are returned unchanged).

    Files with longitudes from 0 to 360, or a little beyond 180, are common.
    """
    if not _is_degrees(shapes.crs):
        return shapes
    bounds = shapes.bounds
    known = (bounds.minx >= -3 * HALF) & (bounds.maxx <= 3 * HALF)
    beyond = (known & ((bounds.minx < -HALF) | (bounds.maxx > HALF))).values
    polygons = beyond & shapes.geom_type.isin(POLYGONS).values
    found = shapes.copy()
    found[polygons] = [_within_world(one) for one in shapes[polygons]]
    points = beyond & ~polygons
    found[points] = shapely.transform(
        shapes[points].values, lambda xy: np.column_stack([_turned(xy[:, 0]), xy[:, 1]])
    )
    return found


def _turned(longitude: np.ndarray) -> np.ndarray:
    found: np.ndarray = (longitude + HALF) % (2 * HALF) - HALF
    return found


def long_edge(shape: BaseGeometry) -> tuple[float, float] | None:
    """Return the longitudes of an edge that may be meant across the meridian, if a geometry in degrees has one.

    Edges around the whole Earth, from -180 to 180 degrees, are none.
    """
    for ring in shapely.get_parts(shapely.get_rings(shapely.get_parts(shape))):
        longitude = shapely.get_coordinates(ring)[:, 0]
        steps = np.abs(np.diff(longitude))
        odd = np.flatnonzero((steps > HALF) & (steps < 2 * HALF - _NOISE))
        if odd.size:
            return float(longitude[odd[0]]), float(longitude[odd[0] + 1])
    return None


def check_edges(shape: BaseGeometry, crs: object, which: str) -> None:
    """Raise if a geometry that may be as wide as the Earth has an edge that may be meant on either side of it.

    Parameters
    ----------
    which : str
        The geometry, for the message.

    Raises
    ------
    InputError
    """
    edge = long_edge(shape) if _is_degrees(crs) else None
    if edge:
        raise InputError(
            f"{which} has an edge from {edge[0]:g} to {edge[1]:g} degrees of longitude: if it crosses the 180th "
            "meridian, split the polygon there; if not, add a corner there"
        )


def narrow(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return polygons with those that seem wider than half of the Earth as they are meant: across the meridian.

    For polygons that are known to be small, such as fields: digitised across the meridian, their corners lie at 179.9
    and -179.9 degrees.
    """
    if not _is_degrees(shapes.crs):
        return shapes
    across = _girdle(shapes)
    found = shapes.copy()
    degrees = Transformer.from_crs(GEOGRAPHIC, GEOGRAPHIC, always_xy=True)
    found[across] = [
        _joined([_polygon(part, degrees) for part in getattr(one, "geoms", [one])]) for one in shapes[across]
    ]
    return found


def outline(grid: grids.Grid) -> BaseGeometry:
    """Return the footprint of a grid in degrees, split at the meridian."""
    return project(gpd.GeoSeries([grid.outline()], crs=grid.crs), GEOGRAPHIC).iloc[0]


def bounds(shape: BaseGeometry) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a geometry in degrees; west is above east across the meridian.

    The box leaves out the widest gap between the geometry's parts.
    """
    west, south, east, north = shape.bounds
    gaps = []
    reached = west
    for start, _, end, _ in sorted(part.bounds for part in getattr(shape, "geoms", [shape])):
        gaps.append((start - reached, start, reached))
        reached = max(reached, end)
    width, after, before = max(gaps)
    return (after, south, before, north) if width > west + 2 * HALF - east else (west, south, east, north)
