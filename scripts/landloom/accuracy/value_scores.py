"""Scores of estimated values: errors, explained variance, and how many true values lie within their intervals.

Errors are estimate minus truth. R2 is 1 minus the mean square of errors over the variance of the true values (the
Nash-Sutcliffe efficiency): below 0 where the mean of all true values would have been the better estimate.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

SCORES = (
    *("tested", "bias", "mae", "median_ae", "rmse", "rmse_over_sd", "r2", "largest_error"),
    *("coverage", "mean_width"),
)
"""In the order of the tables: numbers of pixels or polygons, errors, and intervals."""

WHOLE, REGION, BIN, FOLD = "map", "region", "bin", "fold"
"""Scopes of scores: all pixels, those of a region, of a bin of true values, of a fold."""

MAP = "map"
"""Name of the map's own test polygons beside the schemes of folds."""

COLUMNS = ["run", "tested_by", "unit", "scope", "place", "score", "value"]


@dataclass(frozen=True, eq=False)
class Pairs:
    """True values and what was estimated of them.

    Attributes
    ----------
    truth, estimate, half_width : ndarray of float, shape (n,)
        Half the width of each interval, estimate -/+ half width.
    weight : ndarray of float, shape (n,)
        Pixels that each stands for.
    """

    truth: np.ndarray
    estimate: np.ndarray
    half_width: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Pairs":
        """Return the columns of a table: ``value``, ``estimate``, ``half_width``, ``weight``."""
        return cls(*(table[name].to_numpy(np.float64) for name in ("value", "estimate", "half_width", "weight")))


def scores(pairs: Pairs) -> dict[str, float]:
    """Return all scores, by name; NaN where there is nothing to score, or all true values are one."""
    total = float(pairs.weight.sum())
    if not total:
        return dict.fromkeys(SCORES, float("nan")) | {"tested": 0.0}
    share = pairs.weight / total
    errors = pairs.estimate - pairs.truth
    away = np.abs(errors)
    # Of equal numbers, the mean may differ in the last digit, and R2 would be a number of 30 digits.
    varies = (pairs.truth != pairs.truth[0]).any()
    variance = float(share @ (pairs.truth - share @ pairs.truth) ** 2) if varies else 0.0
    square = float(share @ errors**2)
    found = (
        *(total, float(share @ errors), float(share @ away), _median(away, share), square**0.5),
        (square / variance) ** 0.5 if variance else float("nan"),
        1 - square / variance if variance else float("nan"),
        *(float(away.max()), *_intervals(pairs, away)),
    )
    return dict(zip(SCORES, found, strict=True))


def _intervals(pairs: Pairs, away: np.ndarray) -> tuple[float, float]:
    """Return which fraction of the true values lies in its interval, and the mean width; NaN without intervals."""
    known = ~np.isnan(pairs.half_width) & (pairs.weight > 0)
    if not known.any():
        return float("nan"), float("nan")
    weight, half_width = pairs.weight[known], pairs.half_width[known]
    inside = away[known] <= half_width
    return float(np.average(inside, weights=weight)), float(np.average(2 * half_width, weights=weight))


def _median(values: np.ndarray, share: np.ndarray) -> float:
    """Return the weighted median: the mean of both middle values where the weights are halved between them."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(share[order])
    low = int(np.searchsorted(reached, 0.5 - 1e-12))
    high = int(np.searchsorted(reached, 0.5 + 1e-12))
    return float(values[order[low]] + values[order[min(high, len(order) - 1)]]) / 2


def polygon_means(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which each polygon counts once, with the weighted means of its pixels.

    The mean of half widths is kept: an interval for the mean itself would be narrower.
    """
    parts = table.assign(**{name: table[name] * table.weight for name in ("value", "estimate", "half_width")})
    sums = parts.groupby("polygon", sort=True)[["value", "estimate", "half_width", "weight"]].sum()
    means = sums[["value", "estimate", "half_width"]].div(sums.weight, axis=0)
    return means.reset_index().assign(weight=1.0)


UNITS: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"pixels": lambda some: some, "polygons": polygon_means}
"""What each counts once, from some pixels."""


def rows(
    table: pd.DataFrame, run: int, tested_by: str, regions: Mapping[int, str], bins: Mapping[int, str]
) -> pd.DataFrame:
    """Return all scores of a run as a long table: of pixels and of polygon means, whole, by region, bin and fold.

    Parameters
    ----------
    table : DataFrame
        ``polygon``, ``number`` (of the region), ``code`` (of the bin), ``value``, ``estimate``, ``half_width``,
        ``weight``, and ``fold`` where there are folds; NaN where nothing is estimated.
    tested_by : str
        :data:`MAP`, or the scheme of folds.
    regions, bins : dict of int: str
        Names.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`; of polygons, the intervals are not scored. A polygon in several regions or folds counts in
        each, there with its pixels that lie in it.
    """
    known = table[table.estimate.notna()]
    found = []
    for unit, counted in UNITS.items():
        for scope, place, some in _scopes(known, regions, bins):
            values = scores(Pairs.of(counted(some)))
            names = [name for name in SCORES if unit == "pixels" or name not in ("coverage", "mean_width")]
            found += [(run, tested_by, unit, scope, place, name, values[name]) for name in names]
    return pd.DataFrame(found, columns=COLUMNS)


def _scopes(
    table: pd.DataFrame, regions: Mapping[int, str], bins: Mapping[int, str]
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield the parts of a table that are scored, with their scope and name."""
    yield WHOLE, "", table
    for number, name in regions.items():
        yield REGION, name, table[table.number == number]
    for code, name in bins.items():
        yield BIN, name, table[table.code == code]
    if "fold" in table:
        for fold, some in table.groupby("fold", sort=True):
            yield FOLD, str(fold), some


def over_runs(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean, least and greatest of every score over the runs; folds, which differ by run, are left out."""
    keys = COLUMNS[1:-1]
    kept = table[table.scope != FOLD]
    found = kept.groupby(keys, sort=False, dropna=False).value.agg(["mean", "min", "max", "count"]).reset_index()
    return found.rename(columns={"min": "least", "max": "greatest", "count": "runs"})
