import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import naive
from landloom.objects import strip_shapes, superpixels
from landloom.objects.cells import NONE, Cells

SIDE, ITERATIONS = 4, 2


def ground(rows, columns, features=3, unseen=0.1):
    """Patches of alike pixels, with noise and pixels that nothing was seen of."""
    rng = np.random.default_rng(1)
    patches = rng.integers(-1000, 1000, (rows // 3 + 1, columns // 5 + 1, features)).repeat(3, 0).repeat(5, 1)
    values = patches[:rows, :columns] + rng.normal(0, 150, (rows, columns, features))
    return values.astype(np.int16), rng.random((rows, columns)) >= unseen


def find(values, seen, row=0, column=0, side=SIDE, iterations=ITERATIONS, compactness=200.0):
    cells = Cells(row, column, *seen.shape, side)
    return superpixels.find(np.ascontiguousarray(values), np.ascontiguousarray(seen), cells, iterations, compactness)


@settings(max_examples=10, deadline=None)
@given(
    st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 17), st.integers(1, 14), st.sampled_from([0.0, 0.3, 0.8])
)
def test_equals_the_naive_version(row, column, rows, columns, unseen):
    values, seen = ground(rows, columns, unseen=unseen)
    expected = naive.superpixels(values, seen, row, column, SIDE, ITERATIONS, 200.0)
    np.testing.assert_array_equal(find(values, seen, row, column), expected)


@pytest.fixture(scope="module")
def whole():
    values, seen = ground(150, 130)
    return values, seen, Cells(-7, 13, 150, 130, SIDE), find(values, seen, -7, 13)


@pytest.mark.parametrize(("top", "left", "rows", "columns"), [(0, 0, 80, 90), (31, 22, 99, 108), (70, 50, 80, 80)])
def test_windows_equal_the_whole(whole, top, left, rows, columns):
    values, seen, cells, expected = whole
    part = slice(top, top + rows), slice(left, left + columns)
    own = Cells(cells.row + top, cells.column + left, rows, columns, SIDE)
    found = own.within(cells, superpixels.find(values[part].copy(), seen[part].copy(), own, ITERATIONS, 200.0))
    margin = strip_shapes.margin_px(SIDE, ITERATIONS)
    inner = tuple(
        slice(margin if start else 0, size - (margin if start + size < length else 0))
        for start, size, length in ((top, rows, 150), (left, columns, 130))
    )
    assert found[inner].size > 500
    np.testing.assert_array_equal(found[inner], expected[part][inner])


def test_threads_change_nothing(whole):
    values, seen, cells, expected = whole
    numba.set_num_threads(1)
    try:
        np.testing.assert_array_equal(superpixels.find(values, seen, cells, ITERATIONS, 200.0), expected)
    finally:
        numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)


def test_superpixels_are_connected_and_near_their_cells(whole):
    _, seen, cells, found = whole
    np.testing.assert_array_equal(found == NONE, ~seen)
    rows, columns = np.divmod(found, cells.across)
    own = np.indices(found.shape) + np.reshape(cells.offset, (2, 1, 1))
    assert np.abs(rows - own[0] // SIDE)[seen].max() <= 1
    assert np.abs(columns - own[1] // SIDE)[seen].max() <= 1
    parts = sum(ndimage.label(found == number)[1] for number in np.unique(found[seen]))
    assert parts <= 1.02 * len(np.unique(found[seen]))  # islands in what nothing was seen of


def test_edges_are_followed():
    values = np.zeros((40, 40, 1), np.int16)
    values[:, 18:] = 1000
    found = find(values, np.ones((40, 40), bool), side=8, iterations=5)
    assert set(found[:, :18].ravel()).isdisjoint(found[:, 18:].ravel())


def test_nothing_is_segmented_where_nothing_was_seen():
    assert (find(np.zeros((9, 9, 1), np.int16), np.zeros((9, 9), bool)) == NONE).all()
