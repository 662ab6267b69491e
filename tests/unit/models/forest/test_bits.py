"""Operations on sets of bits, beside the same on arrays of booleans."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from landloom.models.forest import bits
from landloom.models.forest.bits import CUT, WORDS, add_bits, first_pixels, lowest, split
from landloom.models.forest.blocks import BLOCK, STEP


@pytest.fixture(scope="module", autouse=True)
def need_sets():
    if not bits.are_fast():
        pytest.skip("no sets of bits on this processor, or kernels run without compilation")


@njit
def cut(columns, column, threshold, old, here, new, there, masks, left, right):
    places = np.uint64(column), threshold, old, np.uint64(here), new, np.uint64(there)
    return split(columns, *places, masks, np.uint64(left), np.uint64(right))


@njit
def added(counts, place, word):
    add_bits(counts, np.uint64(place), word)


@njit
def found(sets, place):
    return first_pixels(sets, np.uint64(place))


@njit
def low(word):
    return lowest(word)


def packed(booleans):
    return np.packbits(booleans, bitorder="little").view(np.uint64)


def unpacked(words):
    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    inside=st.sampled_from([0, 0.02, 0.5, 1]),
    threshold=st.sampled_from([-32768, -1, 0, 9, 32766, 32767]),
)
def test_a_set_is_cut_by_a_column(seed, inside, threshold):
    rng = np.random.default_rng(seed)
    room = np.zeros(3 * STEP + 32, np.int16)
    skip = -room.ctypes.data % 64 // 2
    columns = room[skip : skip + 3 * STEP]
    values = rng.choice([-32768, -1, 0, 1, 9, 10, 32767], BLOCK)
    columns[STEP : STEP + BLOCK] = values
    pixels = rng.random(BLOCK) < inside
    before = rng.random((3, BLOCK)) < 0.1
    old, new = np.zeros(3 * WORDS, np.uint64), np.zeros(4 * WORDS, np.uint64)
    old[WORDS : 2 * WORDS] = packed(pixels)
    masks = np.concatenate([packed(row) for row in before])
    sizes = cut(columns, STEP, np.int16(threshold), old, WORDS, new, WORDS, masks, 0, 2 * WORDS)
    right = pixels & (values > threshold)
    left = pixels & ~right
    assert sizes == (left.sum(), right.sum())
    empty = np.zeros(BLOCK, bool)
    assert np.array_equal(unpacked(new), np.concatenate((empty, left, right, empty)))
    assert np.array_equal(unpacked(masks), np.concatenate((before[0] | left, before[1], before[2] | right)))


@pytest.mark.parametrize("pixels", [[], [0], [255], [3, 64, 65, 128, 200, 201, 255], list(range(BLOCK))])
def test_the_lowest_pixels_of_a_set(pixels):
    inside = np.zeros(BLOCK, bool)
    inside[pixels] = True
    sets = np.concatenate((np.full(1, 2**64 - 1, np.uint64), packed(inside)))
    assert list(found(sets, 1)) == (pixels + [BLOCK] * CUT)[: CUT - 1]


@pytest.mark.parametrize("place", [0, 63, 40])
def test_the_lowest_bit(place):
    assert low(np.uint64(2**63 | 2**place)) == place


def test_bits_are_counted():
    counts = np.arange(128).astype(np.uint8)
    inside = np.random.default_rng(2).random(64) < 0.4
    added(counts, 32, packed(inside)[0])
    expected = np.arange(128)
    expected[32:96] += inside
    assert np.array_equal(counts, expected)
