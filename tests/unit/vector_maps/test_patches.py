import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from landloom.vector_maps import patches


def naive(values):
    """Return the number of each pixel's patch: those of all values, in the order of their first pixels."""
    found = np.full(values.shape, -1)
    for value in np.unique(values):
        numbers, _ = ndimage.label(values == value)
        found[values == value] = numbers[values == value] + 1_000_000 * value
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse].reshape(values.shape)


@given(arrays(np.int32, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 2)))
@settings(max_examples=60, deadline=None)
def test_patches_are_those_of_another_program(values):
    numbers, value, size, first = patches.label(values)
    np.testing.assert_array_equal(numbers, naive(values))
    np.testing.assert_array_equal(value[numbers], values)
    np.testing.assert_array_equal(size, np.bincount(numbers.ravel()))
    np.testing.assert_array_equal(first, np.unique(numbers, return_index=True)[1])


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1)])
def test_small_arrays(shape):
    numbers, value, size, _ = patches.label(np.ones(shape, np.int32))
    assert (numbers == 0).all()
    assert value.tolist() == [1]
    assert size.tolist() == [shape[0] * shape[1]]
