import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.features import checks as feature_checks
from landloom.features import formulas
from landloom.features.selection import SensorBands, choose
from landloom.features.settings import FeatureSettings
from making import sensor_features, stacked

S2 = SensorBands("s2", ("B2", "B4", "B8", "B11"), {"B2": "B", "B4": "R", "B8": "N", "B11": "S1"})
L8 = SensorBands("l8", ("B4", "B5"), {"B4": "R", "B5": "N"})
MONTH = [31, 59]


def names(**features):
    part = sensor_features(MONTH, MONTH, band_names=S2.names, letters=S2.letters, **features)
    return [name.removeprefix("s_").replace("19700201", "f").replace("19700301", "m") for name in part.names]


def test_bands_of_sensors():
    settings = FeatureSettings(bands={"s2": ["B8", "B2"], "s1": False})
    assert [one.name for one in choose(S2, settings).together] == ["B2", "B8"]
    assert [one.name for one in choose(L8, settings).together] == ["B4", "B5"]
    assert names(bands={"s": False}, indices=["NDVI"]) == ["NDVI_f", "NDVI_m"]
    assert names(bands=False, indices=["NDVI"]) == ["NDVI_f", "NDVI_m"]


def test_order():
    """Bands date by date; each index, then each expression; statistics as they are listed."""
    found = names(
        bands={"s": ["B4", "B8"]},
        indices=["NDVI"],
        expressions={"x": "B2 + S1", "y": "missing * 2"},
        statistics=[{"of": ["x", "B2"], "kinds": ["p10", "max"]}, {"of": ["NDVI"], "kinds": ["mean"], "only": True}],
    )
    bands = ["B4_f", "B8_f", "B4_m", "B8_m"]
    assert found == [*bands, "x_f", "x_m", "x_p10", "x_max", "B2_p10", "B2_max", "NDVI_mean"]


def test_relative_bands_and_what_equals_them():
    found = names(relative_to={"s": "B4"}, indices=["NDVI", "NDMI"], expressions={"same": "(B2-B4)/(B2+B4)"})
    dated = [f"{band}_{stamp}" for stamp in "fm" for band in ("B2_to_B4", "B4", "B8_to_B4", "B11_to_B4")]
    assert found == [*dated, "NDMI_f", "NDMI_m"]
    values = np.random.default_rng(0).integers(1, 9000, (2, 4, 300)).astype(np.int16)
    part = sensor_features(
        MONTH, MONTH, band_names=S2.names, letters=S2.letters, relative_to={"s": "B4"},
        indices=["NDVI"], statistics=[{"of": ["NDVI", "B8_to_B4"], "kinds": ["max"]}],
    )  # fmt: skip
    assert part.names[-1] == "s_NDVI_max"
    found, _ = stacked(part, values, np.ones((2, 300), bool))
    red, near = values[:, 1].astype(float), values[:, 2].astype(float)
    ndvi = np.floor((near - red) * 1000 / (near + red) + 0.5)
    np.testing.assert_array_equal(found[:, [2, 6]], ndvi.T)
    np.testing.assert_array_equal(found[:, [1, 5]], red.T)
    np.testing.assert_array_equal(found[:, -1], ndvi.max(axis=0))


def test_an_expression_goes_by_band_names_before_letters():
    odd = SensorBands("s", ("N", "x"), {"x": "N", "N": "R"})
    (expression,) = choose(odd, FeatureSettings(indices=[], expressions={"e": "N"})).expressions
    assert expression[0][1] == 0


def test_an_expression_of_one_sensor():
    settings = FeatureSettings(indices=[], expressions={"e": {"formula": "B4 * 2", "sensors": ["l8"]}})
    assert [len(choose(one, settings).one_by_one) for one in (S2, L8)] == [0, 1]


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"bands": {"s3": True}}, r"features\.bands: s3 is not among the sensors \['l8', 's2'\]"),
        ({"bands": {"s2": ["B9"]}}, r"features\.bands\.s2: \['B9'\] are not among its bands"),
        ({"relative_to": {"s2": "B9"}}, r"features\.relative_to\.s2: B9 is not among its bands"),
        ({"relative_to": {"x": "B4"}}, r"features\.relative_to: x is not among the sensors"),
        ({"indices": ["NDVX"]}, r"features\.indices: spyndex has no index `NDVX`"),
        ({"expressions": {"e": "B4 +"}}, r"features\.expressions\.e: `B4 \+` is not a formula"),
        (
            {"expressions": {"e": "B4 + B99"}},
            r"features\.expressions\.e: no sensor has all of \['B4', 'B99'\]: s2 has",
        ),
        ({"expressions": {"e": "3 * 4"}}, r"features\.expressions\.e: `3 \* 4` has no band"),
        ({"expressions": {"e": {"formula": "B2", "sensors": ["l8"]}}}, r"expressions\.e: l8 has no band B2"),
        ({"expressions": {"e": {"formula": "B2", "sensors": ["q"]}}}, r"expressions\.e\.sensors: q is not among"),
        (
            {"expressions": {"B4": "B8 * 2"}},
            "s2 has `B4` twice, as a band and as an expression; name the expression otherwise",
        ),
        ({"expressions": {"NDVI": "N - R"}}, "s2 has `NDVI` twice, as an index and as an expression; name the expr"),
        (
            {"relative_to": {"s2": "B4"}, "expressions": {"B8_to_B4": "N - R"}},
            "s2 has `B8_to_B4` twice, as a relative band and as an expression; name the expression otherwise",
        ),
        ({"statistics": [{"of": ["EVI"], "kinds": ["max"]}]}, r"features\.statistics\[0\]\.of: no sensor has `EVI`"),
        ({"interpolation": {"method": "none"}}, r"sensors\.s2\.output_dates: must be `own` or `union`"),
    ],
)
def test_what_cannot_be_made_is_told(features, message):
    found = feature_checks.problems(FeatureSettings(**features), [S2, L8], {"s2": "steps", "l8": "union"}, [])
    with pytest.raises(InputError, match=message):
        raise InputError("\n".join(found))


INDEX_BAND = SensorBands("m", ("red", "nir", "NDVI"), {"red": "R", "nir": "N"})


def test_an_index_that_a_band_is_named_as():
    with pytest.raises(InputError, match="m has `NDVI` twice, as a band and as an index; leave it out of `indices`"):
        choose(INDEX_BAND, FeatureSettings())
    assert choose(INDEX_BAND, FeatureSettings(indices=[])).one_by_one == ()


def test_flags_of_dates_have_names_too():
    settings = {"indices": [], "expressions": {"mask": "N - R"}}
    assert choose(S2, FeatureSettings(**settings)).one_by_one[0].name == "mask"
    with pytest.raises(
        InputError, match="s2 has `mask` twice, as a flag of its dates and as an expression; name the"
    ):
        choose(S2, FeatureSettings(**settings, interpolation={"method": "none"}))
    masked = SensorBands("m", ("red", "mask"), {})
    with pytest.raises(InputError, match="m has `mask` twice, as a flag of its dates and as a band; name the band"):
        choose(masked, FeatureSettings(indices=[], interpolation={"method": "none"}))


def test_features_of_two_sensors_that_have_one_name():
    other = SensorBands("s2_x", ("B4",), {})
    settings = FeatureSettings(indices=[], expressions={"x_B4": {"formula": "B4 * 2", "sensors": ["s2"]}})
    (found,) = feature_checks.problems(settings, [S2, other], {"s2": "own", "s2_x": "own"}, [])
    assert found == (
        "features: s2 with `x_B4` and s2_x with `B4` would both be called s2_x_B4; rename a sensor or an expression"
    )


def test_what_can_be_made_is_no_problem():
    features = {
        "relative_to": {"s2": "B4"},
        "expressions": {"e": "sqrt(N)", "f": {"formula": "B11", "sensors": ["s2"], "scale": 10}},
        "statistics": [{"of": ["NDVI", "e", "B5", "B8_to_B4", "brightness"], "kinds": ["p10", "day_of_max"]}],
        "interpolation": {"method": "none"},
    }
    assert feature_checks.problems(FeatureSettings(**features), [S2, L8], {"s2": "own", "l8": "union"}, []) == []


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"interpolation": {"window": 5}}, "window applies to `method: savitzky_golay` only"),
        ({"interpolation": {"method": "savitzky_golay", "window": 4}}, "window must be odd"),
        ({"interpolation": {"method": "savitzky_golay", "window": 3, "degree": 3}}, "degree must be below window"),
        ({"statistics": [{"of": ["NDVI"], "kinds": ["p100"]}]}, "must be min, max"),
        ({"statistics": [{"of": ["NDVI"], "kinds": ["p0"]}]}, "must be min, max"),
    ],
)
def test_settings_that_contradict_themselves(features, message):
    with pytest.raises(ValueError, match=message):
        FeatureSettings(**features)


def test_settings_are_the_same_after_a_dump():
    settings = FeatureSettings(expressions={"e": "B4"}, interpolation={"method": "whittaker", "smoothing": 3})
    assert FeatureSettings(**settings.model_dump(mode="json")) == settings


def test_statistics_alone_of_relative_bands():
    features = {"relative_to": {"s2": "B4"}, "statistics": [{"of": ["B8_to_B4"], "kinds": ["max"], "only": True}]}
    assert feature_checks.problems(FeatureSettings(**features), [S2], {"s2": "steps"}, []) == []


def test_something_must_be_left():
    nothing = FeatureSettings(bands=False, indices=[])
    (line,) = feature_checks.problems(nothing, [S2], {"s2": "steps"}, [])
    assert "no feature is left" in line
    assert feature_checks.problems(nothing, [S2], {"s2": "steps"}, ["altitude"]) == []


def test_bands_of_radar_are_decibels_in_formulas_and_have_no_brightness():
    radar = SensorBands("s1", ("VV", "VH"), {}, 100.0)
    chosen = choose(radar, FeatureSettings(expressions={"ratio": {"formula": "VH - VV", "scale": 100}}))
    assert [one.name for one in chosen.one_by_one] == ["ratio"]
    assert {one.scale for one in (*chosen.together, *chosen.one_by_one)} == {100}
    band = [[(formulas.NUMBER, float(one)), (formulas.CONSTANT, 100.0), (formulas.DIVIDE, 0.0)] for one in (1, 0)]
    scaled = [(formulas.SUBTRACT, 0.0), (formulas.CONSTANT, 100.0), (formulas.MULTIPLY, 0.0)]
    assert [list(one) for one in chosen.expressions] == [[*band[0], *band[1], *scaled]]
