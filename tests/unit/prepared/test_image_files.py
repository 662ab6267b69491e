"""A prepared image holds what was written, tells what it was made of, and is whole or not there."""

import datetime

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.prepared import image_files
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 530, 40)
ACQUISITION = Acquisition(
    "s",
    "T",
    datetime.date(2018, 5, 6),
    "a product/of mine",
    tuple((f"B{number}", RasterBand(f"{number}.tif")) for number in range(1, 6)),
    (Mask(RasterBand("m.tif"), invalid_bits=1),),
    shift_m=(3.0, 0.0),
)


def values():
    found = np.random.default_rng(2).integers(-9999, 32767, (5, GRID.rows, GRID.columns)).astype(np.int16)
    found[:, 100:200] = found[2, 300:310, 5] = NODATA
    return found


def parts(image):
    for row in (0, 512):
        window = Window(row, 0, min(512, GRID.rows - row), GRID.columns)
        yield window, image[:, window.row : window.row + window.rows]


def test_an_image_is_read_as_it_was_written(tmp_path):
    path, image = tmp_path / "folder" / "image.tif", values()
    image_files.write(path, GRID, ("B1", "B2", "B3", "B4", "B5"), parts(image), "source")
    one = image_files.as_acquisition(ACQUISITION, path)
    assert one.shift_m == (0.0, 0.0)
    read, valid = np.zeros((5, GRID.rows * GRID.columns), np.int16), np.zeros(GRID.rows * GRID.columns, bool)
    AcquisitionReader(one, GRID, "bilinear").read(Window(0, 0, GRID.rows, GRID.columns), None, read, valid)
    np.testing.assert_array_equal(read.reshape(image.shape), image)
    np.testing.assert_array_equal(valid.reshape(image.shape[1:]), (image != NODATA).all(axis=0))
    with rasterio.open(path) as dataset:
        assert dataset.descriptions == ("B1", "B2", "B3", "B4", "B5")
        assert dataset.block_shapes[0] == (512, 512)


def test_an_image_tells_what_it_was_made_of(tmp_path):
    path = tmp_path / "image.tif"
    image_files.write(path, GRID, ("B1", "B2", "B3", "B4", "B5"), parts(values()), "source")
    assert image_files.is_of(path, "source")
    assert not image_files.is_of(path, "other")
    path.write_bytes(path.read_bytes()[:100])
    assert not image_files.is_of(path, "source")


def test_an_image_that_ends_early_is_not_there(tmp_path):
    def broken():
        yield next(parts(values()))
        raise InputError("the product is truncated")

    with pytest.raises(InputError, match="truncated"):
        image_files.write(tmp_path / "image.tif", GRID, ("B1", "B2", "B3", "B4", "B5"), broken(), "source")
    assert list(tmp_path.iterdir()) == []


def test_names_hold_date_product_and_digest():
    name = image_files.name_of(ACQUISITION, "source")
    assert name.startswith("20180506_a_product_of_mine_")
    assert name != image_files.name_of(ACQUISITION, "other")
    assert "/" not in name
