"""Rows of features become vectors, by squares and by values."""

import numpy as np
import pytest

from landloom.core import transposition
from landloom.features.blocks import BLOCK, transpose, transpose_squares


@pytest.fixture(params=["squares", "values"])
def kernel(request):
    if request.param == "values":
        return transpose
    if not transposition.is_fast():
        pytest.skip("kernels run without vectors")
    return transpose_squares


@pytest.mark.parametrize("features", [1, 15, 16, 17, 33, 70])
@pytest.mark.parametrize("pixels", [1, 15, 16, 41, BLOCK])
def test_rows_become_vectors_among_those_of_others(kernel, features, pixels):
    rows = np.random.default_rng(features).integers(-32768, 32768, (5 + features, BLOCK)).astype(np.int16)
    vectors = np.full((pixels + 9, features + 7), 3, np.int16)
    expected = vectors.copy()
    expected[4 : 4 + pixels, 2 : 2 + features] = rows[5:, :pixels].T
    kernel(rows, 5, vectors, 4, pixels, 2)
    np.testing.assert_array_equal(vectors, expected)
