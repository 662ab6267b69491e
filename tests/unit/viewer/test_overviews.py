import numpy as np
import rasterio
from rasterio.enums import Resampling

from landloom.geo.grids import Grid
from landloom.viewer import overviews, shown_layers
from unit.viewer.maps import CLASSES, GRID, fields, map_of_classes, read, write

LARGE = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 600, 1100)


def one(path):
    return shown_layers.shown([path], path.parents[2] / "map.html", CLASSES)[0]


def test_a_small_map_is_there_whole(tmp_path):
    path = map_of_classes(tmp_path)[0]
    found = overviews.fitting(one(path), 100_000)
    assert found.is_whole
    np.testing.assert_array_equal(found.stored.numbers, read(path))
    assert overviews.described(found, "nearest") == "Every pixel of the map (10 m) is in this page."


def test_a_large_map_is_as_fine_as_it_may_be(tmp_path):
    noise = np.random.default_rng(2).choice([3, 7], (LARGE.rows, LARGE.columns)).astype(np.uint8)
    path = write(tmp_path / "map/run0/classification.tif", noise, LARGE)
    found = overviews.fitting(one(path), 20_000)
    assert 10_000 < len(found.image) <= 20_000
    assert not found.is_whole
    assert abs(found.columns / found.rows - LARGE.columns / LARGE.rows) < 0.05
    with rasterio.open(path) as dataset:
        expected = dataset.read(1, out_shape=(found.rows, found.columns), resampling=Resampling.nearest)
    np.testing.assert_array_equal(found.stored.numbers, expected)
    words = overviews.described(found, "nearest")
    assert f"{found.columns} x {found.rows} of the map's 1100 x 600 pixels" in words
    assert "the nearest of them" in words


def test_nothing_fits_no_bytes_but_a_pixel(tmp_path):
    found = overviews.fitting(one(map_of_classes(tmp_path)[0]), 0)
    assert (found.rows, found.columns) == (1, 1)


def test_a_canvas_has_its_limits(monkeypatch, tmp_path):
    monkeypatch.setattr(overviews, "MOST_SIDE", 30)
    found = overviews.fitting(one(write(tmp_path / "map/run0/classification.tif", fields())), 10**6)
    assert (found.rows, found.columns) == (20, 30)
    assert GRID.columns == 60
