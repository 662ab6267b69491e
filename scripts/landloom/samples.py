"""The features of the training samples of a tile."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from landloom import features
from landloom.features import SensorFeatures
from landloom.grids import Grid, Window
from landloom.progress import Progress
from landloom.series import SeriesWindow, TileReader

WINDOW_SIDE = 256


def extract(
    selection: pd.DataFrame, grid: Grid, sensors: Sequence[SensorFeatures], reader: TileReader
) -> pd.DataFrame:
    """Read the features of the selected pixels of a tile.

    Returns
    -------
    DataFrame
        The selection with ``x``, ``y`` (of the pixel's centre, in the tile's CRS) and a column for each feature
        (int16). Pixels that no sensor saw clear are left out.
    """
    windows = dict(_by_window(selection, grid))
    progress = Progress("samples", len(selection))
    kept, blocks = [], []
    for window, series in reader.stream(windows):
        rows = windows[window]
        inner = selection.loc[rows]
        pixels = ((inner.row - window.row) * window.columns + inner.column - window.column).values
        picked = {
            sensor: SeriesWindow(np.ascontiguousarray(one.values[:, :, pixels]), one.valid[:, pixels])
            for sensor, one in series.items()
        }
        block, seen = features.stack(sensors, picked)
        kept.append(rows[seen])
        blocks.append(block[seen])
        progress.advance(len(rows))
    return _table(selection, grid, kept, blocks, features.names_of(sensors))


def _by_window(selection: pd.DataFrame, grid: Grid) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield the windows that hold selected pixels, with the positions of these."""
    across = -(-grid.columns // WINDOW_SIDE)
    keys = (selection.row // WINDOW_SIDE) * across + selection.column // WINDOW_SIDE
    groups = selection.groupby(keys).indices
    for key, window in enumerate(grid.windows(WINDOW_SIDE)):
        if key in groups:
            yield window, groups[key]


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
