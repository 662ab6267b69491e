import datetime

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry as sensors
from unit.sensors import products
from unit.sensors.products import HLS_L30, HLS_S30, files_of_hls, found, touch

GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 30.0, 30.0, 4, 5)


@pytest.mark.parametrize("in_folders", [True, False])
def test_both_products_make_one_series(tmp_path, in_folders):
    for name in (HLS_L30, HLS_S30):
        touch(tmp_path / name if in_folders else tmp_path, *files_of_hls(name))
    thirty, sentinel = found("hls", tmp_path, bands=["red", "nir08", "swir16"])
    assert (thirty.product, sentinel.product) == (HLS_L30, HLS_S30)
    assert (thirty.date, sentinel.date) == (datetime.date(2021, 1, 1), datetime.date(2021, 1, 3))
    assert [band.path[-7:] for _, band in thirty.bands] == ["B04.tif", "B05.tif", "B06.tif"]
    assert [band.path[-7:] for _, band in sentinel.bands] == ["B04.tif", "B8A.tif", "B11.tif"]
    (mask,) = sentinel.masks
    assert (mask.source.path[-9:], mask.invalid_bits, mask.invalid_values) == ("Fmask.tif", 0b1111, (255,))
    assert {one.cut for one in (thirty, sentinel)} == {"tile"}


def test_one_kind_of_product_and_own_bits(tmp_path):
    for name in (HLS_L30, HLS_S30, HLS_S30.replace("v2.0", "v1.5"), HLS_S30.replace("T31TCJ", "T31TDJ")):
        touch(tmp_path, *files_of_hls(name))
    (one,) = found("hls", tmp_path, products=["S30"], invalid_bits=[1, 4])
    assert (one.product, one.masks[0].invalid_bits) == (HLS_S30, 0b10010)


def test_letters_and_missing_layers(tmp_path):
    letters = sensors.common_names(products.settings("hls", tmp_path))
    assert letters == {"blue": "B", "green": "G", "red": "R", "nir08": "N", "swir16": "S1", "swir22": "S2"}
    touch(tmp_path / HLS_S30, *files_of_hls(HLS_S30))
    (tmp_path / HLS_S30 / f"{HLS_S30}.B8A.tif").unlink()
    with pytest.raises(InputError, match=rf"{HLS_S30}: layer B8A is missing"):
        found("hls", tmp_path)


def test_numbers_and_masks(tmp_path):
    """Water is valid, cloud, shadow and what is not seen is not; -9999 is missing."""
    folder = tmp_path / HLS_L30
    folder.mkdir()
    numbers = np.arange(20, dtype=np.int16).reshape(4, 5) * 100
    numbers[0, 0] = -9999
    fmask = np.zeros((4, 5), np.uint8)
    fmask[1] = [0b10, 0b1000, 0b100000, 0b11000000, 255]
    for layer, values in (("B04", numbers), ("Fmask", fmask)):
        with rasterio.open(
            folder / f"{HLS_L30}.{layer}.tif", "w", driver="GTiff", count=1, dtype=values.dtype, **GRID.profile()
        ) as dataset:
            dataset.write(values, 1)
    (one,) = found("hls", tmp_path, bands=["red"])
    values, valid = np.empty((1, 20), np.int16), np.empty(20, bool)
    AcquisitionReader(one, GRID, "bilinear").read(Window(0, 0, 4, 5), None, values, valid)
    expected = np.ones((4, 5), bool)
    expected[0, 0] = expected[1, 0] = expected[1, 1] = expected[1, 4] = False
    np.testing.assert_array_equal(valid.reshape(4, 5), expected)
    np.testing.assert_array_equal(values[0, valid], numbers.ravel()[valid])
