"""Selection of training samples from reference pixels.

Random: every training pixel has a random key, which depends only on the seed, the run, its tile and its position in
the tile. The pixels with the smallest keys of each region and class are drawn: a common limit of keys is derived from
all tiles, and each tile then selects its own pixels. An added or moved polygon does not change the keys of other
pixels, and therefore changes few samples.

Periodic: the pixels of a region and class have ranks in the order of tile, row and column, and those at even
distances are drawn. A tile selects its own pixels from the rank of its first pixel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.core.files import write_text
from landloom.core.tables import frame_text, read_frame
from landloom.samples.allocation import DrawPlan, allocations, note
from landloom.samples.random_keys import ALL_DRAWN, keys

GROUP = ["number", "code"]
"""Strata of the draw: region and class."""

DRAWN_BY = ["row", "column", *GROUP, "observations"]
"""Columns of candidates used by the draw, in addition to those of the runs."""

_KEY_COLUMNS = ["run", *GROUP, "minimum_observations", "key"]
_RANK_COLUMNS = ["run", "tile", *GROUP, "minimum_observations", "first", "pixels", "samples", "phase"]
NO_RANKS = pd.DataFrame(columns=_RANK_COLUMNS)
"""Ranks without any periodic draw."""

_PHASES = 1
"""Name of the random number sequence of the phases."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Result of the draw over all tiles, from which each tile selects its own pixels.

    Attributes
    ----------
    keys : DataFrame
        ``run``, ``number``, ``code``, ``minimum_observations`` and ``key``: the largest that is drawn.
    ranks : DataFrame
        For periodic draws: ``run``, ``tile``, ``number``, ``code``, ``minimum_observations``, ``first``
        (rank of the tile's first pixel), and for the whole region ``pixels``, ``samples`` and ``phase``.
    """

    keys: pd.DataFrame
    ranks: pd.DataFrame

    def write(self, key_path: Path | str, rank_path: Path | str) -> None:
        """Write both tables as CSV."""
        for table, path in ((self.keys, key_path), (self.ranks, rank_path)):
            write_text(path, frame_text(table))


def read_draws(key_path: Path | str, rank_path: Path | str) -> Draws:
    """Read both tables."""
    return Draws(read_frame(key_path), read_frame(rank_path))


def draw(
    candidates: Mapping[str, pd.DataFrame],
    plans: Mapping[int, DrawPlan],
    codes: Sequence[int],
    runs: int,
    seed: int,
) -> tuple[Draws, pd.DataFrame]:
    """Draw the training samples of all runs over all tiles.

    Parameters
    ----------
    candidates : dict of tile: DataFrame
        As returned by :func:`landloom.reference.reference_pixels.find_candidates`; the columns ``DRAWN_BY`` and the
        runs are sufficient.
    plans : dict of region number: DrawPlan
    codes : list of int
        All classes.

    Returns
    -------
    draws : Draws
        Independent of the order of the tiles.
    counts : DataFrame
        For every run, region and class, including empty ones: ``run``, ``number``, ``code``, ``reference_pixels``,
        ``training_pixels``, ``usable_pixels`` (training pixels with enough valid observations), ``samples``, and a
        ``note`` about problems.
    """
    tiles = sorted(candidates)
    found, counts = [], []
    for run in range(runs):
        parts = [_usable(candidates[tile], rank, tile, plans, (seed, run)) for rank, tile in enumerate(tiles)]
        usable = pd.concat(parts, ignore_index=True)
        found.append(_draw_groups(usable, plans, tiles, seed, run))
        columns = {
            "reference_pixels": _sizes([candidates[tile] for tile in tiles]),
            "training_pixels": _sizes([candidates[tile].loc[candidates[tile][f"run{run}"], GROUP] for tile in tiles]),
            "usable_pixels": usable.groupby(GROUP).size(),
            "samples": _wanted(usable, plans),
        }
        counts.append(_complete(pd.DataFrame(columns), plans, codes).assign(run=run))
    draws = Draws(
        pd.DataFrame([row for keyed, _ in found for row in keyed], columns=_KEY_COLUMNS),
        pd.DataFrame([row for _, ranked in found for row in ranked], columns=_RANK_COLUMNS),
    )
    table = pd.concat(counts, ignore_index=True)
    return draws, table[["run", *GROUP, *columns, "note"]]


def _usable(
    table: pd.DataFrame, position: int, tile: str, plans: Mapping[int, DrawPlan], seed_and_run: tuple[int, int]
) -> pd.DataFrame:
    """Return the candidate pixels of a tile: their strata, their keys, and the tile's position.

    Other columns are omitted, since the pixels of all tiles are in memory together.
    """
    may = table[f"run{seed_and_run[1]}"] & (table.observations >= _minimum_observations(table.number, plans))
    found = keys(tile, table.row.to_numpy()[may], table.column.to_numpy()[may], *seed_and_run)
    return table.loc[may, GROUP].assign(key=found, tile=np.int32(position))


def _sizes(tables: Sequence[pd.DataFrame]) -> pd.Series:
    """Return the number of pixels of each region and class over all tables."""
    return pd.concat([table.groupby(GROUP).size() for table in tables]).groupby(level=GROUP).sum()


def _minimum_observations(numbers: pd.Series, plans: Mapping[int, DrawPlan]) -> pd.Series:
    return numbers.map({number: plan.settings.minimum_valid_observations for number, plan in plans.items()})


def _wanted(usable: pd.DataFrame, plans: Mapping[int, DrawPlan]) -> pd.Series:
    """Return the number of samples of each region and class."""
    sizes = usable.groupby(GROUP).size()
    wanted = {
        (number, code): size
        for number, plan in plans.items()
        if number in sizes.index.get_level_values(0)
        for code, size in allocations(sizes[number], plan).items()
    }
    return pd.Series(wanted, index=sizes.index, dtype=np.int64)


def _draw_groups(
    usable: pd.DataFrame, plans: Mapping[int, DrawPlan], tiles: Sequence[str], seed: int, run: int
) -> tuple[list[tuple], list[tuple]]:
    """Return the rows of both tables of the draws, region by region and class by class."""
    wanted = _wanted(usable, plans)
    keyed: list[tuple] = []
    ranked: list[tuple] = []
    for (number, code), group in usable.groupby(GROUP, sort=True):
        settings, size = plans[number].settings, int(wanted[(number, code)])
        group_key = (number, code, settings.minimum_valid_observations)
        if settings.sampler == "random" or size in (0, len(group)):
            keyed.append((run, *group_key, _largest_key(group.key.to_numpy(), size)))
            continue
        phase = int(np.random.default_rng([seed, run, number, code, _PHASES]).integers(len(group)))
        sizes = group.groupby("tile").size()
        for tile, first in (sizes.cumsum() - sizes).items():
            ranked.append((run, tiles[tile], *group_key, int(first), len(group), size, phase))
    return keyed, ranked


def _largest_key(found: np.ndarray, size: int) -> int:
    """Return the largest key that is drawn."""
    if size == 0:
        return -1
    # Not the largest existing key: additional pixels in one tile must not change the draws of others.
    return ALL_DRAWN if size == len(found) else int(np.partition(found, size - 1)[size - 1])


def _complete(counts: pd.DataFrame, plans: Mapping[int, DrawPlan], codes: Sequence[int]) -> pd.DataFrame:
    """Return the counts of every region and class, with notes."""
    everything = pd.MultiIndex.from_product([sorted(plans), sorted(codes)], names=GROUP)
    whole = counts.reindex(everything.union(counts.index)).fillna(0).astype(np.int64)
    whole["note"] = [
        note({name: getattr(row, name) for name in counts.columns}, row.Index[1], plans[row.Index[0]])
        for row in whole.itertuples()
    ]
    return whole.reset_index()


def select(candidates: pd.DataFrame, tile: str, draws: Draws, runs: int, seed: int) -> pd.DataFrame:
    """Select the drawn pixels of a tile.

    Returns
    -------
    DataFrame
        Candidates used by any run, with ``tile``; ``run0`` and so on: whether the run uses them. Test roles are
        omitted.
    """
    tests = [name for name in candidates.columns if re.fullmatch(r"test\d+|held", name)]
    pixels = candidates.drop(columns=tests).assign(tile=tile)
    for run in range(runs):
        by_key = _of_group(pixels, draws.keys[draws.keys.run == run])
        found = keys(tile, pixels.row.to_numpy(), pixels.column.to_numpy(), seed, run)
        drawn = (pixels.observations >= by_key.minimum_observations) & (found <= by_key.key)
        ranks = draws.ranks[(draws.ranks.run == run) & (draws.ranks.tile == tile)]
        pixels[f"run{run}"] &= drawn | _by_rank(pixels, pixels[f"run{run}"], ranks)
    return pixels[pixels[[f"run{run}" for run in range(runs)]].any(axis=1)].reset_index(drop=True)


def _of_group(pixels: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table row of each pixel's region and class; -1 if there is none."""
    whole = table.set_index(GROUP).drop(columns=["run", "tile"], errors="ignore").astype(np.int64)
    return whole.reindex(pd.MultiIndex.from_frame(pixels[GROUP]), fill_value=-1).set_axis(pixels.index)


def _by_rank(pixels: pd.DataFrame, trains: pd.Series, ranks: pd.DataFrame) -> pd.Series:
    """Return the pixels of a tile in a periodic draw.

    With ``pixels`` ranks and n ``samples``, the ranks floor((i * pixels + phase) / n) for i from 0 to n - 1 are
    drawn: their distances are ``pixels`` / n, rounded up or down.
    """
    drawn = pd.Series(False, index=pixels.index)
    group = _of_group(pixels, ranks)
    there = trains & (group.pixels > 0) & (pixels.observations >= group.minimum_observations)
    usable = pixels[there].sort_values(["row", "column"])
    if usable.empty:
        return drawn
    group = group.loc[usable.index]
    reached = (group["first"] + usable.groupby(GROUP).cumcount()) * group.samples - group.phase
    # Number of samples below this rank, and below the next.
    drawn[usable.index] = -(-(reached + group.samples) // group.pixels) > -(-reached // group.pixels)
    return drawn
