"""Square cells of the lattice of pixels, counted from the origin of the CRS.

They are the same in every tile and window. Superpixels begin in cells and are numbered by them.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from landloom.geo import lattices
from landloom.geo.grids import Grid, Window

NONE = -1
"""Cell of a pixel that belongs to no superpixel: nothing was seen there."""

_HALF = 2**30
"""Added to rows and columns of cells, which may be negative, where they become one number."""


@dataclass(frozen=True)
class Cells:
    """Cells of a window of pixels.

    Attributes
    ----------
    row, column : int
        Place of the window's first pixel, as :func:`landloom.geo.lattices.first_pixel` counts.
    rows, columns : int
        Pixels of the window.
    side : int
        Pixels of a cell's side.
    """

    row: int
    column: int
    rows: int
    columns: int
    side: int

    @property
    def first_row(self) -> int:
        """Return the row of the first cell."""
        return self.row // self.side

    @property
    def first_column(self) -> int:
        """Return the column of the first cell."""
        return self.column // self.side

    @property
    def down(self) -> int:
        """Return the number of rows of cells."""
        return (self.row + self.rows - 1) // self.side - self.first_row + 1

    @property
    def across(self) -> int:
        """Return the number of columns of cells."""
        return (self.column + self.columns - 1) // self.side - self.first_column + 1

    @property
    def offset(self) -> tuple[int, int]:
        """Return how many pixels of the first row and column of cells lie before the window."""
        return self.row - self.first_row * self.side, self.column - self.first_column * self.side

    def within(self, others: "Cells", numbers: np.ndarray) -> np.ndarray:
        """Return numbers of cells of this window as those of another one; both have cells of one side.

        Parameters
        ----------
        others : Cells
        numbers : ndarray of int
            From 0; :data:`NONE` stays.
        """
        rows, columns = np.divmod(numbers, self.across)
        rows += self.first_row - others.first_row
        columns += self.first_column - others.first_column
        return np.where(numbers == NONE, NONE, rows * others.across + columns).astype(np.int32)

    @property
    def frame(self) -> tuple[int, int, int, int, int]:
        """Return what kernels go by: offset down and across, side, numbers of cells down and across."""
        return (*self.offset, self.side, self.down, self.across)

    @classmethod
    def of_window(cls, grid: Grid, window: Window, side: int) -> Self:
        """Return the cells of a window of a grid."""
        row, column = lattices.first_pixel(grid)
        return cls(row + window.row, column + window.column, window.rows, window.columns, side)

    @classmethod
    def of_grid(cls, grid: Grid, side: int) -> Self:
        """Return the cells of a whole grid."""
        return cls.of_window(grid, Window(0, 0, grid.rows, grid.columns), side)

    def on_the_ground(self, numbers: np.ndarray) -> np.ndarray:
        """Return numbers that are one cell's alone in its CRS, whatever tile or window has it, int64; 0 for none.

        Parameters
        ----------
        numbers : ndarray of int
            Of cells of this window, from 0, or :data:`NONE`.
        """
        rows, columns = np.divmod(numbers.astype(np.int64), self.across)
        found = (rows + self.first_row + _HALF) * 2**32 + columns + self.first_column + _HALF
        return np.where(numbers == NONE, 0, found)
