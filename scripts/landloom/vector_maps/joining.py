"""Patches joined from the pieces of cells, one row of cells after the other.

Pieces belong together where they face each other across the line between two cells and have the same value. A patch
is joined as soon as the last cell that holds a piece of it has been read: memory grows with the patches that are open
then, not with the map. Across lines of a coarser grid (`cut`), nothing is joined.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landloom.vector_maps.lattice_cells import Cell
from landloom.vector_maps.pieces import Pieces

NORTH, EAST, SOUTH, WEST = range(4)

Load = Callable[[Cell], Pieces]
"""Returns the pieces of a cell."""


@dataclass(frozen=True)
class Patches:
    """Some patches in the order of their first pixels; polygons are in pixels, counted from the map's first."""

    shapes: np.ndarray
    value: np.ndarray
    place: np.ndarray
    sums: np.ndarray


@dataclass(frozen=True)
class Joints:
    """Which pieces belong together.

    Attributes
    ----------
    begin : ndarray of int64, shape (cells + 1,)
        Number of the first piece of each cell among those of all.
    pieces : ndarray of int64
        Those that are joined with others, ascending.
    patch : ndarray of int64
        The patch of each.
    last : ndarray of int64, shape (patches,)
        Position of the last cell of each patch.
    """

    begin: np.ndarray
    pieces: np.ndarray
    patch: np.ndarray
    last: np.ndarray


def find_joints(cells: Sequence[Cell], load: Load, cut: int | None) -> Joints:
    """Return which pieces belong together.

    Parameters
    ----------
    cells : sequence of Cell
        Row by row.
    cut : int or None
        Rows and columns of cells between lines across which nothing is joined.
    """
    begin, pairs = [0], [np.empty((0, 2), np.int64)]
    behind: dict[tuple[int, int], tuple[np.ndarray, np.ndarray, int]] = {}
    for cell in cells:
        found = load(cell)
        now = found.value, found.rims, begin[-1]
        above, before = (cell.row - 1, cell.column), (cell.row, cell.column - 1)
        if above in behind and not (cut and cell.row % cut == 0):
            pairs.append(_facing(behind[above], now, SOUTH, NORTH))
        if before in behind and not (cut and cell.column % cut == 0):
            pairs.append(_facing(behind[before], now, EAST, WEST))
        behind.pop(above, None)
        behind[cell.row, cell.column] = now
        begin.append(begin[-1] + len(found))
    return _joined_pairs(np.concatenate(pairs), np.array(begin))


def _facing(
    one: tuple[np.ndarray, np.ndarray, int], other: tuple[np.ndarray, np.ndarray, int], side: int, opposite: int
) -> np.ndarray:
    """Return the pairs of pieces of two cells that face each other and have the same value, of shape (pairs, 2)."""
    (value, rims, begin), (value_there, rims_there, begin_there) = one, other
    facing = np.column_stack([rims[side], rims_there[opposite]])
    facing = np.unique(facing[(facing >= 0).all(axis=1)], axis=0).astype(np.int64)
    alike = value[facing[:, 0]] == value_there[facing[:, 1]]
    found: np.ndarray = facing[alike] + np.array([begin, begin_there])
    return found


def _joined_pairs(pairs: np.ndarray, begin: np.ndarray) -> Joints:
    """Return the patches that pairs of pieces make, those of pairs of pairs too."""
    pieces, ends = np.unique(pairs, return_inverse=True)
    ends = ends.reshape(pairs.shape)
    links = coo_array((np.ones(len(ends), bool), (ends[:, 0], ends[:, 1])), shape=(len(pieces), len(pieces)))
    number, patch = connected_components(links, directed=False)
    last = np.zeros(number, np.int64)
    np.maximum.at(last, patch, np.searchsorted(begin, pieces, side="right") - 1)
    return Joints(begin, pieces, patch.astype(np.int64), last)


def join(cells: Sequence[Cell], load: Load, joints: Joints) -> Iterator[Patches]:
    """Yield the patches that are complete after each cell."""
    open_ones: dict[int, list[Patches]] = {}
    for position, cell in enumerate(cells):
        found = load(cell)
        all_of_cell = Patches(found.shapes(cell.window.row, cell.window.column), found.value, found.place, found.sums)
        first, behind = np.searchsorted(joints.pieces, joints.begin[position : position + 2])
        joined = joints.pieces[first:behind] - joints.begin[position]
        for piece, patch in zip(joined.tolist(), joints.patch[first:behind].tolist(), strict=True):
            open_ones.setdefault(patch, []).append(_some(all_of_cell, np.array([piece])))
        single = np.ones(len(found), bool)
        single[joined] = False
        complete = [patch for patch in open_ones if joints.last[patch] == position]
        yield _together([_some(all_of_cell, single), *(_union(open_ones.pop(patch)) for patch in complete)])


def _some(patches: Patches, chosen: np.ndarray) -> Patches:
    """Return some of several patches."""
    return Patches(patches.shapes[chosen], patches.value[chosen], patches.place[chosen], patches.sums[chosen])


def _union(pieces: Sequence[Patches]) -> Patches:
    """Return one patch of its pieces; their corners along the lines between cells are the same on both sides."""
    shape = shapely.coverage_union_all(np.concatenate([one.shapes for one in pieces]))
    place = min(int(one.place[0]) for one in pieces)
    sums = np.sum([one.sums[0] for one in pieces], axis=0)
    return Patches(np.array([shape], object), pieces[0].value, np.array([place]), sums[None])


def _together(parts: Sequence[Patches]) -> Patches:
    """Return patches in the order of their first pixels."""
    several = Patches(
        np.concatenate([one.shapes for one in parts]),
        np.concatenate([one.value for one in parts]),
        np.concatenate([one.place for one in parts]),
        np.concatenate([one.sums for one in parts]),
    )
    return _some(several, np.argsort(several.place, kind="stable"))
