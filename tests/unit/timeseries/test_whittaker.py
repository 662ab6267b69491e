import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_matrix, diags
from scipy.sparse.linalg import spsolve

from landloom.timeseries import whittaker
from landloom.timeseries.gap_filling import BLOCK, fill_gaps, timeline
from making import sensor_features, stacked
from naive import whittaker_matrix


def curves(values, clear, observation_days, output_days, smoothing):
    """Return the kernel's own curves of one band, before rounding: (outputs, pixels); at most LANES pixels."""
    pixels = values.shape[1]
    some = np.zeros((len(observation_days), whittaker.LANES), np.int16)
    some[:, :pixels] = values
    bits = np.zeros((len(observation_days), BLOCK), np.int16)
    bits[:, :pixels] = -clear.astype(np.int16)
    plan = whittaker.plan(timeline(observation_days, output_days), smoothing)
    factors = whittaker.new_factors(plan)
    whittaker.count_days(plan, bits, factors)
    whittaker.factor(plan, bits, 0, factors)
    whittaker.solve(plan, some, bits, 0, factors)
    return factors.curve[2 + plan.node_of_output, :pixels]


def made(seed, observations, fraction, span):
    rng = np.random.default_rng(seed)
    days = np.sort(rng.choice(span, observations, replace=False))
    values = rng.integers(-2000, 12000, (observations, 40)).astype(np.int16)
    clear = rng.random((observations, 40)) < fraction
    clear[rng.permutation(observations)[:3]] = True
    return values, clear, days


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 40), st.floats(0.1, 1), st.floats(-1, 4), st.integers(0, 10**6))
def test_equals_a_dense_solution(observations, fraction, power, seed):
    values, clear, days = made(seed, observations, fraction, 120)
    outputs = np.arange(3, 117, 9)
    found = curves(values, clear, days, outputs, 10**power)
    nodes = np.union1d(days, outputs)
    penalty = 10**power * whittaker_matrix(nodes)
    for pixel in range(0, 40, 7):
        weights, fitted = np.zeros(len(nodes)), np.zeros(len(nodes))
        weights[np.searchsorted(nodes, days)] = clear[:, pixel]
        fitted[np.searchsorted(nodes, days)] = values[:, pixel]
        expected = np.linalg.solve(np.diag(weights) + penalty, weights * fitted)[np.searchsorted(nodes, outputs)]
        # Relative to what is solved for: the better of two solutions is not known beyond the matrix's condition.
        condition = np.linalg.cond(np.diag(weights) + penalty)
        tolerance = max(1e-9, 1e-15 * condition) * 12000
        np.testing.assert_allclose(found[:, pixel], expected, rtol=0, atol=tolerance)


def test_equals_eilers_formula_on_a_daily_grid():
    """W + lambda D'D with second differences D, as printed in the paper, solved by scipy's sparse solver."""
    values, clear, days = made(1, 30, 0.6, 100)
    found = curves(values, clear, days, np.arange(100), 100.0)
    second = diags([1.0, -2.0, 1.0], [0, 1, 2], (98, 100))
    for pixel in range(40):
        weights, fitted = np.zeros(100), np.zeros(100)
        weights[days], fitted[days] = clear[:, pixel], values[:, pixel]
        expected = spsolve(csc_matrix(diags(weights) + 100.0 * second.T @ second), weights * fitted)
        np.testing.assert_allclose(found[:, pixel], expected, rtol=1e-9, atol=1e-5)


def test_a_straight_line_stays_as_it_is():
    days = np.array([0, 3, 10, 30, 31, 60])
    values = np.repeat((100 + 20 * days)[:, None], 40, axis=1).astype(np.int16)
    found = curves(values, np.ones((6, 40), bool), days, np.arange(-5, 70, 5), 1e5)
    np.testing.assert_allclose(found, np.repeat((100 + 20 * np.arange(-5, 70, 5.0))[:, None], 40, axis=1), atol=1e-4)


def test_little_smoothing_goes_through_the_looks_and_much_gives_a_line():
    values, clear, days = made(3, 20, 1.0, 100)
    np.testing.assert_allclose(curves(values, clear, days, days, 1e-7), values, atol=0.1)
    line = np.polyval(np.polyfit(days, values[:, 5], 1), [0, 50, 99])
    np.testing.assert_allclose(curves(values, clear, days, [0, 50, 99], 1e9)[:, 5], line, atol=0.5)


@pytest.mark.parametrize("pixels", [1, 63, 700])
def test_features_are_the_rounded_curves_or_linear_where_few_days_are_clear(pixels):
    rng = np.random.default_rng(pixels)
    days = np.sort(rng.integers(0, 90, 12))  # some looks of one day
    values = rng.integers(0, 5000, (12, 2, 700)).astype(np.int16)
    valid = rng.random((12, 700)) < rng.random(700)
    outputs = np.arange(0, 90, 10)
    chosen = np.sort(rng.choice(700, pixels, replace=False))
    part = sensor_features(
        days, outputs, band_names=("a", "b"), interpolation={"method": "whittaker", "smoothing": 50}
    )
    found, seen = stacked(part, values, valid, chosen)
    linear = fill_gaps(values, valid, days, outputs)
    different, starts = np.unique(days, return_index=True)
    clear = np.logical_or.reduceat(valid, starts)
    means = fill_gaps(values, valid, days, different)
    nodes = np.union1d(different, outputs)
    np.testing.assert_array_equal(seen, valid[:, chosen].any(axis=0))
    for row, pixel in enumerate(chosen[::9]):
        expected = linear[:, :, pixel]
        if clear[:, pixel].sum() >= 3:
            one = [curves(means[:, b, [pixel]], clear[:, [pixel]], different, nodes, 50.0)[:, 0] for b in (0, 1)]
            held = np.clip(outputs, *different[clear[:, pixel]][[0, -1]])
            there = np.array(one)[:, np.searchsorted(nodes, held)]
            expected = np.clip(np.floor(there.T + 0.5), -9999, 32767)
        np.testing.assert_array_equal(found[9 * row], expected.ravel())


def test_nothing_runs_away_before_the_first_and_after_the_last_clear_look():
    """Three clear days in spring that rise: no other day of the year is beyond them."""
    days, outputs = np.array([5, 100, 105, 110, 350]), np.arange(1, 366, 7)
    values = np.array([9000, 500, 560, 700, 9000], np.int16)[:, None, None]
    valid = np.array([False, True, True, True, False])[:, None]
    part = sensor_features(days, outputs, band_names=("a",), interpolation={"method": "whittaker", "smoothing": 1000})
    found = stacked(part, values, valid)[0][0]
    assert set(found[outputs <= 100]) == {found[0]}
    assert set(found[outputs >= 110]) == {found[-1]}
    assert found.min() >= 480
    assert found.max() <= 720
