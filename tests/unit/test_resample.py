import numpy as np
import pytest
from rasterio.enums import Resampling
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

from landloom.resample import interpolate_bilinear, repeat_nearest, to_reflectance


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
