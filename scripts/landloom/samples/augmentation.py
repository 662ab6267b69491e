"""Augmentation: synthetic samples of small classes by repetition, noise or interpolation between neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.samples.augmentation_settings import AugmentationSettings

_CHUNK = 16384
"""Number of samples whose noise is generated at a time."""

_INT16 = np.iinfo(np.int16)


@dataclass(frozen=True)
class Augmentation:
    """Augmentation settings of a region.

    Attributes
    ----------
    settings : AugmentationSettings
    numbers : dict of code: int
        Content of the file ``settings.numbers``; empty without one.
    """

    settings: AugmentationSettings
    numbers: Mapping[int, int] = field(default_factory=dict)


def amounts(counts: Mapping[int, int], augmentation: Augmentation) -> dict[int, int]:
    """Return the number of synthetic samples for each class with too few.

    Parameters
    ----------
    counts : dict of code: int
        Number of samples of each class that has any.
    """
    settings = augmentation.settings
    if settings.amount == "balance":
        targets = dict.fromkeys(counts, max(counts.values(), default=0))
    elif settings.amount == "minimum":
        assert settings.number is not None
        targets = dict.fromkeys(counts, settings.number)
    else:
        targets = {code: augmentation.numbers.get(code, 0) for code in counts}
    return {code: targets[code] - counts[code] for code in sorted(counts) if targets[code] > counts[code]}


def fill(out: np.ndarray, base: np.ndarray, settings: AugmentationSettings, rng: np.random.Generator) -> np.ndarray:
    """Generate synthetic samples of a class.

    Parameters
    ----------
    out : ndarray of int16, shape (made, features)
        Output.
    base : ndarray of int16, shape (samples, features)
        All samples of the class, at least one. Missing values (-10000) stay missing in samples derived from them, and
        are ignored otherwise.
    settings : AugmentationSettings
    rng : Generator

    Returns
    -------
    ndarray of int64, shape (made,)
        Source sample of each: the sample that it repeats or, for ``smote``, the nearest one. It belongs to the
        polygon of that sample, so that both stay in the same fold. A separate polygon, or that of the more distant
        parent, could put it into training while its near twin tests.
    """
    if settings.method == "smote" and len(base) > 1:
        return _smote(out, base, min(settings.neighbours, len(base) - 1), int(rng.integers(2**31)))
    chosen = rng.integers(len(base), size=len(out))
    if settings.method == "jitter":
        _jitter(out, base, chosen, settings.divisor, rng)
    else:
        np.take(base, chosen, axis=0, out=out)
    return chosen


def note(samples: int, settings: AugmentationSettings) -> str:
    """Return a note if a class has too few samples for the method; else empty."""
    if settings.method == "replicate":
        return ""
    if samples == 1:
        return "the class has one sample, which is repeated as it is"
    if settings.method == "smote" and samples <= settings.neighbours:
        return f"{samples - 1} neighbours instead of {settings.neighbours}: the class has {samples} samples"
    return ""


def _jitter(out: np.ndarray, base: np.ndarray, chosen: np.ndarray, divisor: float, rng: np.random.Generator) -> None:
    """Repeat samples with Gaussian noise: its deviation is the feature's (of a sample) over ``divisor``."""
    deviation = _deviations(base)
    for start in range(0, len(chosen), _CHUNK):
        part = slice(start, start + _CHUNK)
        rows = base[chosen[part]]
        noisy = _stored(rows + rng.standard_normal(rows.shape) * (deviation / divisor))
        out[part] = np.where(rows == NODATA, rows, noisy)


def _deviations(base: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each feature's valid values; 0 for fewer than two."""
    known = base != NODATA
    numbers = known.sum(axis=0)
    gaps = np.where(known, base - _means(base), 0.0)
    return np.asarray(np.sqrt((gaps**2).sum(axis=0) / np.maximum(numbers - 1, 1)))


def _means(base: np.ndarray) -> np.ndarray:
    """Return the mean of each feature's valid values; 0 for none."""
    known = base != NODATA
    sums = base.sum(axis=0, where=known, dtype=np.float64)
    return np.asarray(sums / np.maximum(known.sum(axis=0), 1))


def _smote(out: np.ndarray, base: np.ndarray, neighbours: int, seed: int) -> np.ndarray:
    """Interpolate samples between neighbours with imbalanced-learn (SMOTE: Chawla et al., 2002).

    All values are integers that are exact in float32, and their squared distances in float64, so that distances do
    not depend on the number of threads. The order of equidistant neighbours does: one thread is used.
    """
    from imblearn.over_sampling import SMOTE
    from sklearn.neighbors import NearestNeighbors
    from threadpoolctl import threadpool_limits

    # Missing values count as the class mean, so that they do not affect distances systematically.
    filled = np.where(base == NODATA, np.rint(_means(base)), base)
    # The library rejects a single class: add one sample of another, which has no effect.
    values = np.vstack([filled, filled[:1]]).astype(np.float32)
    classes = np.append(np.ones(len(base), np.int8), 0)
    sampler = SMOTE(sampling_strategy={1: len(base) + len(out)}, k_neighbors=neighbours, random_state=seed)
    with threadpool_limits(1):
        out[:] = _stored(sampler.fit_resample(values, classes)[0][len(values) :])
        nearest = NearestNeighbors(n_neighbors=1).fit(values[:-1])
        parents: np.ndarray = nearest.kneighbors(out.astype(np.float32), return_distance=False)[:, 0]
    np.copyto(out, NODATA, where=base[parents] == NODATA)
    return parents


def _stored(values: np.ndarray) -> np.ndarray:
    """Return valid features as stored: rounded, within the range of int16, and never nodata."""
    stored = np.clip(np.rint(values), _INT16.min, _INT16.max).astype(np.int16)
    return np.where(stored == NODATA, NODATA + 1, stored).astype(np.int16)
