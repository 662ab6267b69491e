import datetime

import numpy as np
import pytest
import rasterio
from pydantic import ValidationError

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Window, of_raster
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import archive_listing
from landloom.sensors import registry as sensors
from landloom.sensors.inventory import Inventory
from landloom.sensors.series_settings import SeriesSettings
from landloom.survey import integrity

ALWAYS = (datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))


def settings(archive, **given):
    return SeriesSettings(type="series", archive=str(archive), **given)


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_one_file_a_date_with_several_bands(tmp_path):
    touch(tmp_path, "A/20180102.tif", "A/20180301.tif", "B/20180401.tif", "A/x20181399.tif", "A/notes.txt")
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


def test_a_date_among_other_digits(tmp_path):
    """Beside a star, the date is all digits that stand together; beside other text, that tells where it begins."""
    touch(tmp_path, "a/S2_20180511_v123456789_B4.tif", "a/S2_20180520_20_B4.tif", "b/LC81990292013105LGN00.tif")
    stars = settings(tmp_path, file="a/*{date}*_B4.tif", bands={"b": 1})
    assert [one.name for one in sensors.find(stars, "x", *ALWAYS)] == ["20180511", "20180520"]
    julian = settings(tmp_path, file="b/LC8{tile}{date}LGN*.tif", date_format="%Y%j", bands={"b": 1})
    assert [one.date.isoformat() for one in sensors.find(julian, "199029", *ALWAYS)] == ["2013-04-15"]


@pytest.mark.parametrize(
    ("name", "told"), [("S2_20180230_B4.tif", "20180230"), ("S2_20180520181005_B4.tif", "20180520181005")]
)
def test_files_that_tell_no_date_are_named(tmp_path, name, told):
    touch(tmp_path, "S2_20180511_B4.tif", name)
    chosen = settings(tmp_path, file="*{date}_B4.tif", bands={"b": 1})
    with pytest.raises(InputError, match=f"{name}: `{told}` does not match `date_format: %Y%m%d`"):
        sensors.find(chosen, "x", *ALWAYS)


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
        {"file": "{date}.tif", "bands": {"b": 1}, "dates": ["2008-01-01"]},
        {"file": "x.tif", "bands": {"b": 1}, "dates": []},
        {"file": "x.tif", "bands": {"b": 1}, "dates": ["2008-01-01", "2008-01-01"]},
        {"file": "x.tif", "bands": {"b": 1}, "dates": "{year}.txt"},
    ],
)
def test_descriptions_that_cannot_be(tmp_path, wrong):
    with pytest.raises(ValidationError):
        settings(tmp_path, **wrong)


DATES = ["2007-12-19", "2008-01-01", "2008-01-17"]


def stacked(folder, **given):
    (folder / "timeline").write_text("\n".join(DATES) + "\n\n")
    return settings(folder, **{"file": "{band}.tif", "dates": str(folder / "timeline"), "bands": {"b": 1}} | given)


def test_files_whose_bands_are_dates(tmp_path):
    touch(tmp_path, "T/ndvi.tif", "T/all.tif", "T/qa.tif")
    bands = {"ndvi": 1, "red": {"file": "{tile}/all.tif"}, "nir": {"file": "{tile}/all.tif", "number": 4}}
    mask = {"file": "{tile}/qa.tif", "valid_values": [0]}
    chosen = stacked(tmp_path, file="{tile}/{band}.tif", bands=bands, mask=mask, order="band_by_band")
    products = sensors.find(chosen, "T", datetime.date(2008, 1, 1), ALWAYS[1])
    assert [product.name for product in products] == DATES[1:]
    observation = sensors.describe(chosen, "s", "T", products[1])
    found = {name: (band.path.rsplit("/")[-1], band.number, band.bands_of_file) for name, band in observation.bands}
    assert found == {"ndvi": ("ndvi.tif", 3, 3), "red": ("all.tif", 3, 6), "nir": ("all.tif", 6, 6)}
    assert (observation.date, observation.masks[0].source.number) == (datetime.date(2008, 1, 17), 3)
    names = ["T/all.tif", "T/ndvi.tif", "T/qa.tif", "timeline"]
    assert observation.files == sorted(products[0].files) == [str(tmp_path / name) for name in names]
    assert sensors.find(chosen, "U", *ALWAYS) == []


def test_a_file_of_dates_that_changes_changes_the_listing(tmp_path):
    touch(tmp_path, "b.tif")
    given = stacked(tmp_path), "T", *ALWAYS, Inventory()
    before = archive_listing.listing({"s": given[0]}, *given[1:])
    (tmp_path / "timeline").write_text("\n".join(DATES[:2]) + "\n\n")
    after = archive_listing.listing({"s": given[0]}, *given[1:])
    assert [row[1] for row in before] == DATES
    assert [row[1] for row in after] == DATES[:2]
    assert before[0][3] != after[0][3]


def test_a_list_of_dates_in_any_order(tmp_path):
    touch(tmp_path, "b.tif")
    chosen = stacked(tmp_path, dates=[DATES[2], DATES[0]])
    products = sensors.find(chosen, "T", *ALWAYS)
    assert [product.name for product in products] == [DATES[0], DATES[2]]
    assert [sensors.describe(chosen, "s", "T", one).bands[0][1].number for one in products] == [2, 1]


@pytest.mark.parametrize(
    ("lines", "style", "message"),
    [
        (
            "2008-01-01\nsoon",
            "%Y%m%d",
            r"timeline: `soon` is no date; one date per line is needed, in the format `date_format: %Y%m%d`",
        ),
        ("2008-01-01", "%Y/%m/%d", "`2008-01-01` is no date"),
        ("20080101\n2008-01-01", "%Y%m%d", "2008-01-01 is given twice"),
        ("", "%Y%m%d", "timeline: is empty"),
    ],
)
def test_dates_that_cannot_be_read(tmp_path, lines, style, message):
    touch(tmp_path, "b.tif")
    chosen = stacked(tmp_path, date_format=style)
    (tmp_path / "timeline").write_text(lines)
    with pytest.raises(InputError, match=message):
        sensors.find(chosen, "T", *ALWAYS)


def test_files_of_all_dates_must_all_be_there(tmp_path):
    touch(tmp_path, "red.tif")
    with pytest.raises(InputError, match=r"no file for `\{band\}.tif` \(tile T, band nir\)"):
        sensors.find(stacked(tmp_path, bands={"red": 1, "nir": 1}), "T", *ALWAYS)
    touch(tmp_path, "nir.tif")
    with pytest.raises(InputError, match="gone: cannot be read"):
        sensors.find(stacked(tmp_path, bands={"red": 1, "nir": 1}, dates=str(tmp_path / "gone")), "T", *ALWAYS)


@pytest.fixture
def modis(shared_data):
    """MODIS composites of Mato Grosso: 137 dates in each file of float64, with missing values of -1.7e308."""
    folder = shared_data / "dtwsat_mt/inst/lucc_MT/data"
    names = ["ndvi", "evi", "blue"]
    dates = str(folder / "timeline")
    return settings(folder, file="{band}.tif", dates=dates, bands=dict.fromkeys(names, 1), scale=1.0)


def test_real_files_of_137_dates(modis):
    products = sensors.find(modis, "MT", *ALWAYS)
    assert (len(products), products[0].name, products[-1].name) == (137, "2007-09-14", "2013-08-29")
    grid = of_raster(products[0].path)
    missing = 0
    for position in (0, 27, 51, 136):
        observation = sensors.describe(modis, "modis", "MT", products[position])
        integrity.check(observation, integrity.inspect(observation, grid), grid)
        values, valid = np.empty((3, grid.rows * grid.columns), np.int16), np.empty(grid.rows * grid.columns, bool)
        AcquisitionReader(observation, grid, "nearest").read(
            Window(0, 0, grid.rows, grid.columns), None, values, valid
        )
        for (_, band), found in zip(observation.bands, values, strict=True):
            with rasterio.open(band.path) as dataset:
                stored = dataset.read(position + 1, masked=True).ravel()
            expected = np.floor(stored.filled(np.nan) * 10000 + 0.5)
            np.testing.assert_array_equal(found, np.where(np.isnan(expected), NODATA, expected))
            missing += np.isnan(expected).sum()
            assert valid[~np.isnan(expected)].any()
            assert not valid[np.isnan(expected)].any()
    assert missing


def test_as_many_dates_as_bands(modis, tmp_path):
    (tmp_path / "timeline").write_text("2007-09-14\n2007-09-30\n")
    short = modis.model_copy(update={"dates": str(tmp_path / "timeline")})
    observation = sensors.describe(short, "modis", "MT", sensors.find(short, "MT", *ALWAYS)[0])
    grid = of_raster(observation.bands[0][1].path)
    with pytest.raises(InputError, match=r"ndvi.tif: has 137 bands, but 2 by `dates` and the bands of each"):
        integrity.check(observation, integrity.inspect(observation, grid), grid)
