import itertools
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from landloom.reading.resampling import interpolate_bilinear, keep_clear, keep_present, repeat_nearest, to_reflectance


def gdal_warp(coarse, factor, method):
    profile = {"driver": "GTiff", "dtype": "int16", "count": 1, "nodata": -10000, "crs": "EPSG:32631"}
    rows, columns = coarse.shape
    with MemoryFile() as memory:
        with memory.open(height=rows, width=columns, transform=Affine(20, 0, 0, 0, -20, 0), **profile) as dataset:
            dataset.write(coarse, 1)
        with (
            memory.open() as dataset,
            WarpedVRT(
                dataset,
                crs="EPSG:32631",
                transform=Affine(20 / factor, 0, 0, 0, -20 / factor, 0),
                height=rows * factor,
                width=columns * factor,
                resampling=method,
                tolerance=1e-6,
            ) as warped,
        ):
            return warped.read(1)


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize(
    ("kernel", "method"), [(interpolate_bilinear, Resampling.bilinear), (repeat_nearest, Resampling.nearest)]
)
def test_equals_gdal(kernel, method, factor):
    coarse = np.random.default_rng(1).integers(0, 9000, (13, 17)).astype(np.int16)
    out = np.empty((13 * factor, 17 * factor), np.int16)
    kernel(coarse, factor, 0, 0, out)
    assert np.abs(out.astype(int) - gdal_warp(coarse, factor, method)).max() <= 1


def test_windows_agree_with_the_whole():
    coarse = np.random.default_rng(2).integers(0, 9000, (20, 20)).astype(np.int16)
    coarse[4:7, 8] = -10000
    whole = np.empty((40, 40), np.int16)
    interpolate_bilinear(coarse, 2, 0, 0, whole)
    part = np.empty((9, 11), np.int16)
    interpolate_bilinear(coarse[3:12, 4:13], 2, 13 - 6, 11 - 8, part)
    np.testing.assert_array_equal(part, whole[13:22, 11:22])


def test_missing_neighbours_lose_their_weight():
    coarse = np.array([[1000, -10000], [1000, 1000]], np.int16)
    out = np.empty((4, 4), np.int16)
    interpolate_bilinear(coarse, 2, 0, 0, out)
    assert (out[:2, 2:] == -10000).all()
    assert (out[out != -10000] == 1000).all()


def test_reflectance_scaling():
    numbers = np.array([[0, 1000, 1, 65535]], np.uint16)
    out = np.empty((1, 4), np.int16)
    to_reflectance(numbers, 1.0, -1000.0, 0.0, True, out)
    assert out.tolist() == [[-10000, 0, -999, 32767]]
    to_reflectance(np.array([[0.12345, np.nan, -5.0, 0.0]], np.float32), 10000.0, 0.0, 0.0, False, out)
    assert out.tolist() == [[1235, -10000, -9999, 0]]
    to_reflectance(np.array([[np.inf, -np.inf, -1.7e308, -1.0]]), 10000.0, 0.0, -1.7e308, True, out)
    assert out.tolist() == [[-10000, -10000, -10000, -9999]]


def exact_bilinear(coarse, factor):
    """Fine pixel by fine pixel, with fractions; halves rounded up."""
    rows, columns = coarse.shape
    out = np.empty((rows * factor, columns * factor), np.int16)
    for row, column in np.ndindex(out.shape):
        y, x = (Fraction(2 * position + 1, 2 * factor) - Fraction(1, 2) for position in (row, column))
        total = weights = Fraction(0)
        for r, c in itertools.product((floor(y), floor(y) + 1), (floor(x), floor(x) + 1)):
            if 0 <= r < rows and 0 <= c < columns and coarse[r, c] != -10000:
                weight = (1 - abs(y - r)) * (1 - abs(x - c))
                total, weights = total + weight * int(coarse[r, c]), weights + weight
        missing = coarse[row // factor, column // factor] == -10000
        out[row, column] = -10000 if missing else floor(total / weights + Fraction(1, 2))
    return out


@pytest.mark.parametrize("factor", [2, 3, 6])
@pytest.mark.parametrize("missing", [0, 0.1])
def test_bilinear_is_exact(factor, missing):
    rng = np.random.default_rng(7)
    for shape in ((1, 1), (1, 5), (6, 2), (9, 11)):
        coarse = rng.integers(-9999, 32767, shape).astype(np.int16)
        coarse[rng.random(shape) < missing] = -10000
        out = np.empty((shape[0] * factor, shape[1] * factor), np.int16)
        interpolate_bilinear(coarse, factor, 0, 0, out)
        np.testing.assert_array_equal(out, exact_bilinear(coarse, factor))


@pytest.mark.parametrize("first", [2, 3, 5])
@pytest.mark.parametrize("size", [1, 2, 3, 8, 9])
def test_every_part_of_a_row_agrees_with_the_whole(first, size):
    coarse = np.random.default_rng(8).integers(0, 9000, (3, 12)).astype(np.int16)
    whole = exact_bilinear(coarse, 2)
    part = np.empty((2, size), np.int16)
    interpolate_bilinear(coarse, 2, 2, first, part)
    np.testing.assert_array_equal(part, whole[2:4, first : first + size])


def test_what_a_band_misses_is_not_clear():
    rng = np.random.default_rng(9)
    values = rng.choice(np.array([-10000, 5], np.int16), (3, 20), p=[0.2, 0.8])
    clear = rng.random(20) < 0.9
    expected = clear.copy()
    expected[3:9] &= (values[:, 3:9] != -10000).all(axis=0)
    keep_present(values[:, 3:9], clear[3:9])
    np.testing.assert_array_equal(clear, expected)


def test_masks_are_looked_up():
    numbers = np.array([[0, 3], [9, 0]], np.uint8)
    clear_of = np.isin(np.arange(256), (0, 9))
    clear = np.ones((2, 2), bool)
    clear[0, 0] = False
    keep_clear(numbers, clear_of, 1, 0, 0, clear)
    assert clear.tolist() == [[False, False], [True, True]]
    part = np.ones((1, 3), bool)
    keep_clear(numbers, clear_of, 2, 1, 1, part)
    assert part.tolist() == [[True, False, False]]
