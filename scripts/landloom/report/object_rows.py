"""Objects in the report: how many train, and the polygons that no object stands for."""

from collections.abc import Sequence
from dataclasses import dataclass

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
