"""Intervals of accuracy in which polygons are what was drawn: the pixels of one polygon are alike.

A score is a ratio R = sum y / sum x over polygons, as the right pixels to the classified ones. Its variance is that
of clusters drawn with equal probability, V = m / (m - 1) sum (y_i - R x_i)^2 / (sum x)^2 of m polygons (Cochran 1977,
Sampling Techniques, chapter 6; Stehman 2014, International Journal of Remote Sensing 35). The interval is Wilson's
of the effective number R (1 - R) / V (Korn and Graubard 1998, Survey Methodology 24): it never leaves 0 to 1.

V and Student's quantile tell the truth of many polygons that are about alike. Two things keep the interval honest
where they are not. Polygons of different sizes count as k = (sum x)^2 / sum x^2 of one size (Kish 1965, Survey
Sampling, chapter 11): Student's quantile is that of k - 1 degrees of freedom. And k polygons that are all right
cannot exclude that there are others that are all wrong: their interval begins at 0.025^(1/k) (Clopper and Pearson
1934, Biometrika 26). A few wrong pixels among theirs, of which V is next to 0, exclude it no better, so that no
interval begins above that, nor ends below 1 - 0.025^(1/k).
"""

from dataclasses import dataclass

import numpy as np

CONFIDENCE_LEVEL = 0.95
_TAIL = (1 - CONFIDENCE_LEVEL) / 2
_UNKNOWN = float("nan")
_ROUNDING = 1e-12
"""Standard errors below are those of sums of floats."""


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty by polygons.

    Attributes
    ----------
    value : float
        NaN if nothing is counted.
    standard_error : float
        NaN with fewer than two polygons, and where these do not differ, as if nothing were uncertain.
    low, high : float
        Interval of the level `CONFIDENCE_LEVEL`: how the value would vary if other polygons had been drawn in the
        same way. NaN with fewer than two polygons; of differences, also where these do not differ.
    polygons : int
        Those that have something to count.
    """

    value: float = _UNKNOWN
    standard_error: float = _UNKNOWN
    low: float = _UNKNOWN
    high: float = _UNKNOWN
    polygons: int = 0


def ratio(right: np.ndarray, counted: np.ndarray) -> Estimate:
    """Estimate a ratio between 0 and 1.

    Parameters
    ----------
    right, counted : ndarray, shape (polygons,)
        What is right in each polygon (y), and what it is a part of (x). Polygons without anything counted take no
        part.
    """
    there = counted > 0
    right, counted = np.asarray(right, np.float64)[there], np.asarray(counted, np.float64)[there]
    total, polygons = counted.sum(), len(counted)
    if not polygons:
        return Estimate()
    # Of sums in another order, the last digit differs: what is all right is exactly 1.
    value = 1.0 if (right == counted).all() else float(right.sum() / total)
    if polygons < 2:
        return Estimate(value, polygons=polygons)
    variance = _variance(right - value * counted) / total**2
    low, high = _interval(value, variance, total, _of_one_size(counted))
    return Estimate(value, _error(variance), low, high, polygons)


def difference(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> Estimate:
    """Estimate the difference between two ratios of the same polygons, the first minus the second.

    What both have in common, as a polygon that is hard for both, does not count: the variance is that of each
    polygon's difference (linearised: Cochran 1977, chapter 6). The interval is symmetric, with Student's quantile.

    Parameters
    ----------
    one, other : (right, counted), ndarray of shape (polygons,) each
        The polygons in the same order.
    """
    there = (one[1] > 0) | (other[1] > 0)
    parts = [tuple(np.asarray(values, np.float64)[there] for values in pair) for pair in (one, other)]
    totals = [counted.sum() for _, counted in parts]
    polygons = int(there.sum())
    if not all(totals):
        return Estimate()
    values = [right.sum() / total for (right, _), total in zip(parts, totals, strict=True)]
    value = float(values[0] - values[1])
    if polygons < 2:
        return Estimate(value, polygons=polygons)
    residuals = [
        (right - ratio * counted) / total
        for (right, counted), ratio, total in zip(parts, values, totals, strict=True)
    ]
    error = _error(_variance(residuals[0] - residuals[1]))
    half = _quantile(min(_of_one_size(counted) for _, counted in parts)) * error
    return Estimate(value, error, value - half, value + half, polygons)


def _variance(residuals: np.ndarray) -> float:
    """Return the variance of a sum over polygons: of whole polygons, drawn with equal probability."""
    number = len(residuals)
    return float(number / (number - 1) * (residuals**2).sum())


def _error(variance: float) -> float:
    """Return a standard error; NaN for none but rounding errors: a few polygons that are alike prove nothing."""
    return float(variance**0.5) if variance > _ROUNDING**2 else _UNKNOWN


def _of_one_size(counted: np.ndarray) -> float:
    """Return how many polygons of one size tell as much as these: at most all, 1 where one has nearly everything."""
    return float(counted.sum() ** 2 / (counted**2).sum())


def _interval(value: float, variance: float, counted: float, polygons: float) -> tuple[float, float]:
    """Return the interval of a ratio.

    Parameters
    ----------
    value, variance : float
    counted : float
        What the value is a part of: no more independent draws than that are possible.
    polygons : float
        Of one size.
    """
    certain = _TAIL ** (1 / polygons)
    if value in (0.0, 1.0):
        return (certain, 1.0) if value else (0.0, 1 - certain)
    quantile, spread = _quantile(polygons), value * (1 - value)
    number = spread / max(variance, spread / counted)
    shrinkage = quantile**2 / number
    middle = (value + shrinkage / 2) / (1 + shrinkage)
    half = quantile * (spread / number + shrinkage / (4 * number)) ** 0.5 / (1 + shrinkage)
    return max(0.0, min(middle - half, certain)), min(1.0, max(middle + half, 1 - certain))


def _quantile(polygons: float) -> float:
    """Return Student's quantile of an interval of both sides; of two polygons where there are not as many."""
    # Imported here: every tile's comparison imports its users, but does not need scipy.
    from scipy.special import stdtrit

    return float(stdtrit(max(polygons - 1, 1), 1 - _TAIL))
