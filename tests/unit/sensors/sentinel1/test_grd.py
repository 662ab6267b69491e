"""The family: slices become acquisitions, filters and boxes leave some out, files are told."""

import dataclasses
import datetime

import pytest

from landloom.core.errors import InputError
from landloom.sensors import registry
from landloom.sensors.sentinel1 import grd
from unit.sensors.products import ALWAYS
from unit.sensors.sentinel1.made_orbit import Scene
from unit.sensors.sentinel1.making import corners, make_safe, zipped

FIRST = Scene()
SECOND = dataclasses.replace(
    FIRST, start=FIRST.stop, argument=FIRST.argument + 0.17, node=FIRST.node - 0.0125, identifier="0002"
)
TILE = "T31TCJ"


def section(archive, **changes):
    given = {"archive": str(archive), "dem": ".", "heights": "ellipsoid"} | changes
    return registry.section_of({"type": "sentinel1_grd", **given})


def find(settings):
    return registry.find(settings, TILE, *ALWAYS)


def box_around(scene):
    longitudes, latitudes = zip(*corners(scene), strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


def test_slices_of_a_pass_are_one_product(tmp_path):
    for scene in (FIRST, SECOND):
        make_safe(tmp_path, scene)
    (product,) = find(section(tmp_path))
    assert product.name == "S1A_20210809T173953_049F13_6FF8-0002"
    assert product.date == datetime.date(2021, 8, 9)
    assert [grd.orbit(product), len(product.files)] == [59, 2]
    one = registry.describe(section(tmp_path), "s", TILE, product)
    assert (one.view, one.cut, one.masks) == ("ascending 59", "swath", ())
    assert [name for name, _ in one.bands] == ["VV", "VH"]
    assert len(one.files) == 2 * 9
    assert [part.name.identifier for part in grd.slices_of(one)] == ["6FF8", "0002"]
    assert len(grd.footprints(one)) == 2


def test_packed_slices_are_found_again(tmp_path):
    path = zipped(make_safe(tmp_path, FIRST))
    settings = section(tmp_path)
    one = registry.describe(settings, "s", TILE, find(settings)[0])
    assert one.files == [str(path)]
    assert [part.path for part in grd.slices_of(one)] == [str(path)]


def test_slices_elsewhere_are_left_out(tmp_path):
    for scene in (FIRST, SECOND):
        make_safe(tmp_path, scene)
    (product,) = find(section(tmp_path))
    west, south, east, _ = box_around(FIRST)
    south -= 0.05
    (shown,) = registry.over(section(tmp_path), [product], (west, south, east, south + 0.01))
    assert [shown.name, len(shown.files)] == ["S1A_20210809T173953_049F13_6FF8", 1]
    assert registry.over(section(tmp_path), [product], (100.0, 0.0, 101.0, 1.0)) == []


def test_boxes_choose_before_any_grid_is_known(tmp_path):
    make_safe(tmp_path, FIRST)
    assert len(find(section(tmp_path, boxes={TILE: box_around(FIRST)}))) == 1
    assert find(section(tmp_path, boxes={TILE: [100.0, 0.0, 101.0, 1.0]})) == []
    assert find(section(tmp_path, boxes={"other": box_around(FIRST)})) == []
    assert registry.problems("s", section(tmp_path, boxes={"other": box_around(FIRST)}), [TILE]) == [
        f"sensors.s.boxes: lacks {TILE}"
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"pass": "ascending", "orbits": [59]}, ""),
        ({"pass": "descending"}, "is ascending, not descending"),
        ({"orbits": [60]}, "orbit 59 is not among"),
        ({"bands": ["HH"]}, "has no HH"),
    ],
)
def test_filters_say_why(tmp_path, changes, why):
    make_safe(tmp_path, FIRST)
    settings = section(tmp_path, **changes)
    assert registry.why_unwanted(settings, find(settings)[0]).startswith(why)


def test_damaged_annotation_is_told_before_pixels_are_read(tmp_path):
    safe = make_safe(tmp_path, FIRST, with_tables=True)
    settings = section(tmp_path)
    one = registry.describe(settings, "s", TILE, find(settings)[0])
    registry.check(settings, one)
    text = next(safe.glob("annotation/*-vh-*.xml"))
    text.write_text(text.read_text()[:3000])
    with pytest.raises(InputError, match="-vh-"):
        registry.check(settings, one)


def test_missing_ground_is_told_before_any_job(tmp_path):
    settings = section(tmp_path, dem=str(tmp_path / "none" / "{tile}.tif"), heights=str(tmp_path / "geoid.tif"))
    found = registry.problems("s", settings, [TILE])
    assert found[0].startswith(f"sensors.s.dem: no such file or folder: {tmp_path}/none/{TILE}.tif")
    assert "neither `ellipsoid` nor the raster of a geoid" in found[1]


def test_images_of_radar_are_prepared_and_not_shifted(tmp_path):
    settings = section(tmp_path)
    assert settings.copies.of_tile("s", TILE, "2021") == f"results/2021/tiles/{TILE}/prepared/s"
    assert settings.reading == {"filter": {"method": "quegan_yu", "radius": 2}}
    assert settings.ground_files(TILE) == []
    with pytest.raises(ValueError, match="lie where their orbit places them"):
        section(tmp_path, coregistration={"band": "VV", "reference": "r.tif"})
