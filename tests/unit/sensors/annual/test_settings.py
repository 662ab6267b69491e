"""Section of annual layers: what it says, and what it refuses."""

import pytest
from pydantic import ValidationError

from landloom.sensors import registry
from unit.annual.making import settings


def test_all_bands_have_names_and_keep_them():
    section = settings("a", values="alphaearth")
    assert section.bands == [f"A{number:02d}" for number in range(64)]
    assert settings("a", values="tessera").bands[-1] == "b128"
    assert settings("a", count=3).bands == ["b001", "b002", "b003"]
    assert registry.section_of(section.model_dump(mode="json")) == section


def test_units_and_vectors_are_those_of_the_coding():
    assert [settings("a", values=one, count=9).unit for one in ("linear", "alphaearth", "tessera")] == [
        1000,
        10000,
        500,
    ]
    assert settings("a", count=9, steps_per_unit=7).unit == 7
    assert settings("a", values="alphaearth").reading["unit_vectors"]
    assert not settings("a", values="alphaearth", unit_vectors=False).reading["unit_vectors"]
    assert settings("a", values="alphaearth").held_bytes == 128
    assert settings("a", values="tessera").held_bytes == 1024
    assert settings("a", values="tessera", scales="{year}/*_s.tif").held_bytes == 256


def test_the_attribution_that_a_maker_asks_for_is_told():
    assert "Google DeepMind" in settings("a", values="alphaearth").attribution
    assert settings("a", values="alphaearth", attribution="x", licence="y").attribution == "x"
    assert settings("a", values="alphaearth").licence == "CC-BY-4.0"
    assert settings("a", values="alphaearth", attribution="x").licence == ""
    assert settings("a", count=1).licence == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "count: `bands: all` needs the number of bands"),
        ({"count": 2, "bands": ["a", "a"]}, "bands: a band is named twice"),
        ({"count": 1, "bands": ["a", "b"]}, "bands: are 2, more than the 1 of a file"),
        ({"count": 1, "file": "*.tif"}, "must contain `{year}`"),
        ({"count": 1, "file": "{date}/{year}.tif"}, "{date}|'date'"),
        ({"count": 1, "file": "../{year}.tif"}, "is a pattern below the archive"),
        ({"count": 1, "file": "{year}/*1*2*3*4*5.tif"}, "more than 4 `\\*`"),
        ({"values": "alphaearth", "scale": 2}, "scale: is of `values: linear`"),
        ({"values": "alphaearth", "scales": "{year}/*_s.tif"}, "scales: are of `values: tessera`"),
        ({"values": "tessera", "scales": "{year}.tif"}, "scales: must hold as many `\\*` as `file`"),
        ({"count": 1, "step_days": 5}, "step_days: has no meaning for one image a year"),
        ({"count": 1, "prepare": {}}, "prepare: has no meaning for one image a year"),
        ({"count": 1, "resampling": "nearest"}, "resampling: has no meaning"),
        ({"count": 1, "values": "other"}, "Input should be"),
    ],
)
def test_what_does_not_fit_is_refused(given, words):
    with pytest.raises(ValidationError, match=words):
        settings("a", **given)
