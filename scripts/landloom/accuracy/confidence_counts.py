"""How confident the maps are where they are right, and where they are wrong: test pixels by percent of confidence."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy.confusion import values_at
from landloom.core import parquet
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import rasters

PERCENTS = np.arange(101)
"""Values of the layer `confidence`: it is kept in whole percent."""

Maps = Mapping[str, tuple[Sequence[Path | str], Sequence[Path | str]]]
"""By run, the classification and the confidence of each tile."""


def of_tiles(candidates: Sequence[Path | str], maps: Maps, threads: int) -> dict[str, pd.DataFrame]:
    """Count the test pixels of all tiles and runs by the confidence of the map.

    Parameters
    ----------
    candidates : sequence of path
        Reference pixels of each tile: ``row``, ``column``, ``code``, and ``test0`` and so on, whether they test.
    maps : dict of run: (sequence of path, sequence of path)
        As :data:`Maps`; tiles in the same order.
    threads : int
        Tiles that are read at a time; the result does not depend on it.

    Returns
    -------
    dict of run: DataFrame
        ``confidence`` (percent, 0 to 100), ``right``, ``wrong``: classified test pixels with that confidence, int64.
    """

    def of_tile(position: int) -> list[np.ndarray]:
        columns = ["row", "column", "code", *(f"test{run}" for run in maps)]
        pixels = parquet.read_columns(candidates[position], columns).to_pandas()
        return [
            counted(pixels[pixels[f"test{run}"]], *(of_map[position] for of_map in both))
            for run, both in maps.items()
        ]

    with ThreadPoolExecutor(threads) as pool:
        tiles = list(pool.map(of_tile, range(len(candidates))))
    of_runs = dict(zip(maps, zip(*tiles, strict=True), strict=True))
    return {run: _table(np.stack(counts).sum(axis=0)) for run, counts in of_runs.items()}


def _table(counts: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"confidence": PERCENTS, "right": counts[0], "wrong": counts[1]})


def counted(pixels: pd.DataFrame, classification: Path | str, confidence: Path | str) -> np.ndarray:
    """Return the right and the wrong pixels of a tile, int64 of shape (2, 101); unclassified ones are neither."""
    found = []
    for path in (classification, confidence):
        with rasters.opened(path) as dataset:
            found.append(values_at(dataset, pixels.row.to_numpy(), pixels.column.to_numpy()))
    labels, percents = found
    classified, right = labels != UNCLASSIFIED, labels == pixels.code.to_numpy()
    return np.stack(
        [np.bincount(percents[of], minlength=len(PERCENTS)) for of in (right & classified, classified & ~right)]
    )
