"""Large blocks are decoded once, and not at all where nothing in them is wanted; values stay those of the file."""

from collections import Counter

import numpy as np
import pytest
import rasterio
from tests.unit.reading.test_series_reader import acquisition

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.reading import series_reader, whole_blocks
from landloom.reading.series_reader import TileReader
from landloom.reading.warping import Layer
from landloom.reading.whole_blocks import BlockKeeper, Reach
from landloom.sensors.acquisition import Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 150, 170)
COARSE = Grid("EPSG:32631", 300000.0, 4900000.0, 20.0, 20.0, 75, 85)
FEW_BYTES, MANY_BYTES = 16 * 16 * 2 * 3, 2**20


def write(path, values, grid, tiled):
    blocks = {"tiled": True, "blockxsize": 16, "blockysize": 16} if tiled else {}
    options = {"count": 1, "dtype": values.dtype, **grid.profile(), **blocks}
    with rasterio.open(path, "w", driver="GTiff", nodata=NODATA, **options) as dataset:
        dataset.write(values, 1)
    return RasterBand(str(path), nodata=(NODATA,))


def product(folder, tiled):
    folder.mkdir()
    rng = np.random.default_rng(8)
    fine = rng.integers(-100, 9000, (GRID.rows, GRID.columns)).astype(np.int16)
    coarse = rng.integers(-100, 9000, (COARSE.rows, COARSE.columns)).astype(np.int16)
    fine[30:50, 20:90] = coarse[10:20, 40:50] = NODATA
    clouds = np.zeros((COARSE.rows, COARSE.columns), np.int16)
    clouds[:40, :45] = 1
    bands = [write(folder / "fine.tif", fine, GRID, tiled), write(folder / "coarse.tif", coarse, COARSE, tiled)]
    mask = Mask(write(folder / "mask.tif", clouds, COARSE, tiled), invalid_values=(1,))
    return acquisition(bands, [mask])


@pytest.fixture
def large_blocks(monkeypatch):
    """Blocks of 16 pixels are large here; counts how often each is decoded."""
    monkeypatch.setattr(whole_blocks, "LARGE_PIXELS", 256)
    monkeypatch.setattr(whole_blocks, "LARGE_ROWS", 16)
    decoded, real = Counter(), Layer.read

    def counted(layer, window, out=None):
        decoded[layer.dataset.name.rpartition("/")[2], window] += 1
        return real(layer, window, out)

    monkeypatch.setattr(Layer, "read", counted)
    return decoded


def read(one, side, resampling, wanted=None, threads=2):
    with TileReader({"s": [one]}, GRID, {"s": resampling}, threads) as reader:
        values, valid = np.zeros((2, GRID.rows, GRID.columns), np.int16), np.zeros((GRID.rows, GRID.columns), bool)
        for window, series in reader.stream(GRID.windows(side), wanted):
            shape = window.rows, window.columns
            valid[window.slices] = series["s"].valid[0].reshape(shape)
            values[:, *window.slices] = series["s"].values[0].reshape(2, *shape)
    return np.where(valid, values, NODATA), valid


@pytest.mark.parametrize("resampling", ["bilinear", "nearest"])
@pytest.mark.parametrize("side", [16, 40, 64, 170])
@pytest.mark.parametrize("kept_bytes", [0, FEW_BYTES, MANY_BYTES])
def test_values_are_those_of_files_in_strips(tmp_path, large_blocks, monkeypatch, resampling, side, kept_bytes):
    monkeypatch.setattr(series_reader, "KEPT_BYTES", kept_bytes)
    expected = read(product(tmp_path / "strips", tiled=False), 170, resampling)
    found = read(product(tmp_path / "tiles", tiled=True), side, resampling)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("side", [16, 40, 64])
def test_each_block_is_decoded_once_where_memory_allows(tmp_path, large_blocks, side):
    read(product(tmp_path / "tiles", tiled=True), side, "bilinear", threads=1)
    assert {block: times for block, times in large_blocks.items() if times > 1} == {}
    assert sum(name == "mask.tif" for name, _ in large_blocks) == 5 * 6


def test_blocks_without_a_wanted_pixel_are_not_decoded(tmp_path, large_blocks):
    def wanted(window):
        there = np.zeros((GRID.rows, GRID.columns), bool)
        there[100, 90] = there[3, 3] = True  # the second under clouds
        return there[window.slices]

    _, valid = read(product(tmp_path / "tiles", tiled=True), 75, "bilinear", wanted)
    assert [tuple(one) for one in np.argwhere(valid)] == [(100, 90)]
    # Row 50 and column 45 of the coarse band; that of the fine band begins at row 96 and column 80.
    blocks = {(name, window.row, window.column) for name, window in large_blocks if name != "mask.tif"}
    assert blocks == {("fine.tif", 96, 80), ("coarse.tif", 48, 32)}


def test_the_next_window_goes_before_the_next_row():
    block = np.zeros((16, 16), np.int16)
    keeper = BlockKeeper(GRID, 3 * block.nbytes)
    keeper.begin(Window(0, 0, 24, 32))
    for column in range(4):
        keeper.keep(("b", 1, column), block, Reach(16, 8 * column, 32, 8 * column + 8))
    assert [column for column in range(4) if keeper.find(("b", 1, column)) is not None] == [0, 1, 2]
    keeper.keep(("b", 0, 9), block, Reach(0, 24, 16, 40))
    assert [column for column in range(4) if keeper.find(("b", 1, column)) is not None] == [0, 1]
    assert keeper.find(("b", 0, 9)) is not None
    keeper.begin(Window(0, 40, 24, 32))
    assert keeper.find(("b", 0, 9)) is None
    keeper.begin(Window(32, 0, 24, 32))
    assert keeper.find(("b", 1, 0)) is None
