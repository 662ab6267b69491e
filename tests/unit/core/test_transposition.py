import numpy as np
import pytest
from numba import njit

from landloom.core.transposition import SIDE, is_fast, turn

PLACES = np.array([7 + 20 * line for line in (3, 0, 5, 1, 2, 4, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6)], np.int64)


@njit
def turned(source, places, target, start, step):
    turn(source, places, target, np.uint64(start), np.uint64(step))


@pytest.mark.parametrize(("start", "step"), [(0, 16), (5, 16), (3, 41)])
def test_lines_from_any_place_become_columns_any_step_apart(start, step):
    if not is_fast():
        pytest.skip("kernels run without vectors")
    source = np.random.default_rng(1).integers(-32768, 32768, 400).astype(np.int16)
    target = np.full(800, 99, np.int16)
    expected = target.copy()
    for line in range(SIDE):
        for place in range(SIDE):
            expected[start + place * step + line] = source[PLACES[line] + place]
    turned(source, PLACES, target, start, step)
    np.testing.assert_array_equal(target, expected)
