"""Samples made from those of a class that has few: repeated, with noise, or between neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.samples.augmentation_settings import AugmentationSettings

_CHUNK = 16384
"""Samples whose noise is made at a time."""

_INT16 = np.iinfo(np.int16)


@dataclass(frozen=True)
class Augmentation:
    """How samples are made in a region.

    Attributes
    ----------
    settings : AugmentationSettings
    numbers : dict of code: int
        What the file ``settings.numbers`` holds; empty without one.
    """

    settings: AugmentationSettings
    numbers: Mapping[int, int] = field(default_factory=dict)


def amounts(counts: Mapping[int, int], augmentation: Augmentation) -> dict[int, int]:
    """Return how many samples to make of each class that is short of some.

    Parameters
    ----------
    counts : dict of code: int
        Samples that are there, of the classes that have any.
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
    """Make samples of a class.

    Parameters
    ----------
    out : ndarray of int16, shape (made, features)
        Where they go.
    base : ndarray of int16, shape (samples, features)
        All samples of the class, at least one. What none of a feature's sensors saw (-10000) is no number: it stays
        so in what is made of a sample, and has no part in what is made of others.
    settings : AugmentationSettings
    rng : Generator

    Returns
    -------
    ndarray of int64, shape (made,)
        Which sample each belongs to: the one that it repeats or, of ``smote``, that it is nearest to. Its polygon is
        that of this sample: where polygons are dealt out to folds, the two stay on one side. A polygon of its own, or
        that of its more distant parent, could put it in training beside its near twin in the test.
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
    """Say where a class has too few samples for what is asked; nothing where it has enough."""
    if settings.method == "replicate":
        return ""
    if samples == 1:
        return "the class has one sample, which is repeated as it is"
    if settings.method == "smote" and samples <= settings.neighbours:
        return f"{samples - 1} neighbours instead of {settings.neighbours}: the class has {samples} samples"
    return ""


def _jitter(out: np.ndarray, base: np.ndarray, chosen: np.ndarray, divisor: float, rng: np.random.Generator) -> None:
    """Repeat samples with Gaussian noise, of each feature's standard deviation (of a sample) over ``divisor``."""
    deviation = _deviations(base)
    for start in range(0, len(chosen), _CHUNK):
        part = slice(start, start + _CHUNK)
        rows = base[chosen[part]]
        noisy = _stored(rows + rng.standard_normal(rows.shape) * (deviation / divisor))
        out[part] = np.where(rows == NODATA, rows, noisy)


def _deviations(base: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each feature's known values; 0 of fewer than two."""
    known = base != NODATA
    numbers = known.sum(axis=0)
    gaps = np.where(known, base - _means(base), 0.0)
    return np.asarray(np.sqrt((gaps**2).sum(axis=0) / np.maximum(numbers - 1, 1)))


def _means(base: np.ndarray) -> np.ndarray:
    """Return the mean of each feature's known values; 0 of none."""
    known = base != NODATA
    sums = base.sum(axis=0, where=known, dtype=np.float64)
    return np.asarray(sums / np.maximum(known.sum(axis=0), 1))


def _smote(out: np.ndarray, base: np.ndarray, neighbours: int, seed: int) -> np.ndarray:
    """Put samples between neighbours, by imbalanced-learn (Chawla et al., 2002: SMOTE).

    All numbers are whole and small enough to be exact in float32, and their squared distances in float64: so these
    are the same however many threads there are. Which of equally near neighbours come first is not: one thread.
    """
    from imblearn.over_sampling import SMOTE
    from sklearn.neighbors import NearestNeighbors
    from threadpoolctl import threadpool_limits

    # What is not known counts as the class's mean, so that it neither parts neighbours nor brings them together.
    filled = np.where(base == NODATA, np.rint(_means(base)), base)
    # The library refuses a single class: one sample of another, which plays no part.
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
    """Return known features as they are stored: rounded, within the range of int16, and never what is not known."""
    stored = np.clip(np.rint(values), _INT16.min, _INT16.max).astype(np.int16)
    return np.where(stored == NODATA, NODATA + 1, stored).astype(np.int16)
