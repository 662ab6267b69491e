"""Lattices: whether grids have common pixels, where these lie on it, and the grid on a lattice that covers them."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from shapely.geometry import Polygon

from landloom.geo import grids
from landloom.geo.grids import Grid

NOISE_PX = 0.01
"""Corners of one lattice differ by the noise of floating-point numbers, far less than this part of a pixel."""


def same(one: Grid, other: Grid) -> bool:
    """Return whether the corners of a grid's pixels are corners of the other's, up to noise."""
    if one.crs != other.crs:
        return False
    across = [(edge - other.left) / other.resolution for edge in (one.left, one.right)]
    down = [(other.top - edge) / other.resolution_y for edge in (one.top, one.bottom)]
    on_corners = all(abs(place - round(place)) < NOISE_PX for place in (*across, *down))
    sizes = round(down[1]) - round(down[0]), round(across[1]) - round(across[0])
    return on_corners and sizes == (one.rows, one.columns)


def first_pixel(grid: Grid) -> tuple[int, int]:
    """Return the row and column of a grid's first pixel, counted down and to the right from the origin of its CRS.

    Grids of one lattice count alike, so that what is counted by them is the same whatever tile shows it.
    """
    return math.floor(NOISE_PX - grid.top / grid.resolution_y), math.floor(grid.left / grid.resolution + NOISE_PX)


def is_common(tiles: Sequence[Grid]) -> bool:
    """Return whether all grids lie on one lattice."""
    return all(same(tile, tiles[0]) for tile in tiles)


def alike(tiles: Sequence[Grid], pixel: Grid) -> list[Grid]:
    """Return the grids whose pixels a map can have: those with its CRS and pixel size, if they lie on one lattice.

    Parameters
    ----------
    tiles : sequence of Grid
    pixel : Grid
        Any grid with the CRS and the pixel size of the map.
    """
    found = [tile for tile in tiles if same(tile, replace(pixel, left=tile.left, top=tile.top))]
    return found if is_common(found) else []


def of_multiples(crs: str, resolution: float) -> Grid:
    """Return a pixel of the lattice whose corners are multiples of the resolution."""
    return Grid(grids.crs_name(crs), 0.0, 0.0, resolution, resolution, 1, 1)


def box_of(outlines: Sequence[tuple[str, Polygon]], crs: str) -> Grid:
    """Return the smallest box around polygons in a CRS, as a grid of one pixel.

    Parameters
    ----------
    outlines : list of (crs, polygon)

    Raises
    ------
    ValueError, ProjError
        If a polygon is outside of the domain of the CRS.
    """
    points = [np.array(grids.transformer(source, crs).transform(*shape.exterior.xy)) for source, shape in outlines]
    together = np.hstack(points)
    if not np.isfinite(together).all():
        raise ValueError("coordinates are outside of its domain")
    (left, bottom), (right, top) = together.min(axis=1), together.max(axis=1)
    return Grid(grids.crs_name(crs), float(left), float(top), float(right - left), float(top - bottom), 1, 1)


def covering(outlines: Sequence[tuple[str, Polygon]], lattice: Grid) -> Grid:
    """Return the smallest grid on a lattice that covers polygons; see :func:`box_of`.

    Parameters
    ----------
    outlines : list of (crs, polygon)
    lattice : Grid
        Any grid of the lattice, which gives CRS, corner and size of the pixels.
    """
    box = box_of(outlines, lattice.crs)
    wide, high = lattice.resolution, lattice.resolution_y
    first = math.floor((box.left - lattice.left) / wide + NOISE_PX)
    last = math.ceil((box.right - lattice.left) / wide - NOISE_PX)
    top = math.floor((lattice.top - box.top) / high + NOISE_PX)
    bottom = math.ceil((lattice.top - box.bottom) / high - NOISE_PX)
    corner = lattice.left + first * wide, lattice.top - top * high
    return Grid(lattice.crs, *corner, wide, high, max(bottom - top, 1), max(last - first, 1))
