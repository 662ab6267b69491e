"""Which keys of sensors' sections have an effect on what: marked beside each key, and the same in all families."""

import pytest

from landloom.sensors.key_effects import NOT_READ, NOT_SURVEYED, KeyEffect
from landloom.sensors.registry import FAMILIES, section_of
from landloom.sensors.settings import SensorSettings

SECTIONS = {name: FAMILIES.load(name).SECTION for name in FAMILIES}
CHOICE = {"archive", "required", "days", "minimum_valid_fraction", "orbits"}
OUTPUT_DATES = {"output_dates", "step_days", "start", "end"}
IMAGES_OF_RADAR = {"mask", "noise", "radiometry"}
OF_FAMILIES = {
    "stac": {
        KeyEffect.CHOICE: {"search", "boxes", "tile_property", "tile_pattern"},
        KeyEffect.READING: {"common_names"},
        KeyEffect.FILTERING: {"filter"},
    },
    "series": {KeyEffect.READING: {"common_names"}},
    "annual": {KeyEffect.READING: {"model"}, KeyEffect.WORDS: {"licence", "attribution"}},
    "landsat_c2": {KeyEffect.CHOICE: {"path_rows"}},
    "sentinel1_grd": {
        KeyEffect.CHOICE: {"boxes", "direction"},
        KeyEffect.READING: IMAGES_OF_RADAR,
        KeyEffect.FILTERING: {"filter"},
    },
}
PIXELS = {
    "asset",
    "type",
    "bands",
    "scale",
    "offset",
    "file_scaling",
    "nodata",
    "mask",
    "file",
    "dates",
    "date_format",
    "products",
}
PIXELS |= {
    "order",
    "bands_per_date",
    "variable",
    "crs",
    "invalid_bits",
    "invalid_classes",
    "invalid_values",
    "mask_saturated",
    "reflectance",
    "sign",
    "alternate",
    "backscatter",
    "dem",
    "heights",
    "values",
    "scales",
    "count",
    "unit_vectors",
    "steps_per_unit",
    "asset",
}
"""Keys without a mark, on which all depends: a new key stands here, or has a mark."""


def marked(section: type[SensorSettings]) -> dict[str, KeyEffect]:
    """Return the marks of a section's keys."""
    return {
        key: one
        for key, field in section.model_fields.items()
        for one in field.metadata
        if isinstance(one, KeyEffect)
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_every_key_is_classified(family):
    of_family = OF_FAMILIES.get(family, {})
    expected = dict.fromkeys(CHOICE | of_family.get(KeyEffect.CHOICE, set()), KeyEffect.CHOICE)
    expected |= dict.fromkeys(OUTPUT_DATES, KeyEffect.OUTPUT_DATES)
    expected |= dict.fromkeys({"resampling"} | of_family.get(KeyEffect.READING, set()), KeyEffect.READING)
    for effect in (KeyEffect.FILTERING, KeyEffect.WORDS):
        expected |= dict.fromkeys(of_family.get(effect, set()), effect)
    expected |= {"coregistration": KeyEffect.SHIFTS, "prepare": KeyEffect.COPIES}
    assert marked(SECTIONS[family]) == expected
    assert set(SECTIONS[family].model_fields) - set(expected) <= PIXELS


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_that_describes_a_shared_key_anew_marks_it_as_all_do(family):
    shared = marked(SensorSettings)
    assert {key: effect for key, effect in marked(SECTIONS[family]).items() if key in shared} == shared


@pytest.mark.parametrize(("dates", "is_read"), [("dates.txt", False), (["2018-01-01"], True), (None, True)])
def test_a_file_of_dates_is_part_of_its_products(dates, is_read):
    """A list is not: it stands in no file that the survey looks at."""
    file = "{date}.tif" if dates is None else "all.tif"
    section = section_of({"type": "series", "archive": "a", "file": file, "dates": dates, "bands": {"b": 1}})
    assert ("dates" in section.keys_with(*NOT_READ)) != is_read
    assert "dates" not in section.keys_with(*NOT_SURVEYED)
