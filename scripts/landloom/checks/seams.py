"""Seams of classes: agreement of neighbouring tiles in the edge band that both map."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from landloom.checks import margins
from landloom.checks.margins import TileMap
from landloom.core import tables
from landloom.core.nomenclature import UNCLASSIFIED


@dataclass(frozen=True)
class Seam:
    """Agreement of two tiles: pixels that both classify, and disagreeing pixels among them."""

    tile: str
    neighbour: str
    compared: int
    differing: int


def compare(maps: Mapping[str, TileMap], neighbours: Mapping[str, Sequence[str]]) -> list[Seam]:
    """Compare all tiles with their neighbours: see :func:`landloom.checks.margins.shared`.

    Pixels that one of the two leaves unclassified are ignored.

    Parameters
    ----------
    maps : dict of tile: TileMap
    neighbours : dict of tile: list of tiles

    Returns
    -------
    list of Seam
        One entry per pair of neighbours with common classified pixels, sorted by name.
    """
    totals: dict[tuple[str, str], np.ndarray] = {}
    for pair, first, second in margins.shared(maps, neighbours, UNCLASSIFIED):
        totals[pair] = totals.get(pair, np.zeros(2, np.int64)) + differences(first, second)
    return [Seam(*pair, *map(int, total)) for pair, total in sorted(totals.items()) if total[0]]


def differences(one: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Return the number of positions with a class in both maps, and the number of disagreements."""
    both = (one != UNCLASSIFIED) & (other != UNCLASSIFIED)
    return int(both.sum()), int((both & (one != other)).sum())


def as_csv(seams: Sequence[Seam]) -> str:
    """Return a table of seams as CSV."""
    return tables.csv_text([field.name for field in fields(Seam)], map(astuple, seams))


def read(path: Path | str) -> list[Seam]:
    """Read a table written by :func:`as_csv`.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "seams", _of_row)


def _of_row(row: Mapping[str, str]) -> Seam:
    return Seam(row["tile"], row["neighbour"], int(row["compared"]), int(row["differing"]))
