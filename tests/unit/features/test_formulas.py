import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.core.errors import InputError
from landloom.features import formula_kernels, formulas
from landloom.timeseries.gap_filling import BLOCK

BANDS = {"a": 0, "b": 1, "c": 2}


def computed(text, values, scale=1000.0):
    """Return what a formula stores for pixels: ``values`` has a row for each band."""
    expression = formulas.formula("x", text, BANDS, scale=scale).expression
    rows = np.zeros((4, BLOCK), np.int16)
    rows[:3, : values.shape[1]] = values
    expressions = formula_kernels.joined([expression])
    formula_kernels.compute_block(expressions, rows, 3, 1, np.empty((expressions.depth, BLOCK)))
    return rows[3, : values.shape[1]]


LEAVES = st.sampled_from(["a", "b", "c", "0.5", "2", "1e-2"])
TEXTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]}, {parts[3]})"
        ),
        st.tuples(st.sampled_from(["abs", "sqrt", "exp", "log", "-", "+"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
        inner.map(lambda text: f"({text})**2"),
        inner.map(lambda text: f"abs({text})**1.5"),
    ),
    max_leaves=8,
)


@settings(deadline=None)  # the first compiles
@given(TEXTS, st.integers(0, 1000))
def test_follows_python_and_numpy(text, seed):
    values = np.random.default_rng(seed).integers(1, 10000, (3, 50)).astype(np.int16)
    known = {name: values[row] / 10000 for name, row in BANDS.items()}
    functions = {"sqrt": np.sqrt, "log": np.log, "exp": np.exp, "abs": np.abs}
    functions |= {
        "min": lambda *all_: np.minimum.reduce(np.broadcast_arrays(*all_)),
        "max": lambda *all_: _greatest(all_),
    }
    with np.errstate(all="ignore"):
        expected = np.broadcast_to(eval(text, {"__builtins__": {}}, known | functions) * 1000.0, 50)
    found = computed(text, values)
    expected = np.where(np.isnan(expected), 0, np.clip(expected, -32767, 32767))
    # Beside a pole, the last bit of a float decides.
    assert (np.abs(found - expected) <= 0.51 + 1e-6 * np.abs(expected)).mean() > 0.95


def _greatest(values):
    return np.maximum.reduce(np.broadcast_arrays(*values))


def test_a_normalised_difference_is_the_index():
    values = np.random.default_rng(0).integers(1, 9000, (3, 200)).astype(np.int16)
    assert formulas.formula("x", "( b -a)/(b+ a)", BANDS) == formulas.formula("x", "(b-a)/(b+a)", BANDS)
    exact = np.floor((values[1] - values[0].astype(float)) * 1000 / (values[1] + values[0].astype(float)) + 0.5)
    np.testing.assert_array_equal(computed("(b - a) / (b + a)", values), exact)


@pytest.mark.parametrize("text", ["(1-a)/(1+a)", "(2 - a) / (2 + a)", "(a-1)/(a+1)", "(a-b)/(a+b)", "a-b/a+b"])
def test_numbers_and_bands_without_more_brackets_than_one_writes(text):
    values = np.random.default_rng(1).integers(1, 9000, (3, 200)).astype(np.int16)
    a, b = values[:2] / 10000
    expected = eval(text, {"__builtins__": {}}, {"a": a, "b": b}) * 1000
    assert np.abs(computed(text, values) - np.clip(expected, -32767, 32767)).max() <= 0.5 + 1e-6


def test_scale_limits_and_values_that_are_none():
    values = np.array([[5000], [10000], [0]], np.int16)
    assert computed("a", values, 10).item() == 5
    assert computed("a * 100", values, 1000).item() == 32767
    assert computed("-a * 100", values, 1000).item() == -32767
    assert [computed(text, values).item() for text in ("c / c", "sqrt(c - a)", "log(c - a)")] == [0, 0, 0]
    assert [computed(text, values).item() for text in ("a / c", "-a / c", "log(c)")] == [32767, -32767, -32767]
    assert [computed(f"exp(a * {much})", values).item() for much in (10, 2500)] == [32767, 32767]


def test_no_value_is_taken_for_what_was_never_seen():
    values = np.array([[9999, 10000, 10001]] * 3, np.int16)
    assert computed("-a", values, 10000).tolist() == [-9999, -9999, -10001]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os').getpid()", "cannot compute"),
        ("a.real", r"cannot compute `a\.real`"),
        ("a if b else c", "cannot compute"),
        ("[a for a in b]", "cannot compute"),
        ("a < b", "cannot compute"),
        ("a; b", "is not a formula"),
        ("(a", "is not a formula"),
        ("", "is not a formula"),
        ("(" * 400 + "a" + ")" * 400, "is not a formula"),
        ("open(a)", r"cannot compute `open\(a\)`; functions are sqrt\(a\)"),
        ("sqrt(a, b)", "functions are"),
        ("min(a)", "functions are"),
        ("max(*a)", "cannot compute"),
        ("sqrt(x=a)", "cannot compute"),
        ("True + a", "cannot compute `True`"),
        ("'a' * 3", "cannot compute"),
        ("1e999 * a", "too large"),
        ("9" * 400 + "* a", "too large"),
        ("a + d", "cannot compute `d`"),
        ("+".join(["a"] * 900), "operations within each other"),
        ("-" * 900 + "a", "operations within each other"),
    ],
)
def test_what_is_no_formula(text, message):
    with pytest.raises(InputError, match=message):
        formulas.formula("x", text, BANDS)


@pytest.mark.parametrize("text", ["+".join(["a"] * (formulas.MOST_LEVELS - 2)), "abs(" * 120 + "a" + ")" * 120])
def test_as_many_levels_as_may_be_can_be_computed_and_told(text):
    assert formulas.formula("x", text, BANDS).scale == formulas.INDEX_SCALE
    with pytest.raises(InputError, match="cannot compute `d`"):
        formulas.formula("x", text.replace("a", "d", 1) if text[1] == "+" else text.replace("(a)", "(d)"), BANDS)


def test_names():
    assert formulas.names_in("max(B8, 0.1) - sqrt(N) * B8 ** 2") == ["B8", "N"]
    with pytest.raises(InputError, match="cannot compute"):
        formulas.names_in("eval(B8)")


def of_decibels(text, values, scale=1000.0):
    expression = formulas.formula("x", text, BANDS, None, scale, 100).expression
    rows = np.zeros((4, BLOCK), np.int16)
    rows[:3, : values.shape[1]] = values
    expressions = formula_kernels.joined([expression])
    formula_kernels.compute_block(expressions, rows, 3, 1, np.empty((expressions.depth, BLOCK)))
    return rows[3, : values.shape[1]]


def test_power_of_decibels_is_linear():
    values = np.array([[-5000, -2350, -301, 0, 997], [-1000] * 5, [0] * 5], np.int16)
    linear = 10.0 ** (values / 1000)
    np.testing.assert_array_equal(of_decibels("power(a)", values), np.floor(linear[0] * 1000 + 0.5))
    ratio = (linear[0] - linear[1]) / (linear[0] + linear[1])
    found = of_decibels("(power(a) - power(b)) / (power(a) + power(b))", values)
    assert np.abs(found - 1000 * ratio).max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(of_decibels("a - b", values, 100), values[0] - values[1])
    assert formulas.names_in("power(VH) / power(VV)") == ["VH", "VV"]


def test_power_is_of_bands_in_decibels_alone():
    with pytest.raises(InputError, match=r"`power\(a\)`: a is not in decibels as bands of radar"):
        formulas.formula("x", "power(a)", BANDS)
    for text in ("power(a - b)", "power(a, b)", "power()", "power(0.5)", "power(d)", "power(k)"):
        with pytest.raises(InputError, match=r"takes the name of one band of radar, as power\(VV\)"):
            formulas.formula("x", text, BANDS, {"c": 1.0}, unit=100)
