"""Configurations that no reasonable person writes."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import box

from bad_input.inputs import TILE, small_configuration
from fuzz import material
from fuzz.property import refuses_or_accepts, untouched
from landloom.configuration import configuration, preflight
from landloom.core.errors import InputError
from landloom.geo import region_settings

HEADER = ("the configuration has errors:\n  ",)
SERIES = {
    "type": "series",
    "archive": "data/archive",
    "file": "{tile}/{date}_{band}.tif",
    "bands": {"red": 1, "nir": {"file": "{tile}/{date}.tif", "number": 2}},
    "mask": {"file": "{tile}/{date}_mask.tif", "invalid_values": [1], "invalid_bits": [2]},
    "common_names": {"red": "R"},
    "nodata": -1,
}
SAFE = {"type": "sentinel2_sen2cor", "archive": "data/archive"}
REGIONS = {"file": "data/regions.gpkg", "field": "zone", "names": ["a", "b"]}
WHOLE = small_configuration(
    sensors={**small_configuration()["sensors"], "own": SERIES, "safe": SAFE},
    regions=REGIONS,
    features={"bands": True, "indices": ["NDVI"]},
    demo={"seed": 1, "size_px": 100},
    years={2018: {"start": "2018-01-01", "end": "2018-12-31"}},
    title="Land",
    tile=TILE,
    year=2018,
)


@pytest.fixture(scope="module", autouse=True)
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with the files that the configuration names; nothing may appear around it."""
    top = tmp_path_factory.mktemp("world")
    data = top / "outside" / "inside" / "data"
    (data / "archive").mkdir(parents=True)
    (data / "2018").mkdir()
    (data / "nomenclature.csv").write_text("label,name,color\n1,wood,#008000\n2,field,#ffff00\n")
    zones = {"code": [1, 2], "zone": ["a", "b"]}
    frame = gpd.GeoDataFrame(zones, geometry=[box(0, 44, 1, 45), box(1, 44, 2, 45)], crs="EPSG:4326")
    frame.to_file(data / "2018" / "reference.gpkg")
    frame.to_file(data / "regions.gpkg")
    with pytest.MonkeyPatch.context() as patch, untouched(top):
        patch.chdir(data.parent)
        yield top


def places(content: Any, place: tuple = ()) -> list[tuple]:
    """Return the places of all keys and items."""
    keys = content.keys() if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    return [found for key in keys for found in [(*place, key), *places(content[key], (*place, key))]]


def put(content: Any, place: tuple, value: Any) -> None:
    """Put a value in a place, as far as earlier ones have left it there."""
    for key in place[:-1]:
        try:
            content = content[key]
        except (LookupError, TypeError):
            return
    if isinstance(content, dict) or (isinstance(content, list) and place[-1] in range(len(content))):
        content[place[-1]] = value


@st.composite
def configurations(draw: st.DrawFn) -> dict[Any, Any]:
    """Draw a sound configuration with some values, and keys, of another kind."""
    content = copy.deepcopy(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(WHOLE)))
        if draw(st.booleans()):
            place = (*place[:-1], draw(material.texts | st.integers() | st.none() | st.dates()))
        put(content, place, draw(material.values))
    return content


def changed(*places_and_values: Any) -> dict[Any, Any]:
    content = copy.deepcopy(WHOLE)
    for place, value in zip(places_and_values[::2], places_and_values[1::2], strict=True):
        put(content, tuple(place.split("/")), value)
    return content


def load_and_dump(content: Any) -> None:
    """Do what the Snakefile does with a configuration."""
    settings = preflight.load(content)
    settings.model_dump(mode="json")
    configuration.region_slugs(settings)


def test_the_sound_configuration_passes():
    load_and_dump(WHOLE)


@given(content=configurations())
@example(content=changed("series", 1))
@example(content=changed("list[x]", 1))
@example(content=changed("sensors/own/date_format", "%Y%Y"))
@example(content=changed("sensors/own/date_format", "%"))
@example(content=changed("sensors/own/mask/file", "{date}{date}"))
@example(content=changed("sensors/own/file", "*a" * 60 + "{date}"))
@example(content=changed("nomenclature", "x" * 300))
@example(content=changed("nomenclature", "/dev/zero"))
@example(content=changed("reference/file", "/dev/zero"))
@example(content=changed("reference/file", "/"))
@example(content=changed("reference/file", "data/{tile}.gpkg"))
@example(content=changed("regions/names", [b"\xff"]))
@example(content=changed("regions/names", ["x" * 300]))
@example(content=changed("map/crs", "\ud800"))
@example(content={"unknown\x1b[2J\n": 1})
def test_configurations(content: dict[Any, Any]):
    refuses_or_accepts(load_and_dump, content, names=HEADER)


@pytest.mark.parametrize(
    "place", ["title", "tiles", "regions/names", "reference/ignore", "years", "sensors", "unknown"]
)
def test_a_billion_laughs(place: str):
    content = changed(place, material.billion_laughs())
    # pytest would print it, too
    assert len(refuses_or_accepts(load_and_dump, content, names=HEADER)) < 10_000


def test_hexadecimal_number_that_python_does_not_print():
    message = refuses_or_accepts(load_and_dump, changed("seed", 16**5000), names=HEADER)
    assert "seed: must be below 4294967296, not a number of thousands of digits" in message


@given(content=material.values | st.dictionaries(material.texts, material.values))
def test_what_is_no_configuration(content: Any):
    assert refuses_or_accepts(load_and_dump, content, names=HEADER)


def errors_of(**changes: Any) -> str:
    with pytest.raises(InputError) as caught:
        configuration.parse(WHOLE | changes)
    return str(caught.value)


@pytest.mark.parametrize("key", ["title", "nomenclature", "inputs_from"])
@pytest.mark.parametrize("text", ["a\nb", "a\0b", "\x1b[2J", "\ud800", "\u2028"])
def test_unfit_text_is_refused_and_shown_as_an_escape(key: str, text: str):
    message = errors_of(**{key: text})
    assert f"  {key}: " in message
    assert text not in message


@pytest.mark.parametrize("path", ["{tile}.csv", "a{b.csv", "}"])
def test_paths_with_wildcards_are_refused(path: str):
    line = f"nomenclature: must not hold braces, which are placeholders to Snakemake, not {path!r}"
    assert line in errors_of(nomenclature=path)
    assert "reference: " in errors_of(reference={"file": path, "field": "code"}).replace(
        "reference.file: ", "reference: "
    )


@pytest.mark.parametrize("name", ["../../x", "a/b", "con ", "x" * 61, "a\n", "$(touch canary)", ""])
def test_names_that_become_file_names(name: str):
    assert "tiles[0]: " in errors_of(tiles=[name], tile=None)
    assert "sensors." in errors_of(sensors={name: SAFE})


@given(name=material.texts)
def test_region_slugs_are_single_file_names(name: str):
    slug = region_settings.region_slug(name)
    assert not slug or re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)


def test_thousands_of_unknown_keys_are_not_all_told():
    message = errors_of(**{f"key{number}": 1 for number in range(20_000)})
    assert message.endswith("and 19900 more")


@pytest.mark.parametrize("period", [{"start": "0001-01-01"}, {"end": "9999-12-31"}])
def test_periods_of_thousands_of_years(period: dict[str, str]):
    assert "years: the period of 2018" in errors_of(years={2018: period})
