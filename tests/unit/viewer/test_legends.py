from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.accuracy.agreement_map import LEGEND
from landloom.viewer import legends
from landloom.viewer.legends import Context
from landloom.viewer.shown_layers import KNOWN, Shown
from unit.viewer.maps import CLASSES

CONTEXT = Context(CLASSES, ("optical", "radar"), (0.0, 50.0), "t/ha")


@pytest.mark.parametrize("layer", KNOWN.values(), ids=list(KNOWN))
def test_every_layer_has_classes_or_a_ramp(layer):
    """Also those that the table gets some day."""
    classes = legends.classes_of(layer, CONTEXT)
    assert (classes is not None) == (layer.overviews == "nearest")
    limits = legends.quantity_of(Shown(Path("a.tif"), "a.tif", 1, layer, "", ""), CONTEXT).limits
    assert limits is None or limits[0] < limits[1]


def test_deciders_are_groups_of_sensors():
    assert legends.classes_of(KNOWN["decider"], CONTEXT).names_by_code() == {
        0: "unclassified",
        1: "all agree",
        2: "optical",
        3: "radar",
    }
    assert legends.classes_of(KNOWN["agreement"], CONTEXT) == LEGEND


def test_a_target_has_its_range_and_unit():
    of_target = legends.quantity_of(Shown(Path("v"), "v", 1, KNOWN["value"], "", ""), CONTEXT)
    assert (of_target.limits, of_target.unit) == ((0.0, 50.0), "t/ha")


@given(st.floats(1e-6, 1e9))
def test_round_steps_are_the_next_ones(least):
    step = legends.round_step(least)
    assert least * (1 - 1e-6) <= step <= 2.5 * least * (1 + 1e-6)
    digits = f"{step:.6e}"
    assert digits[0] in "125"
    assert digits[1:8] == ".000000"


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_round_limits_hold_what_they_are_of(low, width):
    least, most = legends.round_limits(low, low + width)
    assert least <= low + 1e-6 * abs(low)
    assert most >= low + width - 1e-6 * abs(low + width)
    assert least < most
