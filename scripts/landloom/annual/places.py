"""Where a tile's pixels lie in a file of any CRS, extent and order of rows.

Between CRSs, every 16th pixel of the tile's rows and columns is transformed, and those between them lie between:
off by less than a thousandth of a pixel where pixels are metres wide. As these nodes are the tile's, a pixel has the
same place in any window.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.crs_names import crs_name
from landloom.geo.grids import Grid, Window

STEP_PX = 16
OUTSIDE = -9.0
"""Row or column of places that a CRS does not have: far enough outside of any file."""

_NOISE_PX = 1e-4
"""Places so near to a pixel's centre are there, up to the noise of floating-point numbers."""

FEW_PX = 1.5
"""Width of a tile's pixel in pixels of a file, from which they are averaged."""


@dataclass(frozen=True)
class FileGrid:
    """Pixels of a file in the order of its rows, of which the first may be that in the south.

    Attributes
    ----------
    crs : str
    left, first : float
        Outer edges of the first column and of the first row.
    width, height : float
        Of a pixel, in units of the CRS; the height is negative where the first row is in the south.
    rows, columns : int
    """

    crs: str
    left: float
    first: float
    width: float
    height: float
    rows: int
    columns: int

    @property
    def upright(self) -> Grid:
        """Return the same pixels with the first row in the north."""
        top = max(self.first, self.first - self.rows * self.height)
        return Grid(self.crs, self.left, top, self.width, abs(self.height), self.rows, self.columns)


def of_dataset(dataset: Any, name: str) -> FileGrid:
    """Return the pixels of an open file.

    Raises
    ------
    InputError
        If it has no CRS, or its rows do not run from west to east.
    """
    transform = dataset.transform
    if dataset.crs is None:
        raise InputError(f"{name}: has no coordinate reference system; give it one (gdal_edit -a_srs)")
    if transform.b or transform.d or transform.a <= 0 or transform.e == 0:
        raise InputError(f"{name}: is turned against its coordinates; convert it (gdalwarp)")
    crs = crs_name(dataset.crs.to_wkt())
    return FileGrid(crs, transform.c, transform.f, transform.a, -transform.e, dataset.height, dataset.width)


@dataclass(frozen=True)
class Places:
    """Rows and columns in a file of the pixels of a tile; centres of the file's pixels are whole numbers.

    Attributes
    ----------
    grid : Grid
        Of the tile.
    file : FileGrid
    """

    grid: Grid
    file: FileGrid

    @cached_property
    def _of_tile(self) -> Grid:
        """Return the tile's grid in the CRS of the file, where these differ by their false origin at most."""
        return self.grid.expressed_in(self.file.crs)

    @cached_property
    def _transform(self) -> Any:
        return (
            None if self._of_tile.crs == self.file.crs else grids.transformer(self.grid.crs, self.file.crs).transform
        )

    def _exactly(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of some pixels, given by fractional rows and columns of the tile."""
        tile, file = self._of_tile, self.file
        x = tile.left + (columns + 0.5) * tile.resolution
        y = tile.top - (rows + 0.5) * tile.resolution_y
        if self._transform:
            x, y = self._transform(x, y)
        found = (file.first - y) / file.height - 0.5, (x - file.left) / file.width - 0.5
        return found[0], found[1]

    @cached_property
    def side(self) -> int:
        """Return how many places per row and column of a tile's pixel are averaged: 1 where pixels are alike."""
        row, column = self.grid.rows / 2, self.grid.columns / 2
        rows, columns = self._exactly(
            np.array([row, row, row - 0.5, row + 0.5]), np.array([column - 0.5, column + 0.5, column, column])
        )
        across = np.hypot(np.diff(rows)[[0, 2]], np.diff(columns)[[0, 2]]).max()
        return int(np.ceil(across - 1e-6)) if np.isfinite(across) and across > FEW_PX else 1

    def offsets(self) -> list[tuple[float, float]]:
        """Return the places within a tile's pixel that are averaged, in rows and columns off its centre."""
        steps = [(step + 0.5) / self.side - 0.5 for step in range(self.side)]
        return [(row, column) for row in steps for column in steps]

    def _nodes(self, window: Window) -> tuple[np.ndarray, np.ndarray, int, int]:
        """Return the places of the nodes around a window, and the first node down and across."""
        top, left = (window.row - 1) // STEP_PX, (window.column - 1) // STEP_PX
        bottom = (window.row + window.rows) // STEP_PX + 2
        right = (window.column + window.columns) // STEP_PX + 2
        columns, rows = np.meshgrid(STEP_PX * np.arange(left, right), STEP_PX * np.arange(top, bottom))
        return (*self._exactly(rows.astype(float), columns.astype(float)), top, left)

    def part(self, window: Window) -> Window | None:
        """Return the part of the file that the pixels of a window lie in, with a pixel around, if there is one."""
        rows, columns, _, _ = self._nodes(window)
        there = np.isfinite(rows) & np.isfinite(columns)
        if not there.any():
            return None
        top, bottom = _clipped(rows[there], self.file.rows)
        left, right = _clipped(columns[there], self.file.columns)
        return Window(top, left, bottom - top, right - left) if bottom > top and right > left else None

    def of(self, window: Window, offset: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows and columns of a window's pixels in the file, float64 of shape (pixels,) each."""
        rows = window.row + np.arange(window.rows) + offset[0]
        columns = window.column + np.arange(window.columns) + offset[1]
        if self._transform is None:
            down, across = self._exactly(rows, columns)
            found = np.repeat(down, window.columns), np.tile(across, window.rows)
        else:
            node_rows, node_columns, top, left = self._nodes(window)
            places = rows / STEP_PX - top, columns / STEP_PX - left
            found = _between(node_rows, *places), _between(node_columns, *places)
        return _settled(found[0]), _settled(found[1])


def _clipped(places: np.ndarray, size: int) -> tuple[int, int]:
    first, last = np.floor(places.min()) - 1, np.ceil(places.max()) + 2
    return int(np.clip(first, 0, size)), int(np.clip(last, 0, size))


def _between(nodes: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Interpolate nodes bilinearly at fractional rows and columns of them; flat."""
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, across = (rows - top)[:, None], (columns - left)[None, :]
    above, below = nodes[top], nodes[top + 1]
    with np.errstate(invalid="ignore"):
        lines = above + (below - above) * down
        found: np.ndarray = lines[:, left] + (lines[:, left + 1] - lines[:, left]) * across
    return found.ravel()


def _settled(places: np.ndarray) -> np.ndarray:
    """Return places with those on whole numbers made whole, and those that are not on Earth outside of any file."""
    whole = np.rint(places)
    with np.errstate(invalid="ignore"):
        near = np.where(np.abs(places - whole) < _NOISE_PX, whole, places)
    found: np.ndarray = np.where(np.isfinite(near), near, OUTSIDE)
    return found
