import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.training.balanced_groups import split


@settings(max_examples=60, deadline=None)
@given(
    groups=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 3)), min_size=1, max_size=40),
    parts=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_each_kind_is_dealt_evenly(groups, parts, seed):
    sizes, kinds = (np.array(column) for column in zip(*groups, strict=True))
    part = split(sizes, kinds, parts, np.random.default_rng(seed))
    for kind in set(kinds.tolist()):
        here = kinds == kind
        loads = np.bincount(part[here], sizes[here], parts)
        assert loads.max() - loads.min() <= sizes[here].max()
        assert np.count_nonzero(loads) == min(parts, np.count_nonzero(here))


def test_like_a_naive_dealer():
    random = np.random.default_rng(1)
    sizes, kinds = random.permutation(1000)[:60] + 1, random.integers(0, 4, 60)
    found = split(sizes, kinds, 3, np.random.default_rng(0))
    loads, total = {}, [0, 0, 0]
    for kind, size, group in sorted(zip(kinds, -sizes, range(60), strict=True)):
        part = min(range(3), key=lambda one: (loads.get((kind, one), 0), total[one], one))
        loads[kind, part] = loads.get((kind, part), 0) - size
        total[part] -= size
        assert found[group] == part


def test_the_seed_orders_equal_groups_alone():
    equal, kinds = np.ones(20), np.zeros(20, int)
    first, again, other = (split(equal, kinds, 4, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    sizes = np.arange(1, 21)
    different = [split(sizes, kinds, 4, np.random.default_rng(seed)).tolist() for seed in (1, 2)]
    assert different[0] == different[1]
