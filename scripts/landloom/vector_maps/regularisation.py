"""Regularised maps: larger pixels, a majority filter, no patch below the minimum unit; the same in any windows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.vector_maps import filters, minimum_unit
from landloom.vector_maps.minimum_unit import NOTHING, Units

MOST_PIXELS = 2**25
"""Largest window with its margin, in pixels of the map; a pixel takes up to 24 bytes."""

_LEAST_MARGIN_PX = 16
_MARGIN_SIDES = 3
"""Margin of the first trial, in sides of the smallest square patch: few windows need more."""

Read = Callable[[Window], np.ndarray]
"""Returns the ranks of a window, which may reach beyond the map: 0 there."""


@dataclass(frozen=True)
class Rules:
    """How a map is regularised, in this order.

    Attributes
    ----------
    times : int
        Pixels of the map along the side of a pixel of the result.
    radius : int
        Of the majority filter, in pixels of the result; 0 for none.
    units : Units
        Smallest patches, in pixels of the result.
    """

    times: int
    radius: int
    units: Units

    @property
    def classes(self) -> int:
        """Return the number of classes."""
        return self.units.unknown - 1


def regularise(read: Read, grid: Grid, window: Window, rules: Rules) -> np.ndarray:
    """Return the regularised ranks of a window, whatever the window.

    Parameters
    ----------
    read : function
        Of the ranks of the result's pixels before any filter; see :func:`larger_pixels`.
    grid : Grid
        Of the result.

    Raises
    ------
    InputError
        If pixels depend on ground further away than windows can be wide.
    """
    side = int(np.ceil(np.sqrt(rules.units.least.max(initial=0))))
    margin = _LEAST_MARGIN_PX + _MARGIN_SIDES * side
    while True:
        outer = grid.padded(window, margin)
        if outer.pixels * rules.times**2 > MOST_PIXELS:
            raise InputError(
                f"vectors.minimum_m2: {int(rules.units.least.max())} pixels of the map are so many that a patch may "
                f"depend on ground {margin} pixels away, more than memory allows; give a smaller area, or larger "
                "pixels by `vectors.resolution_m`"
            )
        values = _with_rim(_filtered(read, outer, rules), outer, grid, rules.units.unknown)
        found = minimum_unit.apply(values, rules.units)
        row, column = window.row - outer.row + 1, window.column - outer.column + 1
        inner = found[row : row + window.rows, column : column + window.columns]
        if not (inner == rules.units.unknown).any():
            return inner
        margin *= 2


def _filtered(read: Read, window: Window, rules: Rules) -> np.ndarray:
    """Return the ranks of a window after the majority filter."""
    radius = rules.radius
    if not radius:
        return read(window)
    row, column, rows, columns = window
    around = read(Window(row - radius, column - radius, rows + 2 * radius, columns + 2 * radius))
    found: np.ndarray = filters.majority(around, radius, rules.classes)
    return found


def _with_rim(values: np.ndarray, window: Window, grid: Grid, unknown: int) -> np.ndarray:
    """Return ranks with a rim: unknown pixels, or nothing where the map ends."""
    found = np.full((values.shape[0] + 2, values.shape[1] + 2), unknown, np.int32)
    found[1:-1, 1:-1] = values
    sides = found[0], found[-1], found[:, 0], found[:, -1]
    across = window.row == 0, window.row + window.rows == grid.rows
    along = window.column == 0, window.column + window.columns == grid.columns
    for side, ended in zip(sides, across + along, strict=True):
        if ended:
            side[:] = NOTHING
    return found


def larger_pixels(read: Read, times: int, rows_before: int, columns_before: int, classes: int) -> Read:
    """Return the reader of larger pixels, each with the most frequent class of its pixels.

    Parameters
    ----------
    read : function
        Of the pixels of the map.
    times : int
        Pixels along the side of a larger one.
    rows_before, columns_before : int
        By which the larger pixels begin before the map.
    """

    def of_window(window: Window) -> np.ndarray:
        row, column = times * window.row - rows_before, times * window.column - columns_before
        values = read(Window(row, column, times * window.rows, times * window.columns))
        found: np.ndarray = filters.most_frequent(values, times, classes)
        return found

    return of_window if times > 1 else read
