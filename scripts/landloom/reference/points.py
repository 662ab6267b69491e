"""Reference points: each is replaced by the square of the pixel that contains it."""

import geopandas as gpd
import numpy as np
import shapely

from landloom.geo import grids, meridian, ownership
from landloom.geo.crs_names import crs_name
from landloom.geo.grids import Grid

POINTS = ("Point", "MultiPoint")


def are_points(shapes: gpd.GeoSeries) -> np.ndarray:
    """Return which geometries are points, single or several."""
    found: np.ndarray = shapes.geom_type.isin(POINTS).values
    return found


def squares(points: gpd.GeoSeries, footprints: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, np.ndarray]:
    """Return the squares of the pixels that contain points, in the tiles that own the pixels' centres.

    Where tiles of different grids meet, such a square may also contain the centre of a neighbour's pixel: the point
    then labels a pixel of each tile, as a polygon of that size does.

    Parameters
    ----------
    points : GeoSeries of Point and MultiPoint
    footprints : GeoDataFrame
        Tiles with their grids from :func:`landloom.geo.ownership.collect_footprints`.

    Returns
    -------
    squares : GeoSeries of Polygon and MultiPolygon, in the CRS of the points
        For a multipoint, the pixels of all its points. Empty if no tile owns a pixel. Equal pixels give exactly equal
        squares.
    whole : ndarray of bool
        Whether all points of a geometry have a pixel. Between tiles of different grids, neither tile may own the
        pixel around a point, since their border runs between the point and the pixel's centre.
    """
    coordinates, owners = shapely.get_coordinates(points.values, return_index=True)
    found = np.full(len(coordinates), None, dtype=object)
    best = np.zeros(len(coordinates))
    for tile, grid in ownership.grids_of(footprints).items():
        lead, shapes = _of_tile(coordinates, crs_name(points.crs), tile, grid, ownership.neighbours(footprints, tile))
        better = lead > best
        best[better], found[better] = lead[better], shapes[better]
    there = best > 0
    parts = gpd.GeoSeries(found[there], crs=points.crs)
    joined = parts.groupby(owners[there]).agg(lambda some: _joined(some.values))
    filled = [joined.get(position, shapely.Polygon()) for position in range(len(points))]
    whole = np.bincount(owners[~there], minlength=len(points)) == 0
    return gpd.GeoSeries(filled, index=points.index, crs=points.crs), whole


def _joined(parts: np.ndarray) -> shapely.Geometry:
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _of_tile(
    coordinates: np.ndarray, crs: str, tile: str, grid: Grid, others: dict[str, Grid]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ownership lead of a tile at the centre of each point's pixel, and the pixels' squares in a CRS.

    The lead is minus infinity at points outside of the tile, which have no square.
    """
    x, y = grids.transformer(crs, grid.crs).transform(coordinates[:, 0], coordinates[:, 1])
    columns = np.floor((x - grid.left) / grid.resolution)
    rows = np.floor((grid.top - y) / grid.resolution_y)
    inside = (rows >= 0) & (rows < grid.rows) & (columns >= 0) & (columns < grid.columns)
    left = grid.left + columns[inside] * grid.resolution
    top = grid.top - rows[inside] * grid.resolution_y
    lead, shapes = np.full(len(coordinates), -np.inf), np.full(len(coordinates), None, dtype=object)
    centres = (left + grid.resolution / 2, top - grid.resolution_y / 2)
    lead[inside] = ownership.lead_m(tile, grid, others, *centres)
    boxes = shapely.box(left, top - grid.resolution_y, left + grid.resolution, top)
    shapes[inside] = meridian.project(gpd.GeoSeries(boxes, crs=grid.crs), crs).values
    return lead, shapes
