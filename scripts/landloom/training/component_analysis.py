"""Finding the principal components of training samples.

The components are those of scikit-learn's ``SimpleImputer``, ``StandardScaler`` and ``PCA`` one after the other, up
to rounding. The covariance is added up some samples at a time: millions of them would not fit in memory as doubles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from threadpoolctl import threadpool_limits

from landloom.core.stored_values import NODATA
from landloom.models.reduction import UNITS_PER_SIGMA, Reduction

CHUNK = 16384
"""Samples at a time: always as many, so that sums are rounded in one way."""

LEAST_VARIANCE = 1e-9
"""Of a group's variance: what a component has less is rounding, and is left out."""


@dataclass(frozen=True)
class Reducing:
    """How features are to be reduced.

    Attributes
    ----------
    groups : tuple of str
        Group of each feature.
    components : int or float
        Of each group; or the share of its variance that they keep at least.
    """

    groups: tuple[str, ...]
    components: int | float


@dataclass(frozen=True, eq=False)
class Found:
    """A reduction, and the share of the features' variance that it keeps, by group."""

    reduction: Reduction
    kept: dict[str, float]


@dataclass(frozen=True, eq=False)
class _Group:
    """What becomes of the features of a group: their means, and weights of shape (components, features)."""

    means: np.ndarray
    weights: np.ndarray
    kept: float


def fit(features: np.ndarray, names: Sequence[str], reducing: Reducing) -> Found:
    """Find the components of samples.

    Parameters
    ----------
    features : ndarray of int16, shape (samples, features)
        -10000 is no data: such a value counts as its feature's mean, and samples of which a group lacks all features
        do not count in it.
    names : sequence of str
    reducing : Reducing

    Returns
    -------
    Found
        Of each component, the largest weight (of scaled features) is positive.
    """
    groups = list(dict.fromkeys(reducing.groups))
    members = [np.flatnonzero([one == group for one in reducing.groups]) for group in groups]
    with threadpool_limits(1, "blas"):  # the number of threads may change how products are rounded
        parts = [_fit_group(features, columns, reducing.components) for columns in members]
    component_names = [
        f"{group}_component{number}"
        for group, part in zip(groups, parts, strict=True)
        for number in range(1, len(part.weights) + 1)
    ]
    reduction = Reduction(
        tuple(names),
        tuple(component_names),
        np.concatenate(members).astype(np.int64),
        _offsets([len(columns) for columns in members]),
        _offsets([len(part.weights) for part in parts]),
        np.concatenate([part.means for part in parts]),
        np.concatenate([part.weights.ravel() for part in parts]),
    )
    return Found(reduction, {group: part.kept for group, part in zip(groups, parts, strict=True)})


def _offsets(sizes: Sequence[int]) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _fit_group(features: np.ndarray, columns: np.ndarray, components: int | float) -> _Group:
    means, deviations, covariance = _moments(features, columns)
    variances, vectors = eigh(covariance)
    variances, vectors = np.maximum(variances[::-1], 0.0), vectors[:, ::-1].T
    total = float(variances.sum())
    if not total:  # all samples are the same: there is one component, without information
        return _Group(means, np.zeros((1, len(columns))), 1.0)
    fractions = variances / total
    count = min(_count(fractions, components), int(np.count_nonzero(fractions > LEAST_VARIANCE)))
    chosen = vectors[:count]
    signs = np.sign(chosen[np.arange(count), np.abs(chosen).argmax(axis=1)])
    sigma = np.sqrt(variances[:count])
    weights = UNITS_PER_SIGMA * (signs / sigma)[:, None] * chosen / deviations
    return _Group(means, weights, float(fractions[:count].sum()))


def _count(fractions: np.ndarray, components: int | float) -> int:
    """Return how many components are wanted."""
    if isinstance(components, int):
        return components
    return int(np.searchsorted(np.cumsum(fractions), components)) + 1


def _moments(features: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the features' means and standard deviations (1 where all are the same), and the scaled covariance."""
    totals, known, samples = np.zeros(len(columns)), np.zeros(len(columns)), 0
    for part in _chunks(features, columns):
        there = part != NODATA
        totals += np.where(there, part, 0).sum(axis=0, dtype=np.int64)
        known += there.sum(axis=0)
        samples += len(part)
    means = totals / np.maximum(known, 1)
    covariance = np.zeros((len(columns), len(columns)))
    for part in _chunks(features, columns):
        centred = np.where(part != NODATA, part - means, 0.0)
        covariance += centred.T @ centred
    squares = np.diag(covariance)
    deviations = np.where(squares > 0, np.sqrt(squares / max(samples, 1)), 1.0)
    return means, deviations, covariance / (np.outer(deviations, deviations) * max(samples - 1, 1))


def _chunks(features: np.ndarray, columns: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the features of a group, of samples that have any of them."""
    for start in range(0, len(features), CHUNK):
        part = features[start : start + CHUNK, columns]
        yield part[(part != NODATA).any(axis=1)]
