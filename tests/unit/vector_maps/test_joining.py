import numpy as np
import pytest
import shapely

from landloom.geo.grids import Window
from landloom.vector_maps import joining, pieces
from landloom.vector_maps.lattice_cells import Cell

SIDE = 4


def cell_of(row: int, column: int, value: int) -> tuple[Cell, pieces.Pieces]:
    """Return a cell with one piece that fills it."""
    cell = Cell(row, column, Window(row * SIDE, column * SIDE, SIDE, SIDE))
    found = pieces.of_polygons(
        np.array([shapely.box(0, 0, SIDE, SIDE)]),
        np.array([value], np.int32),
        np.array([100 * row + column]),
        np.array([[SIDE**2, 1]]),
        np.zeros((4, SIDE), np.int32),
    )
    return cell, found


def joined(values: list[list[int]], cut: int | None = None) -> list[tuple[int, int, float, int]]:
    """Return value, place, area and sum of the patches of cells that are filled with one value each."""
    made = dict(cell_of(row, column, value) for row, line in enumerate(values) for column, value in enumerate(line))
    cells = list(made)
    joints = joining.find_joints(cells, made.__getitem__, cut)
    parts = list(joining.join(cells, made.__getitem__, joints))
    return [
        (int(value), int(place), shape.area, int(sums[0]))
        for part in parts
        for value, place, shape, sums in zip(part.value, part.place, part.shapes, part.sums, strict=True)
    ]


def test_pieces_of_one_value_that_face_each_other_are_one_patch():
    found = joined([[1, 1, 2], [3, 1, 2], [3, 1, 1]])
    assert sorted(found) == [(1, 0, 80.0, 80), (2, 2, 32.0, 32), (3, 100, 32.0, 32)]


def test_patches_come_as_soon_as_they_are_complete():
    assert [one[0] for one in joined([[1, 2], [1, 3]])] == [2, 1, 3]


def test_nothing_is_joined_across_the_lines_of_a_coarser_grid():
    assert len(joined([[1, 1, 1, 1]] * 3, cut=2)) == 4
    assert len(joined([[1, 1, 1, 1]] * 3, cut=1)) == 12


@pytest.mark.parametrize("values", [[[1]], [[1, 2]], [[1], [2]]])
def test_cells_without_joints(values):
    assert sorted(one[0] for one in joined(values)) == sorted(np.ravel(values).tolist())
