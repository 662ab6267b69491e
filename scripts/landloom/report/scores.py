"""Scores on the page: those of the displayed run with their intervals, means over runs, fractions of confusions."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landloom.accuracy.confusion import CLASS, OVERALL, OVERALL_OF_ALL
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.report.wording import DASH

_UNKNOWN = float("nan")


@dataclass(frozen=True)
class Estimate:
    """Score of the displayed run with its 95 % interval by polygons, and how much runs differ; NaN if unknown.

    Attributes
    ----------
    value, low, high : float
        Of the displayed run.
    polygons : int
        Test polygons that the interval is of.
    mean, least, greatest : float
        Over all runs. They are no interval: runs share their polygons.
    """

    value: float = _UNKNOWN
    low: float = _UNKNOWN
    high: float = _UNKNOWN
    polygons: int = 0
    mean: float = _UNKNOWN
    least: float = _UNKNOWN
    greatest: float = _UNKNOWN

    @property
    def known(self) -> bool:
        """Return whether the score exists."""
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Return whether there is an interval, which needs two polygons."""
        return not math.isnan(self.low)

    def differs_from(self, other: "Estimate") -> bool:
        """Return whether another score tells something else, of the displayed run or of all."""
        pairs = ((self.value, other.value), (self.mean, other.mean))
        return any(one != two and not (math.isnan(one) and math.isnan(two)) for one, two in pairs)

    @property
    def value_text(self) -> str:
        """Format the score as a percentage."""
        return f"{100 * self.value:.1f}" if self.known else DASH

    @property
    def interval_text(self) -> str:
        """Format the interval in percent."""
        return _range(self.low, self.high)

    @property
    def mean_text(self) -> str:
        """Format the mean over runs as a percentage."""
        return DASH if math.isnan(self.mean) else f"{100 * self.mean:.1f}"

    @property
    def range_text(self) -> str:
        """Format least and greatest over runs in percent."""
        return _range(self.least, self.greatest)


def _range(low: float, high: float) -> str:
    return DASH if math.isnan(low) else f"{100 * low:.1f}{DASH}{100 * high:.1f}"


@dataclass(frozen=True)
class ClassScores:
    """Scores of one class in the displayed run; unknown without test polygons."""

    code: int
    name: str
    color: str
    tested: float
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class MapScores:
    """Scores of the whole map by one unit.

    Attributes
    ----------
    unit : str
    overall_accuracy : Estimate
        Of what is classified.
    of_all : Estimate
        The same with what is unclassified counted as wrong.
    kappa : Estimate
        Cohen's kappa of what is classified, without an interval.
    tested, unclassified : float
        Numbers in the displayed run.
    classes : tuple of ClassScores
    """

    unit: str
    overall_accuracy: Estimate
    of_all: Estimate
    kappa: Estimate
    tested: float
    unclassified: float
    classes: tuple[ClassScores, ...]


def map_scores(
    scores: pd.DataFrame, summary: pd.DataFrame, unit: str, classes: Nomenclature, level: str = CLASS
) -> MapScores:
    """Return all scores by one unit, pixels or polygons, at one level: of classes or of groups.

    Parameters
    ----------
    scores : DataFrame
        As of :func:`landloom.accuracy.confusion.run_scores`, of the displayed run.
    summary : DataFrame
        As of :func:`landloom.accuracy.confusion.over_runs`.
    """
    known = _estimates(*(table[(table.unit == unit) & (table.level == level)] for table in (scores, summary)))
    return MapScores(
        unit,
        known.get((UNCLASSIFIED, OVERALL), Estimate()),
        known.get((UNCLASSIFIED, OVERALL_OF_ALL), Estimate()),
        known.get((UNCLASSIFIED, "kappa"), Estimate()),
        known.get((UNCLASSIFIED, "tested"), Estimate(0.0)).value,
        known.get((UNCLASSIFIED, "unclassified"), Estimate(0.0)).value,
        tuple(_class_scores(known, entry.code, entry.name, entry.color) for entry in classes.classes),
    )


def _estimates(scores: pd.DataFrame, summary: pd.DataFrame) -> dict[tuple[int, str], Estimate]:
    """Return the estimates by class and score."""
    keys = ["code", "score"]
    joined = scores.merge(summary[[*keys, "mean", "least", "greatest"]], on=keys, how="left")
    return {
        (int(row.code), str(row.score)): Estimate(
            float(row.value),
            float(row.interval_low),
            float(row.interval_high),
            0 if pd.isna(row.polygons) else int(row.polygons),
            float(row.mean),
            float(row.least),
            float(row.greatest),
        )
        for row in joined.itertuples()
    }


def _class_scores(known: dict[tuple[int, str], Estimate], code: int, name: str, color: str) -> ClassScores:
    """Return a class's scores; a class without test pixels has none, even if others are mapped as it."""
    tested = known.get((code, "tested"), Estimate(0.0)).value
    precision, recall, f1 = (known.get((code, score), Estimate()) for score in ("precision", "recall", "f1"))
    if not recall.known:
        precision = f1 = Estimate()
    return ClassScores(code, name, color, tested, precision, recall, f1)


def row_fractions(matrix: pd.DataFrame) -> np.ndarray:
    """Return the matrix of classified pixels as fractions of each row (reference); NaN in empty rows."""
    square = matrix[list(matrix.index)].to_numpy(dtype=np.float64)
    return _divided(square, square.sum(axis=1, keepdims=True))


def recalls(matrix: pd.DataFrame) -> np.ndarray:
    """Return the recall of each class; NaN if it is not tested."""
    square = matrix[list(matrix.index)].to_numpy(dtype=np.float64)
    return _divided(np.diag(square), square.sum(axis=1))


def precisions(matrix: pd.DataFrame) -> np.ndarray:
    """Return the precision of each class; NaN if it is never mapped."""
    square = matrix[list(matrix.index)].to_numpy(dtype=np.float64)
    return _divided(np.diag(square), square.sum(axis=0))


def _divided(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    """Divide; NaN for a divisor of 0."""
    found: np.ndarray = np.divide(
        parts, wholes, out=np.full(parts.shape, np.nan), where=np.broadcast_to(wholes, parts.shape) > 0
    )
    return found
