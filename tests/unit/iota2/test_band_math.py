"""Expressions of BandMath: formulas give the numbers that iota2 has, scaled as is told."""

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.features import formulas
from landloom.iota2 import band_math

BANDS = ("B2", "B3", "B4")
EXPRESSIONS = {
    "b1+b2": 1,
    "(b1-b2)/(b1+b2)": 1000,
    "sqrt(b1^2+b3^2)": 1,
    "2*b1 - max(b2, b3)": 1,
    "abs(b1-b2)": 1,
    "b1 + 100": 1,
    "b1*b2": 1,
    "exp(b1/b2)": 1000,
    "ln(b1/b3)": 1000,
    "min(b1, 500)": 1,
    "log(b1)": 1,
    "-b1^2/b2": 1,
}
"""With the factor of landloom's stored number to iota2's."""


FUNCTIONS = {"sqrt": math.sqrt, "abs": abs, "min": min, "max": max}
FUNCTIONS |= {"exp": math.exp, "log": math.log, "ln": math.log}


@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=20, deadline=None)
@given(bands=st.tuples(*[st.integers(100, 9000)] * 3))
def test_numbers_are_those_of_iota2(expression, bands):
    names = FUNCTIONS | {f"b{rank}": value for rank, value in enumerate(bands, 1)}
    theirs = eval(expression.replace("^", "**"), {"__builtins__": {}}, names)
    ours = band_math.translated(expression, BANDS)
    reflectances = {name: value / 10000 for name, value in zip(BANDS, bands, strict=True)}
    here = eval(ours.formula, {"__builtins__": {}}, FUNCTIONS | reflectances)
    assert here * ours.scale == pytest.approx(theirs * EXPRESSIONS[expression], rel=1e-9, abs=1e-6)
    assert bool(ours.how) == (EXPRESSIONS[expression] == 1000)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_landloom_takes_the_formulas(expression):
    ours = band_math.translated(expression, BANDS)
    positions = {name: rank for rank, name in enumerate(BANDS)}
    assert formulas.formula("x", ours.formula, positions, scale=ours.scale).scale == ours.scale


def test_commas_within_calls_stay():
    assert band_math.split("b1+b2, max(b1,b2) ,(b1-b2)/(b1+b2),") == ["b1+b2", "max(b1,b2)", "(b1-b2)/(b1+b2)"]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("b1 > 3 ? 1 : 0", "formulas have no `>`"),
        ("cos(b1)", "formulas have no function `cos`"),
        ("b4 + b1", "`b4` is none of the bands b1 to b3 (B2, B3, B4)"),
        ("b1 +", "`b1 +` is not a formula"),
        ("__import__('os')", "formulas have no function `__import__`"),
        ("b1.__class__", "formulas have no `b1.__class__`"),
        ("min(*b1)", "formulas have no `*b1`"),
        ("b1 + 'x'", "formulas have no `'x'`"),
        ("b1 ^ 0x" + "f" * 2000, "formulas have no `"),
        ("b1 + 1e999", "formulas have no `1e309`"),
        ("+".join(["b1"] * 900), "operations within each other"),
        ("-" * 900 + "b1", "operations within each other"),
    ],
)
def test_what_formulas_do_not_have_is_told(expression, message):
    with pytest.raises(InputError, match=re.escape(message)):
        band_math.translated(expression, BANDS)
