import datetime

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from landloom.features import sensor_features
from landloom.features.vectors import Layout
from landloom.reading.observations import SeriesWindow
from landloom.timeseries.gap_filling import fill_gaps
from landloom.timeseries.output_dates import EPOCH


def make(observations, bands, pixels, fraction=0.6, seed=0, span=300):
    rng = np.random.default_rng(seed)
    values = rng.integers(-9999, 32767, (observations, bands, pixels)).astype(np.int16)
    valid = rng.random((observations, pixels)) < fraction
    days = np.sort(rng.integers(0, span, observations))
    return values, valid, days


def filled(values, valid, days, outputs):
    return fill_gaps(values.copy(), valid.copy(), days, outputs)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 3), st.integers(1, 40), st.floats(0, 1), st.integers(0, 10**6))
def test_equals_the_naive_version(observations, bands, pixels, fraction, seed):
    values, valid, days = make(observations, bands, pixels, fraction, seed, span=30)
    outputs = np.sort(np.random.default_rng(seed).choice(60, 7, replace=False)) - 10
    expected = naive.fill_gaps(values, valid, days, outputs)
    np.testing.assert_array_equal(filled(values, valid, days, outputs), expected)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.integers(1, 700), st.floats(0.2, 1), st.integers(0, 10**6))
def test_any_pixels_of_a_window_equal_the_naive_version(observations, chosen, fraction, seed):
    """Scattered and side by side, over several blocks, with several looks a day: as samples and maps ask for them."""
    rng = np.random.default_rng(seed)
    values, valid, days = make(observations, 2, 800, fraction, seed, span=9)
    outputs = np.arange(-2, 12, 3)
    scattered = np.sort(rng.choice(800, chosen, replace=False))
    dates = [EPOCH + datetime.timedelta(int(day)) for day in days]
    output_dates = [EPOCH + datetime.timedelta(int(day)) for day in outputs]
    sensor = sensor_features.of_sensor("s", ["a", "b"], {}, True, [], dates, output_dates)
    for pixels in (scattered, np.arange(seed % 100, seed % 100 + chosen)):
        found, seen = Layout((sensor,)).of_window(None, {"s": SeriesWindow(values, valid)}).stack(pixels)
        some = pixels[:: max(len(pixels) // 25, 1)]
        expected = naive.fill_gaps(values[:, :, some], valid[:, some], days, outputs).reshape(-1, len(some))
        np.testing.assert_array_equal(found[:: max(len(pixels) // 25, 1)], expected.T)
        np.testing.assert_array_equal(seen, valid[:, pixels].any(axis=0))


def test_follows_numpy_interp():
    values, valid, _ = make(40, 4, 600, 0.7)
    days = np.arange(0, 400, 10)
    outputs = np.arange(3, 390, 7)
    out = filled(values, valid, days, outputs)
    for pixel in range(0, 600, 37):
        clear = valid[:, pixel]
        for band in range(4):
            expected = np.interp(outputs, days[clear], values[clear, band, pixel])
            assert np.abs(out[:, band, pixel] - expected).max() <= 0.51


def test_a_clear_look_hit_exactly_is_returned():
    values, _, _ = make(20, 3, 300)
    days = np.arange(0, 200, 10)
    out = filled(values, np.ones((20, 300), bool), days, days)
    np.testing.assert_array_equal(out, values)


def test_constant_outside_of_the_clear_looks():
    values = np.array([100, 200, 300], np.int16).reshape(3, 1, 1)
    valid = np.array([[False], [True], [False]])
    out = filled(values, valid, np.array([10, 20, 30]), np.array([0, 15, 20, 40]))
    assert out.ravel().tolist() == [200] * 4


def test_two_looks_of_a_day():
    values = np.array([100, 201, 400], np.int16).reshape(3, 1, 1)
    days = np.array([5, 5, 9])
    both = filled(values, np.ones((3, 1), bool), days, np.array([5]))
    first = filled(values, np.array([[True], [False], [True]]), days, np.array([5]))
    second = filled(values, np.array([[False], [True], [True]]), days, np.array([5]))
    assert (both.item(), first.item(), second.item()) == (151, 100, 201)


def test_never_clear_is_nodata():
    values, valid, days = make(9, 2, 700, 0.5)
    valid[:, 500] = False
    out = filled(values, valid, days, np.array([1, 50, 100]))
    assert (out[:, :, 500] == naive.NODATA).all()
    assert (out[:, :, valid.any(axis=0)] != naive.NODATA).all()


@pytest.mark.parametrize("cut", [1, 255, 256, 257, 700])
def test_does_not_depend_on_the_cut_into_windows(cut):
    values, valid, days = make(12, 3, 1000)
    outputs = np.arange(0, 300, 13)
    whole = filled(values, valid, days, outputs)
    parts = [
        filled(values[:, :, first : first + cut], valid[:, first : first + cut], days, outputs)
        for first in range(0, 1000, cut)
    ]
    np.testing.assert_array_equal(np.concatenate(parts, axis=2), whole)


def test_does_not_depend_on_threads():
    values, valid, days = make(12, 3, 5000)
    outputs = np.arange(0, 300, 13)
    results = []
    for threads in (1, numba.config.NUMBA_NUM_THREADS):
        numba.set_num_threads(threads)
        results.append(filled(values, valid, days, outputs))
    np.testing.assert_array_equal(*results)
