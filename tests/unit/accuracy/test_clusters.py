"""Intervals by polygons: numbers worked out by hand, what holds of any polygons, and how often they are right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.accuracy import clusters

RIGHT, COUNTED = np.array([8, 5, 10, 2, 7]), np.array([10, 8, 10, 6, 9])

polygons = st.lists(
    st.integers(0, 60).flatmap(lambda counted: st.tuples(st.integers(0, counted), st.just(counted))), max_size=40
)


def test_worked_example():
    """Cochran's formula, by hand; swapped, or as if pixels were independent, it gives other numbers."""
    found = clusters.ratio(RIGHT, COUNTED)
    assert found.value == pytest.approx(0.7441860, abs=1e-7)
    assert found.standard_error == pytest.approx(0.0970528, abs=1e-7)
    independent = (found.value * (1 - found.value) / COUNTED.sum()) ** 0.5
    assert independent == pytest.approx(0.0665378, abs=1e-7)
    assert found.polygons == 5
    assert 0 < found.low < found.value < found.high < 1


def test_wilson_interval_of_polygons_of_one_pixel():
    """It is that of independent draws, but for m - 1 in the variance and Student's quantile."""
    right = np.repeat([1.0, 0.0], [15, 5])
    found = clusters.ratio(right, np.ones(20))
    quantile, number, value = 2.0930240544, 19, 0.75
    middle = (value + quantile**2 / (2 * number)) / (1 + quantile**2 / number)
    half = quantile / (1 + quantile**2 / number) * (value * 0.25 / number + quantile**2 / (4 * number**2)) ** 0.5
    assert (found.low, found.high) == (pytest.approx(middle - half), pytest.approx(middle + half))


@given(polygons)
@settings(max_examples=60, deadline=None)
def test_an_interval_holds_its_value_within_the_range_of_scores(drawn):
    right, counted = (np.array([pair[part] for pair in drawn], float) for part in (0, 1))
    found = clusters.ratio(right, counted)
    assert found.polygons == (counted > 0).sum()
    if not found.polygons:
        assert np.isnan(found.value)
        return
    assert found.value == pytest.approx(right.sum() / counted.sum())
    if found.polygons > 1:
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.low < found.high
    else:
        assert np.isnan([found.low, found.high, found.standard_error]).all()


@given(polygons, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_polygons_changes_nothing(drawn, random):
    shuffled = random.sample(drawn, len(drawn))
    one, other = (
        clusters.ratio(*(np.array([pair[part] for pair in pairs], float) for part in (0, 1)))
        for pairs in (drawn, shuffled)
    )
    for name in ("value", "standard_error", "low", "high", "polygons"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9)


@pytest.mark.parametrize("times", [3, 30])
def test_more_pixels_of_the_same_polygons_tell_no_more(times):
    """As more runs over the same polygons do: the interval by independent pixels would go to 0."""
    one, more = clusters.ratio(RIGHT, COUNTED), clusters.ratio(times * RIGHT, times * COUNTED)
    assert more.standard_error == pytest.approx(one.standard_error)
    assert more.high - more.low == pytest.approx(one.high - one.low)


@pytest.mark.parametrize("value", [0, 1])
def test_a_few_polygons_that_are_all_right_are_not_certain(value):
    found = clusters.ratio(np.full(6, 50 * value), np.full(6, 50))
    assert found.value == value
    assert np.isnan(found.standard_error)
    assert found.high - found.low == pytest.approx(1 - 0.025 ** (1 / 6))
    assert (found.low, found.high)[value] == value


def test_intervals_cover_the_truth_as_often_as_they_say():
    """Of polygons whose pixels are alike, in three of four of which nearly all pixels are right."""
    random, truth, inside = np.random.default_rng(11), [], 0
    population = random.beta(0.9, 0.3, 20_000), random.integers(5, 80, 20_000)
    truth = (population[0] * population[1]).sum() / population[1].sum()
    for _ in range(600):
        drawn = random.integers(0, 20_000, 30)
        counted = population[1][drawn]
        found = clusters.ratio(random.binomial(counted, population[0][drawn]), counted)
        inside += found.low <= truth <= found.high
    assert 0.92 <= inside / 600 <= 0.985


def coverage(truth, sizes, wrong, share):
    """Return how often intervals of 400 draws hold the truth: pixels are right but for some, and whole polygons."""
    random, inside = np.random.default_rng(7), 0
    for _ in range(400):
        counted = sizes(random)
        rates = np.where(random.random(len(counted)) < wrong, 0.0, share)
        found = clusters.ratio(random.binomial(counted, rates), counted)
        inside += found.low <= truth <= found.high
    return inside / 400


@pytest.mark.parametrize("polygons", [5, 10, 20])
def test_a_few_wrong_pixels_do_not_exclude_polygons_that_are_all_wrong(polygons):
    """One of 25 polygons is all wrong, and most draws have none: there, pixels at edges are all that varies."""
    truth = 0.96 * 0.998
    assert coverage(truth, lambda random: np.full(polygons, 100), 0.04, 0.998) >= 0.93
    one_wrong = np.full(polygons, 100.0) - np.eye(polygons)[0]
    all_right = clusters.ratio(np.full(polygons, 100), np.full(polygons, 100))
    assert clusters.ratio(one_wrong, np.full(polygons, 100)).low <= all_right.low + 1e-12
    none_right = clusters.ratio(np.zeros(polygons), np.full(polygons, 100))
    assert clusters.ratio(100 - one_wrong, np.full(polygons, 100)).high >= none_right.high - 1e-12


@pytest.mark.parametrize("polygons", [10, 30])
def test_a_large_polygon_among_small_ones_is_still_one(polygons):
    def sizes(random):
        return np.ceil(random.lognormal(4, 1.2, polygons)).astype(int)

    assert coverage(0.8, sizes, 0.2, 1.0) >= 0.93
    large = np.array([10_000.0, *[1.0] * 20])
    two = np.array([5.0, 5.0])
    assert clusters.ratio(large, large).low <= clusters.ratio(two, two).low


def test_differences_are_paired():
    """What is hard for both does not count: the difference is far more certain than either."""
    random = np.random.default_rng(5)
    counted = random.integers(20, 60, 40)
    hard = random.beta(0.9, 0.4, 40)
    one = random.binomial(counted, hard)
    other = np.maximum(one - random.binomial(3, 0.5, 40), 0)
    found = clusters.difference((one, counted), (other, counted))
    alone = clusters.ratio(one, counted)
    assert found.value == pytest.approx((one.sum() - other.sum()) / counted.sum())
    assert found.low > 0
    assert found.standard_error < alone.standard_error / 5
    # With one denominator it is the ratio of the differences.
    residuals = one - other - found.value * counted
    expected = (40 / 39 * (residuals**2).sum()) ** 0.5 / counted.sum()
    assert found.standard_error == pytest.approx(expected)
    swapped = clusters.difference((other, counted), (one, counted))
    assert (swapped.value, swapped.low) == (pytest.approx(-found.value), pytest.approx(-found.high))


def test_polygons_that_are_alike_do_not_make_a_number_certain():
    """Two polygons of which three quarters are right: the formula gives 0."""
    right, counted = np.array([9.0, 9.0]), np.array([12.0, 12.0])
    found = clusters.ratio(right, counted)
    assert np.isnan(found.standard_error)
    assert found.high - found.low > 0.5
    less = clusters.difference((right, counted), (right + 1, counted))
    assert less.value == pytest.approx(-1 / 12)
    assert np.isnan([less.standard_error, less.low, less.high]).all()


def test_nothing_in_common_is_no_difference():
    nothing = np.zeros(3)
    assert np.isnan(clusters.difference((nothing, nothing), (nothing, COUNTED[:3])).value)
    single = clusters.difference((RIGHT[:1], COUNTED[:1]), (COUNTED[:1], COUNTED[:1]))
    assert single.value == pytest.approx(-0.2)
    assert np.isnan(single.low)
