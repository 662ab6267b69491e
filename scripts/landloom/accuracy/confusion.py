"""Accuracy of the maps: confusion matrices and scores.

Rows of a confusion matrix are the reference, columns the map. Source of the scores: Congalton and Green,
Assessing the Accuracy of Remotely Sensed Data (2019); of their intervals: :mod:`landloom.accuracy.clusters`.
Unclassified pixels are excluded from the scores, but for the overall accuracy that counts them as wrong.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from pandas.api.types import is_float_dtype

from landloom.accuracy import clusters
from landloom.accuracy.clusters import Estimate
from landloom.core import parquet
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import rasters

WINDOW_SIDE = 2048
SCORES = ("precision", "recall", "f1")
CLASS, GROUP = "class", "group"
"""Levels of the nomenclature with scores."""

OVERALL, OVERALL_OF_ALL = "overall_accuracy", "overall_accuracy_unclassified_wrong"
"""Scores of the whole map: of the classified pixels, and of all, unclassified ones counted as wrong."""

INTERVAL = ["standard_error", "interval_low", "interval_high", "polygons"]
"""Columns of the uncertainty of a score: see :class:`landloom.accuracy.clusters.Estimate`."""


def compare_tiles(
    candidates: Sequence[Path | str], maps: Mapping[str, Sequence[Path | str]], threads: int
) -> dict[str, pd.DataFrame]:
    """Compare the maps of all tiles and runs with the test pixels.

    Parameters
    ----------
    candidates : sequence of path
        Reference pixels of each tile, as :func:`compare` takes them.
    maps : dict of run: sequence of path
        Classification of each tile, in the same order.
    threads : int
        Tiles that are read at a time; the result does not depend on it.

    Returns
    -------
    dict of run: DataFrame
        As returned by :func:`compare`, the tiles one after the other.
    """
    columns = ["row", "column", "polygon", "code", "number", *(f"test{run}" for run in maps)]

    def of_tile(paths: tuple[Path | str, ...]) -> list[pd.DataFrame]:
        pixels = parquet.read_columns(paths[0], columns).to_pandas()
        return [compare(pixels, int(run), path) for run, path in zip(maps, paths[1:], strict=True)]

    with ThreadPoolExecutor(threads) as pool:
        tiles = list(pool.map(of_tile, zip(candidates, *maps.values(), strict=True)))
    return {
        run: pd.concat(tables, ignore_index=True) for run, tables in zip(maps, zip(*tiles, strict=True), strict=True)
    }


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

    The first column, 0, counts unclassified pixels. Counts are int64; where samples represent fractions of pixels,
    these stay fractions, float64.
    """
    table = comparison.pivot_table(
        index="reference", columns="predicted", values="pixels", aggfunc="sum", fill_value=0
    )
    fractions = is_float_dtype(comparison.pixels.dtype)
    found = table.reindex(index=list(codes), columns=[UNCLASSIFIED, *codes], fill_value=0)
    return found.astype(np.float64 if fractions else np.int64)


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


def run_scores(
    comparison: pd.DataFrame, codes: Sequence[int], run: int, unit: str, level: str = CLASS
) -> pd.DataFrame:
    """Return all scores of a run as a long table.

    Parameters
    ----------
    comparison : DataFrame
        ``polygon``, ``reference``, ``predicted``, ``pixels``, as of :func:`compare`.
    codes : sequence of int
    run : int
    unit : str
        ``pixels`` or ``polygons``.
    level : str
        Whether codes are those of classes or of groups.

    Returns
    -------
    DataFrame
        ``run``, ``level``, ``unit``, ``code`` (0: the whole map), ``score``, ``value``, and `INTERVAL`: the interval
        by polygons of the run's own test polygons. Counts and kappa have none.
    """
    matrix = confusion(comparison, codes)
    known = estimates(comparison, codes)
    counts = [
        (UNCLASSIFIED, "kappa", kappa(matrix)),
        (UNCLASSIFIED, "tested", float(matrix.to_numpy().sum())),
        (UNCLASSIFIED, "unclassified", float(matrix[UNCLASSIFIED].sum())),
        *((int(code), "tested", float(matrix.loc[code].sum())) for code in matrix.index),
    ]
    table = pd.concat(
        [score_rows(known), pd.DataFrame(counts, columns=["code", "score", "value"])], ignore_index=True
    )
    table.insert(0, "run", run)
    table.insert(1, "level", level)
    table.insert(2, "unit", unit)
    return table


def estimates(comparison: pd.DataFrame, codes: Sequence[int]) -> dict[tuple[int, str], Estimate]:
    """Return each score with its interval by polygons, by class code (0: the whole map) and name."""
    polygon, polygons = pd.factorize(comparison.polygon)
    reference, predicted = comparison.reference.to_numpy(), comparison.predicted.to_numpy()
    pixels = comparison.pixels.to_numpy(np.float64)
    classified = predicted != UNCLASSIFIED

    def by_polygon(rows: np.ndarray) -> np.ndarray:
        return np.bincount(polygon[rows], pixels[rows], len(polygons))

    right = by_polygon(classified & (reference == predicted))
    found = {
        (UNCLASSIFIED, OVERALL): clusters.ratio(right, by_polygon(classified)),
        (UNCLASSIFIED, OVERALL_OF_ALL): clusters.ratio(right, by_polygon(np.ones(len(pixels), bool))),
    }
    for code in map(int, codes):
        there, mapped = by_polygon(classified & (reference == code)), by_polygon(predicted == code)
        right = by_polygon((reference == code) & (predicted == code))
        wholes = zip(SCORES, (right, right, 2 * right), (mapped, there, mapped + there), strict=True)
        found |= {(code, score): clusters.ratio(part, whole) for score, part, whole in wholes}
    return found


def difference_of_maps(one: pd.DataFrame, other: pd.DataFrame) -> Estimate:
    """Return the difference of the overall accuracies of two maps, one minus the other, paired by polygon.

    Unclassified pixels count as wrong, so that both have the same pixels.

    Parameters
    ----------
    one, other : DataFrame
        As returned by :func:`compare`, of the same pixels.
    """
    joined = _right_and_all(one).join(_right_and_all(other).add_suffix("_other"), how="outer").fillna(0)
    values = [joined[name].to_numpy(np.float64) for name in ("right", "pixels", "right_other", "pixels_other")]
    return clusters.difference((values[0], values[1]), (values[2], values[3]))


def _right_and_all(comparison: pd.DataFrame) -> pd.DataFrame:
    """Return the right pixels and all pixels of each polygon."""
    right = comparison.pixels.where(comparison.reference == comparison.predicted, 0)
    return comparison.assign(right=right).groupby("polygon")[["right", "pixels"]].sum()


def score_rows(found: Mapping[tuple[int, str], Estimate]) -> pd.DataFrame:
    """Return estimates as a table: ``code``, ``score``, ``value`` and `INTERVAL`."""
    rows = [
        (code, score, one.value, one.standard_error, one.low, one.high, one.polygons)
        for (code, score), one in found.items()
    ]
    return pd.DataFrame(rows, columns=["code", "score", "value", *INTERVAL]).astype({"polygons": "Int64"})


def over_runs(scores: pd.DataFrame) -> pd.DataFrame:
    """Return mean, least and greatest of every score over the runs.

    These tell how much the runs differ. They are no interval: the runs share their polygons, so that more runs do not
    tell more of other polygons.

    Returns
    -------
    DataFrame
        ``level``, ``unit``, ``code``, ``score``, ``mean``, ``least``, ``greatest``, ``runs``: those with a value.
    """
    keys = ["level", "unit", "code", "score"]
    found = scores.groupby(keys, sort=True).value.agg(["mean", "min", "max", "count"]).reset_index()
    return found.rename(columns={"min": "least", "max": "greatest", "count": "runs"})
