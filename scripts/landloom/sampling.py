"""Which reference pixels are drawn as training samples.

Every pixel that may train has a random key, which depends on nothing but the seed, the run, its tile and its place
there. Drawn are, of each region and class, the pixels of the smallest keys: so all tiles settle together up to which
key pixels are drawn, and each tile then picks its own. A polygon that is added or moved leaves the keys of the other
pixels as they are, and with them nearly all samples.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from landloom.sample_settings import SampleSettings

ALL_DRAWN = 2**53
"""Above every key: where all pixels of a class are drawn."""

GROUP = ["number", "code"]
"""Region and class: what is drawn from."""


def draw(
    candidates: Mapping[str, pd.DataFrame], settings: SampleSettings, runs: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the training samples of all runs over all tiles.

    Parameters
    ----------
    candidates : dict of tile: DataFrame
        As :func:`landloom.candidates.find_candidates` made them.

    Returns
    -------
    draws : DataFrame
        ``run``, ``number``, ``code``, ``key``: the largest that is drawn. It does not depend on the
        order of the tiles.
    counts : DataFrame
        ``run``, ``number``, ``code``, ``reference_pixels``, ``training_pixels``, ``samples``.
    """
    draws, counts = [], []
    for run in range(runs):
        tables = [table.assign(key=keys(tile, table, seed, run)) for tile, table in candidates.items()]
        pixels = pd.concat(tables, ignore_index=True)
        trains = pixels[pixels[f"run{run}"]]
        usable = trains[trains.looks >= settings.minimum_clear_looks]
        limits = _limits(usable, settings)
        draws.append(limits.key.reset_index().assign(run=run))
        columns = {
            "reference_pixels": pixels.groupby(GROUP).size(),
            "training_pixels": trains.groupby(GROUP).size(),
            "samples": limits.samples,
        }
        counts.append(pd.DataFrame(columns).fillna(0).astype(np.int64).reset_index().assign(run=run))
    return _run_first(draws), _run_first(counts)


def keys(tile: str, pixels: pd.DataFrame, seed: int, run: int) -> np.ndarray:
    """Return the random keys of a tile's pixels: whole numbers below 2**53, which a table keeps exactly.

    The output function of SplitMix64 (Steele, Lea and Flood, 2014: Fast splittable pseudorandom number generators),
    applied to a pixel's place, as number in a sequence that seed, run and tile begin: any pixel's key comes without
    those before it.
    """
    start = np.random.default_rng([seed, run, *tile.encode()]).integers(2**64, dtype=np.uint64)
    rows, columns = (pixels[name].to_numpy().astype(np.uint64) for name in ("row", "column"))
    place = (rows << np.uint64(32)) | columns
    state = start + (place + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((state ^ (state >> np.uint64(31))) >> np.uint64(11)).astype(np.int64)


def _limits(pixels: pd.DataFrame, settings: SampleSettings) -> pd.DataFrame:
    """Return, for each region and class, how many ``samples`` are drawn, and the largest ``key`` among them."""
    rows = []
    for number, region in pixels.groupby("number", sort=True):
        groups = dict(list(region.groupby("code", sort=True)))
        wanted = quotas(pd.Series({code: len(group) for code, group in groups.items()}), settings)
        for code, group in groups.items():
            size = int(wanted[code])
            # Not the largest key there is: a tile that gains pixels leaves the others' draws as they are.
            key = ALL_DRAWN if size == len(group) else np.partition(group.key.values, size - 1)[size - 1]
            rows.append((number, code, size, key))
    return pd.DataFrame(rows, columns=[*GROUP, "samples", "key"]).set_index(GROUP)


def _run_first(tables: list[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(tables, ignore_index=True)
    return joined[["run", *joined.columns.drop("run")]]


def select(
    candidates: pd.DataFrame, tile: str, draws: pd.DataFrame, settings: SampleSettings, runs: int, seed: int
) -> pd.DataFrame:
    """Pick the drawn pixels of a tile.

    Returns
    -------
    DataFrame
        The candidates that some run uses, with ``tile``; ``run0`` and so on: whether the run does. What tests is
        nothing that samples tell.
    """
    tests = [name for name in candidates.columns if re.fullmatch(r"test\d+|held", name)]
    pixels = candidates.drop(columns=tests).assign(tile=tile)
    group = pd.MultiIndex.from_frame(pixels[GROUP])
    for run in range(runs):
        limits = draws[draws.run == run].set_index(GROUP).key
        limit = limits.reindex(group).fillna(-1).values
        drawn = (pixels.looks >= settings.minimum_clear_looks) & (keys(tile, pixels, seed, run) <= limit)
        pixels[f"run{run}"] &= drawn
    return pixels[pixels[[f"run{run}" for run in range(runs)]].any(axis=1)].reset_index(drop=True)


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
