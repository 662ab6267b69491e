"""Annual images on a tile's grid: the same numbers as a naive reading of the files, whatever the windows."""

from contextlib import closing

import numpy as np
import pytest
import rasterio

from landloom.annual import mosaic
from landloom.annual.mosaic import Mosaic
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import TileReader
from unit.annual.making import GRID, LEFT, TOP, acquisition, coded, decode, naive, settings, vectors, write

SMALL = Grid(GRID.crs, GRID.left, GRID.top, 10.0, 10.0, 14, 17)


def read(section, grid, window=None):
    reading = section.reading
    window = window or Window(0, 0, grid.rows, grid.columns)
    found = np.full((len(section.bands), window.pixels), np.nan)
    with closing(Mosaic(acquisition(section), grid, reading["values"], reading["unit_vectors"])) as opened:
        for start, values, valid in opened.means(window):
            found[:, start : start + valid.size] = np.where(valid, values, np.nan)
    return found.reshape(-1, window.rows, window.columns)


def alphaearth(path, file):
    numbers = file.read()
    pixels = np.empty(file.shape, object)
    for row, column in np.ndindex(file.shape):
        own = numbers[:, row, column]
        pixels[row, column] = None if -128 in own else np.array([decode(number) for number in own])
    return pixels


@pytest.mark.parametrize("south_up", [False, True])
def test_pixels_of_the_same_grid_are_decoded_and_no_more(tmp_path, south_up):
    numbers = coded(vectors(1, SMALL.rows + 3, SMALL.columns + 2))
    numbers[5, 4, 6] = -128
    write(tmp_path / "2018" / "a.tif", numbers, LEFT - 10, TOP + 20, south_up=south_up, nodata=-128)
    section = settings(tmp_path, values="alphaearth")
    found = read(section, SMALL)
    expected = np.array([decode(one) for one in numbers.ravel()]).reshape(numbers.shape)[:, 2:-1, 1:-1]
    gone = np.zeros(expected.shape[1:], bool)
    gone[2, 5] = True
    assert np.isnan(found[:, gone]).all()
    assert np.array_equal(found[:, ~gone], expected[:, ~gone].astype(np.float32))


def two_zones(folder):
    """Write two files of two zones, the one of zone 30 with its first row in the south, each with a gap."""
    west = coded(vectors(2, 40, 30))
    west[:, 20:24, 8:12] = -128
    write(folder / "2018" / "30N.tif", west, 740010.0, 4877130.0, epsg=32630, south_up=True, nodata=-128)
    east = coded(vectors(3, 40, 40))
    east[:, 3, 9:] = -128
    write(folder / "2018" / "31N.tif", east, LEFT + 63, TOP + 57, nodata=-128)
    return [folder / "2018" / name for name in ("30N.tif", "31N.tif")]


def test_files_of_two_zones_and_both_orders_of_rows_are_joined(tmp_path):
    files = two_zones(tmp_path)
    found = read(settings(tmp_path, values="alphaearth"), SMALL)
    expected = naive(files, SMALL, alphaearth, unit=True)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    assert 0 < np.isnan(found).mean() < 0.1
    np.testing.assert_allclose(found, expected, atol=2e-4)
    lengths = np.linalg.norm(found, axis=0)
    np.testing.assert_allclose(lengths[np.isfinite(lengths)], 1, atol=1e-5)


def test_a_value_is_the_same_in_any_window(tmp_path, monkeypatch):
    two_zones(tmp_path)
    section = settings(tmp_path, values="alphaearth")
    whole = read(section, SMALL)
    monkeypatch.setattr(mosaic, "CHUNK_PX", 30)
    for window in (Window(0, 0, 14, 17), Window(3, 5, 8, 11), Window(13, 16, 1, 1)):
        part = read(section, SMALL, window)
        assert np.array_equal(part, whole[(slice(None), *window.slices)], equal_nan=True)


@pytest.mark.parametrize("side", [2, 3])
def test_finer_pixels_are_averaged(tmp_path, side):
    numbers = coded(vectors(4, 30, 34))
    numbers[:, :7, :5] = -128
    write(tmp_path / "2018" / "a.tif", numbers, LEFT - 3, TOP + 4, 10.0 / side)
    grid = Grid(SMALL.crs, LEFT, TOP, 10.0, 10.0, 8, 9)
    found = read(settings(tmp_path, values="alphaearth"), grid)
    expected = naive([tmp_path / "2018" / "a.tif"], grid, alphaearth, side, unit=True)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("unit", [True, False])
def test_the_only_pixel_beside_a_gap_counts_whole(tmp_path, unit):
    """At a file's corner and beside gaps, a place may have one pixel around it that counts less than 1."""
    numbers = np.full((64, 6, 6), -128, np.int8)
    numbers[:, 0, 0], numbers[:, 3, 4] = coded(vectors(8, 1, 2))[:, 0].T
    numbers[:, 5, :] = coded(vectors(9, 1, 6))[:, 0]
    write(tmp_path / "2018" / "a.tif", numbers, LEFT + 22, TOP - 33, nodata=-128)
    grid = Grid(SMALL.crs, LEFT, TOP, 10.0, 10.0, 12, 12)
    found = read(settings(tmp_path, values="alphaearth", unit_vectors=unit), grid)
    expected = naive([tmp_path / "2018" / "a.tif"], grid, alphaearth, unit=unit)
    assert np.isfinite(expected[0]).sum() >= 8
    np.testing.assert_allclose(found, expected, atol=1e-5)


def tessera(path, file):
    numbers = file.read()
    with rasterio.open(str(path).replace(".tif", "_scales.tif")) as other:
        scales = other.read(1)
    pixels = np.empty(file.shape, object)
    for row, column in np.ndindex(file.shape):
        scale = float(scales[row, column])
        pixels[row, column] = numbers[:, row, column].astype(float) * scale if scale > 0 else None
    return pixels


@pytest.mark.parametrize("south_up", [False, True])
def test_int8_and_scales_of_each_pixel(tmp_path, south_up):
    random = np.random.default_rng(5)
    numbers = random.integers(-127, 128, (128, 22, 22)).astype(np.int8)
    scales = random.uniform(0.01, 0.11, (1, 22, 22)).astype(np.float32)
    scales[0, 3, 4], scales[0, 9, 9] = np.nan, 0
    for name, values in (("a.tif", numbers), ("a_scales.tif", scales)):
        write(tmp_path / "2018" / name, values, LEFT - 14, TOP + 17, south_up=south_up)
    section = settings(tmp_path, values="tessera", scales="{year}/*_scales.tif")
    found = read(section, SMALL)
    expected = naive([tmp_path / "2018" / "a.tif"], SMALL, tessera)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_floats_with_a_scale_and_gaps(tmp_path):
    values = np.random.default_rng(6).normal(0, 5, (3, 14, 17)).astype(np.float32)
    values[1, 2, 3], values[0, 4, 5], values[2, 6, 7] = np.nan, -99, -1
    write(tmp_path / "2018" / "a.tif", values, nodata=-99)
    section = settings(tmp_path, bands=["b003", "b001"], scale=2, offset=1, nodata=-1)
    found = read(section, SMALL)
    expected = values[[2, 0]].astype(float) * 2 + 1
    expected[:, 4, 5] = expected[:, 6, 7] = np.nan
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_file_tells_its_scale(tmp_path):
    values = np.arange(14 * 17, dtype=np.int16).reshape(1, 14, 17)
    write(tmp_path / "2018" / "a.tif", values)
    with rasterio.open(tmp_path / "2018" / "a.tif", "r+") as file:
        file.scales, file.offsets = (0.5,), (2.0,)
    section = settings(tmp_path, bands=["b001"])
    np.testing.assert_allclose(read(section, SMALL), values * 0.5 + 2)


@pytest.mark.parametrize("threads", [1, 3])
def test_series_have_what_is_wanted_as_stored_numbers(tmp_path, threads):
    files = two_zones(tmp_path)
    section = settings(tmp_path, values="alphaearth")
    wanted = np.random.default_rng(7).random((SMALL.rows, SMALL.columns)) < 0.3
    readers = {"own": mosaic.readers_of(section.reading)}
    window = Window(0, 0, SMALL.rows, SMALL.columns)
    with TileReader({"own": [acquisition(section)]}, SMALL, {}, threads, readers=readers) as reader:
        ((_, series),) = reader.stream([window], lambda _: wanted)
        values, valid = series["own"].values[0], series["own"].valid[0].reshape(wanted.shape)
        counted = reader.value_counts()
    expected = naive(files, SMALL, alphaearth, unit=True)
    assert np.array_equal(valid, wanted & np.isfinite(expected[0]))
    stored = values.reshape(-1, *wanted.shape)[:, valid]
    np.testing.assert_allclose(stored, np.floor(expected[:, valid] * 10000 + 0.5), atol=3)
    assert counted[0].pixels == valid.sum()


def test_values_beyond_what_is_stored_are_clipped(tmp_path):
    values = np.full((1, 14, 17), -40, np.float32)
    values[0, :, 8:] = 90
    write(tmp_path / "2018" / "a.tif", values)
    section = settings(tmp_path, bands=["b001"], steps_per_unit=500)
    readers = {"own": mosaic.readers_of(section.reading)}
    with TileReader({"own": [acquisition(section)]}, SMALL, {}, 1, readers=readers) as reader:
        ((_, series),) = reader.stream([Window(0, 0, 14, 17)])
        assert np.unique(series["own"].values[0]).tolist() == [-9999, 32767]


def test_kernels_are_compiled_before_the_work():
    mosaic.use_kernels()
