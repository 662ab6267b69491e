"""Cells of a map, counted from the origin of its CRS: the same for any extent of the map, and any tiles."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.geo.lattices import NOISE_PX

SIDE_PX = 2048
"""Rows and columns of a cell, in pixels of the map."""

_LEAST_SIDE_PX = 256
"""Of a cell of larger pixels."""

_BITS = 31
_HALF = 2 ** (_BITS - 1)


@dataclass(frozen=True)
class Cell:
    """A cell: its row and column among all, and the window of the map in it."""

    row: int
    column: int
    window: Window


@dataclass(frozen=True)
class Lattice:
    """Pixels of a map by their rows and columns, counted southwards and eastwards from the CRS' origin.

    Attributes
    ----------
    grid : Grid
    row, column : int
        Of the map's first pixel.
    side : int
        Rows and columns of a cell.
    """

    grid: Grid
    row: int
    column: int
    side: int = SIDE_PX

    @classmethod
    def of(cls, grid: Grid, side: int = SIDE_PX) -> "Lattice":
        """Return the lattice of a map's pixels.

        Raises
        ------
        InputError
            If a number is too large to name a place.
        """
        row = math.floor(-grid.top / grid.resolution_y + NOISE_PX)
        column = math.floor(grid.left / grid.resolution + NOISE_PX)
        if max(abs(row), abs(column)) + max(grid.rows, grid.columns) >= _HALF:
            raise InputError(
                f"vectors: pixels of {grid.resolution:g} are too small to be counted from the CRS' origin"
            )
        return cls(grid, row, column, side)

    def cells(self) -> Iterator[Cell]:
        """Return the cells that the map reaches into, row by row."""
        for row in range(self.row // self.side, (self.row + self.grid.rows - 1) // self.side + 1):
            top, bottom = self._within(row, self.row, self.grid.rows)
            for column in range(self.column // self.side, (self.column + self.grid.columns - 1) // self.side + 1):
                left, right = self._within(column, self.column, self.grid.columns)
                yield Cell(row, column, Window(top, left, bottom - top, right - left))

    def _within(self, number: int, first: int, length: int) -> tuple[int, int]:
        """Return the first pixel of the map in a row or column of cells, and the first behind it."""
        return max(number * self.side - first, 0), min((number + 1) * self.side - first, length)

    def place(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return the numbers that name the places of pixels of the map, the smaller the further north."""
        found: np.ndarray = ((self.row + row + _HALF) << _BITS) + self.column + column + _HALF
        return found


def side_of(times: int) -> int:
    """Return the rows and columns of a cell of larger pixels, which holds about as many pixels of the map as any.

    Parameters
    ----------
    times : int
        Pixels of the map along the side of a larger one.
    """
    return max(SIDE_PX // times, _LEAST_SIDE_PX)


def coarser(grid: Grid, times: int) -> tuple[Grid, int, int]:
    """Return the grid of larger pixels that covers a map, on the lattice of multiples counted from the CRS' origin.

    Parameters
    ----------
    grid : Grid
    times : int
        Pixels along the side of a larger one.

    Returns
    -------
    grid : Grid
    rows, columns : int
        By which it begins before the map, in pixels of the map.
    """
    fine = Lattice.of(grid)
    above, before = fine.row % times, fine.column % times
    rows, columns = -(-(grid.rows + above) // times), -(-(grid.columns + before) // times)
    corner = grid.left - before * grid.resolution, grid.top + above * grid.resolution_y
    size = grid.resolution * times, grid.resolution_y * times
    return Grid(grid.crs, *corner, *size, rows, columns), above, before
