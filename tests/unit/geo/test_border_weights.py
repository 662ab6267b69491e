"""Weights of models on both sides of the border of their regions."""

import itertools
import math

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from pyproj import Geod
from shapely.geometry import box

from landloom.geo import border_weights, ownership, vectors
from landloom.geo.border_weights import Reach
from landloom.geo.grids import Grid, transformer

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 20.0, 60, 80)


def naive_weight(numbers, number, row, column, reach):
    """The weight of a region's model at a pixel, from the distances to all pixels."""
    here = numbers[row, column] == number
    distances = [
        math.hypot(20 * (row - y), 10 * (column - x))
        for y, x in itertools.product(*map(range, numbers.shape))
        if numbers[y, x] and (numbers[y, x] == number) != here
    ]
    nearest = min(distances, default=math.inf) - 5
    signed = nearest if here else -nearest
    if signed <= -reach.exterior_m:
        return 0.0
    fraction = (signed + reach.exterior_m) / (reach.interior_m + reach.exterior_m)
    return max(min(max(fraction, 0.0), 1.0), reach.least_weight)


@pytest.mark.parametrize("reach", [Reach(60, 40, 0.001), Reach(0, 100, 0.25), Reach(80, 0, 0.01)])
def test_as_a_naive_loop_says(reach):
    random = np.random.default_rng(2)
    numbers = np.kron(random.integers(0, 4, (3, 3)), np.ones((5, 8), int))
    for number in (1, 2, 3):
        distance = border_weights.signed_distance(numbers, number, (20.0, 10.0))
        found = border_weights.weights(distance, reach)
        expected = [[naive_weight(numbers, number, row, column, reach) for column in range(24)] for row in range(15)]
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_region_alone_weighs_one_everywhere_inside():
    numbers = np.zeros((30, 40), int)
    numbers[5:, 7:] = 2
    found = border_weights.window_weights(numbers, [1, 2], 3, (20.0, 10.0), Reach(200, 200, 0.01))
    assert (found[0] == 0).all()
    np.testing.assert_array_equal(found[1], numbers[3:-3, 3:-3] == 2)


@pytest.fixture
def ground(tmp_path):
    """A territory of three regions, whose borders lie in the tile and 50 m beyond its right edge."""
    regions = gpd.GeoDataFrame(
        {"number": [1, 2, 3], "region": ["a", "b", "c"], "name": ["a", "b", "c"]},
        geometry=[
            box(299000, 4890000, 300400, 4910000),
            box(300400, 4890000, 300850, 4910000),
            box(300850, 4890000, 302000, 4910000),
        ],
        crs=GRID.crs,
    )
    layers = {"footprints": ownership.collect_footprints({"T": GRID}), "regions": regions}
    vectors.write_layers(tmp_path / "territory.gpkg", layers)
    return tmp_path / "territory.gpkg"


def read(ground, path, reach):
    border_weights.write_tile_weights(ground, "T", reach, path, {})
    with rasterio.open(path) as dataset:
        assert dataset.descriptions == ("1", "2", "3")
        return dataset.read()


def test_weights_of_a_tile(ground, tmp_path, monkeypatch):
    reach = Reach(100, 60, 0.001)
    found = read(ground, tmp_path / "w.tif", reach)
    columns = np.arange(80) * 10 + 5.0  # metres from the left edge; borders at 400 and 850
    first = 400 - columns
    second = np.minimum(columns - 400, 850 - columns)
    third = columns - 850
    for band, distance in enumerate((first, second, third)):
        linear = np.clip((distance + 60) / 160, 0.001, 1) * (distance > -60)
        np.testing.assert_allclose(found[band], np.tile(linear, (60, 1)), atol=1e-6)
    monkeypatch.setattr(border_weights, "WINDOW_SIDE", 16)
    np.testing.assert_array_equal(read(ground, tmp_path / "other.tif", reach), found)


@pytest.mark.parametrize(
    "grid",
    [
        Grid("EPSG:3857", 0.0, 6446275.8, 15.0, 15.0, 80, 100),
        Grid("EPSG:4326", 0.0, 50.0, 1e-4, 1e-4, 80, 100),
        Grid("EPSG:2263", 980000.0, 200000.0, 30.0, 30.0, 80, 100),
    ],
)
def test_distances_are_metres_in_any_crs(tmp_path, grid, monkeypatch):
    """From the border at the middle of the tile, weights fall to half of their range within so many metres."""
    monkeypatch.setattr(border_weights, "WINDOW_SIDE", 32)
    middle = grid.left + 50 * grid.resolution
    regions = gpd.GeoDataFrame(
        {"number": [1, 2], "region": ["a", "b"], "name": ["a", "b"]},
        geometry=[box(middle - 9e9, -9e9, middle, 9e9), box(middle, -9e9, middle + 9e9, 9e9)]
        if grid.crs != "EPSG:4326"
        else [box(middle - 1, 40, middle, 60), box(middle, 40, middle + 1, 60)],
        crs=grid.crs,
    )
    layers = {"footprints": ownership.collect_footprints({"T": grid}), "regions": regions}
    vectors.write_layers(tmp_path / "territory.gpkg", layers)
    border_weights.write_tile_weights(
        tmp_path / "territory.gpkg", "T", Reach(200, 200, 0.001), tmp_path / "w.tif", {}
    )
    with rasterio.open(tmp_path / "w.tif") as dataset:
        row = dataset.read(1)[40]
    x = grid.left + (np.arange(100) + 0.5) * grid.resolution
    y = np.full(100, (grid.top + grid.bottom) / 2)
    to_degrees = transformer(grid.crs, "EPSG:4326")
    border = to_degrees.transform(np.full(100, middle), y)
    metres = Geod(ellps="WGS84").inv(*to_degrees.transform(x, y), *border)[2] * np.sign(middle - x)
    within = np.abs(metres) < 180
    assert within.sum() > 10
    np.testing.assert_allclose(row[within], ((metres + 200) / 400)[within], atol=0.005)
