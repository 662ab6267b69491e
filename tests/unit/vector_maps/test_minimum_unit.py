import numpy as np
import pytest
import rasterio.features

from landloom.vector_maps import minimum_unit, patches
from landloom.vector_maps.minimum_unit import Units
from unit.vector_maps.made import noisy


def units(classes: int, least: int | dict[int, int], groups: dict[int, int] | None = None) -> Units:
    """Return smallest patches by class; classes without a group are of their own."""
    wanted = least if isinstance(least, dict) else dict.fromkeys(range(1, classes + 1), least)
    known = groups or {}
    return Units(
        np.array([0, *(wanted[rank] for rank in range(1, classes + 1)), 0]),
        np.array([0, *(known.get(rank, 100 + rank) for rank in range(1, classes + 1)), 0], np.int32),
        groups is not None,
    )


def naive(values: np.ndarray, how: Units, groups: np.ndarray) -> np.ndarray:
    """Return the map after one pass, by loops over patches and their neighbours."""
    numbers, value, size, first = patches.label(values)
    new = value.copy()
    for patch in np.flatnonzero(size < how.least[value]):
        votes: dict[int, list[int]] = {}
        for row, column in np.argwhere(numbers == patch):
            for y, x in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if not (0 <= y < values.shape[0] and 0 <= x < values.shape[1]) or numbers[y, x] == patch:
                    continue
                other = numbers[y, x]
                if value[other] == 0 or groups[value[other]] != groups[value[patch]]:
                    continue
                there, here = min(size[other], how.least[value[patch]]), size[patch]
                if (there, -value[other], -first[other]) > (here, -value[patch], -first[patch]):
                    votes.setdefault(value[other], []).append(there)
        if votes:
            new[patch] = max(votes, key=lambda one: (len(votes[one]), max(votes[one]), -one))
    return new[numbers]


@pytest.mark.parametrize(
    "how",
    [
        units(4, 5),
        units(4, {1: 3, 2: 12, 3: 1, 4: 7}),
        units(4, 6, {1: 1, 2: 1, 3: 2, 4: 2}),
    ],
)
def test_a_pass_is_that_of_loops(how):
    for seed in range(3):
        values = noisy(24, 31, seed=seed)
        for groups in (how.groups, np.ones_like(how.groups)):
            found, _ = minimum_unit.merge_small(values, how.least, groups)
            np.testing.assert_array_equal(found, naive(values, how, groups))


def test_no_small_patch_is_left_that_has_another_around_it():
    values = noisy(120, 130)
    found = minimum_unit.apply(values, units(4, 12))
    numbers, value, size, _ = patches.label(found)
    for patch in np.flatnonzero((size < 12) & (value > 0)):
        inside = np.pad(numbers == patch, 1)
        around = inside.copy()
        for axis in (0, 1):
            for step in (1, -1):
                around |= np.roll(inside, step, axis)
        assert (np.pad(found, 1)[around & ~inside] == 0).all()
    assert ((found == 0) == (values == 0)).all()


def test_most_pixels_are_those_of_gdals_sieve():
    """Sieve takes the largest patch around, in the order of scanning; it changes as many pixels."""
    rng = np.random.default_rng(0)
    values = np.kron(rng.integers(1, 14, (20, 20)), np.ones((20, 20), np.int64))
    for side, share in ((4, 0.1), (2, 0.03), (1, 0.012)):
        size = 400 // side
        drawn, chosen = rng.integers(1, 14, (size, size)), rng.random((size, size)) < share
        values = np.where(np.kron(chosen, np.ones((side, side))) > 0, np.kron(drawn, np.ones((side, side))), values)
    ours = minimum_unit.apply(values.astype(np.int32), units(13, 10))
    theirs = rasterio.features.sieve(values.astype(np.int16), 10, connectivity=4)
    assert (ours == theirs).mean() > 0.98
    assert (ours != values).mean() == pytest.approx((theirs != values).mean(), rel=0.05)


def test_patches_join_their_own_group_first():
    field = np.full((9, 9), 3, np.int32)
    field[:, :3] = 1
    field[4, 3] = 2
    assert minimum_unit.apply(field, units(3, 4))[4, 3] == 3
    assert minimum_unit.apply(field, units(3, 4, {1: 1, 2: 1}))[4, 3] == 1


def test_what_depends_on_unknown_ground_is_unknown():
    how = units(2, 4)
    values = np.array([[3, 3, 3, 3, 3], [3, 1, 2, 2, 0], [3, 2, 2, 2, 0], [0, 2, 2, 2, 0]], np.int32)
    found = minimum_unit.apply(values, how)
    assert found[1, 1] == how.unknown
    assert (found[1:, 2:4] == 2).all()


def test_a_map_of_one_small_patch_stays():
    values = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], np.int32)
    np.testing.assert_array_equal(minimum_unit.apply(values, units(1, 9)), values)
