"""Areas and distances are those of the ellipsoid in every CRS, as pyproj.Geod measures them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pyproj import Geod

from landloom.core.errors import InputError
from landloom.geo import grids, ground
from landloom.geo.grids import Grid, Window

GEOD = Geod(ellps="WGS84")
GRIDS = {
    "UTM": Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 700, 900),
    "beside its zone": Grid("EPSG:32631", 900000.0, 4900000.0, 20.0, 20.0, 500, 400),
    "Web Mercator": Grid("EPSG:3857", 200015.0, 5700015.0, 30.0, 30.0, 48, 48),
    "degrees": Grid("EPSG:4326", 5.0, 60.0, 0.01, 0.01, 1000, 300),
    "Lambert-93": Grid("EPSG:2154", 600000.0, 6500000.0, 25.0, 25.0, 300, 300),
    "feet": Grid("EPSG:2263", 980000.0, 200000.0, 100.0, 100.0, 300, 200),
    "Arctic": Grid("EPSG:3413", -500000.0, -1000000.0, 100.0, 100.0, 400, 500),
    "across 180": Grid("EPSG:32701", 150000.0, 8118300.0, 30.0, 30.0, 1000, 1500),
    "the pole": Grid("EPSG:3031", -50000.0, 50000.0, 50.0, 50.0, 2000, 2000),
    "another ellipsoid": Grid("EPSG:23031", 300000.0, 4900000.0, 10.0, 10.0, 300, 300),
}


def hectares_of(grid, points=41):
    """Measure a grid's outline on the ellipsoid."""
    x, y = grids.transformer(grid.crs, "EPSG:4326").transform(*grid.outline(points).exterior.xy)
    return abs(GEOD.polygon_area_perimeter(x, y)[0]) / 1e4


def of_window(areas, window):
    """Sum the areas of a window's pixels."""
    rows = np.arange(window.row, window.row + window.rows) // areas.rows_per_block
    columns = np.arange(window.column, window.column + window.columns) // areas.columns_per_block
    return areas.parts[np.ix_(rows, columns)].sum() * areas.part_ha


@pytest.mark.parametrize("name", GRIDS)
def test_pixels_have_their_area_on_the_ellipsoid(name):
    grid = GRIDS[name]
    areas = ground.pixel_areas(grid)
    whole = Window(0, 0, grid.rows, grid.columns)
    windows = [whole] if name == "the pole" else [whole, *list(grid.windows(max(grid.rows // 3, 40)))[:12:5]]
    for window in windows:
        assert of_window(areas, window) == pytest.approx(hectares_of(grid.cut(window)), rel=3e-4)


@given(
    crs=some.sampled_from(["EPSG:4326", "EPSG:3857", "EPSG:6933"]),
    latitude=some.floats(-70, 70),
    degrees=some.floats(0.01, 10),
    rows=some.integers(1, 700),
)
@settings(max_examples=25, deadline=None)
def test_rows_of_any_latitude(crs, latitude, degrees, rows):
    ends = np.array([latitude + degrees / 2, latitude - degrees / 2])
    x, y = grids.transformer("EPSG:4326", crs).transform([7.0, 7.0], ends)
    grid = Grid(crs, x[0], y[0], (y[0] - y[1]) / 100, (y[0] - y[1]) / rows, rows, 50)
    areas = ground.pixel_areas(grid)
    for part in (Window(0, 0, rows, 50), Window(rows // 2, 0, rows - rows // 2, 50)):
        assert of_window(areas, part) == pytest.approx(hectares_of(grid.cut(part), 401), rel=1e-3)


def test_metres_of_a_unit():
    assert ground.metres_per_unit(GRIDS["UTM"]) == (1.0, 1.0)
    assert ground.metres_per_unit(GRIDS["Lambert-93"]) == (1.0, 1.0)
    assert ground.metres_per_unit(GRIDS["feet"]) == pytest.approx((0.3048006, 0.3048006))
    assert ground.metres_per_unit(GRIDS["Web Mercator"]) == pytest.approx((0.7018, 0.7010), rel=3e-3)
    grid = GRIDS["degrees"]
    east, north = ground.metres_per_unit(grid)
    assert GEOD.inv(6.0, 55.0, 7.0, 55.0)[2] == pytest.approx(east, rel=1e-4)
    assert GEOD.inv(6.0, 54.5, 6.0, 55.5)[2] == pytest.approx(north, rel=1e-4)
    assert ground.pixel_m(grid) == pytest.approx((north / 100, east / 100))


@pytest.mark.parametrize("name", ["UTM", "Web Mercator", "degrees", "feet", "across 180"])
def test_depth_is_in_metres(name):
    """At the middle of the left edge, some pixels inside: the distance that the ellipsoid has."""
    grid = GRIDS[name]
    x = np.array([grid.left + 8 * grid.resolution, grid.left - 8 * grid.resolution])
    y = np.full(2, (grid.top + grid.bottom) / 2)
    edge = np.full(2, grid.left)
    to_degrees = grids.transformer(grid.crs, "EPSG:4326")
    distance = GEOD.inv(*to_degrees.transform(x, y), *to_degrees.transform(edge, y))[2]
    found = ground.depth_m(grid, grid.crs, x, y)
    np.testing.assert_allclose(found, distance * [1, -1], rtol=0.011)
    there = ground.depth_m(grid, "EPSG:4326", *to_degrees.transform(x, y))
    np.testing.assert_allclose(there, found, atol=1e-3)


def test_metres_are_wanted_where_a_key_says_so():
    for name in ("UTM", "Lambert-93", "Arctic"):
        ground.check_metres(GRIDS[name], "map.resolution_m", "leave it out")
    for name in ("degrees", "Web Mercator", "feet"):
        with pytest.raises(InputError, match=r"map\.resolution_m: metres are wanted, but a unit of .*; leave it out"):
            ground.check_metres(GRIDS[name], "map.resolution_m", "leave it out")


@pytest.mark.parametrize(
    "grid",
    [
        Grid("EPSG:4326", 179.5, -16.0, 0.01, 0.01, 100, 100),
        Grid("EPSG:4326", 350.0, 10.0, 0.1, 0.1, 100, 100),
        Grid("EPSG:3857", 20037000.0, -1800000.0, 30.0, 30.0, 100, 100),
        Grid("EPSG:6933", -17380000.0, -1800000.0, 100.0, 100.0, 300, 400),
    ],
)
def test_a_tile_over_the_edge_of_its_crs_is_refused(grid):
    with pytest.raises(InputError, match=r"tile T: a\.tif: .* reach over the edge of this CRS"):
        ground.check_continuous("tile T: a.tif", grid)


@pytest.mark.parametrize(
    "grid",
    [
        *GRIDS.values(),
        Grid("EPSG:4326", -180.0, 90.0, 0.05, 0.05, 3600, 7200),
        Grid("EPSG:4326", -180.025, 90.025, 0.05, 0.05, 3601, 7201),
        Grid("EPSG:3857", -20037508.342789244, 20037508.342789244, 20037508.342789244 / 512, 78271.5, 512, 1024),
    ],
)
def test_other_tiles_are_not(grid):
    ground.check_continuous("tile T: a.tif", grid)


def test_extent_is_that_of_the_ground():
    assert ground.extent_m(np.array([179.0, -179.0]), np.array([0.0, 0.0])) == pytest.approx(222_640, rel=1e-3)
    assert ground.extent_m(np.array([0.0, 90.0, 180.0]), np.array([89.0, 89.0, 89.0])) < 300_000
