"""Which reference pixels are drawn as training samples."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from landloom.config import SampleSettings
from landloom.reference import TRAIN

DRAW = 1
"""Last part of the seed of sample draws, so that they differ from the draws of roles."""


def select(
    candidates: Mapping[str, pd.DataFrame], polygons: gpd.GeoDataFrame, settings: SampleSettings, runs: int, seed: int
) -> pd.DataFrame:
    """Draw the training samples of all runs.

    Parameters
    ----------
    candidates : dict of tile: DataFrame
        As :func:`find_candidates` made them.
    polygons : GeoDataFrame
        With the roles ``run0``, ``run1`` ...

    Returns
    -------
    DataFrame
        ``tile``, position, ``polygon``, ``code``, ``number`` and a bool for each run, sorted by tile, row, column;
        pixels that some run uses. It does not depend on the order of the tiles.
    """
    tables = [table.assign(tile=tile) for tile, table in sorted(candidates.items())]
    pixels = pd.concat(tables, ignore_index=True)
    pixels = pixels[pixels.looks >= settings.minimum_clear_looks].reset_index(drop=True)
    roles = polygons.set_index("polygon")
    for run in range(runs):
        trains = roles[f"run{run}"].reindex(pixels.polygon).values == TRAIN
        pixels[f"run{run}"] = _draw(pixels[trains], settings, [seed, run], len(pixels))
    used = pixels[[f"run{run}" for run in range(runs)]].any(axis=1)
    return pixels[used].sort_values(["tile", "row", "column"]).reset_index(drop=True)


def _draw(pixels: pd.DataFrame, settings: SampleSettings, seed: list[int], size: int) -> np.ndarray:
    """Return which of ``size`` pixels are drawn among those given."""
    drawn = np.zeros(size, bool)
    for number, region in pixels.groupby("number", sort=True):
        counts = region.groupby("code", sort=True).size()
        wanted = quotas(counts, settings)
        for code, group in region.groupby("code", sort=True):
            order = np.random.default_rng([*seed, int(number), int(code), DRAW])
            drawn[order.choice(group.index.values, int(wanted[code]), replace=False)] = True
    return drawn


def quotas(counts: pd.Series, settings: SampleSettings) -> pd.Series:
    """Return how many samples of each class to draw.

    Parameters
    ----------
    counts : Series
        Pixels of each class in a region.

    Returns
    -------
    Series
        Never more than there are. ``total``: in proportion to the counts, by largest remainders, at least one of
        each class.
    """
    if settings.strategy == "all":
        return counts
    assert settings.number is not None
    if settings.strategy == "per_class":
        return counts.clip(upper=settings.number)
    total = min(settings.number, int(counts.sum()))
    exact = counts * total / counts.sum()
    base = np.floor(exact).astype(int)
    remainders = (exact - base).sort_values(ascending=False, kind="stable").index
    base.loc[remainders[: total - int(base.sum())]] += 1
    return base.clip(lower=1)


def count(
    candidates: Mapping[str, pd.DataFrame],
    selection: pd.DataFrame,
    polygons: gpd.GeoDataFrame,
    regions: Sequence[str],
    runs: int,
) -> pd.DataFrame:
    """Count reference pixels and samples by run, region and class.

    Returns
    -------
    DataFrame
        ``run``, ``region``, ``code``, ``reference_pixels``, ``training_pixels``, ``samples``.
    """
    pixels = pd.concat(list(candidates.values()), ignore_index=True)
    roles = polygons.set_index("polygon")
    keys = ["number", "code"]
    tables = []
    for run in range(runs):
        trains = roles[f"run{run}"].reindex(pixels.polygon).values == TRAIN
        columns = {
            "reference_pixels": pixels.groupby(keys).size(),
            "training_pixels": pixels[trains].groupby(keys).size(),
            "samples": selection[selection[f"run{run}"]].groupby(keys).size(),
        }
        table = pd.DataFrame(columns).fillna(0).astype(np.int64).reset_index()
        table.insert(0, "run", run)
        table.insert(1, "region", [regions[number - 1] for number in table.pop("number")])
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
