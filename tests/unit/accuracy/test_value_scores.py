"""Scores of values, against numbers worked out by hand and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from landloom.accuracy import value_scores
from landloom.accuracy.value_scores import Pairs


def pairs(truth, estimate, half_width=1.0, weight=1.0):
    columns = np.broadcast_arrays(np.array(truth, float), estimate, half_width, weight)
    return Pairs(*(np.array(one, float) for one in columns))


def test_numbers_worked_out_by_hand():
    found = value_scores.scores(pairs([3, -0.5, 2, 7], [2.5, 0, 2, 8], [0.6, 0.4, 0.1, 1]))
    expected = {"mae": 0.5, "rmse": 0.375**0.5, "r2": 0.948608, "median_ae": 0.5, "largest_error": 1, "bias": 0.25}
    expected |= {"tested": 4, "coverage": 0.75, "mean_width": 1.05, "rmse_over_sd": (1 - 0.948608) ** 0.5}
    assert found == pytest.approx(expected, abs=1e-6)
    assert tuple(found) == value_scores.SCORES


def test_scikit_learn_says_the_same_with_weights():
    random = np.random.default_rng(1)
    truth, weight = random.normal(0, 5, 99), random.integers(1, 9, 99)
    estimate = truth + random.normal(1, 2, 99)
    found = value_scores.scores(pairs(truth, estimate, weight=weight))
    given = {"sample_weight": weight}
    assert found["r2"] == pytest.approx(metrics.r2_score(truth, estimate, **given))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(truth, estimate, **given))
    assert found["rmse"] == pytest.approx(metrics.root_mean_squared_error(truth, estimate, **given))
    repeated = np.repeat(np.abs(estimate - truth), weight)
    assert found["median_ae"] == pytest.approx(np.median(repeated))


def test_nothing_to_score_is_unknown():
    assert np.isnan(value_scores.scores(pairs([], []))["rmse"])
    constant = value_scores.scores(pairs([5, 5], [4, 6]))
    assert np.isnan(constant["r2"])
    assert constant["rmse"] == 1


@given(st.floats(0, 100, width=32), st.lists(st.floats(0.1, 9), min_size=2, max_size=40))
@settings(max_examples=60, deadline=None)
def test_values_that_are_all_one_explain_nothing(value, weight):
    """Their weighted mean may differ from them in the last digit, and R2 would be a huge number."""
    found = value_scores.scores(pairs(np.full(len(weight), value), value + 1, weight=weight))
    assert np.isnan([found["r2"], found["rmse_over_sd"]]).all()


def test_what_has_no_interval_is_not_outside_of_it():
    found = value_scores.scores(pairs([1, 2, 3], [1, 2, 4], [0.5, np.nan, 0.5]))
    assert (found["coverage"], found["mean_width"]) == (0.5, 1)
    without = value_scores.scores(pairs([1, 2], [1, 2], np.nan))
    assert np.isnan([without["coverage"], without["mean_width"]]).all()


def test_a_polygon_counts_where_its_pixels_are():
    """Of folds of pixels, a polygon is in several; of regions, a border may cut it."""
    table = pd.DataFrame({"polygon": [1, 1, 2], "number": [1, 2, 1], "code": 1, "fold": [0, 1, 0], "weight": 1.0})
    table = table.assign(value=[0.0, 0, 5], estimate=[1.0, 9, 5], half_width=1.0)
    found = value_scores.rows(table, 0, "pixels", {1: "north", 2: "south"}, {1: "all"})
    value = found[found.unit == "polygons"].set_index(["scope", "place", "score"]).value
    for scope, places in (("region", ("north", "south")), ("fold", ("0", "1"))):
        assert [value[scope, place, "tested"] for place in places] == [2, 1]
        assert [value[scope, place, "mae"] for place in places] == [0.5, 9]
    assert value["map", "", "mae"] == 2.5


def test_rows_are_of_all_scopes_and_units():
    table = pd.DataFrame(
        {
            "polygon": [1, 1, 2, 3],
            "number": [1, 1, 1, 2],
            "code": [1, 1, 2, 2],
            "value": [0.0, 2.0, 9.0, 11.0],
            "estimate": [1.0, 3.0, 9.0, np.nan],
            "half_width": [1.0, 0.5, 2.0, np.nan],
            "weight": 1.0,
            "fold": [0, 0, 1, 1],
        }
    )
    found = value_scores.rows(table, 0, "blocks", {1: "north", 2: "south"}, {1: "0 to 2", 2: "9 to 11"})
    keys = ["unit", "scope", "place", "score"]
    value = found.set_index(keys).value
    assert value["pixels", "map", "", "tested"] == 3
    assert value["pixels", "map", "", "mae"] == pytest.approx(2 / 3)
    assert value["pixels", "map", "", "coverage"] == pytest.approx(2 / 3)
    assert value["pixels", "region", "south", "tested"] == 0
    assert value["pixels", "bin", "0 to 2", "bias"] == 1
    assert value["pixels", "fold", "1", "rmse"] == 0
    assert value["polygons", "map", "", "tested"] == 2
    assert value["polygons", "map", "", "mae"] == 0.5
    assert ("polygons", "map", "", "coverage") not in value.index
    both = value_scores.over_runs(pd.concat([found, found.assign(run=1, value=found.value + 1)]))
    assert value_scores.FOLD not in set(both.scope)
    row = both[(both.unit == "pixels") & (both.scope == "map") & (both.score == "bias")].iloc[0]
    assert (row["greatest"] - row["least"], row["runs"]) == pytest.approx((1, 2))
