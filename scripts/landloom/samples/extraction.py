"""Extraction of the training samples' features in a tile."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landloom.core.progress import Progress
from landloom.features import vectors as features
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import TileReader


def extract(
    selection: pd.DataFrame,
    grid: Grid,
    windows: Sequence[Window],
    layout: Layout,
    reader: TileReader,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Read the features of the selected pixels of a tile, from only those file blocks that contain them.

    Parameters
    ----------
    windows : list of Window
        Windows of one shape, row by row, as returned by :func:`landloom.geo.windows.plan`.

    Returns
    -------
    DataFrame
        The selection with ``x`` and ``y`` (of the pixel's centre, in the tile's CRS). Pixels without valid
        observation of any sensor are left out.
    ndarray of int16, shape (samples, features)
    """
    selection = selection.sort_values(["row", "column"]).reset_index(drop=True)
    chosen = _by_window(selection.row.to_numpy(), selection.column.to_numpy(), windows)
    progress = Progress("samples", len(selection))
    # One matrix for all samples in final order: there may be millions, which should not be copied.
    matrix, seen = np.empty((len(selection), len(layout.names)), np.int16), np.zeros(len(selection), bool)

    def wanted(window: Window) -> np.ndarray:
        there = np.zeros(window.pixels, bool)
        there[chosen[window][1]] = True
        return there.reshape(window.rows, window.columns)

    for vectors in features.stream(reader, layout, grid, chosen, wanted):
        rows, pixels = chosen[vectors.window]
        for part in features.chunks(len(rows)):
            matrix[rows[part]], seen[rows[part]] = vectors.stack(pixels[part])
        progress.advance(len(rows))
    return _with_positions(selection[seen].reset_index(drop=True), grid), _moved_up(matrix, seen)


def _moved_up(matrix: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the kept rows, moved to the top of the same matrix."""
    indices = np.flatnonzero(kept)
    for part in features.chunks(len(indices)):
        matrix[part] = matrix[indices[part]]
    return matrix[: len(indices)]


def _by_window(
    rows: np.ndarray, columns: np.ndarray, windows: Sequence[Window]
) -> dict[Window, tuple[np.ndarray, np.ndarray]]:
    """Return the positions of selected pixels in the selection and in each window, ascending."""
    if not len(rows):
        return {}
    shape = windows[0]
    across = sum(window.row == shape.row for window in windows)
    key = rows // shape.rows * across + columns // shape.columns
    order = np.lexsort((columns, rows, key))
    found, starts = np.unique(key[order], return_index=True)
    chosen = {}
    for number, positions in zip(found, np.split(order, starts[1:]), strict=True):
        window = windows[number]
        pixels = (rows[positions] - window.row) * window.columns + columns[positions] - window.column
        chosen[window] = (positions, pixels)
    return chosen


def _with_positions(table: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Return the table with the coordinates of its pixel centres."""
    return table.assign(
        x=grid.left + (table.column + 0.5) * grid.resolution,
        y=grid.top - (table.row + 0.5) * grid.resolution_y,
    )
