from contextlib import ExitStack

import numpy as np
import pytest

from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.objects import segments
from landloom.objects.segments import Segments

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 30)


def write(folder, numbers, regions, owned):
    with rasters.create(folder / "objects.tif", GRID, "int64", {}) as file:
        file.write(numbers, 1)
    with rasters.create(folder / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([regions, owned]).astype(np.uint8))
    return folder / "objects.tif", folder / "regions.tif"


@pytest.fixture
def made(tmp_path):
    random = np.random.default_rng(1)
    numbers = random.choice([0, 4, 2**40, 11, 2**60 + 1], (8, 6)).repeat(5, axis=0).repeat(5, axis=1)
    regions = np.ones(numbers.shape, np.uint8)
    regions[35:] = 0
    owned = regions * (np.arange(30) < 20)
    return numbers, regions, owned, write(tmp_path, numbers, regions, owned)


@pytest.mark.parametrize("shared", [True, False])
def test_pixels_of_the_mapped_ground_have_objects_and_those_that_count(made, shared):
    numbers, regions, owned, files = made
    with ExitStack() as stack:
        found = Segments(stack, *files, shared).read(Window(3, 2, 36, 25))
    cut = (slice(3, 39), slice(2, 27))
    np.testing.assert_array_equal(found.numbers, np.where(regions, numbers, 0)[cut])
    np.testing.assert_array_equal(found.counted, ((numbers > 0) & (owned if shared else regions))[cut] > 0)


@pytest.mark.parametrize("side", [7, 40])
def test_spans_are_the_first_and_last_rows(made, side):
    numbers, regions, _, files = made
    windows = list(GRID.windows(side))
    with ExitStack() as stack:
        found = segments.spans(Segments(stack, *files, True), windows)
    known = np.where(regions, numbers, 0)
    expected = {n: np.flatnonzero((known == n).any(axis=1)) for n in np.unique(known[known > 0])}
    np.testing.assert_array_equal(found.numbers, list(expected))
    np.testing.assert_array_equal(found.first, [rows[0] for rows in expected.values()])
    np.testing.assert_array_equal(found.last, [rows[-1] for rows in expected.values()])
    strips = {(window.row, window.row + window.rows) for window in found.windows}
    most = max(sum(rows[0] < end and rows[-1] >= start for rows in expected.values()) for start, end in strips)
    assert found.most_open() == most
    owned = made[2] > 0
    assert (found.ground, found.counted) == (owned.sum(), (owned & (known > 0)).sum())
    assert found.outside == pytest.approx((known[owned] == 0).mean())


def test_pixels_outside_keep_their_regions(made, tmp_path):
    numbers, regions, owned, files = made
    with ExitStack() as stack:
        number = segments.write_outside(Segments(stack, *files, True), GRID, tmp_path / "outside.tif", {"A": "b"})
    outside = numbers == 0
    with rasters.opened(tmp_path / "outside.tif") as file:
        np.testing.assert_array_equal(file.read(), [regions * outside, (owned > 0) * outside])
        assert file.dtypes == ("uint8", "uint8")
        assert file.tags()["A"] == "b"
    assert number == ((owned > 0) & outside).sum() > 0


def test_a_tile_without_objects_has_no_windows(tmp_path):
    nothing = np.zeros((40, 30), np.int64)
    files = write(tmp_path, nothing, nothing + 1, nothing + 1)
    with ExitStack() as stack:
        found = segments.spans(Segments(stack, *files, True), list(GRID.windows(16)))
    assert (len(found.numbers), found.windows, found.most_open()) == (0, [], 0)
