"""Files of annual layers: those of a year are one product."""

import datetime

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry
from unit.annual.making import TILE, YEAR, acquisition, settings
from unit.sensors.products import touch

FILES = ("2017/a.tif", "2018/a.tif", "2018/b.tif", "2018/b_s.tif", "2018/a_s.tif", "20180/a.tif", "2018/note.txt")
BOTH = (datetime.date(2017, 1, 1), datetime.date(2018, 12, 31))


def test_all_files_of_a_year_are_one_product(tmp_path):
    touch(tmp_path, *FILES)
    section = settings(tmp_path, values="tessera", scales="{year}/*_s.tif", file="{year}/*.tif")
    found = registry.find(section, TILE, *BOTH)
    assert [(one.date, one.name) for one in found] == [
        (datetime.date(2017, 7, 1), "2017"),
        (datetime.date(2018, 7, 1), "2018"),
    ]
    image = acquisition(section)
    pairs = [(one.values.path[-5:], one.scales.path[-7:]) for one in image.mosaic]
    assert pairs == [("a.tif", "a_s.tif"), ("b.tif", "b_s.tif")]
    assert len(image.files) == 4


def test_files_of_a_tile_and_of_two_folders(tmp_path):
    touch(tmp_path, "x/2018_T31TBJ.tif", "y/2018_T31TBJ.tif", "y/2018_T30TYP.tif", "y/2018_[1].tif")
    section = settings(tmp_path, count=1, file="*/{year}_{tile}.tif")
    assert [one.values.path.removeprefix(f"{tmp_path}/") for one in acquisition(section).mosaic] == [
        "x/2018_T31TBJ.tif",
        "y/2018_T31TBJ.tif",
    ]
    assert registry.find(settings(tmp_path, count=1, file="*/{year}_[1].tif"), TILE, *YEAR)[0].name == "2018"


def test_a_file_without_scales_is_an_error(tmp_path):
    touch(tmp_path, "2018/a.tif", "2018/b.tif", "2018/b_s.tif")
    with pytest.raises(InputError, match=r"a.tif: has no file of scales"):
        acquisition(settings(tmp_path, values="tessera", scales="{year}/*_s.tif"))


def test_a_missing_archive_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be listed"):
        registry.find(settings(tmp_path / "none", count=1), TILE, *YEAR)


def test_a_year_that_lacks_is_told(tmp_path):
    section = settings(tmp_path, count=1)
    assert registry.find(section, TILE, *YEAR) == []
    assert "Do files of that year match `{year}/*.tif`?" in registry.no_products("own", section, TILE, YEAR)
