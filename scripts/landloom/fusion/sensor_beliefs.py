"""Belief in the models of sensor groups, from their accuracy on out-of-fold samples."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from landloom.accuracy import confusion, fold_scores
from landloom.accuracy.fold_schemes import NOT_PREDICTED, SCHEMES
from landloom.fusion import belief_masses


def of_tables(paths: Sequence[Path | str], codes: Sequence[int], measure: str) -> np.ndarray:
    """Return the evidence of each sensor group from its predictions; see :func:`of_predictions`."""
    return of_predictions([fold_scores.read_labels(path) for path in paths], codes, measure)


def of_predictions(predictions: Sequence[pd.DataFrame], codes: Sequence[int], measure: str) -> np.ndarray:
    """Return the weight of each sensor group's labels.

    Parameters
    ----------
    predictions : sequence of DataFrame
        Tables of :func:`landloom.accuracy.cross_validation.table` of each group; folds of whole polygons are used.
        They do not test classes whose samples are of one polygon, or from another region, year or map.
    codes : sequence of int
    measure : str
        As in :func:`landloom.fusion.belief_masses.masses`.

    Returns
    -------
    ndarray of float64, shape (groups, codes)
    """
    matrices = (confusion.confusion(fold_scores.counts(found, "polygons"), codes) for found in predictions)
    return np.stack([belief_masses.evidence(matrix, measure) for matrix in matrices])


def together(predictions: Sequence[pd.DataFrame], codes: Sequence[int], measure: str) -> pd.DataFrame:
    """Return the predictions of one model unchanged, those of several sensor groups fused."""
    return predictions[0] if len(predictions) == 1 else fused(predictions, codes, measure)


def fused(predictions: Sequence[pd.DataFrame], codes: Sequence[int], measure: str) -> pd.DataFrame:
    """Return the fused predictions of all groups for the same samples, by every scheme of folds."""
    from landloom.fusion.sensor_model import winners  # imported here: numba takes a third of a second, most have one

    evidence = of_predictions(predictions, codes, measure)
    found = predictions[0][["polygon", "code", "weight"]].copy()
    for scheme in SCHEMES:
        labels = np.stack([one[f"predicted_{scheme}"].to_numpy(np.int32) for one in predictions])
        confidence = np.stack([one[f"confidence_{scheme}"].to_numpy(np.float32) for one in predictions])
        label, decider = winners(labels, confidence, evidence, codes)
        found[f"predicted_{scheme}"] = label
        chosen = confidence[decider, np.arange(len(label))]
        found[f"confidence_{scheme}"] = np.where(label == NOT_PREDICTED, 0, chosen).astype(np.float32)
    return found
