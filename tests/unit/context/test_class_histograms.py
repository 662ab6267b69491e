from fractions import Fraction

import numpy as np
import pytest

from landloom.context.class_histograms import HISTOGRAMS

RNG = np.random.default_rng(1)
GROUPS = RNG.integers(0, 9, 200)
PROBABILITIES = RNG.dirichlet(np.ones(4), 200).astype(np.float32)


def rounded(fraction):
    return int(1000 * fraction + Fraction(1, 2))


def naive(kind):
    found = np.zeros((10, 4), int)
    for group in range(9):
        those = PROBABILITIES[group == GROUPS]
        for code in range(4):
            if kind == "labels":
                found[group, code] = rounded(Fraction(sum(int(row.argmax() == code) for row in those), len(those)))
            else:
                stored = [int(np.floor(value * np.float32(1000) + np.float32(0.5))) for value in those[:, code]]
                found[group, code] = rounded(Fraction(sum(stored), 1000 * len(stored)))
    return found


@pytest.mark.parametrize("kind", HISTOGRAMS)
def test_histograms_equal_the_naive_version_in_any_order(kind):
    found = HISTOGRAMS[kind](GROUPS, 10, PROBABILITIES)
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, naive(kind))
    order = RNG.permutation(200)
    np.testing.assert_array_equal(HISTOGRAMS[kind](GROUPS[order], 10, PROBABILITIES[order]), found)


@pytest.mark.parametrize("kind", HISTOGRAMS)
def test_nothing_has_no_histogram(kind):
    assert HISTOGRAMS[kind](GROUPS[:0], 0, PROBABILITIES[:0]).shape == (0, 4)
    np.testing.assert_array_equal(HISTOGRAMS[kind](np.array([1]), 2, PROBABILITIES[:1])[0], 0)
