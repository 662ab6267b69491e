import dataclasses

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.sar import relief
from unit.prepared.radar_making import HEIGHT_M, grid_of, write_dem

GRID = grid_of(rows=60, columns=70)


def test_flat_ground_needs_no_margin_to_speak_of(tmp_path):
    found = relief.of_tile(write_dem(tmp_path / "d.tif"), "ellipsoid", GRID)
    assert found.extremes == (HEIGHT_M, HEIGHT_M)
    assert found.shadow_px <= found.margin_px < 10
    assert found.lacking == 0
    assert found.files == [str(tmp_path / "d.tif")]
    assert found.heights_of(Window(-3, 2, 5, 6)).shape == (5, 6)


def test_extremes_hold_all_heights_of_tile_and_margin(tmp_path):
    found = relief.of_tile(write_dem(tmp_path / "d.tif", hills_m=200), "ellipsoid", GRID)
    margin = found.margin_px
    around = found.heights_of(Window(-margin, -margin, GRID.rows + 2 * margin, GRID.columns + 2 * margin))
    low, high = found.extremes
    assert low <= around.min() < around.max() <= high
    assert 300 / 10 < margin < 1000


def test_the_fraction_without_heights_is_told(tmp_path):
    path = write_dem(tmp_path / "d.tif")
    with rasterio.open(path, "r+") as dataset:
        heights = dataset.read(1)
        heights[:, heights.shape[1] // 2 :] = np.nan
        dataset.write(heights, 1)
    assert relief.of_tile(path, "ellipsoid", GRID).lacking == pytest.approx(0.5, abs=0.1)
    with pytest.raises(InputError, match="has no heights of"):
        relief.of_tile(path, "ellipsoid", dataclasses.replace(GRID, left=GRID.left + 8000))


def test_strips_cover_the_tile_and_its_margin():
    covered = np.zeros((GRID.rows + 60, GRID.columns + 60), int)
    for window in relief.strips(GRID, 30, 5000):
        assert window.pixels <= 5000
        covered[window.row + 30 : window.row + 30 + window.rows, window.column + 30 :][:, : window.columns] += 1
    assert (covered == 1).all()
