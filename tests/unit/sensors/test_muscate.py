import datetime

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry as sensors
from landloom.sensors.sentinel2 import sen2cor, theia
from unit.sensors import products
from unit.sensors.products import found

# Sentinel-2 L3A


def test_synthesis(tmp_path):
    products.make_l3a(tmp_path)
    (one,) = found("sentinel2_l3a", tmp_path)
    assert (one.date, one.product, one.cut) == (datetime.date(2018, 4, 15), products.L3A, "tile")
    assert [band.path.rpartition("_FRC_")[2] for _, band in one.bands][:2] == ["B2.tif", "B3.tif"]
    assert [mask.source.path[-10:] for mask in one.masks] == ["FLG_R1.tif", "FLG_R2.tif"]
    assert {mask.invalid_values for mask in one.masks} == {(0, 1)}


def test_synthesis_without_bands_of_20_m_and_with_snow_masked(tmp_path):
    products.make_l3a(tmp_path)
    (one,) = found("sentinel2_l3a", tmp_path, bands=["B8", "B4"], invalid_values=[0, 1, 2])
    assert list(dict(one.bands)) == ["B8", "B4"]
    (mask,) = one.masks
    assert (mask.source.path[-10:], mask.invalid_values) == ("FLG_R1.tif", (0, 1, 2))


def test_of_two_versions_of_a_synthesis_the_latest_is_used(tmp_path):
    products.make_l3a(tmp_path)
    products.make_l3a(tmp_path, products.L3A.replace("V1-1", "V1-10"))
    assert [one.product[-5:] for one in found("sentinel2_l3a", tmp_path)] == ["V1-10"]


def test_level_2_is_no_synthesis(tmp_path):
    products.make_l3a(tmp_path, products.L3A.replace("L3A", "L2A"))
    assert found("sentinel2_l3a", tmp_path) == []


# Landsat 8 in MUSCATE format


@pytest.mark.parametrize("name", [products.L8, products.L8.replace("-OLITIRS-XS", "")])
def test_landsat8(tmp_path, name):
    products.make_l8(tmp_path / "T31TCJ", name)
    (one,) = found("landsat8_theia", tmp_path, invalid_bits={"CLM": [1, 3], "SAT": "any"})
    assert one.date == datetime.date(2018, 1, 15)
    assert [band.path.rpartition("_FRE_")[2] for _, band in one.bands] == [f"B{n}.tif" for n in range(1, 8)]
    assert [(mask.source.path[-10:], mask.invalid_bits) for mask in one.masks] == [
        ("CLM_XS.tif", 0b1010),
        ("SAT_XS.tif", 0xFF),
    ]


def test_letters_of_landsat8(tmp_path):
    letters = sensors.common_names(products.settings("landsat8_theia", tmp_path))
    assert letters == {"B1": "A", "B2": "B", "B3": "G", "B4": "R", "B5": "N", "B6": "S1", "B7": "S2"}


# N2A


def test_old_landsats_of_one_archive_make_one_series(tmp_path):
    """Landsat 5 has no coastal band, and its B7 is the sixth of the file."""
    products.make_n2a(tmp_path / "D0005H0002", products.N2A_OF_L5)
    products.make_n2a(tmp_path, products.N2A_OF_L8)
    five, eight = found("landsat_theia_old", tmp_path, "D0005H0002", bands=["red", "nir08", "swir16", "swir22"])
    assert (five.date, eight.date) == (datetime.date(2010, 6, 12), datetime.date(2016, 3, 30))
    assert [band.number for _, band in five.bands] == [3, 4, 5, 6]
    assert [band.number for _, band in eight.bands] == [4, 5, 6, 7]
    assert {(band.gain, band.shift, band.nodata) for _, band in five.bands} == {(10.0, 0.0, (-10000,))}
    assert [(mask.source.path[-7:], mask.invalid_bits) for mask in eight.masks] == [
        ("NUA.TIF", 0xFFFF),
        ("SAT.TIF", 0xFFFF),
        ("DIV.TIF", 1),
    ]
    letters = sensors.common_names(products.settings("landsat_theia_old", tmp_path))
    assert letters == {"blue": "B", "green": "G", "red": "R", "nir08": "N", "swir16": "S1", "swir22": "S2"}


def test_landsat5_has_no_coastal_band(tmp_path):
    products.make_n2a(tmp_path, products.N2A_OF_L5)
    with pytest.raises(InputError, match=r"LANDSAT5_TM\S*: Landsat 5 has no band coastal"):
        found("landsat_theia_old", tmp_path, "D0005H0002", bands=["coastal", "red"])


def test_real_old_products(shared_data):
    archive = shared_data / "iota2_2020_data/data/L8_50x50"
    for tile in ("D0005H0002", "D0005H0003"):
        observations = found("landsat_theia_old", archive, tile)
        assert [observation.date.isoformat() for observation in observations] == ["2016-03-30", "2016-04-15"]
        assert [band.number for _, band in observations[0].bands] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("kind", "make", "name", "missing"),
    [
        ("sentinel2_l3a", products.make_l3a, products.L3A, "mask FLG_R2"),
        ("landsat8_theia", products.make_l8, products.L8, "band FRE_B6"),
        ("landsat8_theia", products.make_l8, products.L8, "mask EDG_XS"),
    ],
)
def test_a_missing_file_is_named(tmp_path, kind, make, name, missing):
    (path,) = make(tmp_path, name).rglob(f"*{missing[5:]}.tif")
    path.unlink()
    with pytest.raises(InputError, match=rf"{name}: {missing} is missing"):
        found(kind, tmp_path)


@pytest.mark.parametrize("part", ["DIV", "ORTHO_SURF_CORR_PENTE_France-MetropoleD0005H0002"])
def test_a_missing_file_of_an_old_product_is_named(tmp_path, part):
    product = products.make_n2a(tmp_path, products.N2A_OF_L8)
    (path,) = product.rglob(f"*{part}.TIF")
    path.unlink()
    with pytest.raises(InputError, match=r"(mask DIV|file ORTHO_SURF_CORR_PENTE) is missing"):
        found("landsat_theia_old", tmp_path, "D0005H0002")


@pytest.mark.parametrize("kind", ["sentinel2_l3a", "landsat8_theia"])
def test_a_product_of_another_tile_in_a_tiles_folder(tmp_path, kind):
    products.make_l3a(tmp_path / "T31TDJ")
    products.make_l8(tmp_path / "T31TDJ")
    with pytest.raises(InputError, match="is in the folder of T31TDJ, but of another tile"):
        found(kind, tmp_path, "T31TDJ")


# Where there is no data


def make_theia(folder):
    name = "SENTINEL2A_20180511-105804-037_L2A_T31TCJ_D_V1-7"
    masks = [f"MASKS/{name}_{mask}_R1.tif" for mask in ("CLM", "SAT", "EDG")]
    products.touch(folder / name, f"{name}_FRE_B4.tif", *masks)


THEIA = {"bands": ["B4"]}


@pytest.mark.parametrize(
    ("kind", "make", "narrow", "told"),
    [
        ("sentinel2_theia", make_theia, THEIA, True),
        ("sentinel2_theia", make_theia, THEIA | {"invalid_bits": {"EDG": "any"}}, True),
        ("sentinel2_theia", make_theia, THEIA | {"invalid_bits": {"CLM": "any", "EDG": [1]}}, False),
        ("sentinel2_theia", make_theia, THEIA | {"invalid_bits": {"CLM": [1, 3]}}, False),
        ("landsat8_theia", products.make_l8, {}, True),
        ("landsat8_theia", products.make_l8, {"invalid_bits": {"CLM": "any", "SAT": "any"}}, False),
        ("sentinel2_l3a", products.make_l3a, {}, True),
        ("sentinel2_l3a", products.make_l3a, {"invalid_values": [1]}, False),
        ("landsat_theia_old", products.make_n2a, {}, True),
        ("landsat_theia_old", products.make_n2a, {"invalid_bits": {"DIV": "any"}}, True),
        ("landsat_theia_old", products.make_n2a, {"invalid_bits": {"NUA": "any", "DIV": [1]}}, False),
        ("landsat_theia_old", products.make_n2a, {"invalid_bits": {"NUA": "any"}}, False),
    ],
)
def test_masks_tell_of_no_data_only_by_the_rules_for_it(tmp_path, kind, make, narrow, told):
    if make is products.make_n2a:
        make(tmp_path, products.N2A_OF_L8)
    else:
        make(tmp_path)
    (one,) = found(kind, tmp_path, "D0005H0002" if make is products.make_n2a else "T31TCJ", **narrow)
    assert one.masks_cover_nodata is told


# Orbits


@pytest.mark.parametrize(
    ("kind", "name"),
    [("sentinel2_theia", "SENTINEL2A_20180511-105804-037_L2A_T31TCJ_D_V1-7"), ("landsat8_theia", products.L8)],
)
def test_orbit_of_theia(tmp_path, kind, name):
    product = products.touch(tmp_path / name, "x_MTD_ALL.xml")
    section = products.settings(kind, tmp_path, orbits=[51])
    (one,) = sensors.find(section, "T31TCJ", *products.ALWAYS)
    (product / "x_MTD_ALL.xml").write_text('<M><P><ORBIT_NUMBER type="Path">51</ORBIT_NUMBER></P></M>')
    assert theia.orbit(one) == 51
    assert sensors.why_unwanted(section, one) == ""
    (product / "x_MTD_ALL.xml").write_text("<M><ORBIT_NUMBER>many</ORBIT_NUMBER></M>")
    with pytest.raises(InputError, match=r"x_MTD_ALL\.xml: ORBIT_NUMBER is 'many', not an orbit number"):
        theia.orbit(one)


def test_orbit_of_sen2cor(tmp_path):
    products.touch(tmp_path / "S2A_MSIL2A_20180601T105621_N0400_R094_T30TYP_20180601T140000.SAFE", "x")
    (one,) = sensors.find(products.settings("sentinel2_sen2cor", tmp_path), "T30TYP", *products.ALWAYS)
    assert sen2cor.orbit(one) == 94
