import numpy as np
import pytest

from landloom.geo.grids import Grid, Window
from landloom.objects.cells import NONE, Cells


def test_cells_are_counted_from_the_origin():
    cells = Cells(-7, 13, 20, 9, 5)
    assert (cells.first_row, cells.first_column) == (-2, 2)
    assert cells.offset == (3, 3)
    assert (cells.down, cells.across) == (5, 3)


@pytest.mark.parametrize("corner", [(300000.0, 4900020.0), (300003.0, 4900027.5), (-35.0, -1205.0)])
def test_tiles_of_one_lattice_number_cells_alike(corner):
    grid = Grid("EPSG:32631", *corner, 10.0, 10.0, 60, 80)
    other = Grid("EPSG:32631", corner[0] + 170, corner[1] - 230, 10.0, 10.0, 37, 63)
    assert Cells.of_window(grid, Window(23, 17, 37, 63), 8) == Cells.of_grid(other, 8)
    whole, part = Cells.of_grid(grid, 8), Cells.of_grid(other, 8)
    numbers = np.append(np.arange(part.down * part.across, dtype=np.int32), NONE)
    np.testing.assert_array_equal(part.on_the_ground(numbers), whole.on_the_ground(part.within(whole, numbers)))
    assert len(np.unique(part.on_the_ground(numbers))) == len(numbers)
    assert part.on_the_ground(numbers)[-1] == 0
    assert part.on_the_ground(numbers)[:-1].min() > 0
