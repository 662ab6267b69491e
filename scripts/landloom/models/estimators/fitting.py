"""Trainer of scikit-learn's other classifiers: see :mod:`landloom.training.registry`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV

from landloom.core.errors import InputError
from landloom.models.estimators.checks import parts_of
from landloom.models.estimators.model import EstimatorModel
from landloom.models.estimators.settings import SklearnSettings
from landloom.models.scikit_learn import classifiers
from landloom.models.training_data import FitOptions, TrainingSet

CALIBRATION_FOLDS = 5


def fit(samples: TrainingSet, settings: SklearnSettings, options: FitOptions) -> EstimatorModel:
    """Fit a classifier; one that gives no probabilities is calibrated on folds of whole polygons."""
    classifier = classifiers.build(settings, options.seed, options.threads)
    if not hasattr(classifier, "predict_proba"):
        _need_two_samples(samples.codes, settings.classifier_name)
        folds = options.folds_of(samples.codes, samples.polygons, CALIBRATION_FOLDS, options.seed)
        classifier = classifiers.calibrated(classifier, folds)
    with classifiers.threads(settings, options.threads):
        classifier.fit(_matrix(samples.features), samples.codes)
    strip(classifier)
    classes = np.asarray(classifier.classes_).astype(np.int32)
    model = EstimatorModel((classifier,), samples.names, classes, options.metadata)
    _need_probabilities(model, samples, settings.classifier_name)
    return model


def predict_labels(
    samples: TrainingSet, settings: SklearnSettings, features: np.ndarray, options: FitOptions
) -> np.ndarray:
    """Return the class codes of other samples by a classifier that is fitted on these, and not calibrated."""
    classifier = classifiers.build(settings, options.seed, options.threads)
    labels: np.ndarray = classifier.fit(_matrix(samples.features), samples.codes).predict(_matrix(features))
    return labels


def united(models: Sequence[EstimatorModel]) -> EstimatorModel:
    """Return one model of the members of several."""
    classes = np.unique(np.concatenate([one.classes for one in models]))
    members = tuple(member for one in models for member in one.members)
    return EstimatorModel(members, models[0].feature_names, classes, models[0].metadata)


def problems(settings: SklearnSettings) -> list[str]:
    """Return what scikit-learn finds wrong with the parameters and the grid, a line each."""
    return classifiers.problems(settings)


def shares_out(settings: SklearnSettings) -> bool:
    """Return whether training uses all threads."""
    return classifiers.has_threads(settings)


def _matrix(features: np.ndarray) -> np.ndarray:
    """Return features as classifiers take them: float64, as they predict from."""
    return features.astype(np.float64)


def _need_two_samples(codes: np.ndarray, name: str) -> None:
    """Raise where a class cannot be both in a fold and outside of it."""
    found, counts = np.unique(codes, return_counts=True)
    if counts.min() < 2:
        raise InputError(
            f"class {found[counts.argmin()]} has one training sample here; {name} needs two of each to tell "
            "probabilities; draw more, or leave the class out"
        )


def _need_probabilities(model: EstimatorModel, samples: TrainingSet, name: str) -> None:
    """Raise where a classifier is fitted but cannot predict, as nearest neighbours of fewer samples than neighbours.

    Whatever scikit-learn raises for it here is told as an error of training, not in the middle of a map.
    """
    if not np.isfinite(model.predict_proba(np.ascontiguousarray(samples.features[:1]))).all():
        raise InputError(
            f"model: {name} gives no probabilities with these parameters and {len(samples.codes)} samples"
        )


def strip(classifier: Any) -> None:
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
