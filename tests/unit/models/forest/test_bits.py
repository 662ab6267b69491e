"""Operations on sets of bits, beside the same on arrays of booleans."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from landloom.models.forest import bits
from landloom.models.forest.bits import WORDS, add_bits, compare, cut, first_and_last, join, lowest, put
from landloom.models.forest.blocks import BLOCK, STEP


@pytest.fixture(scope="module", autouse=True)
def need_sets():
    if not bits.are_fast():
        pytest.skip("no sets of bits on this processor, or kernels run without compilation")


@njit
def compared(columns, column, threshold, above, place):
    compare(columns, np.uint64(column), threshold, above, np.uint64(place))


@njit
def parted(old, here, above, place, new, there):
    return cut(old, np.uint64(here), above, np.uint64(place), new, np.uint64(there))


@njit
def joined(masks, row, sets, place):
    join(masks, np.uint64(row), sets, np.uint64(place))


@njit
def entered(entries, number, node, word):
    put(entries, np.uint64(number), np.int64(node), np.uint64(word))


@njit
def added(counts, place, word):
    add_bits(counts, np.uint64(place), word)


@njit
def ends(sets, place):
    return first_and_last(sets, np.uint64(place))


@njit
def low(word):
    return lowest(word)


def packed(booleans):
    return np.packbits(booleans, bitorder="little").view(np.uint64)


def unpacked(words):
    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), threshold=st.sampled_from([-32768, -1, 0, 9, 32766, 32767]))
def test_a_column_is_compared(seed, threshold):
    rng = np.random.default_rng(seed)
    room = np.zeros(3 * STEP + 32, np.int16)
    skip = -room.ctypes.data % 64 // 2
    columns = room[skip : skip + 3 * STEP]
    values = rng.choice([-32768, -1, 0, 1, 9, 10, 32767], BLOCK)
    columns[STEP : STEP + BLOCK] = values
    above = np.zeros(3 * WORDS, np.uint64)
    compared(columns, STEP, np.int16(threshold), above, WORDS)
    empty = np.zeros(BLOCK, bool)
    assert np.array_equal(unpacked(above), np.concatenate((empty, values > threshold, empty)))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), inside=st.sampled_from([0, 0.02, 0.5, 1]))
def test_a_set_is_cut(seed, inside):
    rng = np.random.default_rng(seed)
    pixels, above = rng.random(BLOCK) < inside, rng.random(BLOCK) < 0.5
    old, new = np.zeros(3 * WORDS, np.uint64), np.zeros(4 * WORDS, np.uint64)
    old[WORDS : 2 * WORDS] = packed(pixels)
    size = parted(old, WORDS, np.concatenate((old[:WORDS], packed(above))), WORDS, new, WORDS)
    left, right, empty = pixels & ~above, pixels & above, np.zeros(BLOCK, bool)
    assert size == left.sum()
    assert np.array_equal(unpacked(new), np.concatenate((empty, left, right, empty)))


def test_a_set_is_added_to_another():
    sets = np.random.default_rng(3).random((5, BLOCK)) < 0.3
    masks, more = (np.concatenate([packed(row) for row in rows]) for rows in (sets[:3], sets[3:]))
    joined(masks, WORDS, more, WORDS)
    assert np.array_equal(unpacked(masks), np.concatenate((sets[0], sets[1] | sets[4], sets[2])))


@pytest.mark.parametrize("pixels", [[0], [255], [63, 64], [0, 255], [3, 64, 128, 201], list(range(BLOCK))])
def test_the_ends_of_a_set(pixels):
    inside = np.zeros(BLOCK, bool)
    inside[pixels] = True
    sets = np.concatenate((np.full(1, 2**64 - 1, np.uint64), packed(inside)))
    assert ends(sets, 1) == (pixels[0], pixels[-1])


def test_an_entry_is_written():
    entries = np.arange(6).astype(np.uint64)
    entered(entries, 1, -9, 2**63)
    assert entries.tolist() == [0, 1, 2**64 - 9, 2**63, 4, 5]


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
