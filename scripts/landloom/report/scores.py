"""Scores on the page: means and intervals over runs, tables and fractions of confusion matrices."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from landloom.accuracy.confusion import CLASS, CONFIDENCE_LEVEL
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.report.wording import DASH

_UNKNOWN = float("nan")


@dataclass(frozen=True)
class Estimate:
    """Score: mean over runs and half-width of the 95 % interval; NaN if there is none."""

    mean: float = _UNKNOWN
    half_width: float = _UNKNOWN

    @property
    def known(self) -> bool:
        """Return whether the score exists."""
        return not math.isnan(self.mean)

    @property
    def has_interval(self) -> bool:
        """Return whether there is an interval, which needs two runs."""
        return self.known and not math.isnan(self.half_width)

    @property
    def low(self) -> float:
        """Return the lower end of the interval, clipped to 0."""
        return max(0.0, self.mean - self.half_width)

    @property
    def high(self) -> float:
        """Return the upper end of the interval, clipped to 1."""
        return min(1.0, self.mean + self.half_width)

    @property
    def runs_out(self) -> bool:
        """Return whether the interval exceeds the range of scores, 0 to 1."""
        return self.has_interval and (self.mean - self.half_width < 0 or self.mean + self.half_width > 1)

    def mean_text(self, factor: float = 100.0, digits: int = 1) -> str:
        """Format the mean, as a percentage by default."""
        return f"{factor * self.mean:.{digits}f}" if self.known else DASH

    def half_width_text(self, factor: float = 100.0, digits: int = 1) -> str:
        """Format the half-width: a star marks an interval beyond the range of scores, a dash one that covers it."""
        if not self.has_interval or self.half_width >= 1:
            return DASH
        return f"±\N{NARROW NO-BREAK SPACE}{factor * self.half_width:.{digits}f}" + ("*" if self.runs_out else "")


@dataclass(frozen=True)
class ClassScores:
    """Scores of one class; unknown without test polygons."""

    code: int
    name: str
    color: str
    tested: float
    precision: Estimate
    recall: Estimate
    f1: Estimate


@dataclass(frozen=True)
class MapScores:
    """Scores of the whole map by one unit."""

    unit: str
    overall_accuracy: Estimate
    kappa: Estimate
    tested: float
    unclassified: float
    classes: tuple[ClassScores, ...]

    @property
    def some_run_out(self) -> bool:
        """Return whether any interval exceeds the range of scores."""
        shown = [one for row in self.classes for one in (row.precision, row.recall, row.f1)]
        return any(one.runs_out for one in [self.overall_accuracy, self.kappa, *shown])


def map_scores(summary: pd.DataFrame, unit: str, classes: Nomenclature, level: str = CLASS) -> MapScores:
    """Return all scores by one unit, pixels or polygons, at one level: of classes or of groups."""
    known = _estimates(summary[(summary.unit == unit) & (summary.level == level)])
    return MapScores(
        unit,
        known.get((UNCLASSIFIED, "overall_accuracy"), Estimate()),
        known.get((UNCLASSIFIED, "kappa"), Estimate()),
        known.get((UNCLASSIFIED, "tested"), Estimate(0.0)).mean,
        known.get((UNCLASSIFIED, "unclassified"), Estimate(0.0)).mean,
        tuple(_class_scores(known, entry.code, entry.name, entry.color) for entry in classes.classes),
    )


def _estimates(rows: pd.DataFrame) -> dict[tuple[int, str], Estimate]:
    """Return the means and half-widths by class and score."""
    columns = zip(rows["code"], rows["score"], rows["mean"], rows["half_width"], strict=True)
    return {(int(code), str(score)): Estimate(float(mean), float(half)) for code, score, mean, half in columns}


def _class_scores(known: dict[tuple[int, str], Estimate], code: int, name: str, color: str) -> ClassScores:
    """Return a class's scores; a class without test pixels has none, even if others are mapped as it."""
    tested = known.get((code, "tested"), Estimate(0.0)).mean
    precision, recall, f1 = (known.get((code, score), Estimate()) for score in ("precision", "recall", "f1"))
    if not recall.known:
        precision = f1 = Estimate()
    return ClassScores(code, name, color, tested, precision, recall, f1)


def student_quantile(runs: int) -> float:
    """Return the factor from the standard error of a mean over runs to the half-width."""
    return float(stats.t.ppf(0.5 + CONFIDENCE_LEVEL / 2, runs - 1))


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
