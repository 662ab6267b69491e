"""Scores of out-of-fold predictions; the samples of a class represent all its reference pixels.

Otherwise common classes would count as much as rare ones if equal numbers of samples are drawn.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from landloom.accuracy import confusion
from landloom.accuracy.fold_schemes import ALL_SENSORS, NOT_PREDICTED, SCHEMES

Predictions = Mapping[tuple[str, str], pd.DataFrame]
"""Of each run and region, as of :func:`landloom.accuracy.cross_validation.table`."""


def counts(predictions: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """Return the confusion of a region's reference pixels.

    Parameters
    ----------
    predictions : DataFrame
        As returned by :func:`landloom.accuracy.cross_validation.table`.

    Returns
    -------
    DataFrame
        ``reference``, ``predicted``, ``pixels``: as in :func:`landloom.accuracy.confusion.confusion`.
    """
    seen = predictions[predictions[f"predicted_{scheme}"] != NOT_PREDICTED]
    found = seen.groupby(["code", f"predicted_{scheme}"]).weight.sum().rename("pixels").reset_index()
    found.columns = pd.Index(["reference", "predicted", "pixels"])
    of_class = found.groupby("reference").pixels.transform("sum")
    whole = found.reference.map(predictions.groupby("code").weight.sum())
    found["pixels"] = np.rint(found.pixels / of_class * whole).astype(np.int64)
    return found


def scores(predictions: Predictions, codes: Sequence[int]) -> pd.DataFrame:
    """Return the accuracy by each scheme, of all regions together.

    Parameters
    ----------
    predictions : dict of (run, region): DataFrame

    Returns
    -------
    DataFrame
        ``run``, ``scheme``, ``code`` (0: the whole map), ``score``, ``value``.
    """
    rows = []
    for run in sorted({run for run, _ in predictions}):
        of_run = [found for (one, _), found in predictions.items() if one == run]
        for scheme in SCHEMES:
            joined = pd.concat([counts(found, scheme) for found in of_run], ignore_index=True)
            matrix = confusion.confusion(joined, codes)
            rows.append(confusion.run_scores(matrix, int(run), "pixels").assign(scheme=scheme))
    table = pd.concat(rows, ignore_index=True)
    return table[["run", "scheme", "code", "score", "value"]]


def scores_by_sensors(together: Predictions, alone: Mapping[str, Predictions], codes: Sequence[int]) -> pd.DataFrame:
    """Return the accuracy of all sensors together and of each group of them alone.

    Parameters
    ----------
    together : dict of (run, region): DataFrame
    alone : dict of group: dict of (run, region): DataFrame
        Empty where there are no groups of sensors.
    codes : sequence of int

    Returns
    -------
    DataFrame
        As :func:`scores`, with the column ``sensors``: the group, or ``ALL_SENSORS``.
    """
    tables = [scores(together, codes).assign(sensors=ALL_SENSORS)]
    tables += [scores(predictions, codes).assign(sensors=group) for group, predictions in alone.items()]
    return pd.concat(tables, ignore_index=True)
