import numpy as np
import pytest
import rasterio

from landloom.features import sensor_features
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.geo.windows import plan
from landloom.objects import segmentation, segmentation_features, strip_shapes
from landloom.objects.cells import Cells
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.reading.series_reader import TileReader
from unit.samples.test_extraction import DATES, GRID, make_looks

SETTINGS = SuperpixelSettings(side_px=3, iterations=1, periods=1, features={"NDVI": 0.1})


@pytest.fixture(scope="module")
def observations(tmp_path_factory):
    return make_looks(tmp_path_factory.mktemp("looks"))


def segmented(observations, path, windows, grid=GRID):
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, DATES)
    layout = Layout((sensor,))
    chosen = segmentation_features.chosen(layout, {"s": ("B4", "B8")}, SETTINGS)
    how = segmentation.Segmentation(grid, layout, chosen, SETTINGS)
    with TileReader({"s": observations}, grid, {"s": "nearest"}, 2) as reader:
        segmentation.write(how, windows, reader, path, {})
    with rasterio.open(path) as dataset:
        assert dataset.dtypes == ("uint32",)
        return dataset.read(1)


@pytest.mark.parametrize("strip_rows", [7, 1024])
def test_neither_strips_nor_windows_matter(observations, tmp_path, strip_rows, monkeypatch):
    whole = segmented(observations, tmp_path / "whole.tif", [Window(0, 0, 90, 70)])
    assert 200 < (whole == 0).sum() < 600  # 4 in 10 of each of three images are cloudy
    monkeypatch.setattr(segmentation, "STRIP_ROWS", strip_rows)
    for windows in (plan(GRID, [(9, 70)], 700).windows, list(GRID.windows(16))):
        np.testing.assert_array_equal(segmented(observations, tmp_path / "parts.tif", windows), whole)


def test_tiles_of_one_lattice_have_the_same_superpixels(observations, tmp_path):
    whole = segmented(observations, tmp_path / "whole.tif", list(GRID.windows(32)))
    margin = strip_shapes.margin_px(SETTINGS.side_px, SETTINGS.iterations)
    part = Grid(GRID.crs, GRID.left + 100, GRID.top - 200, 10.0, 10.0, 70, 55)
    found = segmented(observations, tmp_path / "part.tif", list(part.windows(32)), part)
    expected = Cells.of_grid(GRID, 3).on_the_ground(whole.astype(np.int64) - 1)[20:, 10:65]
    ids = Cells.of_grid(part, 3).on_the_ground(found.astype(np.int64) - 1)
    inner = slice(margin, None), slice(margin, -margin)  # its last row is that of the whole
    assert len(np.unique(ids[inner])) > 50
    np.testing.assert_array_equal(ids[inner], expected[inner])
    assert strip_shapes.Segmentation(10, 10, 9).strip_bytes(10980) < 1.5e9
