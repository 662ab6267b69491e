import numpy as np
import pytest

from landloom.geo.grids import Grid
from landloom.geo.windows import most_pixels, plan

TILE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 10980, 10980)


@pytest.mark.parametrize("blocks", [[(1, 10980), (2, 10980)], [(512, 512)], [(1024, 1024), (1280, 1280)], [(64, 64)]])
@pytest.mark.parametrize("limit", [100, 90_000, 300_000, 2_000_000])
def test_windows_cover_the_grid_once(blocks, limit):
    grid = Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 1500, 1100)
    count = np.zeros((grid.rows, grid.columns), int)
    for window in plan(grid, blocks, limit).windows:
        count[window.slices] += 1
    assert (count == 1).all()


@pytest.mark.parametrize("margin", [0, 5, 40])
def test_windows_fit_with_their_margin(margin):
    blocks = [(1, 10980), (2, 10980)]
    for limit in (150_000, 400_000, 2_000_000):
        chosen = plan(TILE, blocks, limit, margin)
        assert max(TILE.padded(window, margin).pixels for window in chosen.windows) <= limit
    wide, narrow = (plan(TILE, blocks, 2_000_000, one) for one in (40, 0))
    assert wide.windows[0].rows >= narrow.windows[0].rows
    assert plan(TILE, blocks, 400_000, margin, 256).windows[0].rows == 256


def test_files_in_strips_are_decoded_once():
    chosen = plan(TILE, [(1, 10980), (2, 10980)], 400_000)
    assert chosen.times_decoded == 1
    assert (chosen.windows[0].rows, chosen.windows[0].columns) == (32, 10980)
    assert "decoded" not in str(chosen)


def test_files_in_square_blocks_are_decoded_once_where_memory_allows():
    assert plan(TILE, [(512, 512)], 300_000).windows[0].columns == 512
    assert plan(TILE, [(512, 512)], 300_000).times_decoded == 1
    jpeg_2000 = plan(TILE, [(1024, 1024)], 2_000_000)
    assert (jpeg_2000.windows[0].rows, jpeg_2000.windows[0].columns) == (1024, 1024)
    assert jpeg_2000.times_decoded == 1
    scarce = plan(TILE, [(1024, 1024)], 300_000)
    assert scarce.times_decoded == pytest.approx(4, rel=0.1)
    assert "decoded" in str(scarce)


@pytest.mark.parametrize("observations", [70, 320, 326, 440, 900])
def test_many_looks_need_no_block_twice(observations):
    chosen = plan(TILE, [(1, 10980), (2, 10980)], most_pixels(2000, 21 * observations))
    assert chosen.times_decoded <= 2
    assert len(chosen.windows) <= 10980


def test_windows_fit_the_memory():
    for memory_mb in (1200, 2000, 4000):
        limit = most_pixels(memory_mb, 70 * 21)
        window = plan(TILE, [(1, 10980)], limit).windows[0]
        assert window.pixels <= limit
        assert 2 * window.pixels * 70 * (2 * 10 + 1) < memory_mb * 1e6
