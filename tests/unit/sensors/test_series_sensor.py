import datetime

import pytest
from pydantic import ValidationError

from landloom import sensors
from landloom.errors import InputError
from landloom.series_settings import SeriesSettings

ALWAYS = (datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))


def settings(archive, **given):
    return SeriesSettings(type="series", archive=str(archive), **given)


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_one_file_a_date_with_several_bands(tmp_path):
    touch(tmp_path, "A/20180102.tif", "A/20180301.tif", "B/20180401.tif", "A/20181399.tif", "A/notes.txt")
    chosen = settings(tmp_path, file="{tile}/{date}.tif", bands={"red": 2, "nir": 4}, scale=0.0002, offset=-0.1)
    products = sensors.find(chosen, "A", *ALWAYS)
    assert [product.date for product in products] == [datetime.date(2018, 1, 2), datetime.date(2018, 3, 1)]
    acquisition = sensors.describe(chosen, "s", "A", products[0])
    red, nir = acquisition.bands[0][1], acquisition.bands[1][1]
    assert (red.number, nir.number) == (2, 4)
    assert red.gain == pytest.approx(2.0)
    assert red.shift == pytest.approx(-1000.0)
    assert acquisition.masks == ()


def test_a_file_for_each_band_and_a_mask(tmp_path):
    for date in ("2018-123", "2018-200"):
        touch(tmp_path, f"x_{date}_v1_red.tif", f"x_{date}_v1_nir.tif", f"qa/{date}.tif")
    chosen = settings(
        tmp_path,
        file="x_{date}_*_{band}.tif",
        date_format="%Y-%j",
        bands={"red": 1, "nir": 1},
        mask={"file": "qa/{date}.tif", "invalid_bits": [3, 4], "number": 2},
    )
    products = sensors.find(chosen, "any", *ALWAYS)
    assert [product.date.timetuple().tm_yday for product in products] == [123, 200]
    acquisition = sensors.describe(chosen, "s", "any", products[1])
    assert [band.path.rsplit("_", 1)[1] for _, band in acquisition.bands] == ["red.tif", "nir.tif"]
    assert (acquisition.masks[0].invalid_bits, acquisition.masks[0].source.number) == (0b11000, 2)


def test_two_times_of_a_day(tmp_path):
    touch(tmp_path, "20151208T1004.tif", "20151208T1011.tif")
    chosen = settings(tmp_path, file="{date}.tif", date_format="%Y%m%dT%H%M", bands={"ndvi": 1})
    assert len(sensors.find(chosen, "x", *ALWAYS)) == 2


def test_two_files_of_one_date_are_an_error(tmp_path):
    touch(tmp_path, "20151208_a.tif", "20151208_b.tif")
    chosen = settings(tmp_path, file="{date}_*.tif", bands={"ndvi": 1})
    with pytest.raises(InputError, match="two files of one date 20151208"):
        sensors.find(chosen, "x", *ALWAYS)


def test_a_missing_band_names_pattern_and_date(tmp_path):
    touch(tmp_path, "20180102_red.tif", "20180109_red.tif", "20180109_nir.tif")
    chosen = settings(tmp_path, file="{date}_{band}.tif", bands={"red": 1, "nir": 1})
    product = sensors.find(chosen, "x", *ALWAYS)[0]
    with pytest.raises(InputError, match=r"no file for `20180102_\{band\}.tif` .*band nir"):
        sensors.describe(chosen, "s", "x", product)


def test_names_with_glob_characters(tmp_path):
    touch(tmp_path, "a[1] été/20180102.tif")
    chosen = settings(tmp_path, file="a[1] été/{date}.tif", bands={"ndvi": 1})
    assert len(sensors.find(chosen, "x", *ALWAYS)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "x.tif", "bands": {"b": 1}},
        {"file": "{date}_{sensor}.tif", "bands": {"b": 1}},
        {"file": "{date}.tif", "bands": {}},
        {"file": "{date}.tif", "bands": {"b": 1}, "common_names": {"c": "R"}},
        {"file": "{date}.tif", "bands": {"b": 1}, "mask": {"file": "m_{date}.tif"}},
    ],
)
def test_descriptions_that_cannot_be(tmp_path, wrong):
    with pytest.raises(ValidationError):
        settings(tmp_path, **wrong)
