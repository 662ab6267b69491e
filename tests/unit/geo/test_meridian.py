"""Polygons across the 180th meridian and around the poles have their ground in degrees, too."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some
from pyproj import Geod
from shapely.geometry import MultiPolygon, Point, Polygon, box

from landloom.geo import grids, meridian
from landloom.geo.grids import Grid, Window

FIJI = Grid("EPSG:32701", 150000.0, 8118300.0, 30.0, 30.0, 1000, 1500)
WEST = Grid("EPSG:32760", 790000.0, 8118300.0, 30.0, 30.0, 1000, 800)
POLE = Grid("EPSG:3031", -50000.0, 50000.0, 50.0, 50.0, 2000, 2000)


def hectares(shape):
    """Return the area of polygons in degrees on the ellipsoid, without the edges along the meridian."""
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(shape, 0.02))[0]) / 1e4


def inside(shape, grid, random, number=300):
    """Whether random points of the ground lie in a polygon in degrees."""
    x = random.uniform(grid.left, grid.right, number)
    y = random.uniform(grid.bottom, grid.top, number)
    longitude, latitude = grids.transformer(grid.crs, "EPSG:4326").transform(x, y)
    return shapely.contains_xy(shape.buffer(1e-5), longitude, latitude)


@pytest.mark.parametrize("grid", [FIJI, WEST, POLE, Grid("EPSG:3413", -60000.0, 90000.0, 50.0, 50.0, 2000, 2000)])
def test_a_tile_has_its_ground_in_degrees(grid):
    shape = meridian.outline(grid)
    assert shape.is_valid
    assert shapely.within(shape, box(-180, -90, 180, 90))
    assert inside(shape, grid, np.random.default_rng(1)).all()
    for moved in (grid.moved(grid.columns * grid.resolution, 0.0), grid.moved(0.0, grid.rows * grid.resolution)):
        assert not inside(shape.buffer(-1e-3), moved, np.random.default_rng(2)).any()


@given(
    zone=some.sampled_from([32601, 32660, 32701, 32760]),
    along=some.floats(-300_000, 300_000),
    north=some.floats(2_000_000, 8_000_000),
    turn=some.floats(0, 6.28),
)
@settings(max_examples=40, deadline=None)
def test_fields_anywhere_near_the_meridian_keep_their_ground(zone, along, north, turn):
    """Split and projected back, a field with a hole is what it was."""
    x, _ = grids.transformer("EPSG:4326", f"EPSG:{zone}").transform(180.0, 0.0)
    angles = turn + np.linspace(0, 2 * np.pi, 7)[:-1]
    ring = np.column_stack([x + along + 3000 * np.cos(angles), north + 2000 * np.sin(angles)])
    field = Polygon(ring, [ring.mean(axis=0) + (ring - ring.mean(axis=0)) / 3])
    series = gpd.GeoSeries([field], crs=f"EPSG:{zone}")
    degrees = meridian.project(series, "EPSG:4326")
    assert degrees.is_valid.all()
    west, _, east, _ = degrees.total_bounds
    assert -180 <= west <= east <= 180
    assert all(part.bounds[2] - part.bounds[0] < 1 for part in getattr(degrees[0], "geoms", [degrees[0]]))
    back = degrees.to_crs(series.crs)[0].buffer(0.01)
    assert back.symmetric_difference(field).area < 1e-3 * field.area


def test_a_ring_around_the_pole_keeps_its_hole():
    ring = Point(0, 0).buffer(900_000).difference(Point(0, 0).buffer(300_000))
    found = meridian.project(gpd.GeoSeries([ring], crs="EPSG:3413"), "EPSG:4326")[0]
    assert found.bounds == pytest.approx((-180, 81.7, 180, 87.3), abs=0.2)
    equal_area = ring.area / 1e4
    assert hectares(found) == pytest.approx(equal_area, rel=0.1)


def test_what_is_elsewhere_is_projected_as_ever():
    shapes = gpd.GeoSeries([box(3e5, 4.8e6, 3.1e5, 4.81e6), Point(3e5, 4.8e6)], crs="EPSG:32631")
    assert meridian.project(shapes, "EPSG:4326").equals(shapes.to_crs("EPSG:4326"))
    world = gpd.GeoSeries([box(-2e7, -1e7, 2e7, 1e7)], crs="EPSG:3857")
    found = meridian.project(world, "EPSG:4326")[0]
    assert found.bounds == pytest.approx(world.to_crs("EPSG:4326").total_bounds)
    assert found.area == pytest.approx(box(*found.bounds).area)


def test_longitudes_beyond_180_are_those_on_the_other_side():
    elsewhere = [box(1, 2, 3, 4), Point(1e8, 2), box(-1e8, 2, 3, 4), None]
    shapes = gpd.GeoSeries([box(179, -18, 181, -16), box(190, 5, 200, 6), Point(359, 2), *elsewhere], crs=4326)
    found = meridian.wrapped(shapes)
    assert isinstance(found[0], MultiPolygon)
    assert sorted(part.bounds for part in found[0].geoms) == [(-180, -18, -179, -16), (179, -18, 180, -16)]
    assert found[1].equals(box(-170, 5, -160, 6))
    assert found[2] == Point(-1, 2)
    assert found.iloc[3:].tolist() == elsewhere


def test_small_polygons_that_seem_wide_cross_the_meridian():
    field = Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.9), (179.9, -16.9)])
    found = meridian.narrow(gpd.GeoSeries([field, box(1, 2, 3, 4)], crs=4326))
    east, west = sorted(part.bounds for part in found[0].geoms)
    assert (*east, *west) == pytest.approx((-180, -17, -179.9, -16.9, 179.9, -17, 180, -16.9))
    assert found[1].equals(box(1, 2, 3, 4))


def test_the_box_of_what_lies_across_has_its_west_above_its_east():
    west, south, east, north = meridian.bounds(meridian.outline(FIJI))
    assert 179 < west < 180
    assert -180 < east < -179
    assert (south, north) == pytest.approx((-17.3, -16.98), abs=0.05)
    assert meridian.bounds(box(1, 2, 3, 4)) == (1, 2, 3, 4)
    assert meridian.bounds(MultiPolygon([box(-170, 0, -160, 1), box(170, 0, 175, 1)])) == (170, 0, -160, 1)
    assert meridian.bounds(MultiPolygon([box(-10, 0, 0, 1), box(20, 0, 30, 1)])) == (-10, 0, 30, 1)
    assert meridian.bounds(meridian.outline(POLE))[::2] == (-180, 180)


def test_windows_of_a_tile_share_its_ground():
    parts = [meridian.outline(FIJI.cut(Window(0, column, FIJI.rows, 500))) for column in (0, 500, 1000)]
    together = shapely.union_all(parts)
    assert together.symmetric_difference(meridian.outline(FIJI)).area < 1e-3 * together.area
