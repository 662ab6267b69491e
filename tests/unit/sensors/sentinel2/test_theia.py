import datetime
import shutil
import zipfile

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry as sensors
from landloom.sensors.sentinel2.theia import TheiaSettings

NAME = "SENTINEL2A_20180511-105804-037_L2A_T31TCJ_D_V1-7"
YEAR = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
BANDS = ("B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12")


def make_product(folder, name=NAME):
    product = folder / name
    (product / "MASKS").mkdir(parents=True)
    for band in BANDS:
        for kind in ("FRE", "SRE"):
            (product / f"{name}_{kind}_{band}.tif").write_bytes(b"")
    for mask in ("CLM", "SAT", "EDG"):
        for resolution in ("R1", "R2"):
            (product / "MASKS" / f"{name}_{mask}_{resolution}.tif").write_bytes(b"")
    return product


def settings(archive, **given):
    return TheiaSettings(type="sentinel2_theia", archive=str(archive), **given)


def only(archive, tile="T31TCJ", **given):
    (product,) = sensors.find(settings(archive, **given), tile, *YEAR)
    return sensors.describe(settings(archive, **given), "s2", tile, product)


@pytest.mark.parametrize("folder", ["", "T31TCJ", "2018/T31TCJ"])
def test_products_are_found_at_any_depth(tmp_path, folder):
    make_product(tmp_path / folder)
    acquisition = only(tmp_path)
    assert (acquisition.date, acquisition.product) == (datetime.date(2018, 5, 11), NAME)
    assert tuple(dict(acquisition.bands)) == BANDS
    assert acquisition.bands[7][1].path.endswith("_FRE_B8A.tif")


def test_masks_and_their_bits(tmp_path):
    make_product(tmp_path)
    masks = only(tmp_path, bands=["B4"], invalid_bits={"CLM": [1, 3], "EDG": "any"}).masks
    assert [(mask.source.path[-10:], mask.invalid_bits) for mask in masks] == [
        ("CLM_R1.tif", 0b1010),
        ("EDG_R1.tif", 0xFF),
    ]
    everything = [mask.source.path[-10:] for mask in only(tmp_path).masks]
    assert everything == ["CLM_R1.tif", "SAT_R1.tif", "SAT_R2.tif", "EDG_R1.tif", "EDG_R2.tif"]


def test_flat_reflectance(tmp_path):
    make_product(tmp_path)
    assert only(tmp_path, reflectance="SRE").bands[0][1].path.endswith("_SRE_B2.tif")


def test_zip_read_in_place(tmp_path):
    product = make_product(tmp_path / "unpacked")
    with zipfile.ZipFile(tmp_path / f"{NAME}.zip", "w") as archive:
        for path in sorted(product.rglob("*.tif")):
            archive.write(path, path.relative_to(tmp_path / "unpacked"))
    shutil.rmtree(tmp_path / "unpacked")
    acquisition = only(tmp_path, bands=["B8"])
    assert acquisition.product == NAME
    assert acquisition.bands[0][1].path == f"/vsizip/{{{tmp_path}/{NAME}.zip}}/{NAME}/{NAME}_FRE_B8.tif"


def test_of_two_versions_the_latest_is_used(tmp_path):
    make_product(tmp_path, NAME.replace("D_V1-7", "C_V2-2"))
    make_product(tmp_path)
    assert only(tmp_path).product.endswith("C_V2-2")


def test_two_looks_of_a_day_are_two_acquisitions(tmp_path):
    make_product(tmp_path)
    make_product(tmp_path, NAME.replace("105804-037", "105818-001"))
    assert len(sensors.find(settings(tmp_path), "T31TCJ", *YEAR)) == 2


def test_other_tiles_and_years_are_not_ours(tmp_path):
    make_product(tmp_path, NAME.replace("T31TCJ", "T31TDJ"))
    make_product(tmp_path, NAME.replace("20180511", "20190511"))
    assert sensors.find(settings(tmp_path), "T31TCJ", *YEAR) == []


@pytest.mark.parametrize("missing", ["_FRE_B11.tif", "MASKS/{}_SAT_R2.tif"])
def test_a_missing_file_is_named(tmp_path, missing):
    product = make_product(tmp_path)
    missing = missing.format(NAME)
    path = product / (missing if "/" in missing else f"{NAME}{missing}")
    path.unlink()
    with pytest.raises(InputError, match=rf"{NAME}: (band FRE_B11|mask SAT_R2) is missing"):
        only(tmp_path)
