"""Heights above the ellipsoid on a tile's grid: from an elevation model, and the geoid that it refers to.

Elevation models are metres above a geoid, which is 50 to 85 m of range in a radar image from the ellipsoid. So either
the model's heights are ellipsoidal, which the configuration says, or a raster of the geoid is named and added. PROJ
is not asked: without its grids it leaves heights as they are, and does not say so.

Where the model is coarser than the grid, heights are bicubic (Keys 1981, a = -1/2), since facets need slopes; beside
a void, bilinear. Where it is finer, blocks of its pixels are averaged first. Coordinates are transformed at the nodes
of :mod:`landloom.sar.nodes`, and heights do not depend on the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit

from landloom.core.errors import InputError
from landloom.core.threads import run_tasks
from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.geo.ground import GEOGRAPHIC
from landloom.sar import dem
from landloom.sar.dem import TURN, Box, DemFile, Piece
from landloom.sar.nodes import STEP, node_centres
from landloom.sensors.sentinel1 import dem_folder

ELLIPSOID = "ellipsoid"
"""Word of the configuration for heights above the ellipsoid."""

_REACH_PX = 4
_ROUNDING = 0.05
"""Projections stretch by some thousandths: three pixels of 10 m are one of 30 m."""

_ROWS_PER_TASK = 16


@dataclass(frozen=True)
class Heights:
    """Where a tile's heights come from.

    Attributes
    ----------
    surface : tuple of DemFile
        Files of the elevation model.
    geoid : DemFile or None
        What is added; None: heights are ellipsoidal.
    """

    surface: tuple[DemFile, ...]
    geoid: DemFile | None


def open_heights(path: Path, datum: str, grid: Grid, margin_px: int) -> Heights:
    """Return the sources of heights of a tile and its surroundings.

    Parameters
    ----------
    path : Path
        Raster of heights, or a folder of tiles.
    datum : str
        "ellipsoid", or the path of a raster of the geoid's heights above it.
    grid : Grid
        Of the tile.
    margin_px : int
        What is wanted around it, in pixels.

    Raises
    ------
    InputError
        If the datum is not told, the files cannot be used, contradict it, or none reaches the tile.
    """
    if not datum:
        raise InputError(
            "heights: is missing; say `ellipsoid` if the elevation model's heights are above the ellipsoid, or name "
            "a raster of the geoid that they are above (Copernicus: EGM2008, SRTM: EGM96)"
        )
    around, degrees = _around(grid, margin_px), box_around(grid, margin_px)
    files = [dem.describe(one) for one in dem_folder.find_files(path) if dem_folder.may_lie_in(one, degrees)]
    boxes = {crs: _extent(grid, around, crs) for crs in {file.grid.crs for file in files}}
    reaching = tuple(file for file in files if dem.pieces_in([file], boxes[file.grid.crs]))
    if not reaching:
        raise InputError(f"dem: {path} has no heights of {grid.described()}; get the tiles of this place")
    for file in reaching:
        dem.check_datum(file, datum == ELLIPSOID)
    return Heights(reaching, None if datum == ELLIPSOID else dem.describe(Path(datum), "heights"))


def box_around(grid: Grid, margin_px: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of a tile and its margin; east may be beyond 180."""
    found = _extent(grid, _around(grid, margin_px), GEOGRAPHIC)
    return found.left, found.bottom, found.right, found.top


def _around(grid: Grid, margin_px: int) -> Grid:
    return grid.cut(Window(-margin_px, -margin_px, grid.rows + 2 * margin_px, grid.columns + 2 * margin_px))


def read_heights(source: Heights, grid: Grid, window: Window) -> np.ndarray:
    """Return the heights of a window above the ellipsoid.

    Parameters
    ----------
    source : Heights
    grid : Grid
        Of the tile.
    window : Window
        It may reach beyond the grid.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        In m; NaN where there is none, for the caller to tell.
    """
    found = sample(source.surface, grid, window)
    return found if source.geoid is None else found + sample([source.geoid], grid, window)


def sample(files: Sequence[DemFile], grid: Grid, window: Window) -> np.ndarray:
    """Return the numbers of rasters at the pixels of a window, as float32, NaN where there is none.

    Rasters of other lattices, such as the next belt of latitude of the Copernicus DEM, fill what the first leave.
    """
    out = np.full((window.rows, window.columns), np.nan, np.float32)
    for crs in dict.fromkeys(file.grid.crs for file in files):
        x, y = _positions(grid, window, crs)
        box = _box(x, y, max(_REACH_PX * _coarsest(file) for file in files))
        pieces = dem.pieces_in([file for file in files if file.grid.crs == crs], box)
        for lattice in dem.lattices(pieces):
            if np.isnan(out).any():
                _fill(lattice, x, y, _fineness(lattice[0], grid), window, out)
    return out


def _coarsest(file: DemFile) -> float:
    return max(file.grid.resolution, file.grid.resolution_y)


def _box(x: np.ndarray, y: np.ndarray, around: float) -> Box:
    return Box(float(x.min() - around), float(y.min() - around), float(x.max() + around), float(y.max() + around))


def _extent(grid: Grid, around: Grid, crs: str) -> Box:
    """Return the box of a tile's surroundings in another CRS."""
    return _box(*_seen_from(grid, crs, *(np.array(one) for one in around.outline().exterior.xy)), 0.0)


def _positions(grid: Grid, window: Window, crs: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the coordinates of a window's nodes in another CRS."""
    return _seen_from(grid, crs, *node_centres(grid, window))


def _seen_from(grid: Grid, crs: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a tile's CRS in another one; longitudes are continuous around the tile's middle."""
    transform = grids.transformer(grid.crs, crs).transform
    found_x, found_y = transform(x, y)
    if grids.unit(crs) == "degree":
        middle = transform((grid.left + grid.right) / 2, (grid.top + grid.bottom) / 2)[0]
        found_x = middle + (found_x - middle + TURN / 2) % TURN - TURN / 2
    return found_x, found_y


def _fineness(piece: Piece, grid: Grid) -> tuple[int, int]:
    """Return how many rows and columns of a raster are averaged: as many as a pixel in the tile's middle spans."""
    middle = Window(grid.rows // 2, grid.columns // 2, STEP, STEP)
    x, y = _positions(grid, middle, piece.file.grid.crs)
    down = max(abs(y[1, 0] - y[0, 0]), abs(y[0, 1] - y[0, 0])) / STEP / piece.sizes[0]
    right = max(abs(x[1, 0] - x[0, 0]), abs(x[0, 1] - x[0, 0])) / STEP / piece.sizes[1]
    return max(int(down + _ROUNDING), 1), max(int(right + _ROUNDING), 1)


def _fill(
    lattice: Sequence[Piece], x: np.ndarray, y: np.ndarray, blocks: tuple[int, int], window: Window, out: np.ndarray
) -> None:
    """Fill what is missing of a window from a lattice."""
    (down, right), (high, wide) = lattice[0].fractions, lattice[0].sizes
    rows = (-y / high - down) / blocks[0] - 0.5
    columns = (x / wide - right) / blocks[1] - 0.5
    part = _surroundings(rows, columns)
    fine = Window(*(side * blocks[number % 2] for number, side in enumerate(part)))
    numbers = _averaged(dem.read_lattice(lattice, fine), blocks)
    corner = window.row, window.column
    first = part.row, part.column
    run_tasks(_sample, -(-len(out) // _ROWS_PER_TASK), numbers, first, rows, columns, corner, out)


def _surroundings(rows: np.ndarray, columns: np.ndarray) -> Window:
    """Return the window of blocks that positions and the two on each side of them are in."""
    top, left = int(np.floor(rows.min())) - 1, int(np.floor(columns.min())) - 1
    return Window(top, left, int(np.floor(rows.max())) + 3 - top, int(np.floor(columns.max())) + 3 - left)


def _averaged(numbers: np.ndarray, blocks: tuple[int, int]) -> np.ndarray:
    """Return the means of blocks; NaN where a part of one is missing."""
    if blocks == (1, 1):
        return numbers
    rows, columns = numbers.shape[0] // blocks[0], numbers.shape[1] // blocks[1]
    parts = numbers.reshape(rows, blocks[0], columns, blocks[1])
    found: np.ndarray = parts.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
    return found


@njit(cache=True, nogil=True)
def _cubic(t, weights):
    """Write the weights of the four values around a place: Keys (1981), a = -1/2."""
    weights[0] = ((-0.5 * t + 1.0) * t - 0.5) * t
    weights[1] = (1.5 * t - 2.5) * t * t + 1.0
    weights[2] = ((-1.5 * t + 2.0) * t + 0.5) * t
    weights[3] = (0.5 * t - 0.5) * t * t


@njit(cache=True, nogil=True)
def _sample(task, last, numbers, first, node_rows, node_columns, corner, out):
    """Fill the missing pixels of the rows of some tasks."""
    down, right = np.empty(4), np.empty(4)
    for row in range(task * _ROWS_PER_TASK, min(last * _ROWS_PER_TASK, out.shape[0])):
        for column in range(out.shape[1]):
            if out[row, column] == out[row, column]:
                continue
            y = _between(node_rows, corner, row, column)
            x = _between(node_columns, corner, row, column)
            top, left = int(np.floor(y)), int(np.floor(x))
            _cubic(y - top, down)
            _cubic(x - left, right)
            total = 0.0
            for i in range(4):
                for j in range(4):
                    total += down[i] * right[j] * numbers[top - first[0] + i - 1, left - first[1] + j - 1]
            if total != total:
                total = _beside_void(numbers, y - first[0], x - first[1])
            out[row, column] = np.float32(total)


@njit(cache=True, nogil=True)
def _between(values, corner, row, column):
    """Return a value of nodes at a pixel of a window, linear between the four around."""
    i, j = (corner[0] + row) // STEP, (corner[1] + column) // STEP
    down, right = (corner[0] + row - i * STEP) / STEP, (corner[1] + column - j * STEP) / STEP
    i, j = i - corner[0] // STEP, j - corner[1] // STEP
    upper = values[i, j] + (values[i, j + 1] - values[i, j]) * right
    lower = values[i + 1, j] + (values[i + 1, j + 1] - values[i + 1, j]) * right
    return upper + (lower - upper) * down


@njit(cache=True, nogil=True)
def _beside_void(numbers, y, x):
    """Return the bilinear value of what is there of four neighbours; NaN where the nearest is not."""
    if np.isnan(numbers[int(np.floor(y + 0.5)), int(np.floor(x + 0.5))]):
        return np.nan
    top, left = int(np.floor(y)), int(np.floor(x))
    total, weights = 0.0, 0.0
    for i in range(2):
        for j in range(2):
            number = float(numbers[top + i, left + j])
            if number == number:
                weight = (1.0 - abs(y - top - i)) * (1.0 - abs(x - left - j))
                total += weight * number
                weights += weight
    return total / weights
