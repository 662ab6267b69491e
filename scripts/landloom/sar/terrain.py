"""Backscatter by the area that the radar has really seen: terrain-flattened gamma0.

Each pixel of the heights is a facet; its area across the look belongs to the line and pixel of the image where it is
seen, shared bilinearly among the four around. The image's beta0 counts power by an area A_beta in azimuth and slant
range; gamma0 = beta0 A_beta / sum of facet areas. Where several slopes fall together (layover) or stretch
(foreshortening), their areas add up, and the excess of power is divided out.

Source: Small (2011), Flattening gamma: radiometric terrain correction for SAR imagery, IEEE TGRS 49(8). Facets are
divided by A_beta before they are added, so that sums have no unit: 1 / tan(incidence) on flat ground. Sums are of
integers, so that they do not depend on the order or on windows.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks
from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.sar.geocoding import Geometry
from landloom.sar.nodes import STEP, nodes_around, open_cell

UNITS = 2**16
"""Units of an added share of A_beta: a rounding is 0.0002 dB of a facet, and sums reach 32767 A_beta."""

_MOST_SHARE = 2000.0
_ROWS_PER_TASK = 16


class Facets(NamedTuple):
    """Facets of a window's pixels, each array of float32 and shape (rows, columns).

    Attributes
    ----------
    share : ndarray
        Area across the look, as a part of the image pixel's area in azimuth and slant range; 0 of slopes that are
        turned away, and where the height is missing.
    incidence : ndarray
        Cosine of the local angle of incidence, between the look and the facet's normal; negative in shadow.
    """

    share: np.ndarray
    incidence: np.ndarray


class Sums(NamedTuple):
    """Sums of facet areas in a part of a radar image.

    Attributes
    ----------
    line, pixel : int
        Of the first sum.
    units : ndarray of int32, shape (lines, pixels)
        Sums in ``UNITS`` of the image pixel's own area.
    """

    line: int
    pixel: int
    units: np.ndarray


def facets(grid: Grid, window: Window, heights: np.ndarray, geometry: Geometry) -> Facets:
    """Return the facets of a window's pixels.

    Parameters
    ----------
    grid : Grid
        Of the tile.
    window : Window
        It may reach beyond the grid.
    heights : ndarray of float32, shape (rows + 2, columns + 2)
        Metres above the ellipsoid, of the window and one pixel around: a facet spans its pixel's neighbours.
    geometry : Geometry
        Of the window.
    """
    shape = geometry.line.shape
    found = Facets(np.empty(shape, np.float32), np.empty(shape, np.float32))
    nodes = nodes_around(grid, window)
    tasks = -(-shape[0] // _ROWS_PER_TASK)
    corner = window.row, window.column
    run_tasks(_facets, tasks, nodes, corner, np.ascontiguousarray(heights), geometry.look, geometry.beta_area, *found)
    return found


@njit(cache=True, nogil=True)
def _facets(first, last, nodes, corner, heights, looks, beta_areas, shares, incidences):
    """Measure the facets of the rows of some tasks."""
    rows, columns = shares.shape
    cell, lower = np.empty((4, 3)), np.empty((4, 3))
    for row in range(first * _ROWS_PER_TASK, min(last * _ROWS_PER_TASK, rows)):
        start = np.int64(0)  # of a literal 0, what is called would be compiled once more
        while start < columns:
            place, _, offset, stop = open_cell(nodes, corner, row, start, columns, cell)
            _load_fall(nodes, place[0], place[1], lower)
            around = heights[row], heights[row + 1], heights[row + 2]
            outputs = looks[row], beta_areas[row], shares[row], incidences[row]
            _measure_cell(cell, lower, offset, start, stop, around, outputs)
            start = stop


@njit(cache=True, nogil=True)
def _load_fall(nodes, cell_row, cell_column, fall):
    """Write how point and normal change down a cell, at its left side, and how that changes over its width."""
    for axis in range(3):
        for part, values in enumerate((nodes.places, nodes.normals)):
            left = values[cell_row + 1, cell_column, axis] - values[cell_row, cell_column, axis]
            right = values[cell_row + 1, cell_column + 1, axis] - values[cell_row, cell_column + 1, axis]
            fall[2 * part, axis], fall[2 * part + 1, axis] = left, right - left


@njit(cache=True, nogil=True, error_model="numpy")
def _measure_cell(cell, fall, offset, start, stop, around, outputs):
    """Measure the facets of a row that lie in one cell: the cross product of the ground's steps down and right."""
    above, level, below = around
    look, beta_areas, shares, incidences = outputs
    for column in range(start, stop):
        across = (offset + column - start) / STEP
        height = float(level[column + 1])
        right = (float(level[column + 2]) - float(level[column])) / 2
        down = (float(below[column + 1]) - float(above[column + 1])) / 2
        nx = cell[2, 0] + cell[3, 0] * across
        ny = cell[2, 1] + cell[3, 1] * across
        nz = cell[2, 2] + cell[3, 2] * across
        ax = (cell[1, 0] + height * cell[3, 0]) / STEP + right * nx
        ay = (cell[1, 1] + height * cell[3, 1]) / STEP + right * ny
        az = (cell[1, 2] + height * cell[3, 2]) / STEP + right * nz
        bx = (fall[0, 0] + fall[1, 0] * across + height * (fall[2, 0] + fall[3, 0] * across)) / STEP + down * nx
        by = (fall[0, 1] + fall[1, 1] * across + height * (fall[2, 1] + fall[3, 1] * across)) / STEP + down * ny
        bz = (fall[0, 2] + fall[1, 2] * across + height * (fall[2, 2] + fall[3, 2] * across)) / STEP + down * nz
        fx, fy, fz = by * az - bz * ay, bz * ax - bx * az, bx * ay - by * ax
        facing = fx * look[column, 0] + fy * look[column, 1] + fz * look[column, 2]
        share = facing / beta_areas[column]
        shares[column] = min(share, _MOST_SHARE) if share > 0.0 else 0.0
        incidences[column] = facing / np.sqrt(fx * fx + fy * fy + fz * fz)


def empty_sums(lines: tuple[int, int], pixels: tuple[int, int]) -> Sums:
    """Return sums of 0 for lines and pixels from a first to before a last one."""
    return Sums(lines[0], pixels[0], np.zeros((lines[1] - lines[0], pixels[1] - pixels[0]), np.int32))


def add_facets(sums: Sums, geometry: Geometry, share: np.ndarray) -> None:
    """Add the facets of a window to sums; those outside are left out.

    Each facet is to be added once: windows must not overlap. One thread does it, since several would write to the
    same sums; it is a small part of the work.
    """
    _add(geometry.line, geometry.pixel, share, sums)


@njit(cache=True, nogil=True)
def _add(lines, pixels, shares, sums):
    units = sums.units
    height, width = units.shape
    for row in range(lines.shape[0]):
        for column in range(lines.shape[1]):
            y, x = lines[row, column] - sums.line, pixels[row, column] - sums.pixel
            if not (0.0 <= y < height - 1 and 0.0 <= x < width - 1):  # nor is a missing one
                continue
            a, b = np.uint64(y), np.uint64(x)
            share = shares[row, column] * UNITS
            one = np.uint64(1)
            dy, dx = y - a, x - b
            upper, lower = share * (1.0 - dy), share * dy
            units[a, b] += np.int32(upper * (1.0 - dx) + 0.5)
            units[a, b + one] += np.int32(upper * dx + 0.5)
            units[a + one, b] += np.int32(lower * (1.0 - dx) + 0.5)
            units[a + one, b + one] += np.int32(lower * dx + 0.5)


def flatten(beta0: np.ndarray, line: int, pixel: int, sums: Sums) -> np.ndarray:
    """Return terrain-flattened gamma0 of a part of a radar image, NaN where no facet is.

    Parameters
    ----------
    beta0 : ndarray of float32, shape (lines, pixels)
        Power; NaN where there is none.
    line, pixel : int
        Of its first value.
    sums : Sums
        It must cover the part: heights are not beyond those that it was made for.

    Raises
    ------
    ValueError
        If it does not.
    """
    first = line - sums.line, pixel - sums.pixel
    beyond = [start + size - length for start, size, length in zip(first, beta0.shape, sums.units.shape, strict=True)]
    if min(first) < 0 or max(beyond) > 0:
        raise ValueError(f"sums of {sums.units.shape} do not cover {beta0.shape} from {first}")
    out = np.empty_like(beta0)
    tasks = -(-len(beta0) // _ROWS_PER_TASK)
    run_tasks(_flatten, tasks, np.ascontiguousarray(beta0), sums.units, *first, out)
    return out


@njit(cache=True, nogil=True)
def _flatten(first, last, beta0, units, line, pixel, out):
    rows, columns = beta0.shape
    for row in range(first * _ROWS_PER_TASK, min(last * _ROWS_PER_TASK, rows)):
        values, divisors, results = beta0[row], units[line + row, pixel : pixel + columns], out[row]
        for column in range(columns):
            number = np.float32(divisors[column])
            results[column] = values[column] * np.float32(UNITS) / number if number > 0 else np.float32(np.nan)


def margin_px(grid: Grid, heights: tuple[float, float], incidence: float) -> int:
    """Return how far from a pixel others may fall on the same place of the image, or shade it, in pixels of the grid.

    Parameters
    ----------
    grid : Grid
    heights : (float, float)
        Lowest and highest, in m.
    incidence : float
        Angle in degrees: the tile's smallest for layover, its greatest for shadow.
    """
    drop = max(heights[1] - heights[0], 0.0)
    angle = math.radians(incidence)
    reach = drop * max(1 / math.tan(angle), math.tan(angle))
    return math.ceil(reach / min(ground.pixel_m(grid))) + 4
