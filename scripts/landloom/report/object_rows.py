"""Objects in the report: how many train, the polygons that no object stands for, and the ground in no object."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landloom.core.nomenclature import Nomenclature
from landloom.objects.settings import REASONS


@dataclass(frozen=True)
class ObjectRow:
    """Training objects of a class in a run.

    Attributes
    ----------
    name, color : str
        Of the class.
    objects : int
        That are labelled and may train.
    polygons : int
        Training polygons.
    lost : int
        Of these, those without an object that trains.
    reasons : sequence of int
        By :data:`landloom.objects.settings.REASONS`.
    """

    name: str
    color: str
    objects: int
    polygons: int
    lost: int
    reasons: Sequence[int]


def rows(table: pd.DataFrame, classes: Nomenclature) -> list[ObjectRow]:
    """Return a row for each class with training polygons.

    Parameters
    ----------
    table : DataFrame
        Rows of one run, as :func:`landloom.objects.labelling.lost_polygons` counts them.
    classes : Nomenclature
    """
    by_code = {entry.code: entry for entry in classes.classes}
    found = []
    for row in table.sort_values("code").itertuples():
        reasons = tuple(int(getattr(row, reason)) for reason in REASONS)
        entry = by_code[int(row.code)]
        found.append(ObjectRow(entry.name, entry.color, int(row.objects), int(row.polygons), sum(reasons), reasons))
    return found


def outside(paths: Sequence[Path | str]) -> float | None:
    """Return the fraction of the ground of all tiles that lies in no object; None without tiles.

    Parameters
    ----------
    paths : sequence of path
        ``object_counts.csv`` of each tile.
    """
    if not paths:
        return None
    counts = pd.concat([pd.read_csv(path) for path in paths]).sum()
    return float(1 - counts.pixels_in_objects / max(counts.pixels, 1))
