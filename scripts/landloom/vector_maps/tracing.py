"""Outlines of patches along the edges of pixels, with the same corners on both sides of every border.

A ring keeps a corner where it turns, and where three or more patches meet: there the border of a neighbour ends.
Such corners are known from the four pixels around them, so that neighbours keep the same ones, and polygons form a
valid coverage. Where a patch touches itself at a corner, its ring turns so that it never runs through a corner twice:
outer ring and hole touch there, which is valid, instead of one ring that touches itself.
"""

from typing import NamedTuple

import numpy as np
import shapely
from numba import njit


class Outlines(NamedTuple):
    """Rings of patches.

    Attributes
    ----------
    corners : ndarray of int32, shape (corners, 2)
        Column and row of each corner, from the upper left corner of the first pixel; rings are closed.
    rings : ndarray of int64, shape (rings + 1,)
        Where each ring begins.
    patches : ndarray of int64, shape (patches + 1,)
        First ring of each patch, the outer one, which runs clockwise as rows count downwards.
    """

    corners: np.ndarray
    rings: np.ndarray
    patches: np.ndarray


def outlines(patches: np.ndarray) -> Outlines:
    """Return the rings of all patches of an array.

    Parameters
    ----------
    patches : ndarray of int32, shape (rows + 2, columns + 2)
        Number of each pixel's patch, every one from 0 to the largest, with a rim of one pixel: negative numbers that
        differ where the neighbours' patches do.
    """
    corners, starts, owners = trace(np.ascontiguousarray(patches, np.int32))
    order = np.argsort(owners, kind="stable")
    lengths = np.diff(starts)
    rings = np.concatenate([[0], np.cumsum(lengths[order])])
    moved = np.repeat(starts[:-1][order] - rings[:-1], lengths[order]) + np.arange(rings[-1])
    firsts = np.searchsorted(owners[order], np.arange(owners.max(initial=-1) + 2))
    return Outlines(corners[moved], rings, firsts)


def polygons(found: Outlines) -> np.ndarray:
    """Return a polygon of each patch, in pixels; rows count downwards."""
    corners = found.corners.astype(np.float64)
    made: np.ndarray = shapely.from_ragged_array(shapely.GeometryType.POLYGON, corners, (found.rings, found.patches))
    return made


@njit(nogil=True, cache=True)
def trace(patches):
    """Follow all borders with their patch on the left; see :func:`outlines`.

    Every ring has an edge above a pixel of its patch, and begins at the first of these, row by row: the first ring of
    a patch is its outer one.

    Returns
    -------
    corners : ndarray of int32, shape (corners, 2)
    starts : ndarray of int64, shape (rings + 1,)
    owners : ndarray of int32, shape (rings,)
        Patch of each ring.
    """
    rows, columns = patches.shape
    above_done = np.zeros((rows, columns), np.bool_)
    corners = np.empty((1024, 2), np.int32)
    starts = np.zeros(256, np.int64)
    owners = np.empty(256, np.int32)
    count, rings = 0, 0
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            patch = patches[row, column]
            if patch < 0 or patches[row - 1, column] == patch or above_done[row, column]:
                continue
            corners, count = _follow(patches, row, column, above_done, corners, count)
            if rings + 2 > len(starts):
                starts, owners = np.concatenate((starts, starts)), np.concatenate((owners, owners))
            owners[rings] = patch
            rings += 1
            starts[rings] = count
    return corners[:count], starts[: rings + 1], owners[:rings]


@njit(nogil=True, cache=True)
def _follow(patches, row, column, above_done, corners, count):
    """Follow the ring that begins above a pixel, and append its corners; return these and their number.

    Directions are 0 north, 1 east, 2 south, 3 west; the corner (y, x) is the lower right one of the pixel (y, x) of
    the array with its rim.
    """
    patch = patches[row, column]
    begin = count
    y, x, direction = row - 1, column, 3
    around = np.empty(4, np.int32)
    while True:
        if direction == 3:
            above_done[y + 1, x] = True
        y += (direction == 2) - (direction == 0)
        x += (direction == 1) - (direction == 3)
        around[0], around[1] = patches[y, x], patches[y, x + 1]
        around[2], around[3] = patches[y + 1, x + 1], patches[y + 1, x]
        left, right = around[direction], around[(direction + 1) % 4]
        meets = around[(direction + 2) % 4] != right
        turn = 1 if right == patch else (0 if left == patch else 3)
        direction = (direction + turn) % 4
        if turn != 0 or meets:
            if count + 2 > len(corners):
                corners = np.concatenate((corners, corners))
            corners[count, 0], corners[count, 1] = x, y
            count += 1
        if y == row - 1 and x == column and direction == 3:
            break
    corners[count] = corners[begin]
    return corners, count + 1


def use_kernels() -> None:
    """Call the kernel once, so that it is compiled before the work."""
    outlines(np.array([[-1, -1, -1], [-1, 0, -1], [-1, -1, -1]], np.int32))
