"""The features of the training samples of a tile."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from landloom import features
from landloom.features import SensorFeatures
from landloom.grids import Grid, Window
from landloom.progress import Progress
from landloom.series import TileReader


def extract(
    selection: pd.DataFrame,
    grid: Grid,
    windows: Sequence[Window],
    sensors: Sequence[SensorFeatures],
    reader: TileReader,
) -> pd.DataFrame:
    """Read the features of the selected pixels of a tile, and of the files only the blocks that hold them.

    Parameters
    ----------
    windows : list of Window
        Of one shape, row by row, as :func:`landloom.windows.plan` cuts the grid.

    Returns
    -------
    DataFrame
        The selection with ``x``, ``y`` (of the pixel's centre, in the tile's CRS) and a column for each feature
        (int16). Pixels that no sensor saw clear are left out.
    """
    chosen = _by_window(selection.row.to_numpy(), selection.column.to_numpy(), windows)
    progress = Progress("samples", len(selection))
    kept, blocks = [], []

    def wanted(window: Window) -> np.ndarray:
        there = np.zeros(window.pixels, bool)
        there[chosen[window][1]] = True
        return there.reshape(window.rows, window.columns)

    for window, series in reader.stream(chosen, wanted):
        rows, pixels = chosen[window]
        block, seen = features.stack(sensors, series, pixels)
        kept.append(rows[seen])
        blocks.append(block[seen])
        progress.advance(len(rows))
    return _table(selection, grid, kept, blocks, features.names_of(sensors))


def _by_window(
    rows: np.ndarray, columns: np.ndarray, windows: Sequence[Window]
) -> dict[Window, tuple[np.ndarray, np.ndarray]]:
    """Return, for each window with selected pixels, their positions in the selection and in the window, ascending."""
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


def _table(
    selection: pd.DataFrame, grid: Grid, kept: list[np.ndarray], blocks: list[np.ndarray], names: list[str]
) -> pd.DataFrame:
    """Put positions and features side by side, sorted by row and column."""
    rows = np.concatenate(kept) if kept else np.zeros(0, np.int64)
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, len(names)), np.int16)
    table = selection.loc[rows].reset_index(drop=True)
    table["x"] = grid.left + (table.column + 0.5) * grid.resolution
    table["y"] = grid.top - (table.row + 0.5) * grid.resolution_y
    full = pd.concat([table, pd.DataFrame(matrix, columns=names)], axis=1)
    return full.sort_values(["row", "column"]).reset_index(drop=True)
