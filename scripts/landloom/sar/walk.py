"""A walk over a tile in a radar image, from its first row to its last: ground is geocoded once for all that needs it.

What falls on a pixel's place in the image, or shades it, is near: at most as far as heights throw it. So strips of
rows are geocoded one after the other, their areas are added to the sums of the image, and as soon as the strips
behind a row of blocks are in, all that its pixels need is there: where they are, what lies around them, and complete
sums. Strips that are left behind are dropped; the memory is that of a few strips and of the sums.
"""

import math
from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.sar import masks
from landloom.sar.geocoding import Scene
from landloom.sar.masks import Seen
from landloom.sar.orbit import Orbit
from landloom.sar.preparation import HeightsOf, seen_window
from landloom.sar.terrain import Sums, add_facets

STRIP_PX = 2**21
"""Pixels that are geocoded at a time: 130 MB until what is not kept is dropped."""

_ROUNDED_PX = 2


class Reach(NamedTuple):
    """How far around a pixel the ground counts, in rows and columns of the tile."""

    rows: int
    columns: int


def reach(orbit: Orbit, grid: Grid, margin_px: int) -> Reach:
    """Return how many rows and columns away ground may shade a pixel of a tile, or fall on it.

    Parameters
    ----------
    orbit : Orbit
    grid : Grid
        Of the tile.
    margin_px : int
        How far away it may be (:func:`landloom.sar.terrain.margin_px`); 0: nothing else counts.
    """
    if margin_px == 0:
        return Reach(0, 0)
    rows, columns = masks.steps_to_satellite(orbit, grid)
    wanted = (max(math.ceil(margin_px * one) + _ROUNDED_PX, masks.RIM_PX) for one in (rows, columns))
    return Reach(*(min(one, margin_px) for one in wanted))


class Walk:
    """A walk over a tile in one slice.

    Parameters
    ----------
    scene : Scene
    grid : Grid
        Of the tile.
    around : Reach
        What is wanted around each window.
    heights_of : function
    sums : Sums or None
        Areas are added to them; None: they are not wanted.
    """

    def __init__(self, scene: Scene, grid: Grid, around: Reach, heights_of: HeightsOf, sums: Sums | None) -> None:
        self.scene, self.grid, self.sums = scene, grid, sums
        self._around, self._heights_of = around, heights_of
        self._kept: list[tuple[Window, Seen]] = []
        self._next = -around.rows

    def seen(self, row: int, rows: int) -> tuple[Window, Seen]:
        """Return what is seen of some rows of the tile and around them; sums are complete for these rows then.

        Parameters
        ----------
        row : int
            First row, from 0; not before that of an earlier call.
        rows : int

        Returns
        -------
        window : Window
            Of the rows, and :class:`Reach` on all sides.
        seen : Seen
            Of this window.
        """
        width = self.grid.columns + 2 * self._around.columns
        window = Window(row - self._around.rows, -self._around.columns, rows + 2 * self._around.rows, width)
        end = window.row + window.rows
        self._kept = [one for one in self._kept if one[0].row + one[0].rows > window.row]
        while self._next < end:
            self._geocode_strip()
        parts = [_rows(found, strip, window.row, end) for strip, found in self._kept]
        return window, Seen(*(np.concatenate(same) for same in zip(*parts, strict=True)))

    def _geocode_strip(self) -> None:
        """Geocode the next rows, and add their areas."""
        width = self.grid.columns + 2 * self._around.columns
        rows = min(max(STRIP_PX // width, 1), self.grid.rows + self._around.rows - self._next)
        strip = Window(self._next, -self._around.columns, rows, width)
        geometry, found = seen_window(self.scene, self.grid, strip, self._heights_of)
        if self.sums is not None:
            add_facets(self.sums, geometry, found.share)
        self._kept.append((strip, masks.seen(geometry, found)))
        self._next += rows


def _rows(found: Seen, strip: Window, first: int, end: int) -> Seen:
    """Return the rows of a strip from a first one to before the last, as rows of the tile."""
    inside = slice(max(first - strip.row, 0), min(end - strip.row, strip.rows))
    return Seen(*(part[inside] for part in found))
