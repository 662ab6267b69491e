"""Pixels and hectares by region and class, against sums of arrays; in any windows."""

import numpy as np
import pytest

from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.maps.tally import Tally

GRID = Grid("EPSG:4326", 5.0, 60.0, 0.02, 0.02, 500, 90)


@pytest.mark.parametrize("side", [37, 256, 1000])
def test_sums_are_those_of_arrays(side):
    draw = np.random.default_rng(5)
    labels = draw.choice([0, 3, 7], (GRID.rows, GRID.columns)).astype(np.int32)
    regions = np.stack([draw.integers(0, 4, labels.shape), draw.integers(0, 2, labels.shape)]).astype(np.uint8)
    tally = Tally(GRID, [2, 1, 5], [3, 7])
    for window in GRID.windows(side):
        tally.add(labels[window.slices], regions[(slice(None), *window.slices)], window)
    found = tally.counts()
    areas = ground.pixel_areas(GRID)
    rows = areas.parts[np.arange(GRID.rows) // areas.rows_per_block][
        :, np.arange(GRID.columns) // areas.columns_per_block
    ]
    assert set(found.pixels) == set(found.hectares) == {1, 2}
    for region in (1, 2):
        for code in (0, 3, 7):
            here = (labels == code) & (regions[0] == region) & (regions[1] > 0)
            assert found.pixels[region][code] == here.sum()
            assert found.hectares[region][code] == pytest.approx((rows * here).sum() * areas.part_ha, abs=1e-5)


def test_windows_of_any_size_give_the_same_sums():
    labels = np.full((GRID.rows, GRID.columns), 3, np.int32)
    regions = np.ones((2, GRID.rows, GRID.columns), np.uint8)
    found = []
    for side in (64, 333):
        tally = Tally(GRID, [1], [3])
        for window in reversed(list(GRID.windows(side))):
            tally.add(labels[window.slices], regions[(slice(None), *window.slices)], window)
        found.append(tally.counts())
    assert found[0] == found[1]
    half = Tally(GRID, [1], [3])
    top = Window(0, 0, GRID.rows // 2, GRID.columns)
    half.add(labels[top.slices], regions[(slice(None), *top.slices)], top)
    assert half.counts().hectares[1][3] < 0.48 * found[0].hectares[1][3]
