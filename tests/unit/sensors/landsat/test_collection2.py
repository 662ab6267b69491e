import datetime
import json
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.sensors import registry as sensors
from landloom.sensors.landsat import collection2
from landloom.survey import clear_counts, integrity
from landloom.survey.open_files import OpenFiles
from unit.sensors import products
from unit.sensors.products import files_of_c2, found, touch

L9 = "LC09_L2SP_199029_20230309_20230320_02_T1"
L8 = "LC08_L2SP_199029_20230301_20230320_02_T1"
L7 = "LE07_L2SP_199029_20030309_20200915_02_T1"
L5 = "LT05_L2SP_199029_19950309_20200912_02_T1"
L4 = "LT04_L2SP_199029_19890309_20200916_02_T2"
REAL = "LC08_L2SP_008059_20191201_20200825_02_T1"


def tails(acquisition):
    return [path.path.rpartition("_T")[2][2:] for _, path in acquisition.bands]


def test_all_satellites_make_one_series(tmp_path):
    for name in (L9, L8, L7, L5, L4):
        touch(tmp_path / "tile199029" / name, *files_of_c2(name))
    observations = found("landsat_c2", tmp_path, "199029", bands=["red", "nir08", "swir22", "thermal"])
    assert [observation.product for observation in observations] == [L4, L5, L7, L8, L9]
    assert observations[0].date == datetime.date(1989, 3, 9)
    old, new = (
        ["SR_B3.TIF", "SR_B4.TIF", "SR_B7.TIF", "ST_B6.TIF"],
        ["SR_B4.TIF", "SR_B5.TIF", "SR_B7.TIF", "ST_B10.TIF"],
    )
    assert [tails(observation) for observation in observations] == [old, old, old, new, new]
    # Bits of QA_RADSAT: band n is bit n - 1; B6 of TM is bit 5, of ETM+ bits 5 and 8.
    tm, etm, oli = 0b1101100, 0b101101100, 0b1011000
    assert [observation.masks[1].invalid_bits for observation in observations] == [tm, tm, etm, oli, oli]
    assert {observation.masks[0].invalid_bits for observation in observations} == {0b11111}


def test_standard_scaling_without_metadata(tmp_path):
    touch(tmp_path / L8, *files_of_c2(L8))
    (one,) = found("landsat_c2", tmp_path, "199029", bands=["red", "thermal"])
    (_, red), (_, thermal) = one.bands
    assert (red.gain, red.shift, red.nodata) == (pytest.approx(0.275), pytest.approx(-2000), (0,))
    assert (thermal.gain, thermal.shift, thermal.nodata) == (pytest.approx(0.0341802), pytest.approx(1490), (0,))
    assert not one.masks_cover_nodata
    assert one.metadata == ()


TEXT = """GROUP = LANDSAT_METADATA_FILE
  GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
    REFLECTANCE_MULT_BAND_4 = 3.0e-05
    REFLECTANCE_ADD_BAND_4 = -0.1
  END_GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS
  GROUP = LEVEL1_RADIOMETRIC_RESCALING
    REFLECTANCE_MULT_BAND_4 = 2.0000E-05
    REFLECTANCE_ADD_BAND_4 = -0.100000
  END_GROUP = LEVEL1_RADIOMETRIC_RESCALING
END_GROUP = LANDSAT_METADATA_FILE
END
"""
GROUPS = {
    "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS": {"REFLECTANCE_MULT_BAND_4": "3e-05", "REFLECTANCE_ADD_BAND_4": "-0.1"},
    "LEVEL1_RADIOMETRIC_RESCALING": {"REFLECTANCE_MULT_BAND_4": "2E-05", "REFLECTANCE_ADD_BAND_4": "-0.1"},
}
XML = "".join(
    f"<{group}>{''.join(f'<{key}>{text}</{key}>' for key, text in keys.items())}</{group}>"
    for group, keys in GROUPS.items()
)


@pytest.mark.parametrize(
    ("form", "text"),
    [("txt", TEXT), ("json", json.dumps({"LANDSAT_METADATA_FILE": GROUPS})), ("xml", f"<L>{XML}</L>")],
)
def test_scaling_of_metadata(tmp_path, form, text):
    folder = touch(tmp_path / L8, *files_of_c2(L8))
    (folder / f"{L8}_MTL.{form}").write_text(text)
    (one,) = found("landsat_c2", tmp_path, "199029", bands=["red"])
    assert (one.bands[0][1].gain, one.bands[0][1].shift) == (pytest.approx(0.3), pytest.approx(-1000))
    assert one.metadata == (str(folder / f"{L8}_MTL.{form}"),)
    with pytest.raises(
        InputError, match=rf"{L8}_MTL\.{form}: REFLECTANCE_MULT_BAND_3 is '', not a plausible scaling"
    ):
        found("landsat_c2", tmp_path, "199029", bands=["green"])


@pytest.mark.parametrize(
    ("form", "text"), [("txt", "GROUP = x"), ("json", "[1]"), ("json", "{"), ("xml", "<L/>"), ("xml", "<L>")]
)
def test_metadata_that_are_none(tmp_path, form, text):
    folder = touch(tmp_path / L8, *files_of_c2(L8))
    (folder / f"{L8}_MTL.{form}").write_text(text)
    with pytest.raises(InputError, match=rf"{L8}_MTL\.{form}: (has no group|is not)"):
        found("landsat_c2", tmp_path, "199029")


def test_ways_to_belong_to_a_tile(tmp_path):
    other = L8.replace("199029", "198030")
    touch(tmp_path / "T31TCJ" / L8, *files_of_c2(L8))
    touch(tmp_path / "elsewhere" / other, *files_of_c2(other))
    for tile, names in (("T31TCJ", [L8]), ("199029", [L8]), ("tile198030", [other]), ("198030", [other]), ("x", [])):
        assert [one.product for one in found("landsat_c2", tmp_path, tile)] == names
    path_rows = {"T31TCJ": ["198030", "199029"], "x": ["198030"]}
    assert [one.product for one in found("landsat_c2", tmp_path, "T31TCJ", path_rows=path_rows)] == [other, L8]
    assert [one.product for one in found("landsat_c2", tmp_path, "x", path_rows=path_rows)] == [other]


def test_files_side_by_side(tmp_path):
    """As single downloads lie: two products and another tile's in one folder."""
    names = [L8, L8.replace("20230301", "20230317"), L8.replace("199029", "198030")]
    touch(tmp_path, *(file for name in names for file in files_of_c2(name)))
    observations = found("landsat_c2", tmp_path, "199029")
    assert [observation.product for observation in observations] == names[:2]
    assert all(f"{observation.product}_SR_B4.TIF" in observation.bands[2][1].path for observation in observations)
    (first, _) = sensors.find(products.settings("landsat_c2", tmp_path), "199029", *products.ALWAYS)
    assert len(first.files) == len([name for name in files_of_c2(L8) if name.endswith(".TIF")])


def test_of_two_processings_the_latest_is_used(tmp_path):
    again = L8.replace("20230320", "20240101")
    for name in (again, L8):
        touch(tmp_path / name, *files_of_c2(name))
    assert [observation.product for observation in found("landsat_c2", tmp_path, "199029")] == [again]


def test_what_a_satellite_does_not_have(tmp_path):
    reflectance_only = L8.replace("L2SP", "L2SR")
    touch(tmp_path / "a" / reflectance_only, *files_of_c2(reflectance_only))
    assert len(found("landsat_c2", tmp_path / "a", "199029")) == 1
    with pytest.raises(InputError, match=r"band ST_B10 \(an L2SR product has no temperature\) is missing"):
        found("landsat_c2", tmp_path / "a", "199029", bands=["red", "thermal"])
    touch(tmp_path / "b" / L5, *files_of_c2(L5))
    with pytest.raises(InputError, match=f"{L5}: Landsat 5 has no band coastal"):
        found("landsat_c2", tmp_path / "b", "199029", bands=["coastal"])


def test_path_is_the_orbit(tmp_path):
    touch(tmp_path / L8, *files_of_c2(L8))
    (one,) = sensors.find(products.settings("landsat_c2", tmp_path), "199029", *products.ALWAYS)
    assert collection2.orbit(one) == 199


# A real product


@pytest.fixture
def real(shared_data: Path) -> Path:
    return shared_data / "stactools_landsat_c2l2/tests/data-files/assets3"


def test_real_product(real, tmp_path):
    """Shares of all pixels as in the data's own README: cloud bit 0.56, shadow 0.04, clear bit 0.11."""
    (one,) = found("landsat_c2", real, "008059", bands=["blue", "nir08", "thermal"])
    assert (one.date, one.product) == (datetime.date(2019, 12, 1), REAL)
    grid = grids.of_raster(one.bands[0][1].path)
    window = Window(0, 0, grid.rows, grid.columns)
    integrity.check(one, integrity.inspect(one, grid), grid)

    def fraction(bits, saturated=False):
        (mask, *_) = found("landsat_c2", real, "008059", invalid_bits=bits, mask_saturated=saturated)[0].masks
        clear = np.ones((grid.rows, grid.columns), bool)
        MaskReader(mask, grid).keep_clear(window, clear)
        return 1 - clear.mean()

    assert [round(fraction([bit]), 2) for bit in (3, 4, 6)] == [0.56, 0.04, 0.11]
    valid = clear_counts.count_clear([one], OpenFiles(grid), 1, {one.sensor: 0.0}, [one.sensor])[1][0].valid_fraction
    with rasterio.open(one.masks[0].source.path) as dataset:
        quality = dataset.read(1)
    with rasterio.open(one.bands[2][1].path) as dataset:
        kelvin = np.where(dataset.read(1) > 0, dataset.read(1) * 0.00341802 + 149, np.nan)
    assert valid == pytest.approx(np.mean(((quality & 0b11111) == 0) & ~np.isnan(kelvin)))
    stored = np.empty((grid.rows, grid.columns), np.int16)
    BandReader(one.bands[2][1], grid, "nearest").reflectance(window, stored)
    np.testing.assert_array_equal(stored, np.where(np.isnan(kelvin), -10000, np.floor(kelvin * 10 + 0.5)))
    BandReader(one.bands[0][1], grid, "nearest").reflectance(window, stored)
    with rasterio.open(one.bands[0][1].path) as dataset:
        numbers = dataset.read(1).astype(float)
    expected = np.where(numbers > 0, np.floor((numbers * 2.75e-5 - 0.2) * 1e4 + 0.5), -10000)
    np.testing.assert_allclose(stored, np.minimum(expected, 32767), rtol=0, atol=1)  # halves, as floats have them


@pytest.mark.parametrize("form", ["txt", "json", "xml"])
def test_real_metadata(real, tmp_path, form):
    folder = touch(tmp_path / REAL, *files_of_c2(REAL))
    shutil.copyfile(real / f"{REAL}_MTL.{form}", folder / f"{REAL}_MTL.{form}")
    (one,) = found("landsat_c2", tmp_path, "008059", bands=["red", "thermal"])
    scalings = [(band.gain, band.shift) for _, band in one.bands]
    assert scalings == [(pytest.approx(0.275), -2000), (pytest.approx(0.0341802), 1490)]


def test_tar_read_in_place(real, tmp_path):
    with tarfile.open(tmp_path / f"{REAL}.tar", "w") as archive:
        for path in sorted(real.glob(f"{REAL}_*")):
            archive.add(path, path.name)
        for name in ("../out_SR_B4.TIF", "/SR_B4.TIF"):
            archive.addfile(tarfile.TarInfo(name))
    (packed,) = found("landsat_c2", tmp_path, "008059")
    (plain,) = found("landsat_c2", real, "008059")
    assert packed.files == [str(tmp_path / f"{REAL}.tar")]
    grid = grids.of_raster(packed.bands[0][1].path)
    integrity.check(packed, integrity.inspect(packed, grid), grid)
    window = Window(100, 200, 60, 50)
    values = [BandReader(one.bands[3][1], grid, "bilinear").read(window) for one in (packed, plain)]
    np.testing.assert_array_equal(*values)
    assert [band.gain for _, band in packed.bands] == [band.gain for _, band in plain.bands]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\0" * 1024])
def test_tar_that_is_none(tmp_path, content):
    (tmp_path / f"{L8}.tar").write_bytes(content)
    with pytest.raises(InputError, match=rf"{L8}\.tar: (cannot be opened|band SR_B2 is missing)"):
        found("landsat_c2", tmp_path, "199029")


def test_scene_onto_the_grid_of_another_zone(real):
    """A tile of the neighbouring zone: what its grid shows of the scene is what lies there."""
    (one,) = found("landsat_c2", real, "T19NXX", path_rows={"T19NXX": ["008059"]})
    scene = grids.of_raster(one.bands[0][1].path)
    x, y = grids.transformer(scene.crs, "EPSG:32619").transform(450000, 180000)
    grid = Grid("EPSG:32619", round(x, -1), round(y, -1), 450.0, 450.0, 60, 60)
    integrity.check(one, integrity.inspect(one, grid), scene)
    values = BandReader(one.bands[3][1], grid, "nearest").read(Window(0, 0, 60, 60))
    x, y = grids.transformer(grid.crs, scene.crs).transform(*grid.centres(Window(0, 0, 60, 60)))
    with rasterio.open(one.bands[3][1].path) as dataset:
        whole = dataset.read(1)
    rows = ((scene.top - y) / scene.resolution_y).astype(int)
    columns = ((x - scene.left) / scene.resolution).astype(int)
    assert np.mean(values == whole[rows, columns]) > 0.99
