import pytest

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.vector_maps.lattice_cells import Lattice, coarser, side_of

GRID = Grid("EPSG:2154", 400_015.0, 6_300_035.0, 10.0, 10.0, 300, 500)


def test_cells_cover_the_map_and_are_counted_from_the_origin():
    lattice = Lattice.of(GRID, 128)
    cells = list(lattice.cells())
    assert sum(cell.window.pixels for cell in cells) == GRID.rows * GRID.columns
    for window in (Window(100, 200, 150, 250), Window(7, 3, 250, 400)):
        part = GRID.cut(window)
        inner = {(one.row, one.column): one.window for one in Lattice.of(part, 128).cells()}
        whole = {(one.row, one.column): one.window for one in cells}
        assert set(inner) <= set(whole)
        for key, (row, column, rows, columns) in inner.items():
            if rows == columns == 128:
                assert whole[key] == Window(row + window.row, column + window.column, rows, columns)


def test_a_place_has_one_number_in_every_extent_of_the_map():
    part = Lattice.of(GRID.cut(Window(10, 20, 30, 40)))
    assert part.place(3, 4) == Lattice.of(GRID).place(13, 24)
    numbers = [Lattice.of(GRID).place(row, column) for row, column in ((0, 0), (0, 499), (1, 0), (299, 499))]
    assert numbers == sorted(numbers)


def test_larger_pixels_are_counted_from_the_origin():
    grid, rows, columns = coarser(GRID, 3)
    assert (rows, columns) == (Lattice.of(GRID).row % 3, Lattice.of(GRID).column % 3)
    assert (grid.left, grid.top) == (GRID.left - 10 * columns, GRID.top + 10 * rows)
    assert (grid.bottom, grid.right) <= (GRID.bottom, GRID.right + 30)
    other, *_ = coarser(GRID.cut(Window(1, 1, 100, 100)), 3)
    assert (grid.left - other.left) % 30 == (grid.top - other.top) % 30 == 0
    assert coarser(GRID, 1) == (GRID, 0, 0)


def test_cells_of_larger_pixels_have_as_many_of_the_map():
    assert [side_of(times) for times in (1, 2, 10)] == [2048, 1024, 256]


def test_pixels_without_a_number_are_told():
    with pytest.raises(InputError, match="too small to be counted"):
        Lattice.of(Grid("EPSG:2154", 7e5, 7e6, 1e-3, 1e-3, 10, 10))
