"""Seams of values: steps from one tile to the next, in the edge band that both map."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from landloom.checks import margins
from landloom.checks.margins import TileMap
from landloom.core import tables


@dataclass(frozen=True)
class Step:
    """Differences of two tiles, in the unit of the target.

    Attributes
    ----------
    tile, neighbour : str
    compared : int
        Pixels that have a value in both.
    step : float
        Mean of the neighbour's values minus mean of the tile's, there.
    mean_difference : float
        Mean absolute difference.
    """

    tile: str
    neighbour: str
    compared: int
    step: float
    mean_difference: float


def compare(maps: Mapping[str, TileMap], neighbours: Mapping[str, Sequence[str]]) -> list[Step]:
    """Compare all tiles with their neighbours: see :func:`landloom.checks.margins.shared`.

    Pixels that have no value in one of the two are ignored.

    Parameters
    ----------
    maps : dict of tile: TileMap
        Of values, NaN where there is none.
    neighbours : dict of tile: list of tiles

    Returns
    -------
    list of Step
        One entry per pair of neighbours with common values, sorted by name.
    """
    totals: dict[tuple[str, str], np.ndarray] = {}
    for pair, first, second in margins.shared(maps, neighbours, math.nan):
        totals[pair] = totals.get(pair, np.zeros(3)) + sums(first, second)
    return [
        Step(*pair, int(count), float(step / count), float(away / count))
        for pair, (count, step, away) in sorted(totals.items())
        if count
    ]


def sums(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how many positions have a value in both, and the sums of differences and of absolute differences."""
    both = np.isfinite(one) & np.isfinite(other)
    differences = other[both].astype(np.float64) - one[both]
    return np.array([both.sum(), differences.sum(), np.abs(differences).sum()])


def as_csv(steps: Sequence[Step]) -> str:
    """Return a table of steps as CSV, six digits of each."""
    rows = (tuple(f"{value:.6g}" if isinstance(value, float) else value for value in astuple(one)) for one in steps)
    return tables.csv_text([field.name for field in fields(Step)], rows)


def read(path: Path | str) -> list[Step]:
    """Read a table written by :func:`as_csv`.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "steps along seams", _of_row)


def _of_row(row: Mapping[str, str]) -> Step:
    numbers = float(row["step"]), float(row["mean_difference"])
    return Step(row["tile"], row["neighbour"], int(row["compared"]), *numbers)
