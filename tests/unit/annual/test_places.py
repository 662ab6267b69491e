"""Places of a tile's pixels in files: those of exact transformation, nearly."""

from types import SimpleNamespace

import numpy as np
import pytest
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.transform import Affine

from landloom.annual import places
from landloom.annual.places import FileGrid, Places
from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from unit.annual.making import GRID

ZONE_30 = FileGrid("EPSG:32630", 737000.0, 4870000.0, 10.0, -10.0, 900, 800)


@pytest.mark.parametrize("crs", ["EPSG:32630", "EPSG:2154", "EPSG:4326", "EPSG:32631"])
def test_places_are_those_of_the_exact_transformation(crs):
    x, y = Transformer.from_crs(GRID.crs, crs, always_xy=True).transform(GRID.left, GRID.top)
    size = 1e-4 if crs == "EPSG:4326" else 10.0
    file = FileGrid(crs, x - 3 * size, y + 5 * size, size, size, 300, 300)
    window = Window(7, 11, 29, 33)
    rows, columns = Places(GRID, file).of(window, (0.25, -0.25))
    xs, ys = GRID.moved(-2.5, -2.5).centres(window)
    xs, ys = Transformer.from_crs(GRID.crs, crs, always_xy=True).transform(xs.ravel(), ys.ravel())
    np.testing.assert_allclose(rows, (file.first - ys) / size - 0.5, atol=1e-3)
    np.testing.assert_allclose(columns, (xs - file.left) / size - 0.5, atol=1e-3)


def test_a_pixel_has_the_same_place_in_any_window():
    found = Places(GRID, ZONE_30)
    whole = found.of(Window(0, 0, 40, 50), (0, 0))[0].reshape(40, 50)
    part = found.of(Window(13, 17, 9, 20), (0, 0))[0].reshape(9, 20)
    assert np.array_equal(part, whole[13:22, 17:37])


def test_the_part_of_a_file_holds_all_places():
    found, window = Places(GRID, ZONE_30), Window(5, 9, 20, 30)
    part, (rows, columns) = found.part(window), found.of(window, (0, 0))
    assert part.row <= np.floor(rows.min())
    assert part.row + part.rows > np.ceil(rows.max())
    assert part.column <= np.floor(columns.min())
    assert part.column + part.columns > np.ceil(columns.max())
    assert part.pixels < 4 * window.pixels + 4 * 16 * (window.rows + window.columns)


def test_a_file_elsewhere_has_no_part():
    for crs, left in (("EPSG:32631", 900000.0), ("EPSG:32601", 259000.0)):
        file = FileGrid(crs, left, 4877000.0, 10.0, 10.0, 10, 10)
        assert Places(GRID, file).part(Window(0, 0, 9, 9)) is None


@pytest.mark.parametrize(("size", "side"), [(10.0, 1), (7.0, 1), (20.0, 1), (5.0, 2), (3.0, 4)])
def test_pixels_that_are_finer_are_averaged(size, side):
    found = Places(GRID, FileGrid("EPSG:32631", GRID.left, GRID.top, size, -size, 10, 10))
    assert found.side == side
    offsets = np.array(found.offsets())
    assert len(offsets) == side**2
    np.testing.assert_allclose(offsets.mean(axis=0), 0, atol=1e-12)


def test_the_southern_half_of_a_zone_may_be_counted_from_the_north():
    south = Grid("EPSG:32721", 500000.0, 9000000.0, 10.0, 10.0, 5, 5)
    file = FileGrid("EPSG:32621", 500000.0, -1000000.0, 10.0, 10.0, 5, 5)
    rows, columns = Places(south, file).of(Window(0, 0, 5, 5), (0, 0))
    assert np.array_equal(rows.reshape(5, 5), np.mgrid[:5, :5][0])
    assert np.array_equal(columns.reshape(5, 5), np.mgrid[:5, :5][1])


def dataset(transform, crs="EPSG:32631"):
    return SimpleNamespace(transform=transform, crs=crs and CRS.from_user_input(crs), height=4, width=6)


def test_rows_of_files_may_begin_in_the_south():
    found = places.of_dataset(dataset(Affine(10, 0, 5, 0, 10, 100)), "a.tif")
    assert (found.first, found.height) == (100, -10)
    assert (found.upright.top, found.upright.resolution_y) == (140, 10)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (dataset(Affine(10, 0, 5, 0, 10, 100), None), "a.tif: has no coordinate reference system"),
        (dataset(Affine(10, 1, 5, 0, 10, 100)), "a.tif: is turned"),
        (dataset(Affine(-10, 0, 5, 0, 10, 100)), "a.tif: is turned"),
    ],
)
def test_files_without_a_place_are_refused(made, words):
    with pytest.raises(InputError, match=words):
        places.of_dataset(made, "a.tif")
