"""Several sensors, filters, the working grid: on tiny made-up HLS products and series."""

import dataclasses
import datetime
import json
import shutil
import threading
from collections import Counter
from contextlib import closing

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.features import pipeline as tiles
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid, Window
from landloom.reading import opening
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors import registry
from landloom.survey import acquisition_table, descriptions, survey
from landloom.survey.value_settings import LevelSettings, ValueSettings
from landloom.timeseries import output_dates

TILE = "T31TCJ"
YEAR = (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31))
GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 30.0, 30.0, 20, 24)
FINE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 60, 72)


def write(path, values, grid):
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=values.dtype, **grid.profile()) as dataset:
        dataset.write(values, 1)


def write_hls(archive, day_of_year, cloudy_rows=0, grid=GRID):
    """Write a product of which the first rows are cloudy."""
    name = f"HLS.S30.{TILE}.2021{day_of_year:03d}T105439.v2.0"
    fmask = np.zeros((grid.rows, grid.columns), np.uint8)
    fmask[:cloudy_rows] = 2
    write(archive / name / f"{name}.B04.tif", np.full(fmask.shape, 1000 + day_of_year, np.int16), grid)
    write(archive / name / f"{name}.B8A.tif", np.full(fmask.shape, 3000, np.int16), grid)
    write(archive / name / f"{name}.Fmask.tif", fmask, grid)
    return name


def hls(archive, **given):
    return {"type": "hls", "archive": str(archive), "bands": ["red", "nir08"], **given}


def of(**sections):
    return registry.sections_of(sections)


CONSTANT = ValueSettings(levels=LevelSettings(fail=0))
"""Bands of these made-up products are constant."""


def surveyed(settings, wanted=GridSettings(), on_bad_product="stop"):  # noqa: B008 - is frozen
    grid = survey.common_grid(settings, TILE, YEAR, wanted)
    return survey.survey(settings, TILE, YEAR, grid, on_bad_product, 1, wanted, CONSTANT)


@pytest.fixture
def archive(tmp_path):
    for day, cloudy in ((10, 0), (100, 15), (200, 5), (300, 0)):
        write_hls(tmp_path / "hls", day, cloudy)
    return tmp_path / "hls"


# Filters


@pytest.mark.parametrize(
    ("days", "used"),
    [
        (["04-01", "10-31"], [100, 200, 300]),
        (["04-11", "07-19"], [200]),
        (["10-01", "01-31"], [10, 300]),
        (["01-10", "01-10"], [10]),
    ],
)
def test_days_of_the_year(archive, days, used):
    _, found, validity = surveyed(of(h=hls(archive, days=days)))
    assert [record.date.timetuple().tm_yday for record in found if record.status == "used"] == used
    assert {record.status for record in found} == {"used", "filtered"}
    assert validity.max() == len(used)
    assert all("(`days`)" in record.problem for record in found if record.status == "filtered")


def test_least_clear_share(archive):
    """What is left out is not counted in the map of clear looks either."""
    used, found, validity = surveyed(of(h=hls(archive, minimum_valid_fraction=0.75)))
    assert [record.status for record in found] == ["used", "filtered", "used", "used"]
    assert found[1].problem == "25.0% of the tile is valid, less than 75.0% (`minimum_valid_fraction`)"
    assert (found[1].valid_fraction, found[2].valid_fraction) == (0.25, 0.75)
    assert len(used) == 3
    np.testing.assert_array_equal(validity[:, 0], [2] * 5 + [3] * 15)


@pytest.mark.parametrize("rules", [{"CLM": "any", "EDG": "any"}, {"CLM": [1, 3]}])
def test_no_data_is_not_clear_whatever_masks_are_asked(tmp_path, rules):
    """Half of the tile lies outside of the swath."""
    name = f"SENTINEL2A_20210511-105804-037_L2A_{TILE}_D_V1-7"
    values, edge = np.full((20, 24), 500, np.int16), np.zeros((20, 24), np.uint8)
    values[:, 12:], edge[:, 12:] = -10000, 1
    write(tmp_path / name / f"{name}_FRE_B4.tif", values, GRID)
    write(tmp_path / name / "MASKS" / f"{name}_EDG_R1.tif", edge, GRID)
    write(tmp_path / name / "MASKS" / f"{name}_CLM_R1.tif", edge * 0, GRID)
    section = {"type": "sentinel2_theia", "archive": str(tmp_path), "bands": ["B4"], "invalid_bits": rules}
    _, (record,), validity = surveyed(of(s=section))
    assert record.valid_fraction == 0.5
    np.testing.assert_array_equal(validity, 1 - edge)


def test_what_is_filtered_is_in_the_table(archive, tmp_path):
    _, found, _ = surveyed(of(h=hls(archive, days=["04-01", "10-31"], minimum_valid_fraction=0.5)))
    acquisition_table.write(found, tmp_path / "acquisitions.csv")
    assert [line.split(",")[3] for line in (tmp_path / "acquisitions.csv").read_text().splitlines()[1:]] == [
        "filtered",
        "filtered",
        "used",
        "used",
    ]
    again = acquisition_table.read(tmp_path / "acquisitions.csv")
    assert [(record.status, record.problem) for record in again] == [
        (record.status, record.problem) for record in found
    ]


def test_what_is_filtered_may_be_broken(archive):
    (path,) = archive.rglob("*2021010*Fmask.tif")
    path.unlink()
    _, found, _ = surveyed(of(h=hls(archive, days=["04-01", "10-31"])))
    assert [record.status for record in found] == ["filtered", "used", "used", "used"]
    with pytest.raises(InputError, match="layer Fmask is missing"):
        surveyed(of(h=hls(archive)))
    assert surveyed(of(h=hls(archive)), on_bad_product="skip")[1][0].status == "skipped"


@pytest.fixture
def torn(tmp_path):
    """Make products of which one has a broken block in its mask, and not at its end: only who reads it sees it."""
    large = Grid(GRID.crs, GRID.left, GRID.top, 3.0, 3.0, 200, 240)
    for day in (10, 100, 200, 300):
        write_hls(tmp_path / "hls", day, grid=large)
    (path,) = tmp_path.rglob("*2021200*Fmask.tif")
    noise = np.random.default_rng(1).integers(0, 2, (200, 240)).astype(np.uint8) * 64
    options = {"driver": "GTiff", "count": 1, "dtype": "uint8", "compress": "deflate"}
    with rasterio.open(path, "w", **options, **large.profile()) as dataset:
        dataset.write(noise, 1)
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes(200) + content[middle + 200 :])
    return tmp_path / "hls"


def test_a_broken_block_is_found_with_all_others(torn):
    (other,) = torn.rglob("*2021300*Fmask.tif")
    shutil.copy(next(torn.rglob("*2021200*Fmask.tif")), other)
    with pytest.raises(InputError, match=r"(?s)2 products cannot be used.*2021200\S*Fmask.*2021300\S*Fmask") as error:
        surveyed(of(h=hls(torn)))
    assert "on_bad_product: skip" in str(error.value)


def test_a_product_with_a_broken_block_is_skipped(torn):
    used, found, validity = surveyed(of(h=hls(torn)), on_bad_product="skip")
    assert [record.status for record in found] == ["used", "used", "skipped", "used"]
    assert "Fmask.tif: cannot be read" in found[2].problem
    assert len(used) == 3
    assert (validity == 3).all()


def test_nothing_is_left_where_all_are_broken(torn):
    source = next(torn.rglob("*2021200*Fmask.tif"))
    for other in set(torn.rglob("*Fmask.tif")) - {source}:
        shutil.copy(source, other)
    with pytest.raises(InputError, match=r"4 products cannot be used; do the sensor's settings match them\?"):
        surveyed(of(h=hls(torn)), on_bad_product="skip")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"days": ["12-01", "12-31"]},
            r"(?s)^tile T31TCJ: 4 products are left out by filters; .*sensors\.h: .*and 1 more$",
        ),
        ({"days": ["04-10", "04-10"], "minimum_valid_fraction": 0.99}, r"T31TCJ, 4 left out by filters, 0 skipped"),
    ],
)
def test_filters_that_leave_nothing(archive, given, told):
    with pytest.raises(InputError, match=told):
        surveyed(of(h=hls(archive, **given)))


@pytest.mark.parametrize("kind", ["hls", "series", "sentinel2_l3a", "landsat_theia_old"])
def test_orbits_that_products_do_not_tell(kind):
    with pytest.raises(ValueError, match="have no orbit"):
        of(s={"type": kind, "archive": "a", "file": "{date}", "bands": {"b": 1}, "orbits": [51]})


def test_orbits(tmp_path):
    names = [f"LC08_L2SP_{path}030_2021{month}01_20220101_02_T1" for path, month in ((199, "03"), (198, "04"))]
    for name in names:
        for layer in ("SR_B4", "QA_PIXEL", "QA_RADSAT"):
            write(tmp_path / TILE / name / f"{name}_{layer}.TIF", np.zeros((20, 24), np.uint16), GRID)
    section = {"type": "landsat_c2", "archive": str(tmp_path), "bands": ["red"], "orbits": [198]}
    used, found, _ = surveyed(of(landsat=section))
    assert [one.product for one in used] == [names[1]]
    assert found[0].problem == "orbit 199 is not among [198] (`orbits`)"


# Sensors that do not see a tile


def test_a_sensor_that_sees_nothing_must_be_optional(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        InputError, match=r"(?s)sensors\.other: no product of tile.*set `sensors.other.required: false`"
    ):
        surveyed(of(h=hls(archive), other=hls(tmp_path / "empty")))
    with pytest.raises(
        InputError, match=r"sensors\.other: no usable product.*4 left out by filters.*required: false"
    ):
        surveyed(of(h=hls(archive), other=hls(archive, days=["12-01", "12-31"])))
    settings = of(h=hls(archive), other=hls(tmp_path / "empty", required=False))
    used, found, _ = surveyed(settings)
    assert {one.sensor for one in used} == {"h"}
    assert survey.unseen_by(settings, found) == ["other"]


def test_some_sensor_must_see_each_tile(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    lonely = {name: hls(tmp_path / "empty", required=False) for name in ("a", "b")}
    with pytest.raises(InputError, match=r"(?s)sensors\.a: no product.*sensors\.b: no product"):
        surveyed(of(**lonely))
    filtered = {name: hls(archive, required=False, days=["12-01", "12-31"]) for name in ("a", "b")}
    with pytest.raises(
        InputError, match="8 products are left out by filters; do the sensor's settings and filters match"
    ):
        surveyed(of(**filtered))


def sources_of(settings):
    """Return sensors as jobs that read images know them."""
    return {
        name: tiles.SensorSource(SensorBands(name, tuple(one.bands), registry.common_names(one)), one.resampling)
        for name, one in settings.items()
    }


def test_features_of_a_sensor_without_looks(archive, tmp_path):
    """Nodata in all of its features; those of the other sensor as they are."""
    (tmp_path / "empty").mkdir()
    settings = of(none=hls(tmp_path / "empty", required=False), h=hls(archive))
    used, _, _ = surveyed(settings)
    descriptions.write(used, tmp_path / "a.json")
    dates = {"none": ["2021-02-01", "2021-03-01"], "h": ["2021-04-10"]}
    (tmp_path / "dates.json").write_text(json.dumps(dates))
    indices = FeatureSettings(indices=["NDVI"])
    pipeline = tiles.prepare(sources_of(settings), indices, tmp_path / "a.json", tmp_path / "dates.json")
    assert pipeline.observations == len(used) == 4
    with tiles.open_reader(pipeline, GRID, 1) as reader:
        assert len(reader.blocks()) == 2
        ((_, series),) = reader.stream([Window(0, 0, 20, 24)])
        values, seen = pipeline.layout.of_window(Window(0, 0, 20, 24), series).stack(np.arange(480))
    assert values.shape == (480, 2 * 2 + 2 + 2 + 1)
    assert seen.all()
    assert (values[:, :6] == -10000).all()
    assert (values[-1, 6:] == [1100, 3000, round(1000 * 1900 / 4100)]).all()


def test_no_two_features_have_one_name(archive, tmp_path):
    settings = of(h=hls(archive), h_x=hls(archive))
    used, _, _ = surveyed(settings)
    descriptions.write(used, tmp_path / "a.json")
    (tmp_path / "dates.json").write_text(json.dumps({name: ["2021-04-10"] for name in settings}))
    features = FeatureSettings(indices=[], expressions={"x_red": {"formula": "red * 2", "sensors": ["h"]}})
    with pytest.raises(InputError, match="features: two features are named `h_x_red_20210410`; rename a sensor,"):
        tiles.prepare(sources_of(settings), features, tmp_path / "a.json", tmp_path / "dates.json")


# Dates


def test_tiles_that_a_sensor_does_not_see_do_not_bound_its_dates():
    record = acquisition_table.AcquisitionRecord("a", YEAR[0], "p", "", 0.5)
    tables = {
        "T1": [record],
        "T2": [dataclasses.replace(record, sensor="b")],
        "T3": [dataclasses.replace(record, problem="x")],
    }
    assert acquisition_table.used_dates(tables, "a") == {"T1": [YEAR[0]]}
    assert acquisition_table.used_dates(tables, "c") == {}


def days(*days_of_january):
    return [datetime.date(2021, 1, day) for day in days_of_january]


def test_own_dates():
    shared = output_dates.basis("own", {"T1": days(15, 1, 15), "T2": days(1, 15)})
    assert output_dates.own_dates("s", shared, ("auto", "auto"), YEAR) == days(1, 15)
    assert output_dates.own_dates("s", shared, ("01-02", "auto"), YEAR) == days(15)
    with pytest.raises(InputError, match=r"sensors\.s: no product from 2021-02-01 to 2021-01-15"):
        output_dates.own_dates("s", shared, ("02-01", "auto"), YEAR)


def test_own_dates_that_differ():
    union = output_dates.basis("union", {"T1": days(15, 1, 15), "T2": days(1, 20)})
    assert union == output_dates.SharedDates(tuple(days(1, 15, 20)), "T1")
    odd = output_dates.basis("own", {"T1": days(1, 15), "T2": days(1, 15), "T3": days(1, 20)})
    message = r"only one of T1 and T3 has 2021-01-15, 2021-01-20; get the others, or choose `output_dates: steps`"
    with pytest.raises(InputError, match=message):
        output_dates.own_dates("s", odd, ("auto", "auto"), YEAR)


# The grid


def test_grid_of_the_first_sensor_or_the_one_named(archive, tmp_path):
    write_hls(tmp_path / "fine", 50, grid=FINE)
    settings = of(h=hls(archive), f=hls(tmp_path / "fine"))
    assert survey.common_grid(settings, TILE, YEAR) == GRID
    assert survey.common_grid(settings, TILE, YEAR, GridSettings(sensor="f")) == FINE
    _, found, validity = surveyed(settings, GridSettings(sensor="f"))
    assert len(found) == 5
    assert validity.shape == (60, 72)


def test_grid_of_another_resolution(archive):
    """From the same corner; the last pixels may reach over the edge (24 x 30 m: 14.4 x 50 m)."""
    wanted = GridSettings(resolution_m=50)
    assert survey.common_grid(of(h=hls(archive)), TILE, YEAR, wanted) == Grid(
        "EPSG:32631", 300000.0, 4900020.0, 50.0, 50.0, 12, 15
    )
    assert survey.common_grid(of(h=hls(archive)), TILE, YEAR, GridSettings(resolution_m=60)).columns == 12
    assert len(surveyed(of(h=hls(archive)), wanted)[0]) == 4


def test_grid_of_a_sensor_that_does_not_see_the_tile(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    settings = of(h=hls(archive), other=hls(tmp_path / "empty", required=False))
    with pytest.raises(InputError, match=r"grid\.sensor: other has no usable product of the tile"):
        survey.common_grid(settings, TILE, YEAR, GridSettings(sensor="other"))


def test_resolution_in_metres_needs_metres(archive, tmp_path):
    degrees = Grid("EPSG:4326", 1.0, 44.0, 0.0003, 0.0003, 20, 24)
    write_hls(tmp_path / "degrees", 50, grid=degrees)
    with pytest.raises(
        InputError, match=r"grid\.resolution_m: metres are wanted, but a unit of EPSG:4326 is .* leave it out"
    ):
        survey.common_grid(of(h=hls(tmp_path / "degrees")), TILE, YEAR, GridSettings(resolution_m=20))


PART = Grid("EPSG:32631", 300060.0, 4899960.0, 30.0, 30.0, 12, 15)
"""Two pixels from the corner of `GRID`."""


def test_grid_of_a_raster(archive, tmp_path):
    """Of a part of the tile: what is surveyed there is the part of the whole, and another product changes nothing."""
    write(tmp_path / f"like_{TILE}.tif", np.zeros((PART.rows, PART.columns), np.uint8), PART)
    wanted = GridSettings(like=str(tmp_path / "like_{tile}.tif"))
    settings = of(h=hls(archive))
    assert survey.common_grid(settings, TILE, YEAR, wanted) == PART
    used, found, validity = surveyed(settings, wanted)
    assert len(used) == 4
    np.testing.assert_array_equal(validity, surveyed(settings)[2][2:14, 2:17])
    assert found[1].valid_fraction == 0.0
    assert found[2].valid_fraction == 0.75


def test_grid_of_a_raster_elsewhere_or_of_none(archive, tmp_path):
    write(
        tmp_path / "far.tif", np.zeros((5, 5), np.uint8), dataclasses.replace(PART, left=500000.0, rows=5, columns=5)
    )
    with pytest.raises(InputError, match="does not intersect the tile's grid"):
        surveyed(of(h=hls(archive)), GridSettings(like=str(tmp_path / "far.tif")))
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"grid\.like: .*text\.tif: cannot be read"):
        survey.common_grid(of(h=hls(archive)), TILE, YEAR, GridSettings(like=str(tmp_path / "text.tif")))


@pytest.mark.parametrize("resampling", ["bilinear", "nearest", "cubic"])
def test_a_part_of_a_tile_is_read_as_the_whole(tmp_path, resampling):
    """Bands that lie on the pixels of the part, and masks, to the last number."""
    random = np.random.default_rng(5)
    name = write_hls(tmp_path, 100)
    values = random.integers(0, 9000, (GRID.rows, GRID.columns)).astype(np.int16)
    values[random.random(values.shape) < 0.1] = -9999
    fmask = (random.random(values.shape) < 0.2).astype(np.uint8) * 2
    for layer, numbers in (("B04", values), ("Fmask", fmask)):
        (tmp_path / name / f"{name}.{layer}.tif").unlink()
        write(tmp_path / name / f"{name}.{layer}.tif", numbers, GRID)
    (acquisition,) = surveyed(of(h=hls(tmp_path, bands=["red"])))[0]
    found = {}
    for grid in (GRID, PART):
        with closing(AcquisitionReader(acquisition, grid, resampling)) as reader:
            band, valid = (
                np.full((1, grid.rows * grid.columns), -10000, np.int16),
                np.zeros(grid.rows * grid.columns, bool),
            )
            reader.read(Window(0, 0, grid.rows, grid.columns), None, band, valid)
            found[grid] = np.where(valid, band[0], -10000).reshape(grid.rows, grid.columns)
    assert (found[PART] > -10000).mean() > 0.5
    np.testing.assert_array_equal(found[PART], found[GRID][2:14, 2:17])


def test_files_are_opened_once(archive, monkeypatch):
    """They stay open to be sampled and counted."""
    opened, real = Counter(), opening.opened

    def counting(band, attempt=0):
        opened[band.path.rsplit(".", 2)[1]] += 1
        return real(band, attempt)

    monkeypatch.setattr(opening, "opened", counting)
    grid = survey.common_grid(of(h=hls(archive)), TILE, YEAR)
    assert opened == {"B04": 4, "B8A": 4}
    opened.clear()
    survey.survey(of(h=hls(archive)), TILE, YEAR, grid, "stop", 2, values=CONSTANT)
    assert opened == {"B04": 4, "B8A": 4, "Fmask": 4}


@pytest.mark.parametrize("job", ["grid", "survey"])
def test_several_products_are_opened_at_a_time(archive, monkeypatch, job):
    grid = survey.common_grid(of(h=hls(archive)), TILE, YEAR)
    together, real = threading.Barrier(4), opening.opened
    waiting = Counter()

    def slow(band, attempt=0):
        waiting[band.path] += 1
        if waiting[band.path] == 1 and "B04" in band.path:
            together.wait(10)
        return real(band, attempt)

    monkeypatch.setattr(opening, "opened", slow)
    if job == "grid":
        assert survey.common_grid(of(h=hls(archive)), TILE, YEAR) == grid
    else:
        survey.survey(of(h=hls(archive)), TILE, YEAR, grid, "stop", 1, values=CONSTANT)


# Products of another tile under this one's name


@pytest.mark.parametrize(
    "misplaced",
    [
        dataclasses.replace(GRID, left=GRID.left + 120),
        dataclasses.replace(GRID, top=GRID.top + 15),
        dataclasses.replace(GRID, crs="EPSG:32630"),
    ],
)
@pytest.mark.parametrize("wanted", [GridSettings(), GridSettings(sensor="other"), GridSettings(resolution_m=100)])
def test_a_product_cut_to_another_tile_is_refused(archive, tmp_path, misplaced, wanted):
    write_hls(archive, 150, grid=misplaced)
    write_hls(tmp_path / "other", 50, grid=FINE)
    settings = of(h=hls(archive), other=hls(tmp_path / "other"))
    with pytest.raises(InputError, match=r"2021150\S*\.tif: (has its upper left corner|does not intersect)"):
        surveyed(settings, wanted)


def test_a_product_of_another_size_is_refused(archive):
    write_hls(archive, 150, grid=dataclasses.replace(GRID, columns=23))
    with pytest.raises(InputError, match=r"2021150\S*\.tif: has 23 x 20 pixels of 30.0 metres, which does not fit"):
        surveyed(of(h=hls(archive)))


def write_scene(archive, month, grid):
    name = f"LC08_L2SP_199030_20210{month}01_20220101_02_T1"
    for layer in ("SR_B4", "QA_PIXEL", "QA_RADSAT"):
        values = np.full((grid.rows, grid.columns), 10000 if layer == "SR_B4" else 0, np.uint16)
        write(archive / name / f"{name}_{layer}.TIF", values, grid)


def scenes(archive):
    return of(
        landsat={"type": "landsat_c2", "archive": str(archive), "bands": ["red"], "path_rows": {TILE: ["199030"]}}
    )


def test_scenes_have_extents_of_their_own(tmp_path):
    for month, grid in enumerate(
        [GRID, GRID, dataclasses.replace(GRID, columns=22), dataclasses.replace(GRID, top=4900050.0)], 1
    ):
        write_scene(tmp_path, month, grid)
    used, _, validity = surveyed(scenes(tmp_path))
    assert len(used) == 4
    np.testing.assert_array_equal(validity[0], [4] * 22 + [3] * 2)
    np.testing.assert_array_equal(validity[-1], [3] * 22 + [2] * 2)


# The grid of an earlier survey


def test_the_grid_of_scenes_holds_when_more_of_them_share_another(tmp_path):
    for month, shift in enumerate((0, 30, -30), 1):
        write_scene(tmp_path, month, GRID.moved(shift, 0))
    settings = scenes(tmp_path)
    assert survey.common_grid(settings, TILE, YEAR) == GRID
    write_scene(tmp_path, 4, GRID.moved(30, 0))
    assert survey.common_grid(settings, TILE, YEAR) == GRID.moved(30, 0)
    used, _, validity = survey.survey(settings, TILE, YEAR, GRID, "stop", 1, values=CONSTANT)
    assert len(used) == 4
    np.testing.assert_array_equal(validity[0], [2] + [4] * 22 + [3])


def test_scenes_of_other_pixels_need_another_grid(tmp_path):
    write_scene(tmp_path, 1, GRID)
    with pytest.raises(InputError, match=r"most products lie on another grid .*remove its `grid.json`"):
        survey.survey(scenes(tmp_path), TILE, YEAR, FINE, "stop", 1, values=CONSTANT)


def test_the_grid_of_tiles_must_be_that_of_most_products(archive):
    settings = of(h=hls(archive))
    with pytest.raises(InputError, match=r"most products lie on another grid .*remove its `grid.json`"):
        survey.survey(settings, TILE, YEAR, GRID.moved(30, 0), "stop", 1, values=CONSTANT)
