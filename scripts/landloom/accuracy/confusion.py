"""Accuracy of the maps: confusion matrices, scores, and intervals over runs.

Rows of a confusion matrix are the reference, columns the map. Source of the scores: Congalton and Green,
Assessing the Accuracy of Remotely Sensed Data (2019); of the interval: Student's t with runs - 1 degrees of
freedom. Unclassified pixels are counted separately and excluded from the scores.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio

from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import rasters

WINDOW_SIDE = 2048
CONFIDENCE_LEVEL = 0.95
SCORES = ("precision", "recall", "f1")
CLASS, GROUP = "class", "group"
"""Levels of the nomenclature with scores."""


def compare(candidates: pd.DataFrame, run: int, classification: Path | str) -> pd.DataFrame:
    """Compare a tile's map with the test pixels of a run.

    Parameters
    ----------
    candidates : DataFrame
        ``row``, ``column``, ``polygon``, ``code``, ``number`` of all reference pixels; ``test0`` and so on: whether
        they test in a run.
    run : int
    classification : path

    Returns
    -------
    DataFrame
        ``polygon``, ``number``, ``reference``, ``predicted``, ``pixels``: number of pixels of a class in a polygon;
        the predicted class 0 is unclassified.
    """
    return compare_pixels(candidates[candidates[f"test{run}"]], classification)


def compare_pixels(pixels: pd.DataFrame, classification: Path | str) -> pd.DataFrame:
    """Compare a tile's map with some reference pixels.

    Parameters
    ----------
    pixels : DataFrame
        ``row``, ``column``, ``polygon``, ``code``, ``number``.
    classification : path

    Returns
    -------
    DataFrame
        As returned by :func:`compare`.
    """
    with rasters.opened(classification) as dataset:
        predicted = values_at(dataset, pixels.row.values, pixels.column.values).astype(np.int64)
    table = pixels[["polygon", "number", "code"]].rename(columns={"code": "reference"}).assign(predicted=predicted)
    keys = ["polygon", "number", "reference", "predicted"]
    return table.groupby(keys, sort=True).size().rename("pixels").reset_index()


def values_at(dataset: rasterio.DatasetReader, rows: np.ndarray, columns: np.ndarray, band: int = 1) -> np.ndarray:
    """Return a raster's values at pixels; only windows with such pixels are read."""
    values = np.zeros(len(rows), dataset.dtypes[band - 1])
    across = -(-dataset.width // WINDOW_SIDE)
    keys = (rows // WINDOW_SIDE) * across + columns // WINDOW_SIDE
    for key in np.unique(keys):
        row, column = (key // across) * WINDOW_SIDE, (key % across) * WINDOW_SIDE
        window = ((row, min(row + WINDOW_SIDE, dataset.height)), (column, min(column + WINDOW_SIDE, dataset.width)))
        block = dataset.read(band, window=window)
        here = keys == key
        values[here] = block[rows[here] - row, columns[here] - column]
    return values


def confusion(comparison: pd.DataFrame, codes: Sequence[int]) -> pd.DataFrame:
    """Return the confusion matrix in pixels: a row per reference class, a column per mapped class.

    The first column, 0, counts unclassified pixels.
    """
    table = comparison.pivot_table(
        index="reference", columns="predicted", values="pixels", aggfunc="sum", fill_value=0
    )
    return table.reindex(index=list(codes), columns=[UNCLASSIFIED, *codes], fill_value=0).astype(np.int64)


def aggregated(comparison: pd.DataFrame, group_by_code: Mapping[int, int]) -> pd.DataFrame:
    """Return a comparison with class codes replaced by group codes.

    Parameters
    ----------
    group_by_code : dict of code: code
        As returned by :meth:`landloom.core.nomenclature.Nomenclature.code_of_group`.
    """
    codes = {name: comparison[name].replace(dict(group_by_code)) for name in ("reference", "predicted")}
    keys = [name for name in comparison.columns if name != "pixels"]
    return comparison.assign(**codes).groupby(keys, as_index=False, sort=True).pixels.sum()


def polygon_majorities(comparison: pd.DataFrame) -> pd.DataFrame:
    """Return a comparison in which every polygon counts once, with its most frequent mapped class.

    Ties go to the lower code; unclassified pixels count only if there are no others.
    """
    votes = comparison.groupby(["polygon", "reference", "predicted"], as_index=False).pixels.sum()
    votes["classified"] = votes.predicted != UNCLASSIFIED
    order = votes.sort_values(["polygon", "classified", "pixels", "predicted"], ascending=[True, False, False, True])
    return order.drop_duplicates("polygon")[["polygon", "reference", "predicted"]].assign(pixels=1)


def overall_accuracy(matrix: pd.DataFrame) -> float:
    """Return the overall accuracy of the classified pixels; NaN if there are none."""
    square = _square(matrix)
    return _ratio(np.trace(square), square.sum())


def kappa(matrix: pd.DataFrame) -> float:
    """Return Cohen's kappa of the classified pixels."""
    square = _square(matrix)
    total = square.sum()
    chance = _ratio(float(square.sum(axis=0) @ square.sum(axis=1)), float(total) ** 2)
    return _ratio(_ratio(np.trace(square), total) - chance, 1.0 - chance)


def class_scores(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return precision, recall and F1 of each class; NaN if the class is neither in the reference nor mapped."""
    square = _square(matrix)
    right = np.diag(square)
    rows = []
    for position in range(len(square)):
        mapped, there = square[:, position].sum(), square[position].sum()
        f1 = _ratio(2 * right[position], mapped + there)
        rows.append((_ratio(right[position], mapped), _ratio(right[position], there), f1))
    return pd.DataFrame(rows, index=matrix.index, columns=list(SCORES))


def _square(matrix: pd.DataFrame) -> np.ndarray:
    found: np.ndarray = matrix[list(matrix.index)].to_numpy().astype(np.float64)
    return found


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def run_scores(matrix: pd.DataFrame, run: int, unit: str, level: str = CLASS) -> pd.DataFrame:
    """Return all scores of a run as a long table: ``run``, ``level``, ``unit``, ``code``, ``score``, ``value``.

    Scores of the whole map have code 0. ``unit`` is pixels or polygons; ``level`` states whether codes are those of
    classes or of groups.
    """
    total = matrix.to_numpy().sum()
    rows = [
        (UNCLASSIFIED, "overall_accuracy", overall_accuracy(matrix)),
        (UNCLASSIFIED, "kappa", kappa(matrix)),
        (UNCLASSIFIED, "tested", float(total)),
        (UNCLASSIFIED, "unclassified", float(matrix[UNCLASSIFIED].sum())),
    ]
    scores = class_scores(matrix)
    rows += [(int(code), score, float(scores.loc[code, score])) for code in scores.index for score in SCORES]
    rows += [(int(code), "tested", float(matrix.loc[code].sum())) for code in matrix.index]
    table = pd.DataFrame(rows, columns=["code", "score", "value"])
    table.insert(0, "run", run)
    table.insert(1, "level", level)
    table.insert(2, "unit", unit)
    return table


def over_runs(scores: pd.DataFrame) -> pd.DataFrame:
    """Return mean and half-width of the 95 % Student interval of every score over the runs.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``code``, ``score``, ``mean``, ``half_width``, ``runs``. The half-width is NaN for fewer
        than two runs with a value. The interval covers other random splits of the same polygons, not other polygons.
    """
    keys = ["level", "unit", "code", "score"]
    rows = []
    for key, values in scores.groupby(keys, sort=True).value:
        known = values.dropna().to_numpy()
        mean = known.mean() if len(known) else float("nan")
        rows.append((*key, mean, student_half_width(known), len(known)))
    return pd.DataFrame(rows, columns=[*keys, "mean", "half_width", "runs"])


def student_half_width(values: np.ndarray) -> float:
    """Return the half-width of the 95 % interval of a mean; NaN for fewer than two values."""
    if len(values) < 2:
        return float("nan")
    # Imported here: every tile's comparison imports this module, but does not need scipy.
    from scipy.special import stdtrit

    error = np.std(values, ddof=1) / np.sqrt(len(values))
    return float(stdtrit(len(values) - 1, 0.5 + CONFIDENCE_LEVEL / 2) * error)
