"""Units of several classes divided in two."""

import numpy as np
import pytest

from landloom.reference.stratification import divide


def blocks(seed, units=60, classes=7):
    """Return counts of which some classes are rare, some units poor."""
    random = np.random.default_rng(seed)
    frequent = random.permutation(np.geomspace(0.04, 0.9, classes))
    counts = random.poisson(4, (units, classes)) * (random.random((units, classes)) < frequent)
    counts[np.arange(classes) % units, np.arange(classes)] += 1
    return counts[counts.sum(axis=1) > 0]


def naive(counts, fraction, least, seed):
    """The same, unit by unit and class by class, in lists."""
    units, classes = range(len(counts)), range(len(counts[0]))
    order = np.random.default_rng(seed).permutation(len(counts)).tolist()
    wanted = [[part * sum(counts[u][c] for u in units) for c in classes] for part in (fraction, 1 - fraction)]
    side = {}
    while len(side) < len(counts):
        left = {c: [u for u in order if u not in side and counts[u][c]] for c in classes}
        rarest = min((c for c in classes if left[c]), key=lambda c: (len(left[c]), c))
        for unit in left[rarest]:
            here = [c for c in classes if counts[unit][c]]

            def reachable(which, c, unit=unit):
                return sum(1 for u in units if u != unit and counts[u][c] and side.get(u, which) == which)

            if any(reachable(0, c) < least for c in here):
                chosen = 0
            elif any(reachable(1, c) < 1 for c in here):
                chosen = 1
            else:
                lacks = [wanted[s][rarest] for s in (0, 1)]
                lacks = lacks if lacks[0] != lacks[1] else [sum(wanted[s]) for s in (0, 1)]
                chosen = 0 if lacks[0] >= lacks[1] else 1
            side[unit] = chosen
            wanted[chosen] = [want - count for want, count in zip(wanted[chosen], counts[unit], strict=True)]
    return [side[u] == 0 for u in units]


@pytest.mark.parametrize("seed", range(8))
def test_as_a_naive_loop_says(seed):
    counts = blocks(seed, 25, 5)
    found = divide(counts, 0.625, 1 + seed % 2, np.random.default_rng(seed))
    assert found.tolist() == naive(counts.tolist(), 0.625, 1 + seed % 2, seed)


@pytest.mark.parametrize("least", [1, 2])
def test_no_class_misses_the_first_side_and_few_the_second(least):
    missed = seldom = 0
    for seed in range(40):
        counts = blocks(seed)
        first = divide(counts, 0.5, least, np.random.default_rng(seed))
        there = counts > 0
        assert (there[first].sum(axis=0) >= np.minimum(least, there.sum(axis=0))).all()
        possible = there.sum(axis=0) > least
        missed += int((there[~first].sum(axis=0)[possible] == 0).sum())
        seldom += int(possible.sum())
    assert missed <= 0.02 * seldom


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.8])
def test_shares_are_near_the_wanted_one(fraction):
    off, off_at_random = [], []
    for seed in range(20):
        counts = blocks(seed, 200, 6)
        random = np.random.default_rng(seed)
        for found, where in (
            (divide(counts, fraction, 1, random), off),
            (random.random(len(counts)) < fraction, off_at_random),
        ):
            where.extend(abs(counts[found].sum(axis=0) / counts.sum(axis=0) - fraction))
    assert np.mean(off) < 0.5 * np.mean(off_at_random)
    assert np.median(off) < 0.02


def test_runs_differ_and_repeat():
    counts = blocks(1)
    found = [divide(counts, 0.5, 1, np.random.default_rng([5, run])).tolist() for run in (0, 1, 0)]
    assert found[0] == found[2] != found[1]


def test_a_class_of_one_unit_is_on_the_first_side_whatever_else_is_there():
    counts = np.array([[1, 9, 0], [0, 9, 1], [0, 9, 0], [0, 9, 0]])
    for seed in range(20):
        first = divide(counts, 0.3, 1, np.random.default_rng(seed))
        assert first[:2].all()
        assert not first[2:].all()
