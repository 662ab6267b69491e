import datetime

import pytest

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import names

NAME = "S1A_IW_GRDH_1SDV_20210809T173953_20210809T174018_039156_049F13_6FF8"


def name_of(text):
    return names.of_product(names.NAME.fullmatch(text), f"archive/{text}")


@pytest.mark.parametrize("ending", ["", ".SAFE", ".zip", ".SAFE.zip", "_COG.SAFE", "_COG.zip"])
def test_what_a_name_says(ending):
    name = name_of(NAME + ending)
    assert name.text == NAME + "_COG" * ending.startswith("_COG")
    assert name.start == datetime.datetime(2021, 8, 9, 17, 39, 53)
    assert name.stop - name.start == datetime.timedelta(seconds=25)
    assert (name.mission, name.polarisations, name.orbit, name.data_take) == ("S1A", ("VV", "VH"), 39156, "049F13")


@pytest.mark.parametrize(
    ("mission", "orbit", "relative"),
    [("S1A", 39156, 59), ("S1A", 36201, 79), ("S1A", 4454, 7), ("S1A", 4739, 117), ("S1B", 30148, 22)],
)
def test_relative_orbits_that_manifests_give(mission, orbit, relative):
    assert name_of(NAME.replace("S1A", mission).replace("039156", f"{orbit:06d}")).relative_orbit == relative


def test_relative_orbits_of_the_third_satellite_and_of_an_unknown_one():
    of_third = [name_of(NAME.replace("S1A", "S1C").replace("039156", f"{n:06d}")) for n in (171, 172, 346, 347)]
    assert [one.relative_orbit for one in of_third] == [175, 1, 175, 1]
    assert name_of(NAME.replace("S1A", "S1D")).relative_orbit is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [("SV", ("VV",)), ("DH", ("HH", "HV")), ("SH", ("HH",)), ("VH", ("VH",)), ("DV", ("VV", "VH"))],
)
def test_polarisations(code, expected):
    assert name_of(NAME.replace("1SDV", f"1S{code}")).polarisations == expected


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("IW_GRDH", "EW_GRDM", "mode EW .extra wide swath., not interferometric wide swath"),
        ("IW_GRDH", "S3_GRDH", "mode S3 .stripmap."),
        ("IW_GRDH", "IW_GRDM", "no high resolution .GRDM."),
        ("IW_GRDH", "IW_SLC_", "single look complex images .SLC."),
        ("IW_GRDH_1", "IW_OCN__2", "an ocean product .OCN."),
        ("IW_GRDH_1", "IW_RAW__0", "raw data .RAW."),
        ("1SDV", "1ADV", "no standard product of level 1 .1A."),
        ("20210809T174018", "20210809T173953", "stops before it starts"),
        ("20210809T173953", "20211809T173953", "no date and time"),
    ],
)
def test_products_that_are_not_read(old, new, words):
    with pytest.raises(InputError, match=rf"^product archive/S1A_.*: .*{words}"):
        name_of(NAME.replace(old, new))


def test_other_files_are_no_products():
    for text in (
        "S2A_MSIL2A_20210809T105031_N0301_R051_T31TCJ_20210809T140000.SAFE",
        f"{NAME}.tar",
        "S1A_IW_GRDH_1SDV",
    ):
        assert names.NAME.fullmatch(text) is None
