"""Values that do not fit into what is stored are told by the survey, with the key to set."""

import datetime

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.report import notices
from landloom.report.sources import Tile
from landloom.sensors import registry
from landloom.survey import survey, value_sample, value_table
from landloom.survey.open_files import OpenFiles
from landloom.survey.value_settings import ClippedSettings, LevelSettings, ValueSettings
from landloom.survey.value_table import Notes

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 30)
PERIOD = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
USUAL = ValueSettings()


def write(folder, numbers, date="20180501", scale=1.0, offset=0.0, grid=GRID, **options):
    folder.mkdir(exist_ok=True)
    with rasterio.open(
        folder / f"T1_{date}.tif", "w", driver="GTiff", count=1, dtype=numbers.dtype, **grid.profile(), **options
    ) as dataset:
        dataset.write(numbers, 1)
        dataset.scales, dataset.offsets = (scale,), (offset,)


def surveyed(folder, values=USUAL, tell=str, **given):
    names = {"bands": {"B4": 1}, "common_names": {"B4": "R"}}
    content = {"type": "series", "archive": str(folder), "file": "{tile}_{date}.tif", **names, **given}
    sections, notes = registry.sections_of({"s": content}), Notes()
    found = survey.survey(sections, "T1", PERIOD, GRID, "stop", 1, values=values, notes=notes)
    for text in notes.texts:
        tell(text)
    return found


def spread(least, greatest, dtype):
    """Return numbers from the least to the greatest."""
    return np.linspace(least, greatest, GRID.rows * GRID.columns).astype(dtype).reshape(GRID.rows, GRID.columns)


def read(acquisition):
    out, valid = np.empty((1, GRID.rows * GRID.columns), np.int16), np.empty(GRID.rows * GRID.columns, bool)
    AcquisitionReader(acquisition, GRID, "nearest").read(Window(0, 0, GRID.rows, GRID.columns), None, out, valid)
    return np.where(valid, out[0], NODATA).reshape(GRID.rows, GRID.columns)


QUANTITIES = {
    "reflectance": (0.02, 0.6, "float32", 1),
    "NDVI": (-0.4, 0.95, "float32", 1),
    "decibels": (-25, 3, "float32", 0.01),
    "decibels times 100": (-2500, 300, "int16", 0.0001),
    "LAI": (0, 6.5, "float32", 0.1),
    "probability": (0, 1, "float32", 1),
    "kelvin": (265, 320, "float32", 0.01),
    "kelvin times 100": (26500, 32000, "uint16", 0.0001),
    "unsigned": (200, 65000, "uint16", 0.00001),
}


@pytest.mark.parametrize("name", QUANTITIES)
def test_quantities_come_out_right_by_a_key_or_are_told(tmp_path, name):
    least, greatest, dtype, scale = QUANTITIES[name]
    advice = f"as {np.format_float_positional(scale, trim='-')} without"
    numbers, told = spread(least, greatest, dtype), []
    write(tmp_path / "a", numbers)
    if name in ("kelvin times 100", "decibels times 100"):  # fit, as integers from -9999 to 32767 do
        surveyed(tmp_path / "a", tell=told.append)
        assert told == []
    elif name in ("kelvin", "decibels"):
        surveyed(tmp_path / "a", tell=told.append)
        assert "become only" in told[0]
        assert advice in told[0]
    else:
        with pytest.raises(InputError, match=f"sensors.s: tile T1, band B4: .*set another `scale`, {advice}"):
            surveyed(tmp_path / "a")
    told.clear()
    (used,), _, validity = surveyed(tmp_path / "a", tell=told.append, scale=scale)
    assert told == []
    np.testing.assert_allclose(read(used), np.floor(numbers * (scale * 10000) + 0.5), atol=1)
    assert (validity == 1).all()


def test_decibels_and_kelvin_without_a_scale_are_clipped(tmp_path):
    for least, greatest in ((-25, -3), (265, 320)):
        write(tmp_path / "a", spread(least, greatest, "float32"))
        with pytest.raises(InputError, match=r"100.0% of the sampled valid values lie outside of -9999 to 32767"):
            surveyed(tmp_path / "a", scale=1)


@pytest.mark.parametrize(("share", "result"), [(0.0005, "fine"), (0.01, "warned"), (0.2, "refused")])
def test_shares_of_clipped_values(tmp_path, share, result):
    numbers, told = spread(100, 30000, "uint16"), []
    numbers.ravel()[: int(share * numbers.size)] = 40000
    write(tmp_path / "a", numbers)
    if result == "refused":
        with pytest.raises(InputError, match="would be clipped"):
            surveyed(tmp_path / "a")
        surveyed(tmp_path / "a", ValueSettings(clipped=ClippedSettings(fail=1)), told.append)
    else:
        surveyed(tmp_path / "a", tell=told.append)
    assert [text.partition(": ")[0] for text in told] == ([] if result == "fine" else ["warning"])


def test_a_band_is_constant_only_if_it_is_on_all_dates(tmp_path):
    numbers = np.full((GRID.rows, GRID.columns), 700, np.int16)
    write(tmp_path / "a", numbers)
    with pytest.raises(
        InputError, match="all sampled valid values of all dates become 700; the files hold 700 alone"
    ):
        surveyed(tmp_path / "a")
    surveyed(tmp_path / "a", ValueSettings(levels=LevelSettings(fail=0)))
    write(tmp_path / "a", numbers + 1, "20180601")
    assert len(surveyed(tmp_path / "a")[0]) == 2


def test_what_is_masked_says_nothing(tmp_path):
    """A tenth of the pixels would be clipped, all of them clouds."""
    numbers, clouds = spread(100, 30000, "uint16"), np.zeros((GRID.rows, GRID.columns), np.uint8)
    numbers[:4], clouds[:4] = 60000, 1
    write(tmp_path / "a", numbers)
    with rasterio.open(
        tmp_path / "a" / "T1_20180501_m.tif", "w", driver="GTiff", count=1, dtype="uint8", **GRID.profile()
    ) as dataset:
        dataset.write(clouds, 1)
    told = []
    surveyed(tmp_path / "a", tell=told.append, mask={"file": "{tile}_{date}_m.tif", "invalid_values": [1]})
    assert told == []


def test_a_series_has_the_scaling_that_its_files_declare(tmp_path):
    numbers = spread(1200, 9000, "uint16")
    write(tmp_path / "a", numbers, scale=0.0001, offset=-0.1)
    for keys in ({}, {"scale": 0.0001}, {"scale": 0.0001, "offset": -0.1}):
        (used,), _, _ = surveyed(tmp_path / "a", **keys)
        np.testing.assert_array_equal(read(used), numbers.astype(np.int32) - 1000)
    for keys in ({"scale": 0.001}, {"offset": 0}, {"scale": 0.0001, "offset": 0}):
        with pytest.raises(
            InputError, match=r"declares the scale 0.0001 and the offset -0.1, but is to be read with"
        ):
            surveyed(tmp_path / "a", **keys)
    (used,), _, _ = surveyed(tmp_path / "a", offset=0, file_scaling="ignore")
    np.testing.assert_array_equal(read(used), numbers)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dtype=st.sampled_from(["uint8", "uint16", "int16", "int32", "float32"]),
    ends=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
    magnitude=st.integers(-1, 6),
    declared=st.sampled_from([(1.0, 0.0), (0.0001, -0.1), (0.0001, 0.0), (0.01, 0.0), (0.5, 2.0)]),
    given=st.sampled_from([{}, {"scale": 0.0001}, {"scale": 1.0}, {"scale": 0.0001, "offset": -0.1}]),
    ignored=st.booleans(),
)
def test_no_value_is_wrong_in_silence(tmp_path_factory, dtype, ends, magnitude, declared, given, ignored):
    """Either values are those of the file in the unit that it or the section tells, or somebody is told."""
    folder, told = tmp_path_factory.mktemp("values"), []
    limits = np.iinfo(dtype) if dtype != "float32" else np.finfo(dtype)
    least, greatest = sorted(np.clip(end * 10.0**magnitude, limits.min, limits.max) for end in ends)
    numbers = spread(least, greatest, dtype)
    numbers[numbers == NODATA] += 1
    write(folder / "a", numbers, scale=declared[0], offset=declared[1])
    file_tells = not ignored and declared != (1.0, 0.0)
    scale, offset = declared if file_tells else (given.get("scale", 0.0001), given.get("offset", 0.0))
    try:
        (used,), _, _ = surveyed(folder / "a", tell=told.append, file_scaling="ignore" if ignored else "use", **given)
    except InputError:
        return
    if file_tells:
        assert given.get("scale", scale) == scale
        assert given.get("offset", offset) == offset
    expected = (numbers.astype(np.float64) * scale + offset) * 10000
    off = np.abs(read(used) - expected) > 0.51
    assert told if off.mean() > 0.001 else True
    assert len(np.unique(read(used))) >= min(10, len(np.unique(numbers)))


# The sample


def test_a_sample_is_small_and_the_same_for_any_number_of_threads(tmp_path, monkeypatch):
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 2048, 2048)
    rng = np.random.default_rng(1)
    for month in range(1, 6):
        numbers = rng.integers(100, 9000, (2048, 2048)).astype(np.int16)
        write(tmp_path / "a", numbers, f"2018{month:02}01", grid=grid, tiled=True, blockxsize=128, blockysize=128)
    content = {"type": "series", "archive": str(tmp_path / "a"), "file": "{tile}_{date}.tif", "bands": {"B4": 1}}
    found = survey.find_acquisitions(registry.sections_of({"s": content}), "T1", PERIOD).acquisitions
    read_pixels, real = [], AcquisitionReader.scaled
    monkeypatch.setattr(
        AcquisitionReader, "scaled", lambda one, window: (read_pixels.append(window.pixels), real(one, window))[1]
    )
    first, second = (value_sample.take(found, OpenFiles(grid), threads) for threads in (1, 3))
    assert first == second
    assert first.blocks >= value_sample.LEAST_BLOCKS
    assert first.bands["B4"].pixels == sum(read_pixels) / 2 <= 0.02 * 5 * grid.rows * grid.columns


# Bands that are missing below masks


@pytest.mark.parametrize(("rows", "seen"), [(0, 1.0), (10, 0.75)])
def test_bands_that_are_missing_below_clear_masks_are_counted(tmp_path, rows, seen):
    """Fmask says that it tells all missing pixels; the band says -9999 in a quarter of the image."""
    name = "HLS.S30.T31TCJ.2018100T105439.v2.0"
    (tmp_path / name).mkdir()
    numbers, notes = spread(100, 4000, "int16"), Notes()
    numbers[:rows] = -9999
    for layer, values in (("B04", numbers), ("Fmask", np.zeros((GRID.rows, GRID.columns), np.uint8))):
        with rasterio.open(
            tmp_path / name / f"{name}.{layer}.tif",
            "w",
            driver="GTiff",
            count=1,
            dtype=values.dtype,
            **GRID.profile(),
        ) as dataset:
            dataset.write(values, 1)
    content = {"type": "hls", "archive": str(tmp_path), "bands": ["red"]}
    sections = registry.sections_of({"h": content})
    _, (record,), validity = survey.survey(sections, "T31TCJ", PERIOD, GRID, "stop", 1, notes=notes)
    assert record.valid_fraction == seen == validity.mean()
    assert len(notes.texts) == (rows > 0)


@pytest.mark.parametrize(("values", "told_as"), [([0], "warning"), ([0, 255], "note")])
def test_nodata_of_masks_is_told_once(tmp_path, values, told_as):
    told = []
    for month in ("05", "06"):
        write(tmp_path / "a", spread(100, 4000, "int16"), f"2018{month}01")
        flags = np.zeros((GRID.rows, GRID.columns), np.uint8)
        flags[:10] = 255
        with rasterio.open(
            tmp_path / "a" / f"T1_2018{month}01_m.tif",
            "w",
            driver="GTiff",
            count=1,
            dtype="uint8",
            nodata=255,
            **GRID.profile(),
        ) as dataset:
            dataset.write(flags, 1)
    rule = {"valid_values": values} if told_as == "note" else {"invalid_values": [1]}
    mask = {"file": "{tile}_{date}_m.tif", **rule}
    _, records, _ = surveyed(tmp_path / "a", tell=told.append, mask=mask)
    assert [text.partition(": ")[0] for text in told] == [told_as]
    assert [record.valid_fraction for record in records] == [1.0 if told_as == "note" else 0.75] * 2


def test_a_mask_beside_a_file_is_one_of_its_files(tmp_path):
    write(tmp_path / "a", spread(100, 4000, "int16"))
    before = surveyed(tmp_path / "a")[0][0].files
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False),
        rasterio.open(tmp_path / "a" / "T1_20180501.tif", "r+") as dataset,
    ):
        dataset.write_mask(spread(100, 4000, "int16") > 1000)
    (used,), (record,), _ = surveyed(tmp_path / "a")
    assert used.files == [*before, f"{before[0]}.msk"]
    assert record.valid_fraction == pytest.approx(0.77, abs=0.01)


# The table, and what the report says of it


def test_values_are_in_a_table_and_in_the_report(tmp_path):
    numbers = spread(100, 30000, "uint16")
    numbers.ravel()[:20] = 40000
    write(tmp_path / "a", numbers)
    content = {"type": "series", "archive": str(tmp_path / "a"), "file": "{tile}_{date}.tif", "bands": {"B4": 1}}
    notes = Notes()
    survey.survey(registry.sections_of({"s": content}), "T1", PERIOD, GRID, "stop", 1, notes=notes)
    value_table.write(notes.values, tmp_path / "values.csv")
    (found,) = value_table.read(tmp_path / "values.csv")
    assert (found.sensor, found.band, found.sampled_pixels) == ("s", "B4", 1200)
    assert found.clipped_fraction == pytest.approx(20 / 1200, abs=1e-6)
    assert (found.least, found.greatest) == (notes.values[0].least, 40000)
    tile = Tile("T1", GRID, (), ({},), values=(found,))
    (notice,) = notices.of_values([tile], USUAL.clipped)
    assert notice.subject == "Values of bands"
    assert "T1, s, B4: 1.7% of the sampled valid values lie outside of -9999 to 32767" in notice.details[0]
    (tmp_path / "values.csv").write_text("sensor,band\n1,2\n")
    with pytest.raises(InputError, match=r"values.csv: is not a table of values"):
        value_table.read(tmp_path / "values.csv")
