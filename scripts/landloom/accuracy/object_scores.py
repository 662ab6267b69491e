"""Accuracy by objects: those that the reference labels and whose reference pixels all test."""

from collections.abc import Mapping, Sequence

import pandas as pd

from landloom.accuracy import confusion

OBJECTS, AREA = "objects", "object_pixels"
"""Units of scores: each object counts once, or with all of its pixels."""


def compare(candidates: pd.DataFrame, labels: Mapping[str, pd.DataFrame], run: int) -> pd.DataFrame:
    """Compare the labels of objects in a run with those that the reference gives them.

    Parameters
    ----------
    candidates : DataFrame
        ``tile``, ``object``, ``polygon``, ``code``, ``test0`` and so on, as
        :func:`landloom.objects.labelling.label` returns them.
    labels : dict of tile: DataFrame
        ``object``, ``code``, ``pixels`` of the tile's objects in the run.
    run : int

    Returns
    -------
    DataFrame
        One row for each tested object: ``polygon``, ``reference``, ``predicted`` (0: unclassified), ``pixels``
        (of the whole object).
    """
    parts = []
    for tile, tested in candidates[candidates[f"test{run}"]].groupby("tile"):
        known = labels[str(tile)].set_index("object").reindex(tested.object)
        columns = {"predicted": known.code, "pixels": known.pixels}
        found = {name: values.fillna(0).to_numpy("int64") for name, values in columns.items()}
        parts.append(
            pd.DataFrame({"polygon": tested.polygon.to_numpy(), "reference": tested.code.to_numpy(), **found})
        )
    empty = pd.DataFrame({name: pd.Series(dtype="int64") for name in ("polygon", "reference", "predicted", "pixels")})
    return pd.concat(parts or [empty], ignore_index=True)


def scores(comparison: pd.DataFrame, codes: Sequence[int], run: int) -> pd.DataFrame:
    """Return the scores of a run by objects and by their area.

    Parameters
    ----------
    comparison : DataFrame
        As returned by :func:`compare`.
    codes : sequence of int
    run : int

    Returns
    -------
    DataFrame
        As of :func:`landloom.accuracy.confusion.run_scores`, with the units :data:`OBJECTS` and :data:`AREA`.
    """
    units = {OBJECTS: comparison.assign(pixels=1), AREA: comparison}
    found = [confusion.run_scores(table, codes, run, unit) for unit, table in units.items()]
    return pd.concat(found, ignore_index=True)
