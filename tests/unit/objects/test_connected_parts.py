import numpy as np

from landloom.objects.cells import Cells
from landloom.objects.connected_parts import connect, grow


def settled(labels, values):
    """Return what becomes of labels of a window of one row of cells, two pixels wide."""
    labels = np.array(labels, np.int32)
    cells = Cells(0, 0, *labels.shape, 2)
    sizes = np.bincount(labels[labels >= 0], minlength=cells.down * cells.across).astype(np.int32)
    centres = np.zeros((len(sizes), 3), np.float32)
    centres[:, 0] = [100 * number for number in range(len(sizes))]
    found = np.full_like(labels, -1)
    connect(0, cells.down, labels, sizes, cells.frame, found)
    loose = found == -2
    grow(np.array(values, np.int16)[..., np.newaxis], labels, centres, cells.frame, found)
    return loose, found


def test_the_largest_part_stays_and_the_rest_joins_what_is_most_alike():
    labels = [[0, 0, 1, 0, 1, 2], [0, 0, 1, 1, 2, 2]]
    loose, found = settled(labels, np.full((2, 6), 190))
    np.testing.assert_array_equal(np.argwhere(loose), [[0, 3], [0, 4]])
    assert found[0, 3] == 1
    assert found[0, 4] == 2


def test_the_first_of_equal_parts_stays():
    loose, found = settled([[0, 1, 0, 1], [0, 1, 0, 1]], np.zeros((2, 4)))
    np.testing.assert_array_equal(loose, [[False, False, True, True]] * 2)
    np.testing.assert_array_equal(found[:, :3], [[0, 1, 1]] * 2)


def test_an_island_keeps_its_cluster():
    loose, found = settled([[0, 0, -1, 0], [0, 0, -1, -1]], np.zeros((2, 4)))
    assert loose[0, 3]
    assert found[0, 3] == 0


def test_no_pixel_joins_a_cluster_that_it_could_not_choose():
    loose, found = settled([[0, 0, -1, 0, 3, 3, 3, 3], [0, 0, -1, -1, 3, 3, 3, 3]], np.zeros((2, 8)))
    np.testing.assert_array_equal(np.argwhere(loose), [[0, 3]])
    assert found[0, 3] == 0  # cluster 3 is of the second cell from its own
