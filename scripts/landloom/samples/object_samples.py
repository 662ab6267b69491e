"""Samples of a tile that are objects: those that are drawn, with the statistics of their pixels' features."""

from pathlib import Path

import numpy as np
import pandas as pd

from landloom.geo.grids import Grid
from landloom.objects.borders import whole
from landloom.objects.object_table import Objects, Reader
from landloom.objects.statistics import ObjectFeatures

NOT_STORED = ("object", "coverage", "purity")
"""Columns of candidates that tables of samples do not have."""


def chosen_objects(numbers: np.ndarray, table: Path | str, borders: Path | str | None) -> list[Objects]:
    """Return some objects of a tile: those of it alone, and those that lie in several tiles."""
    reader = Reader(table)
    if borders is None:
        return [reader.chosen(numbers)]
    shared = Reader(borders).chosen(numbers)
    return [whole(reader.chosen(numbers), shared), shared]


def extract(
    selection: pd.DataFrame, grid: Grid, features: ObjectFeatures, table: Path | str, borders: Path | str | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the samples of a tile with their features.

    Parameters
    ----------
    selection : DataFrame
        Drawn objects: see :func:`landloom.samples.selection.select`; ``object`` is the number of each.
    grid : Grid
        Of the tile.
    features : ObjectFeatures
    table : path
        Table of the tile's objects.
    borders : path or None
        Table of the objects that lie in several tiles.

    Returns
    -------
    DataFrame
        Sorted by first pixel; with ``x`` and ``y`` of its centre. Objects without a valid pixel are left out.
    ndarray of int16, shape (samples, features)
    """
    selection = selection.sort_values(["row", "column", "object"]).reset_index(drop=True)
    numbers = selection.object.to_numpy()
    order = np.argsort(numbers)
    matrix, seen = np.empty((len(numbers), len(features.names)), np.int16), np.zeros(len(numbers), bool)
    for part in chosen_objects(np.unique(numbers), table, borders):
        places = order[np.searchsorted(numbers[order], part.numbers)]
        matrix[places], seen[places] = features.matrix(part.seen, part.sums), part.seen > 0
    kept = selection[seen].drop(columns=list(NOT_STORED), errors="ignore").reset_index(drop=True)
    x = grid.left + (kept.column + 0.5) * grid.resolution
    return kept.assign(x=x, y=grid.top - (kept.row + 0.5) * grid.resolution_y), matrix[seen]
