"""A walk over a tile sees in each place what a look at the place alone does, and sums are complete there."""

import numpy as np
import pytest

from landloom.geo.grids import Window
from landloom.sar import masks, walk
from landloom.sar.masks import outwards
from landloom.sar.preparation import seen_window
from landloom.sar.terrain import add_facets, empty_sums, margin_px
from landloom.sar.walk import Reach, Walk, reach
from unit.sar import scenes
from unit.sar.making import GRID, scene
from unit.sar.test_terrain import extent

TILE = GRID.cut(Window(100, 120, 130, 90))
HEIGHT = 110.0
MARGIN = margin_px(TILE, (110.0, 490.0), 35.0)


def heights_of(window):
    return scenes.relief(TILE, Window(window.row + 1, window.column + 1, window.rows - 2, window.columns - 2), HEIGHT)


def looked_at(window):
    return seen_window(scene(), TILE, window, heights_of)


@pytest.mark.parametrize("rows", [7, 40, 130])
def test_rows_are_seen_as_by_themselves(monkeypatch, rows):
    monkeypatch.setattr(walk, "STRIP_PX", 2500)
    around = Reach(12, 20)
    one = Walk(scene(), TILE, around, heights_of, None)
    for row in range(0, TILE.rows, rows):
        window, found = one.seen(row, min(rows, TILE.rows - row))
        assert window == Window(row - 12, -20, min(rows, TILE.rows - row) + 24, TILE.columns + 40)
        for part, expected in zip(found, masks.seen(*looked_at(window)), strict=True):
            np.testing.assert_array_equal(part, expected)


def test_sums_are_complete_where_the_walk_is(monkeypatch):
    """For masks and for flattening: areas from beyond the reach fall elsewhere."""
    monkeypatch.setattr(walk, "STRIP_PX", 2500)
    whole = Window(-2 * MARGIN, -2 * MARGIN, TILE.rows + 4 * MARGIN, TILE.columns + 4 * MARGIN)
    geometry, found = looked_at(whole)
    size = extent(geometry)
    expected, sums = empty_sums(*size), empty_sums(*size)
    add_facets(expected, geometry, found.share)
    one = Walk(scene(), TILE, reach(scene().orbit, TILE, MARGIN), heights_of, sums)
    for row in range(0, TILE.rows, 10):
        one.seen(row, 10)
        own, _ = looked_at(Window(row, 0, 10, TILE.columns))
        lines, pixels = (
            (np.floor(part) - first).astype(int) for part, first in ((own.line, size[0][0]), (own.pixel, size[1][0]))
        )
        for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
            places = lines + down, pixels + right
            np.testing.assert_array_equal(sums.units[places], expected.units[places])


def test_masks_need_no_more_than_the_reach():
    around = reach(scene().orbit, TILE, MARGIN)
    assert around.rows < 0.4 * MARGIN
    assert around.columns <= MARGIN
    marked = []
    for rows, columns in (around, (2 * MARGIN, 2 * MARGIN)):
        window = Window(-rows, -columns, TILE.rows + 2 * rows, TILE.columns + 2 * columns)
        ground, way = masks.seen(*looked_at(window)), outwards(scene().orbit, TILE, window)
        inner = np.s_[rows : rows + TILE.rows, columns : columns + TILE.columns]
        marked.append([masks.shadow(ground, way)[inner], masks.layover(ground, way)[inner]])
    np.testing.assert_array_equal(*marked)
    assert reach(scene().orbit, TILE, 0) == (0, 0)
