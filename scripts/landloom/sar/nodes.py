"""Where a tile's pixels are in space: nodes every 16 pixels by the projection, and what lies between them linearly.

A point of the ground is E + h n, with E on the ellipsoid, n its normal and h the height above the ellipsoid; E and n
are smooth, so that linear interpolation between nodes costs less than 0.1 mm. Nodes have fixed places in the tile's
grid, before its first row and column, too: what is computed of a pixel does not depend on the window that it is read
in.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.geo.ground import ELLIPSOID, GEOGRAPHIC

STEP = 16
"""Pixels between nodes, a power of 2: fractions of a step are exact."""


class Nodes(NamedTuple):
    """Nodes around a window.

    Attributes
    ----------
    row, column : int
        Number of the first node: of its row and column in the tile's grid, divided by ``STEP``.
    places : ndarray of float64, shape (node rows, node columns, 3)
        Points on the ellipsoid, Earth-fixed, in m.
    normals : ndarray of float64, shape (node rows, node columns, 3)
        Unit vectors upwards.
    """

    row: int
    column: int
    places: np.ndarray
    normals: np.ndarray


def nodes_around(grid: Grid, window: Window) -> Nodes:
    """Return the nodes that a window's pixels lie between.

    Parameters
    ----------
    grid : Grid
        Of the tile.
    window : Window
        It may reach beyond the grid: rows and columns below 0 are counted on.
    """
    longitude, latitude = grids.transformer(grid.crs, GEOGRAPHIC).transform(*node_centres(grid, window))
    normals = upwards(longitude, latitude)
    return Nodes(window.row // STEP, window.column // STEP, on_ellipsoid(normals), normals)


def node_centres(grid: Grid, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of the nodes around a window, each of shape (node rows, node columns)."""
    rows = np.arange(window.row // STEP, (window.row + window.rows - 1) // STEP + 2) * STEP
    columns = np.arange(window.column // STEP, (window.column + window.columns - 1) // STEP + 2) * STEP
    x = grid.left + (columns + 0.5) * grid.resolution
    y = grid.top - (rows + 0.5) * grid.resolution_y
    return tuple(np.meshgrid(x, y))


def upwards(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return the ellipsoid's unit normals at places in degrees, of shape (..., 3)."""
    east, north = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], -1)


def on_ellipsoid(normals: np.ndarray) -> np.ndarray:
    """Return the points of the WGS84 ellipsoid with given normals, Earth-fixed in m, of shape (..., 3)."""
    radius = ELLIPSOID.a / np.sqrt(1 - ELLIPSOID.es * normals[..., 2:] ** 2)
    found: np.ndarray = radius * normals * np.array([1, 1, 1 - ELLIPSOID.es])
    return found


@njit(cache=True, nogil=True)
def load_cell(nodes, cell_row, cell_column, down, cell):
    """Write a row of a cell: the point and normal at its left side, and their change over the cell's width.

    Parameters
    ----------
    nodes : Nodes
    cell_row, cell_column : int
        Position among the nodes, from 0.
    down : float
        Part of the cell's height, from 0 to 1.
    cell : ndarray of float64, shape (4, 3)
        Out: point, its change, normal, its change.
    """
    places, normals = nodes.places, nodes.normals
    for axis in range(3):
        for part, values in enumerate((places, normals)):
            upper, lower = values[cell_row, cell_column, axis], values[cell_row + 1, cell_column, axis]
            left = upper + (lower - upper) * down
            upper, lower = values[cell_row, cell_column + 1, axis], values[cell_row + 1, cell_column + 1, axis]
            cell[2 * part, axis] = left
            cell[2 * part + 1, axis] = upper + (lower - upper) * down - left


@njit(cache=True, nogil=True)
def open_cell(nodes, corner, row, start, columns, cell):
    """Load the cell that a pixel of a window lies in; return what a loop over a row needs to know of it.

    Parameters
    ----------
    nodes : Nodes
    corner : (int, int)
        Row and column of the window in the tile's grid.
    row, start : int
        Of the pixel in the window.
    columns : int
        Of the window.
    cell : ndarray of float64, shape (4, 3)
        Out: see :func:`load_cell`.

    Returns
    -------
    place : (int, int)
        Row and column of the cell among the nodes.
    down : float
        Part of the cell's height at which the row lies.
    offset : int
        Pixels from the cell's left side to this one.
    stop : int
        Column of the window behind the cell's last.
    """
    cell_row, cell_column = (corner[0] + row) // STEP, (corner[1] + start) // STEP
    down = (corner[0] + row - cell_row * STEP) / STEP
    place = cell_row - nodes.row, cell_column - nodes.column
    load_cell(nodes, place[0], place[1], down, cell)
    stop = min((cell_column + 1) * STEP - corner[1], columns)
    return place, down, corner[1] + start - cell_column * STEP, stop


@njit(cache=True, nogil=True)
def interpolate(values, cell_row, cell_column, down):
    """Return a node value at the left side of a row of a cell, and its change over the cell's width."""
    upper, lower = values[cell_row, cell_column], values[cell_row + 1, cell_column]
    left = upper + (lower - upper) * down
    upper, lower = values[cell_row, cell_column + 1], values[cell_row + 1, cell_column + 1]
    return left, upper + (lower - upper) * down - left
