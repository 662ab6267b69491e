"""Trainer of forests: see :mod:`landloom.training.registry`."""

from collections.abc import Sequence

import numpy as np

from landloom.models.estimators.settings import SklearnSettings
from landloom.models.forest.conversion import from_sklearn
from landloom.models.forest.model import Forest
from landloom.models.forest.settings import ForestSettings
from landloom.models.forest.union import united as united_forests
from landloom.models.scikit_learn import classifiers
from landloom.models.training_data import FitOptions, TrainingSet

Settings = ForestSettings | SklearnSettings
"""Sections that forests may be named by."""


def fit(samples: TrainingSet, settings: Settings, options: FitOptions) -> Forest:
    """Fit a forest; it takes features as they are."""
    classifier = classifiers.build(settings, options.seed, options.threads)
    with classifiers.threads(settings, options.threads):
        classifier.fit(samples.features, samples.codes)
    return from_sklearn(classifier, samples.names, options.metadata)


def predict_labels(samples: TrainingSet, settings: Settings, features: np.ndarray, options: FitOptions) -> np.ndarray:
    """Return the class codes of other samples by a forest that is fitted on these."""
    classifier = classifiers.build(settings, options.seed, options.threads)
    labels: np.ndarray = classifier.fit(samples.features, samples.codes).predict(features)
    return labels


def united(models: Sequence[Forest]) -> Forest:
    """Return one forest of the trees of several."""
    return united_forests(models)


def problems(settings: Settings) -> list[str]:
    """Return what scikit-learn finds wrong with the parameters and the grid, a line each."""
    return classifiers.problems(settings)


def shares_out(settings: Settings) -> bool:
    """Return whether training uses all threads."""
    return classifiers.has_threads(settings)
