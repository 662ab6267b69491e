import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.sar.signed_power import NONE, to_power, to_stored
from landloom.sar.speckle import LOOKS, lee, quegan_yu, to_decibels, window_means


def stored(powers):
    return np.stack([to_stored(one) for one in np.asarray(powers, np.float32)])


def around(image, row, column, radius):
    """Valid powers of a window, cut at the image's edges."""
    top, left = max(row - radius, 0), max(column - radius, 0)
    part = image[top : row + radius + 1, left : column + radius + 1].astype(float)
    return part[~np.isnan(part)]


def naive_means(powers, radius):
    out = np.full(powers.shape, np.nan)
    for k, row, column in np.argwhere(~np.isnan(powers)):
        out[k, row, column] = around(powers[k], row, column, radius).mean()
    return out


def naive_quegan_yu(powers, radius):
    means = naive_means(powers, radius)
    out = means.copy()
    for row, column in np.ndindex(powers.shape[1:]):
        counted = np.nan_to_num(means[:, row, column]) > 0
        if counted.any():
            ratio = (powers[counted, row, column] / means[counted, row, column]).mean()
            out[counted, row, column] = means[counted, row, column] * ratio
    return out


def naive_lee(powers, radius, looks):
    out = np.full(powers.shape, np.nan)
    for k, row, column in np.argwhere(~np.isnan(powers)):
        part = around(powers[k], row, column, radius)
        mean, variance = part.mean(), part.var()
        weight = max(0, 1 - mean**2 / looks / variance) if variance > 1e-12 else 0
        out[k, row, column] = mean + weight * (powers[k, row, column] - mean)
    return out


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(6)
    powers = rng.gamma(4.4, 0.1 / 4.4, (4, 70, 33)) - 0.02
    powers[rng.random(powers.shape) < 0.1] = np.nan
    powers[1, :20] = np.nan
    powers[2, 30:50] = rng.normal(-0.01, 0.01, (20, 33))  # noise alone
    powers[:, 60:63, 5:9] = np.nan
    return stored(powers)


@pytest.mark.parametrize("radius", [0, 1, 3])
def test_filters_equal_naive_ones(series, radius):
    powers = to_power(series).astype(float)
    np.testing.assert_allclose(window_means(series, radius), naive_means(powers, radius), rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(quegan_yu(series, radius), naive_quegan_yu(powers, radius), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(lee(series, radius), naive_lee(powers, radius, LOOKS), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kernel", [window_means, quegan_yu, lee])
def test_windows_with_a_margin_agree_with_the_whole(series, kernel, threads):
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, before))
    part = kernel(np.ascontiguousarray(series[:, 13:61, 4:25]), 2)
    numba.set_num_threads(before)
    np.testing.assert_array_equal(part[:, 2:-2, 2:-2], kernel(series, 2)[:, 15:59, 6:23])


@given(st.integers(1, 90), st.integers(1, 12), st.integers(0, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_means_are_exact(rows, columns, radius, seed):
    numbers = np.random.default_rng(seed).integers(-32768, 32768, (1, rows, columns)).astype(np.int16)
    found = window_means(numbers, radius)
    for row, column in ((0, 0), (rows - 1, columns - 1), (rows // 2, columns // 2)):
        part = numbers[0, max(row - radius, 0) : row + radius + 1, max(column - radius, 0) : column + radius + 1]
        values = [int(one) * abs(int(one)) for one in part.ravel() if one != NONE]
        if numbers[0, row, column] != NONE:
            assert found[0, row, column] == np.float32(sum(values) * (1 / 3000.0**2) / len(values))


def test_quegan_and_yu_by_hand():
    """I = 3, 6 and m = 2, 4: J = 3, 6; I = 3, 2 and m = 2, 4: J = 2, 4: three pixels, the middle filtered."""
    for middle, expected in (((3, 6), (3, 6)), ((3, 2), (2, 4))):
        sides = [(3 * mean - value) / 2 for mean, value in zip((2, 4), middle, strict=True)]
        images = [[[side, value, side]] for side, value in zip(sides, middle, strict=True)]
        found = quegan_yu(stored(images), 1)[:, 0, 1]
        np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_one_observation_stays_as_it_is(series):
    found = quegan_yu(series[:1], 2)
    means = window_means(series[:1], 2)
    np.testing.assert_allclose(found[means > 0], to_power(series[:1])[means > 0], rtol=1e-5)


def test_lee_by_hand():
    window = np.array([[[1, 2, 3], [4, 8, 5], [6, 7, 9]]])
    assert lee(stored(window), 1, 4.4)[0, 1, 1] == pytest.approx(5.44318, abs=2e-3)


@pytest.mark.parametrize("dates", [1, 2, 5, 10])
def test_looks_of_quegan_and_yu(dates):
    """M N L / (M + N - 1) of independent speckle; the mean stays."""
    powers = np.random.default_rng(7).gamma(LOOKS, 0.1 / LOOKS, (dates, 200, 200))
    found = quegan_yu(stored(powers), 2)[:, 2:-2, 2:-2]
    looks = found.mean() ** 2 / found.var()
    assert looks == pytest.approx(dates * 25 * LOOKS / (dates + 24), rel=0.1)
    assert found.mean() == pytest.approx(0.1, rel=5e-3)


@pytest.mark.parametrize(("radius", "expected"), [(1, 27.5), (2, 64.8), (3, 117.6)])
def test_looks_of_lee(radius, expected):
    powers = np.random.default_rng(8).gamma(LOOKS, 0.1 / LOOKS, (1, 300, 300))
    found = lee(stored(powers), radius)[0, 3:-3, 3:-3]
    assert found.mean() ** 2 / found.var() == pytest.approx(expected, rel=0.1)


def test_decibels():
    powers = np.array([[[1.0, 0.1, 0.001, 1e-5, 1e-6, 0.0, -3.0, np.nan, 100.0]]], np.float32)
    assert to_decibels(powers).tolist() == [[[0, -1000, -3000, -5000, -5000, -5000, -5000, -10000, 2000]]]


def test_decibels_are_those_of_the_logarithm():
    powers = 10 ** np.random.default_rng(1).uniform(-5, 2.5, (1, 100, 999)).astype(np.float32)
    exact = 1000 * np.log10(powers.astype(float))
    assert np.abs(to_decibels(powers) - exact).max() <= 0.5 + 1e-6


def test_means_of_decibels_would_be_too_low():
    """By (10 / ln 10) (digamma(L) - ln L) = -0.512 dB, and spread by 2.19 dB."""
    powers = np.random.default_rng(9).gamma(LOOKS, 0.1 / LOOKS, (1, 400, 400)).astype(np.float32)
    decibels = to_decibels(powers) / 100
    assert decibels.mean() - 10 * np.log10(powers.mean()) == pytest.approx(-0.512, abs=0.03)
    assert decibels.std() == pytest.approx(2.19, abs=0.03)
