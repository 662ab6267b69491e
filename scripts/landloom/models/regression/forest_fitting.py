"""Trainer of forests of regression trees: see :data:`landloom.training.registry.REGRESSORS`."""

from landloom.models.estimators.settings import SklearnSettings
from landloom.models.forest.settings import ForestSettings
from landloom.models.regression.forest import RegressionForest, from_sklearn
from landloom.models.regression.interface import ValueOptions
from landloom.models.regression.naming import RegressorSettings
from landloom.models.scikit_learn import classifiers
from landloom.models.training_data import TrainingSet

Settings = ForestSettings | SklearnSettings
"""Sections that forests may be named by."""


def fit(samples: TrainingSet, settings: Settings, options: ValueOptions) -> RegressionForest:
    """Fit a forest to the samples' values; it takes features and values as they are."""
    named = RegressorSettings(settings)
    forest = classifiers.build(named, options.seed, options.threads)
    with classifiers.threads(named, options.threads):
        forest.fit(samples.features, samples.known_values())
    return from_sklearn(forest, samples.names, options.calibration, options.metadata)


def problems(settings: Settings) -> list[str]:
    """Return what scikit-learn finds wrong with the parameters, a line each."""
    return classifiers.problems(RegressorSettings(settings))
