import numpy as np
from pyproj import Transformer

from landloom.geo.grids import Grid, Window
from landloom.sar.nodes import STEP, load_cell, nodes_around
from unit.sar.making import GRID


def points(grid, window, heights):
    """Points of a window's pixels by the kernel, with one height of all."""
    nodes, cell = nodes_around(grid, window), np.empty((4, 3))
    found = np.empty((window.rows, window.columns, 3))
    for row, column in np.ndindex(window.rows, window.columns):
        i, j = (window.row + row) // STEP, (window.column + column) // STEP
        load_cell(nodes, i - nodes.row, j - nodes.column, (window.row + row - i * STEP) / STEP, cell)
        across = (window.column + column - j * STEP) / STEP
        found[row, column] = cell[0] + cell[1] * across + heights * (cell[2] + cell[3] * across)
    return found


def test_points_are_those_of_the_projection():
    window = Window(-5, 370, 30, 40)
    x, y = GRID.centres(window)
    to_space = Transformer.from_crs("EPSG:32631", "EPSG:4979", always_xy=True)
    in_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    for height in (0.0, 3000.0):
        longitude, latitude = to_space.transform(x, y)
        expected = np.stack(in_space.transform(longitude, latitude, np.full(x.shape, height)), -1)
        assert np.abs(points(GRID, window, height) - expected).max() < 2e-3


def test_windows_agree():
    whole = points(GRID, Window(0, 0, 50, 50), 100.0)
    np.testing.assert_array_equal(points(GRID, Window(17, 5, 20, 31), 100.0), whole[17:37, 5:36])


def test_a_zone_across_the_meridian_of_180_degrees_is_continuous():
    grid = Grid("EPSG:32601", 166000.0, 100000.0, 10.0, 10.0, 64, 64)
    nodes = nodes_around(grid, Window(0, 0, 64, 64))
    steps = np.linalg.norm(np.diff(nodes.places, axis=1), axis=-1)
    np.testing.assert_allclose(steps, 160, rtol=2e-3)
