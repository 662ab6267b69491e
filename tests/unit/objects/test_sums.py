import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ground import assert_equal_sums, naive_sums
from landloom.core.stored_values import NODATA
from landloom.objects import sums
from landloom.objects.sums import Sums


def random_pixels(seed, pixels, features, objects):
    random = np.random.default_rng(seed)
    matrix = random.integers(-9999, 32768, (pixels, features)).astype(np.int16)
    matrix[random.random(matrix.shape) < 0.2] = NODATA
    return matrix, random.integers(0, objects, pixels), random.random(pixels) < 0.8


@settings(deadline=None)  # the first compiles
@given(st.integers(0, 2**32), st.integers(0, 40), st.integers(1, 9), st.integers(1, 5))
def test_sums_are_those_of_a_loop_whatever_the_parts(seed, pixels, features, objects):
    matrix, slots, seen = random_pixels(seed, pixels, features, objects)
    slots = np.sort(slots) if seed % 2 else slots  # neighbours of one object are added together
    expected, counts = naive_sums(matrix, slots, seen, objects)
    found, counted = Sums.empty(objects, features), np.zeros(objects, np.int64)
    order = np.arange(pixels) if seed % 2 else np.random.default_rng(seed).permutation(pixels)
    for part in np.array_split(order, 3):
        sums.add(found, counted, np.ascontiguousarray(matrix[part]), slots[part], seen[part])
    assert_equal_sums(found, expected)
    np.testing.assert_array_equal(counted, counts)


def test_the_largest_squares_are_added_in_full():
    found = Sums.empty(1, 20)
    matrix = np.full((7, 20), -32768, np.int16)
    sums.add(found, np.zeros(1, np.int64), matrix, np.zeros(7, np.int64), np.ones(7, bool))
    assert (found.squares == 7 * 2**30).all()
    assert (found.total == -7 * 2**15).all()


def test_objects_in_parts_are_merged_to_the_whole():
    matrix, slots, seen = random_pixels(1, 300, 4, 12)
    whole = Sums.empty(4, 4)
    sums.add(whole, np.zeros(4, np.int64), matrix, slots % 4, seen)
    parts = Sums.empty(12, 4)
    sums.add(parts, np.zeros(12, np.int64), matrix, slots, seen)
    assert_equal_sums(parts.merged(np.arange(12) % 4, 4), whole)


def test_a_place_is_used_again():
    matrix, slots, seen = random_pixels(2, 100, 3, 2)
    found = Sums.empty(2, 3)
    sums.add(found, np.zeros(2, np.int64), matrix, slots, seen)
    found.reset(np.array([0]))
    kept = found.taken(np.array([1]))
    sums.add(found, np.zeros(2, np.int64), matrix, slots * 0, seen & (slots == 0))
    assert_equal_sums(found.taken(np.array([0])), naive_sums(matrix, slots, seen, 2)[0].taken(np.array([0])))
    assert_equal_sums(found.taken(np.array([1])), kept)


def test_every_pixel_finds_its_object():
    known = np.array([3, 7, 2**60])
    numbers = np.array([0, 0, 3, 3, 4, 7, 2**60, 2**60 + 1, 1])
    np.testing.assert_array_equal(sums.ranks_of(numbers, known), [-1, -1, 0, 0, -1, 1, 2, -1, -1])
    assert (sums.ranks_of(numbers, known[:0]) == -1).all()
