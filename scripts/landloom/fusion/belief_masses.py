"""Basic belief assignment of a map's labels from its confusion matrix (Dempster-Shafer), and its weights.

Source: Xu, Krzyzak and Suen (1992), see :mod:`landloom.fusion.combination`.
"""

import numpy as np
import pandas as pd

from landloom.accuracy import confusion

LEAST_SUSPICION = 1e-6
"""One minus the largest mass: two maps without errors that disagree would leave no belief in any class."""

UNKNOWN = 0.5
"""Mass where nothing is known, so that all maps count equally."""


def evidence(matrix: pd.DataFrame, measure: str) -> np.ndarray:
    """Return the weight of each label of a map.

    A class of which nothing tests gets the map's overall accuracy: no label of it can be right among what tests, so
    that its precision there is 0 however well the map knows it.

    Parameters
    ----------
    matrix, measure
        As :func:`masses` takes them.

    Returns
    -------
    ndarray of float64, shape (classes,)
    """
    overall = confusion.overall_accuracy(matrix)
    tested = matrix.sum(axis=1).to_numpy() > 0
    return weights_of_evidence(np.where(tested, masses(matrix, measure), UNKNOWN if np.isnan(overall) else overall))


def masses(matrix: pd.DataFrame, measure: str) -> np.ndarray:
    """Return the belief mass of each label of a map.

    Parameters
    ----------
    matrix : DataFrame
        Confusion matrix as of :func:`landloom.accuracy.confusion.confusion`.
    measure : str
        ``precision`` or ``recall`` (of each class), ``accuracy`` or ``kappa`` (of the whole map).

    Returns
    -------
    ndarray of float64, shape (classes,)
        Between 0 and 1; 0 for a class that is missing in the matrix.
    """
    if measure in ("precision", "recall"):
        found = confusion.class_scores(matrix)[measure].to_numpy()
    else:
        whole = confusion.overall_accuracy(matrix) if measure == "accuracy" else confusion.kappa(matrix)
        found = np.full(len(matrix), whole)
    result: np.ndarray = np.clip(np.nan_to_num(found, nan=0.0), 0.0, 1.0)
    return result


def weights_of_evidence(mass: np.ndarray) -> np.ndarray:
    """Return Shafer's weights, -log(1 - mass): weights of a class add up and order classes like their beliefs."""
    return -np.log(np.maximum(1.0 - mass, LEAST_SUSPICION))
