"""Files that hold all dates: what is read is what was written, in either order, or an error says why not."""

import datetime
from itertools import product

import numpy as np
import pytest
import rasterio
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from landloom.core.errors import InputError
from landloom.geo.grids import Window, of_raster
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry as sensors
from landloom.sensors.series_settings import SeriesSettings
from landloom.survey import integrity

ALWAYS = (datetime.date(2000, 1, 1), datetime.date(2030, 1, 1))
DATES = ["2018-04-01", "2018-06-01", "2018-08-01"]
NAMES = ("blue", "red", "nir")
AFFINE = rasterio.Affine(10, 0, 400_000, 0, -10, 4_800_000)


def value(band, date):
    """The number that every pixel of a band has on a date."""
    return 1000 * (band + 1) + 10 * date


def write(path, order, descriptions=(), bands=3, dates=3, extra=0):
    places = list(product(range(bands), range(dates)))
    if order == "date_by_date":
        places.sort(key=lambda place: place[1])
    with rasterio.open(
        path, "w", driver="GTiff", width=3, height=2, count=len(places) + extra, dtype="int16", crs="EPSG:32631",
        transform=AFFINE,
    ) as file:  # fmt: skip
        for number, (band, date) in enumerate(places, 1):
            file.write(np.full((2, 3), value(band, date), "int16"), number)
            if descriptions:
                file.set_band_description(number, descriptions(band, date))
    return path


def section(folder, **given):
    return SeriesSettings(
        **{"type": "series", "archive": str(folder), "file": "s.tif", "dates": DATES, "scale": 0.0001} | given
    )


def numbers(order, bands=3, dates=3):
    return {name: 1 + n * (1 if order == "date_by_date" else dates) for n, name in enumerate(NAMES[:bands])}


def read(settings):
    """Return the number that each band has on each date, after the checks of the survey."""
    found = {}
    for position, one in enumerate(sensors.find(settings, "T", *ALWAYS)):
        acquisition = sensors.describe(settings, "s", "T", one)
        grid = of_raster(acquisition.bands[0][1].path)
        integrity.check(acquisition, integrity.inspect(acquisition, grid), grid)
        values, valid = np.empty((len(settings.bands), 6), np.int16), np.empty(6, bool)
        AcquisitionReader(acquisition, grid, "nearest").read(Window(0, 0, 2, 3), None, values, valid)
        assert valid.all()
        for name, row in zip(settings.bands, values, strict=True):
            (found[name, position],) = np.unique(row)
    return found


@pytest.mark.parametrize("order", ["band_by_band", "date_by_date"])
def test_every_band_of_every_date_is_its_own(tmp_path, order):
    write(tmp_path / "s.tif", order)
    found = read(section(tmp_path, bands=numbers(order), order=order))
    assert found == {(name, date): value(band, date) for band, name in enumerate(NAMES) for date in range(3)}
    some = read(section(tmp_path, bands={"nir": numbers(order)["nir"]}, order=order, bands_per_date=3))
    assert some == {("nir", date): value(2, date) for date in range(3)}


@examples(max_examples=25, deadline=None)
@example("band_by_band", "band_by_band", {"blue": 7}, 3)  # the name of the file's band is none of the section's
@given(
    st.sampled_from(["band_by_band", "date_by_date"]),
    st.sampled_from([None, "band_by_band", "date_by_date"]),
    st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9), min_size=1),
    st.sampled_from([None, 1, 2, 3]),
)
def test_a_wrong_stack_is_refused_or_read_right(tmp_path_factory, order, said, bands, per_date):
    """What the configuration says either contradicts the file, or is what the user says of its numbers."""
    folder = tmp_path_factory.mktemp("s")
    write(folder / "s.tif", order, lambda band, date: f"{NAMES[band]} {DATES[date]}")
    try:
        found = read(section(folder, bands=bands, order=said, bands_per_date=per_date))
    except (InputError, ValidationError):
        return
    for (name, date), number in found.items():
        assert number == value(NAMES.index(name), date)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"bands": {"blue": 1, "red": 2}}, "holds 2 bands of 3 dates; say by `order`"),
        ({"bands": {"blue": 1, "red": 2}, "order": "band_by_band"}, "red is number 2, .* are the numbers 1, 4"),
        ({"bands": {"blue": 1, "red": 4}, "order": "date_by_date"}, "red is number 4, .* are the numbers 1, 2"),
        ({"bands": {"blue": 1}}, "has 9 bands, but 3 by `dates`"),
        ({"bands": {"blue": 1, "red": 2}, "order": "date_by_date"}, "has 9 bands, but 6 by `dates`"),
        ({"bands": {"blue": 1}, "bands_per_date": 3}, "holds 3 bands of 3 dates; say by `order`"),
    ],
)
def test_numbers_that_contradict_the_file(tmp_path, given, message):
    write(tmp_path / "s.tif", "date_by_date")
    with pytest.raises(InputError, match=message):
        read(section(tmp_path, **given))


def test_a_mask_in_the_same_file_is_one_of_its_bands(tmp_path):
    write(tmp_path / "s.tif", "date_by_date")
    mask = {"file": "s.tif", "number": 3, "valid_values": [3000, 3010, 3020]}
    found = read(section(tmp_path, bands={"blue": 1, "red": 2}, mask=mask, order="date_by_date"))
    assert found["red", 2] == value(1, 2)


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (lambda band, _: f"B0{band} {NAMES[2 - band]}", "is read as blue, but the file describes it as nir"),
        (lambda _, date: f"composite {DATES[::-1][date]}", "is read as of 2018-04-01, but is of 2018-08-01"),
        (lambda _, date: DATES[::-1][date].replace("-", ""), "is read as of 2018-04-01, but is of 2018-08-01"),
    ],
)
def test_descriptions_of_bands_that_contradict(tmp_path, described, message):
    write(tmp_path / "s.tif", "date_by_date", described)
    with pytest.raises(InputError, match=message):
        read(section(tmp_path, bands=numbers("date_by_date"), order="date_by_date"))


def test_files_of_one_date_by_their_descriptions(tmp_path):
    write(tmp_path / "20180401.tif", "date_by_date", lambda band, _: NAMES[band], dates=1)
    given = {"file": "{date}.tif", "dates": None}
    assert read(section(tmp_path, bands={"red": 2, "nir": 3}, **given)) == {("red", 0): 2000, ("nir", 0): 3000}
    with pytest.raises(InputError, match="is read as red, but the file describes it as nir"):
        read(section(tmp_path, bands={"red": 3, "nir": 2}, **given))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"file": "{date}.tif", "dates": None, "bands": {"red": 1, "nir": 1}}, "red and nir are both band 1"),
        ({"bands": {"red": 1, "nir": {"number": 1}}}, "red and nir are both band 1"),
        ({"file": "{date}.tif", "dates": None, "bands": {"red": 1}, "order": "date_by_date"}, "give `dates`"),
    ],
)
def test_sections_that_cannot_be(tmp_path, given, message):
    with pytest.raises(ValidationError, match=message):
        section(tmp_path, **given)


def test_the_date_in_folder_and_name(tmp_path):
    for folder, name in (("20180401", "20180401_red"), ("20180601", "20180601_red"), ("20180601", "20180701_red")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.tif").touch()
    settings = section(tmp_path, file="{date}/{date}_{band}.tif", dates=None, bands={"red": 1})
    products = sensors.find(settings, "T", *ALWAYS)
    assert [one.name for one in products] == ["20180401", "20180601"]
    described = [sensors.describe(settings, "s", "T", one).bands[0][1].path for one in products]
    assert described == [f"{tmp_path}/{day}/{day}_red.tif" for day in ("20180401", "20180601")]
