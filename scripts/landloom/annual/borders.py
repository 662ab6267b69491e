"""Steps of an annual image along the borders of its files, as products of embeddings have them.

Where neighbouring pixels of a tile are shown by other files, their values are compared as those of neighbours that
the same files show: by the ratio of the medians of their differences, in windows across the borders.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from landloom.annual.places import Places
from landloom.geo.grids import Grid, Window

if TYPE_CHECKING:  # not needed by jobs that read no values
    from landloom.annual.mosaic import Mosaic

PROBES_PX = 64
"""Distance of the places at which the files' extents are compared with the tile's."""

MOST_WINDOWS = 24
FEWEST_PAIRS = 50
"""Pairs of neighbours across borders below which nothing is said."""


def probes(size: int) -> np.ndarray:
    """Return the rows or columns of a tile at which extents are compared."""
    return np.arange(size % PROBES_PX // 2, size, PROBES_PX)


def inside(places: Sequence[Places], window: Window) -> np.ndarray:
    """Return in which files the pixels of a window lie, bool of shape (files, rows, columns)."""
    found = np.zeros((len(places), window.rows, window.columns), bool)
    for one, file in zip(found, places, strict=True):
        rows, columns = (np.rint(part).reshape(one.shape) for part in file.of(window, (0.0, 0.0)))
        one[:] = (rows >= 0) & (rows < file.file.rows) & (columns >= 0) & (columns < file.file.columns)
    return found


def at_probes(places: Sequence[Places], grid: Grid) -> np.ndarray:
    """Return in which files each probe of a tile lies, bool of shape (files, probes down, probes across)."""
    right = probes(grid.columns)
    lines = [inside(places, Window(int(row), 0, 1, grid.columns))[:, 0, right] for row in probes(grid.rows)]
    return np.stack(lines, axis=1)


def across(shown: np.ndarray, grid: Grid, most: int = MOST_WINDOWS) -> list[Window]:
    """Return windows of a tile that files begin or end in, some if there are many.

    Parameters
    ----------
    shown : ndarray of bool, shape (files, probes down, probes across)
        In which files each probe lies.
    grid : Grid
        Of the tile.
    most : int
        Number of windows.
    """
    down, right = probes(grid.rows), probes(grid.columns)
    places = [
        *((row, column) for row, column in _changes(shown, 1)),
        *((row, column) for row, column in _changes(shown, 2)),
    ]
    places = sorted(set(places))
    chosen = np.linspace(0, len(places) - 1, min(most, len(places))).astype(int)
    side = PROBES_PX + 1
    found = []
    for row, column in (places[number] for number in chosen):
        top, left = int(down[row]), int(right[column])
        found.append(Window(top, left, min(side, grid.rows - top), min(side, grid.columns - left)))
    return found


def _changes(shown: np.ndarray, axis: int) -> Iterator[tuple[int, int]]:
    """Yield the probes whose next one down or across lies in other files."""
    for row, column in np.argwhere(np.diff(shown, axis=axis).any(axis=0)):
        yield int(row), int(column)


def step(mosaic: "Mosaic", windows: Sequence[Window]) -> float | None:
    """Return how many times as much neighbours differ across the borders of files as elsewhere; None if unknown.

    Parameters
    ----------
    mosaic : Mosaic
    windows : sequence of Window
        Across the borders.
    """
    at_borders, elsewhere = [np.empty(0)], [np.empty(0)]
    for window in windows:
        parts = [(values, valid) for _, values, valid in mosaic.means(window)]
        values = np.hstack([one for one, _ in parts]).reshape(-1, window.rows, window.columns)
        valid = np.hstack([one for _, one in parts]).reshape(window.rows, window.columns)
        shown = inside(mosaic.places, window)
        for axis in (0, 1):
            both = np.minimum(_first(valid, axis), _second(valid, axis))
            other = (_first(shown, axis + 1) != _second(shown, axis + 1)).any(axis=0)
            apart = np.sqrt(np.square(_second(values, axis + 1) - _first(values, axis + 1), dtype=float).sum(axis=0))
            at_borders.append(apart[both & other])
            elsewhere.append(apart[both & ~other])
    there, usual = np.concatenate(at_borders), np.concatenate(elsewhere)
    if min(there.size, usual.size) < FEWEST_PAIRS or not np.median(usual) > 0:
        return None
    return float(np.median(there) / np.median(usual))


def _first(values: np.ndarray, axis: int) -> np.ndarray:
    return values.take(range(values.shape[axis] - 1), axis)


def _second(values: np.ndarray, axis: int) -> np.ndarray:
    return values.take(range(1, values.shape[axis]), axis)
