"""The table of prepared images comes back from its file, and jobs read the images that it names."""

import datetime

import pytest

from landloom.core.errors import InputError
from landloom.prepared import prepared_table
from landloom.prepared.prepared_table import PreparedImage
from landloom.sensors.acquisition import Acquisition, RasterBand

DAY = datetime.date(2018, 5, 6)


def acquisition(sensor="s", product="p", day=DAY):
    return Acquisition(sensor, "T", day, product, (("red", RasterBand("r.jp2", gain=2.0)),), (), shift_m=(1.0, 2.0))


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.tif"
    path.write_bytes(b"123")
    return PreparedImage("s", DAY, "p, 1", str(path), "digest", 3, "sha")


def test_the_table_comes_back(tmp_path, image):
    prepared_table.write([image], tmp_path / "prepared.csv")
    assert prepared_table.read(tmp_path / "prepared.csv") == [image]


def test_images_take_the_place_of_products(tmp_path, image):
    prepared_table.write([image], tmp_path / "prepared.csv")
    given = {"s": [acquisition(product="p, 1")], "other": [acquisition("other")], "none": []}
    found = prepared_table.in_place_of_products(given, tmp_path / "prepared.csv")
    assert found["other"] == given["other"]
    assert found["none"] == []
    (one,) = found["s"]
    assert (one.product, one.date, one.shift_m) == ("p, 1", DAY, (0.0, 0.0))
    assert one.bands == (("red", RasterBand(image.file, 1)),)


def test_an_image_that_is_gone_or_another_is_told(tmp_path, image):
    table = tmp_path / "prepared.csv"
    prepared_table.write([image], table)
    given = {"s": [acquisition(product="p, 1")]}
    (tmp_path / "image.tif").write_bytes(b"1234")
    with pytest.raises(InputError, match=r"image.tif: has another size .*delete .*prepared.csv"):
        prepared_table.in_place_of_products(given, table)
    (tmp_path / "image.tif").unlink()
    with pytest.raises(InputError, match=r"image.tif: is missing; delete .*prepared.csv"):
        prepared_table.in_place_of_products(given, table)
    with pytest.raises(InputError, match=r"prepared.csv: has no image of sensors.s: new"):
        prepared_table.in_place_of_products({"s": [acquisition(product="new")]}, table)


def test_a_broken_table_is_told(tmp_path):
    (tmp_path / "prepared.csv").write_text("sensor,date\ns,2018\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not a table of prepared images"):
        prepared_table.read(tmp_path / "prepared.csv")
