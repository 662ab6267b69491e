"""Training the model of a region: one classifier or, of much ground, several whose probabilities are averaged."""

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from threadpoolctl import threadpool_limits

from landloom.core.errors import InputError
from landloom.models.estimator_checks import parts_of
from landloom.models.estimators import EstimatorModel
from landloom.models.forest import Forest, from_sklearn
from landloom.models.forest_union import united
from landloom.models.reduced import Reduced
from landloom.training import folds, grid_search, sklearn_classifiers
from landloom.training.balanced_groups import split
from landloom.training.settings import AnyTrained
from landloom.training.sklearn_catalogue import FORESTS
from landloom.training_set.training_set import TrainingSet

CALIBRATION_FOLDS = 5

CLASSIFIER_TAG, MEMBERS_TAG = "LANDLOOM_CLASSIFIER", "LANDLOOM_MEMBERS"
"""Where a model keeps its classifier with all parameters that were given or chosen, and of how many it consists."""

SAMPLE_KM2 = 1e-4
"""What a sample stands for where no polygon's area is known: a pixel of 10 m."""

Seeds = Callable[[int], int]
"""Gives the seed of each member, by its number."""

Folds = Callable[[TrainingSet], np.ndarray]
"""Gives the fold of each sample, from 0."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained model, and what the search for its parameters found, if there was one."""

    model: Forest | EstimatorModel | Reduced
    search: grid_search.Result | None


def assign_members(
    samples: TrainingSet, areas_km2: dict[int, float], limit_km2: float, seed: int
) -> list[np.ndarray]:
    """Deal training samples out to several models by whole polygons, each class evenly by area.

    Parameters
    ----------
    samples : TrainingSet
    areas_km2 : dict of polygon: area
        Of the training polygons. One that is not there, as of an earlier map or another year, has the area of its
        samples: as much for each that is no made one as the known have, 100 m2 where none is known.
    limit_km2 : float
        Area that a model may have: there are as many models as this fits into the area of all polygons, rounded up.
    seed : int
        Orders polygons of one area.

    Returns
    -------
    list of ndarray of int64
        Positions of the samples of each model, ascending. A class with fewer polygons than there are models is in
        each of them, whole.

    Raises
    ------
    InputError
        Where all classes are: all models would be trained on the same samples.
    """
    pairs = np.stack((samples.codes.astype(np.int64), samples.polygons))
    groups, group_of_sample = np.unique(pairs, axis=1, return_inverse=True)
    group_of_sample = group_of_sample.reshape(-1)
    sizes = np.bincount(group_of_sample[: len(samples.codes) - samples.made], minlength=groups.shape[1])
    areas = _areas(groups[1], sizes, areas_km2)
    count = max(1, math.ceil(areas.sum() / limit_km2))
    codes, polygons = np.unique(groups[0], return_counts=True)
    if count > polygons.max():
        raise InputError(
            f"model.largest_training_area_km2: {limit_km2:g} would make {count} models, but no class has more than "
            f"{polygons.max()} training polygons to deal out; give at least {areas.sum() / polygons.max():.2g}"
        )
    part_of_group = split(areas, groups[0], count, np.random.default_rng(seed))
    shared = np.isin(samples.codes, codes[polygons < count])
    part = part_of_group[group_of_sample]
    return [np.flatnonzero(shared | (part == number)) for number in range(count)]


def _areas(polygons: np.ndarray, sizes: np.ndarray, areas_km2: dict[int, float]) -> np.ndarray:
    """Return the area of each polygon in square kilometres; ``sizes`` are its samples."""
    areas = np.array([areas_km2.get(int(polygon), np.nan) for polygon in polygons])
    known = ~np.isnan(areas)
    of_sample = areas[known].sum() / sizes[known].sum() if known.any() else SAMPLE_KM2
    return np.where(known, areas, sizes * of_sample)


def fit(
    settings: AnyTrained,
    samples: TrainingSet,
    members: list[np.ndarray],
    folds_of: Folds,
    seeds: Seeds,
    threads: int,
    metadata: dict[str, str],
) -> Fitted:
    """Train a model. The number of threads has no influence on it.

    Parameters
    ----------
    settings : section of the configuration
    samples : TrainingSet
    members : list of ndarray
        Positions of the samples of each member.
    folds_of : function
        Gives the folds of the search for parameters, if there is one: it is done on the samples of the first member
        that were not made from others, and holds for all.
    seeds : function
        Gives the seed of each member, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with.
    metadata : dict of str to str
        Kept with the model.

    Raises
    ------
    InputError
        Where scikit-learn cannot train with these parameters or samples.
    """
    found, chosen = None, {}
    with (
        _sklearn_errors(settings.classifier_name),
        threadpool_limits(1, "blas"),
        threadpool_limits(threads, "openmp"),
    ):
        if settings.search:
            real = members[0][members[0] < len(samples.codes) - samples.made]
            found = _search(settings, part_of(samples, real), folds_of, seeds(0), threads)
            chosen = {settings.sklearn_name(name): value for name, value in found.chosen.items()}
        kept = metadata | _metadata(settings, chosen, len(members))
        fitted = []
        for number, positions in enumerate(members):
            part = part_of(samples, positions)
            fitted.append(_fit_one(settings, part, chosen, seeds(number), threads, kept))
            if len(members) > 1:
                print(f"model {number + 1} of {len(members)}: {len(positions)} samples", file=sys.stderr)
    return Fitted(_joined(fitted), found)


def fit_alone(settings: AnyTrained, samples: TrainingSet, seed: int, threads: int) -> Forest | EstimatorModel:
    """Train one classifier on all samples, with the parameters as they stand in the configuration.

    Raises
    ------
    InputError
        Where scikit-learn cannot train with these parameters or samples.
    """
    with (
        _sklearn_errors(settings.classifier_name),
        threadpool_limits(1, "blas"),
        threadpool_limits(threads, "openmp"),
    ):
        return _fit_one(settings, samples, {}, seed, threads, _metadata(settings, {}, 1))


def part_of(samples: TrainingSet, positions: np.ndarray) -> TrainingSet:
    """Return some of the samples; all of them without a copy."""
    if len(positions) == len(samples.codes):
        return samples
    features, codes = samples.features[positions], samples.codes[positions]
    return TrainingSet(features, codes, samples.polygons[positions], samples.names)


def _search(
    settings: AnyTrained, samples: TrainingSet, folds_of: Folds, seed: int, threads: int
) -> grid_search.Result:
    """Choose parameters, and say in the log which."""
    fold_of_sample = folds_of(samples)
    if len(np.unique(fold_of_sample)) < 2:
        raise InputError(
            "model.search: the samples lie in one polygon or block and cannot be cut into folds; "
            "choose `groups: polygon` or a smaller `block_m`"
        )
    matrix = _matrix(settings, samples.features)
    found = grid_search.search(settings, matrix, samples.codes, fold_of_sample, seed, threads)
    score = found.scores[found.best]
    print(
        f"search: best of {len(found.candidates)} combinations: {found.chosen}, "
        f"{settings.search.score if settings.search else ''} {score.mean():.4f} (std {score.std():.4f})",
        file=sys.stderr,
    )
    return found


def _metadata(settings: AnyTrained, chosen: dict[str, Any], members: int) -> dict[str, str]:
    """Return what a model keeps of how it was trained."""
    content = {"classifier": settings.classifier_name, "scaled": settings.scaled}
    content["parameters"] = settings.all_parameters() | chosen
    return {CLASSIFIER_TAG: json.dumps(content, sort_keys=True), MEMBERS_TAG: str(members)}


def _matrix(settings: AnyTrained, features: np.ndarray) -> np.ndarray:
    """Return features as classifiers take them: float64, as they predict from; forests take them as they are."""
    return features if settings.classifier_name in FORESTS else features.astype(np.float64)


def _fit_one(
    settings: AnyTrained,
    samples: TrainingSet,
    chosen: dict[str, Any],
    seed: int,
    threads: int,
    metadata: dict[str, str],
) -> Forest | EstimatorModel:
    """Train one member."""
    classifier = sklearn_classifiers.build(settings, chosen, seed, threads)
    fold_of_sample = np.zeros(0, np.int64)
    if not hasattr(classifier, "predict_proba"):
        _need_two_samples(samples.codes, settings.classifier_name)
        fold_of_sample = folds.of_polygons(samples.codes, samples.polygons, CALIBRATION_FOLDS, seed)
    classifier = sklearn_classifiers.calibrated(classifier, fold_of_sample)
    own_threads = sklearn_classifiers.has_threads(settings)
    with joblib.parallel_config("threading", n_jobs=1 if own_threads else threads):
        classifier.fit(_matrix(settings, samples.features), samples.codes)
    if settings.classifier_name in FORESTS:
        return from_sklearn(classifier, samples.names, metadata)
    _strip(classifier)
    classes = np.asarray(classifier.classes_).astype(np.int32)
    return EstimatorModel((classifier,), samples.names, classes, metadata)


def _need_two_samples(codes: np.ndarray, name: str) -> None:
    """Raise where a class cannot be both in a fold and outside of it."""
    found, counts = np.unique(codes, return_counts=True)
    if counts.min() < 2:
        raise InputError(
            f"class {found[counts.argmin()]} has one training sample here; {name} needs two of each to tell "
            "probabilities; draw more, or leave the class out"
        )


def _strip(classifier: Any) -> None:
    """Take out what only training needs: threads, folds, generators of random numbers, optimizers."""
    for part in parts_of(classifier):
        kept = getattr(part, "__dict__", {})
        for name, value in list(kept.items()):
            if isinstance(value, np.random.RandomState | np.random.Generator) or name in ("n_jobs", "cv"):
                kept[name] = None
            elif name == "n_threads":
                kept[name] = 1
            elif name == "_optimizer":
                del kept[name]
        if isinstance(part, CalibratedClassifierCV):
            part.estimator = None  # the pattern, which was not fitted


def _joined(members: list[Any]) -> Forest | EstimatorModel:
    """Return one model of all members."""
    first = members[0]
    if len(members) == 1:
        return first
    if isinstance(first, Forest):
        return united(members)
    classes = np.unique(np.concatenate([one.classes for one in members]))
    inner = tuple(classifier for one in members for classifier in one.members)
    return EstimatorModel(inner, first.feature_names, classes, first.metadata)


@contextmanager
def _sklearn_errors(name: str) -> Iterator[None]:
    """Turn what scikit-learn refuses into an error in the user's words."""
    try:
        yield
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError, ArithmeticError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"model: {name} cannot be trained with these parameters and samples: {reason[0]}") from error
