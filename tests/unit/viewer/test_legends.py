import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.accuracy.agreement_map import LEGEND
from landloom.core.nomenclature import Nomenclature
from landloom.reference.target_settings import TargetSettings
from landloom.viewer import legends
from landloom.viewer.legends import Context, Quantity
from landloom.viewer.shown_layers import KNOWN
from unit.viewer.maps import CLASSES

CONTEXT = Context(CLASSES, ("optical", "radar"), TargetSettings(field="yield", range=[0, 50], unit="t/ha"))


@pytest.mark.parametrize("layer", KNOWN.values(), ids=list(KNOWN))
def test_every_layer_has_classes_or_a_ramp(layer):
    """Also those that the table gets some day."""
    found = legends.legend_of(layer, CONTEXT)
    assert isinstance(found, Nomenclature if layer.overviews == "nearest" else Quantity)
    if isinstance(found, Quantity):
        assert found.limits is None or found.limits[0] < found.limits[1]
        assert len(found.colors) >= 2


def test_codes_have_their_names():
    deciders = legends.legend_of(KNOWN["decider"], CONTEXT).names_by_code()
    assert deciders == {0: "none", 1: "all agree", 2: "optical", 3: "radar"}
    assert legends.legend_of(KNOWN["agreement"], CONTEXT) == LEGEND


def test_a_target_has_its_range_and_unit():
    value, half = (legends.legend_of(KNOWN[name], CONTEXT) for name in ("value", "half_width"))
    assert (value.limits, value.unit, half.limits, half.unit) == ((0.0, 50.0), "t/ha", (0.0, 25.0), "t/ha")


def test_probabilities_are_percent():
    found = legends.legend_of(KNOWN["probabilities"], CONTEXT)
    assert (found.factor * 1000, found.limits, found.unit) == (100, (0.0, 100.0), "%")


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
