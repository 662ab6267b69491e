import pytest
from pydantic import ValidationError

from landloom.sensors.key_effects import KeyEffect
from landloom.sensors.sentinel1.settings import Sentinel1GrdSettings

NEEDED = {"type": "sentinel1_grd", "archive": "radar", "dem": "dem/{tile}.tif", "heights": "ellipsoid"}


def test_defaults():
    section = Sentinel1GrdSettings(**NEEDED)
    assert (section.bands, section.direction, section.radiometry, section.noise) == (
        ["VV", "VH"],
        None,
        "gamma_terrain",
        True,
    )
    assert (section.filter.method, section.filter.radius) == ("quegan_yu", 2)
    assert set(section.mask.model_dump().values()) == {True}
    assert section.geoid is None
    assert Sentinel1GrdSettings(**{**NEEDED, "heights": "egm2008.tif"}).geoid == "egm2008.tif"


def test_the_key_pass_goes_to_jobs_and_back():
    section = Sentinel1GrdSettings(**NEEDED, **{"pass": "ascending", "orbits": [59]})
    content = section.model_dump(mode="json")
    assert (content["pass"], "direction" in content) == ("ascending", False)
    assert Sentinel1GrdSettings.model_validate(content) == section
    assert "pass" in Sentinel1GrdSettings.model_json_schema()["properties"]
    with pytest.raises(ValidationError, match="direction"):
        Sentinel1GrdSettings(**NEEDED, direction="ascending")


def test_how_images_are_made_concerns_reading_and_the_pass_the_choice():
    section = Sentinel1GrdSettings(**NEEDED)
    assert {section.effect_of(key) for key in ("radiometry", "noise", "mask")} == {KeyEffect.READING}
    assert section.effect_of("filter") is KeyEffect.FILTERING
    assert section.effect_of("direction") is KeyEffect.CHOICE
    assert {key for key in ("dem", "heights") if section.effect_of(key)} == set()


def test_products_of_all_places_until_boxes_tell_where_a_tile_lies():
    section, box = Sentinel1GrdSettings(**NEEDED), (0.0, 43.0, 1.0, 44.0)
    assert section.covers_all_places
    assert not section.at("T31TCJ", box).covers_all_places
    assert section.at("T31TCJ", box) == Sentinel1GrdSettings(**NEEDED, boxes={"T31TCJ": list(box)})


def test_heights_are_a_raster_or_a_folder(tmp_path):
    (tmp_path / "T31TCJ").mkdir()
    section = Sentinel1GrdSettings(**NEEDED | {"dem": f"{tmp_path}/{{tile}}", "heights": "geoid.tif"})
    assert section.ground_folder("T31TCJ") == f"{tmp_path}/T31TCJ"
    assert section.ground_files("T31TCJ") == ["geoid.tif"]
    assert section.ground_folder("other") == ""
    assert section.ground_files("other") == [f"{tmp_path}/other", "geoid.tif"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"bands": ["VV", "HV"]}, "never in one product; give VV, VH, or HH, HV"),
        ({"bands": ["VV", "VV"]}, "named twice"),
        ({"bands": ["B4"]}, "not among"),
        ({"pass": "up"}, "ascending"),
        ({"dem": "dem/{year}.tif"}, "only {tile} is known"),
        ({"heights": None}, "heights"),
        ({"filter": {"method": "frost"}}, "quegan_yu"),
        ({"filter": {"radius": 0}}, "greater than or equal to 1"),
        ({"mask": {"clouds": True}}, "clouds"),
        ({"radiometry": "beta"}, "gamma_terrain"),
    ],
)
def test_wrong_keys(keys, words):
    with pytest.raises(ValidationError, match=words):
        Sentinel1GrdSettings(**{**NEEDED, **keys})


@pytest.mark.parametrize("key", ["archive", "dem", "heights"])
def test_keys_without_a_default(key):
    with pytest.raises(ValidationError, match=key):
        Sentinel1GrdSettings(**{name: value for name, value in NEEDED.items() if name != key})
