"""How right the maps are that are fused, and the fused one.

How far a map is believed is told by its own test polygons. The fused map is tested on polygons that are held out of
all runs, and so are, beside it, the maps that it was made of: on polygons of their own they could not be compared.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import confusion as accuracy
from landloom.fusion import belief_masses
from landloom.fusion import combination as fusion

FUSED = "fusion"


def names_of(maps: Sequence[str], runs: int) -> list[str]:
    """Return a name for each map: the runs come first."""
    return [f"run{position}" if position < runs else f"other{position - runs}" for position in range(len(maps))]


def compare_for_beliefs(candidates: pd.DataFrame, maps: Sequence[Path | str], runs: int) -> pd.DataFrame:
    """Compare each map of a tile with polygons that are not held out.

    Parameters
    ----------
    candidates : DataFrame
        As of :func:`landloom.reference.reference_pixels.find_candidates`.
    maps : sequence of path
        First those of the runs, of which each is compared with the polygons that test in it; then others, which are
        compared with all polygons: nobody knows which of these they have seen.

    Returns
    -------
    DataFrame
        As of :func:`landloom.accuracy.confusion.compare_pixels`, with ``map``: its position.
    """
    free = candidates[~candidates.held]
    pixels = [free[free[f"test{position}"]] if position < runs else free for position in range(len(maps))]
    return _compared({position: (maps[position], tested) for position, tested in enumerate(pixels)})


def compare_held_out(candidates: pd.DataFrame, maps: Mapping[str, Path | str]) -> pd.DataFrame:
    """Compare each map of a tile with the polygons that are held out; ``map`` is its name."""
    held = candidates[candidates.held]
    return _compared({name: (path, held) for name, path in maps.items()})


def _compared(maps: Mapping[str | int, tuple[Path | str, pd.DataFrame]]) -> pd.DataFrame:
    tables = [accuracy.compare_pixels(pixels, path).assign(map=name) for name, (path, pixels) in maps.items()]
    return pd.concat(tables, ignore_index=True)


def beliefs(comparison: pd.DataFrame, maps: int, codes: Sequence[int], measure: str) -> np.ndarray:
    """Return the weights of evidence of all maps, from the comparisons of all tiles; shape (maps, classes)."""
    matrices = [accuracy.confusion(comparison[comparison["map"] == position], codes) for position in range(maps)]
    return np.stack([fusion.weights_of_evidence(belief_masses.masses(matrix, measure)) for matrix in matrices])


def scores(comparison: pd.DataFrame, codes: Sequence[int]) -> pd.DataFrame:
    """Return the scores of all maps on the polygons held out.

    Returns
    -------
    DataFrame
        ``map``, ``unit`` (pixels or polygons), ``code`` (0: of the whole map), ``score``, ``value``.
    """
    rows = []
    for name, table in comparison.groupby("map", sort=True):
        for unit, counted in (("pixels", table), ("polygons", accuracy.polygon_majorities(table))):
            found = accuracy.run_scores(accuracy.confusion(counted, codes), 0, unit).drop(columns="run")
            rows.append(found.assign(map=name))
    if not rows:  # no polygon that is held out has a pixel
        return pd.DataFrame(columns=["map", "level", "unit", "code", "score", "value"])
    joined = pd.concat(rows, ignore_index=True)
    return joined[["map", *joined.columns.drop("map")]]
