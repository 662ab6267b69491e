"""Accuracy of the fused map and of its input maps.

Weights of a map come from its own test polygons. The fused map and its input maps are tested on polygons that are
held out of all runs, since only a common test set allows a comparison.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import confusion
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.fusion import belief_masses

FUSED = "fusion"


def names_of(maps: Sequence[str], runs: int) -> list[str]:
    """Return a name for each map, runs first."""
    return [f"run{position}" if position < runs else f"other{position - runs}" for position in range(len(maps))]


def compare_for_beliefs(candidates: pd.DataFrame, maps: Sequence[Path | str], runs: int) -> pd.DataFrame:
    """Compare each map of a tile with polygons that are not held out.

    Parameters
    ----------
    candidates : DataFrame
        As returned by :func:`landloom.reference.reference_pixels.find_candidates`.
    maps : sequence of path
        Maps of the runs first, each compared with its own test polygons; then other maps, which are compared with all
        polygons, since their training polygons are unknown.

    Returns
    -------
    DataFrame
        As returned by :func:`landloom.accuracy.confusion.compare_pixels`, with ``map``: its position.
    """
    free = candidates[~candidates.held]
    pixels = [free[free[f"test{position}"]] if position < runs else free for position in range(len(maps))]
    return _compared({position: (maps[position], tested) for position, tested in enumerate(pixels)})


def compare_held_out(candidates: pd.DataFrame, maps: Mapping[str, Path | str]) -> pd.DataFrame:
    """Compare each map of a tile with the held-out polygons; ``map`` is its name."""
    held = candidates[candidates.held]
    return _compared({name: (path, held) for name, path in maps.items()})


def _compared(maps: Mapping[str | int, tuple[Path | str, pd.DataFrame]]) -> pd.DataFrame:
    tables = [confusion.compare_pixels(pixels, path).assign(map=name) for name, (path, pixels) in maps.items()]
    return pd.concat(tables, ignore_index=True)


def beliefs(comparison: pd.DataFrame, maps: int, codes: Sequence[int], measure: str) -> np.ndarray:
    """Return the weights of evidence of all maps, from the comparisons of all tiles; shape (maps, classes)."""
    matrices = [confusion.confusion(comparison[comparison["map"] == position], codes) for position in range(maps)]
    return np.stack([belief_masses.evidence(matrix, measure) for matrix in matrices])


def scores(comparison: pd.DataFrame, codes: Sequence[int]) -> pd.DataFrame:
    """Return the scores of all maps on the held-out polygons.

    Returns
    -------
    DataFrame
        ``map``, ``level``, ``unit`` (pixels or polygons), ``code`` (0: the whole map), ``score``, ``value``, and the
        interval by polygons (see :func:`landloom.accuracy.confusion.run_scores`). ``difference_to_fusion`` is that of
        a map to the fused one, paired by polygon, in the overall accuracy that counts unclassified pixels as wrong.
    """
    rows = []
    for unit in ("pixels", "polygons"):
        of_map = {
            name: table if unit == "pixels" else confusion.polygon_majorities(table)
            for name, table in comparison.groupby("map", sort=True)
        }
        for name, table in of_map.items():
            found = confusion.run_scores(table, codes, 0, unit).drop(columns="run")
            rows.append(found.assign(map=name))
            if FUSED in of_map and name != FUSED:
                rows.append(_difference(table, of_map[FUSED], unit).assign(map=name))
    columns = ["map", "level", "unit", "code", "score", "value", *confusion.INTERVAL]
    if not rows:  # no held-out polygon has a pixel
        return pd.DataFrame(columns=columns)
    return pd.concat(rows, ignore_index=True)[columns].sort_values("map", kind="stable", ignore_index=True)


def _difference(one: pd.DataFrame, fused: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the difference of a map's overall accuracy to the fused map's: the same pixels of the same polygons."""
    found = {(UNCLASSIFIED, f"difference_to_{FUSED}"): confusion.difference_of_maps(one, fused)}
    return confusion.score_rows(found).assign(level=confusion.CLASS, unit=unit)
