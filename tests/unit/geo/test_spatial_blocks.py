"""Blocks of ground."""

import math

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely.geometry import Point

from landloom.geo import spatial_blocks


def points(longitudes: np.ndarray, latitudes: np.ndarray) -> gpd.GeoDataFrame:
    shapes = [Point(x, y).buffer(1e-5) for x, y in zip(longitudes, latitudes, strict=True)]
    return gpd.GeoDataFrame({"polygon": range(7, 7 + len(shapes))}, geometry=shapes, crs="EPSG:4326")


def test_neighbours_share_a_block_and_others_do_not():
    """Of 1000 m, on the equator: 0.009 degrees."""
    found = spatial_blocks.of_polygons(
        points(np.array([0.001, 0.008, 0.0095, 0.001, -0.001]), np.array([0.001, 0.008, 0.001, 0.0095, 0.001])), 1000
    )
    assert found.index.tolist() == [7, 8, 9, 10, 11]
    assert found[7] == found[8]
    assert found.nunique() == 4


def test_as_a_naive_loop_says():
    random = np.random.default_rng(3)
    longitudes, latitudes = random.uniform(-8, 8, 300), random.uniform(-60, 60, 300)
    found = spatial_blocks.of_polygons(points(longitudes, latitudes), 300_000)
    cells = {}
    for block, x, y in zip(found, longitudes, latitudes, strict=True):
        row = math.floor(y * spatial_blocks.METRES_PER_DEGREE / 300_000)
        middle = (row + 0.5) * 300_000 / spatial_blocks.METRES_PER_DEGREE
        width = 300_000 / (spatial_blocks.METRES_PER_DEGREE * math.cos(math.radians(middle)))
        cells.setdefault((math.floor(x / width), row), set()).add(block)
    assert all(len(blocks) == 1 for blocks in cells.values())
    assert len(cells) == found.nunique() > 50


@pytest.mark.parametrize("latitude", [-35.0, 3.0, 44.0, 60.0, 71.0])
def test_blocks_are_squares_on_the_ground(latitude):
    """To one percent, by the length of geodesics: along a parallel and a meridian, every 50 m, blocks change."""
    steps = np.arange(800)
    metres = 50.0 * steps
    lengths = Geod(ellps="WGS84")
    east = lengths.fwd(np.full(800, 7.0), np.full(800, latitude), np.full(800, 90.0), metres)[0]
    north = lengths.fwd(np.full(800, 7.0), np.full(800, latitude), np.full(800, 0.0), metres)[1]
    for found in (
        spatial_blocks.of_polygons(points(east, np.full(800, latitude)), 4000),
        spatial_blocks.of_polygons(points(np.full(800, 7.0), north), 4000),
    ):
        _, sizes = np.unique(found.to_numpy(), return_counts=True)
        inner = np.sort(sizes)[2:]  # without those at both ends
        assert abs(inner.mean() * 50 - 4000) < 50


def test_the_projection_of_the_polygons_does_not_count():
    positions = points(np.array([3.0, 3.04, 5.0]), np.array([44.0, 44.0, 44.5]))
    same = spatial_blocks.of_polygons(positions.to_crs("EPSG:32631"), 5000)
    assert same.tolist() == spatial_blocks.of_polygons(positions, 5000).tolist()
