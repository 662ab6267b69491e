from collections import Counter

import numpy as np
import pytest

from landloom.vector_maps import filters
from unit.vector_maps.made import noisy


@pytest.mark.parametrize("radius", [1, 2])
def test_majority_is_that_of_loops(radius):
    values = noisy(25, 30, nothing=0.2)
    found = filters.majority(np.pad(values, radius), radius, 4)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            around = values[
                max(row - radius, 0) : row + radius + 1, max(column - radius, 0) : column + radius + 1
            ].ravel()
            votes = Counter(around[around > 0].tolist()).most_common()
            own = values[row, column]
            clear = len(votes) == 1 or (votes and votes[0][1] > votes[1][1])
            assert found[row, column] == (0 if own == 0 else votes[0][0] if clear else own)


@pytest.mark.parametrize("side", [2, 3])
def test_larger_pixels_take_the_most_frequent_class(side):
    values = noisy(8 * side, 9 * side, nothing=0.3)
    found = filters.most_frequent(values, side, 4)
    for row in range(8):
        for column in range(9):
            block = values[row * side : (row + 1) * side, column * side : (column + 1) * side].ravel()
            seen = np.bincount(block, minlength=5)
            wanted = 0 if 2 * seen[0] > side**2 else int(seen[1:].argmax()) + 1
            assert found[row, column] == wanted
