import inspect

import pytest

from landloom.prepared.forms import FORMS, SERIES, Maker
from landloom.sensors.registry import FAMILIES
from landloom.survey.mosaics import SURVEYS


@pytest.mark.parametrize("name", FORMS)
def test_every_form_makes_images(name):
    maker = FORMS.load(name).maker
    assert list(inspect.signature(maker).parameters) == ["settings", "tile", "grid", "memory", "threads"]


def test_series_are_of_forms_or_never_prepared():
    assert set(SERIES) <= {*FORMS, *SURVEYS}
    assert all(callable(SERIES.load(name).readers_of) for name in SERIES)


def test_families_name_forms_and_products_without_grid_are_prepared():
    for name in FAMILIES:
        section = FAMILIES.load(name).SECTION
        assert section.IMAGES in {*FORMS, *SURVEYS}
        assert section.HAS_GRID or section.IMAGES != "optical"


def test_makers_make_several_images_at_once_by_default():
    assert Maker(lambda *_: iter(())).at_once == 4
