"""One look at the archives for all tiles and years gives what a look for each gives."""

import datetime

import pytest
from pydantic import TypeAdapter

from landloom.core.errors import InputError
from landloom.sensors import inventory as listing
from landloom.sensors import registry as sensors
from landloom.sensors.any_sensor import AnySensor
from landloom.sensors.inventory import Inventory

TILES = ["T31TCJ", "T31TDJ", "T30TYP", "A", "A_1"]
YEARS = [(datetime.date(year, 1, 1), datetime.date(year, 12, 31)) for year in (2018, 2019)]


def theia(tile, day):
    return f"SENTINEL2A_{day}-105852-460_L2A_{tile}_C_V2-2"


def sen2cor(tile, day):
    return f"S2A_MSIL2A_{day}T105031_N0500_R051_{tile}_20230101T000000.SAFE"


def in_folders(tile, day):
    return f"{tile}/{day}_B4.tif"


def flat(tile, day):
    return f"x{tile}_{day}_B4.tif"


SERIES = {"bands": {"B4": 1}}
LAYOUTS = [
    ({"type": "sentinel2_theia"}, theia),
    ({"type": "sentinel2_sen2cor"}, sen2cor),
    ({"type": "series", "file": "{tile}/{date}_{band}.tif", **SERIES}, in_folders),
    ({"type": "series", "file": "x{tile}_{date}_*.tif", **SERIES}, flat),
]


@pytest.fixture(params=LAYOUTS, ids=[name.__name__ for _, name in LAYOUTS])
def archive(request, tmp_path):
    given, name = request.param
    for tile in TILES:
        for day in ("20180105", "20180710", "20190301"):
            (tmp_path / name(tile, day)).mkdir(parents=True)
    return TypeAdapter(AnySensor).validate_python({**given, "archive": str(tmp_path)})


def test_shared_look_finds_the_same(archive):
    inventory = Inventory(TILES)
    for tile in [*TILES, "T99XXX"]:
        for first, last in YEARS:
            alone = sensors.find(archive, tile, first, last)
            assert sensors.find(archive, tile, first, last, inventory) == alone
    assert len(sensors.find(archive, "T31TCJ", *YEARS[0], inventory)) == 2


def test_shared_look_is_one(archive, monkeypatch):
    observations = []
    for name in ("entries", "_glob"):
        function = getattr(listing, name)
        monkeypatch.setattr(
            listing, name, lambda *given, function=function: observations.append(given) or function(*given)
        )
    inventory = Inventory(TILES)
    for tile in TILES:
        for period in YEARS:
            sensors.find(archive, tile, *period, inventory)
    assert (
        len([observation for observation in observations if len(observation) != 3 or isinstance(observation[2], str)])
        == 1
    )


def test_product_in_the_folder_of_another_tile_is_refused(tmp_path):
    (tmp_path / "T31TCJ" / theia("T31TDJ", "20180105")).mkdir(parents=True)
    settings = TypeAdapter(AnySensor).validate_python({"type": "sentinel2_theia", "archive": str(tmp_path)})
    inventory = Inventory(TILES)
    assert len(sensors.find(settings, "T31TDJ", *YEARS[0], inventory)) == 1
    with pytest.raises(InputError, match="of another tile"):
        sensors.find(settings, "T31TCJ", *YEARS[0], inventory)


@pytest.mark.parametrize(
    ("pattern", "style", "words"),
    [
        ("{tile}_{date}_10m.tif", "%Y%m%d", "tiles found: A_B, T2; years found: 2017, 2018."),
        ("{tile}_{date}_20m.tif", "%Y%m%d", "It has 4 files, such as A_B_20180102_10m.tif, none of `"),
        ("*{date}_10m.tif", "%Y-%m-%d", "is no date by `date_format: %Y-%m-%d`; give `date_format: '%Y%m%d'`."),
        (
            "{tile}/{tile}_{date}.tif",
            "%Y%m%d",
            "It has one file, T2/T2_20180101.tif, of `{tile}/{tile}_{date}.tif`; ",
        ),
    ],
)
def test_what_an_archive_holds_is_told(tmp_path, pattern, style, words):
    (tmp_path / "T2").mkdir()
    for name in ("T2_20180102_10m.tif", "T2_20170102_10m.tif", "A_B_20180102_10m.tif", "T2/T2_20180101.tif"):
        (tmp_path / name).touch()
    assert words in listing.told(str(tmp_path), pattern, style)
    assert bool(listing.foreign(str(tmp_path), pattern)) == ("20m" in pattern)


def test_an_archive_without_files_or_with_too_many_tells_nothing(tmp_path, monkeypatch):
    assert listing.told(str(tmp_path), "{date}.tif", "%Y") == listing.foreign(str(tmp_path), "{date}.tif") == ""
    (tmp_path / "a.tif").touch()
    assert "has one file, a.tif" in listing.foreign(str(tmp_path), "b{date}.tif")
    monkeypatch.setattr(listing, "MOST_LISTED", 0)
    assert listing.foreign(str(tmp_path), "b{date}.tif") == ""
