"""Trainer of scikit-learn's other regressors: see :data:`landloom.training.registry.REGRESSORS`."""

import numpy as np

from landloom.core.errors import InputError
from landloom.models.estimators.fitting import strip
from landloom.models.estimators.settings import SklearnSettings
from landloom.models.regression.estimator import EstimatorRegression
from landloom.models.regression.interface import ValueOptions
from landloom.models.regression.naming import RegressorSettings
from landloom.models.scikit_learn import classifiers
from landloom.models.training_data import TrainingSet


def fit(samples: TrainingSet, settings: SklearnSettings, options: ValueOptions) -> EstimatorRegression:
    """Fit a regressor; one that needs features on one scale is given a target of mean 0 and deviation 1, too."""
    named = RegressorSettings(settings)
    values = samples.known_values().astype(np.float64)
    centre, scale = (float(values.mean()), float(values.std()) or 1.0) if named.scaled else (0.0, 1.0)
    regressor = classifiers.build(named, options.seed, options.threads)
    with classifiers.threads(named, options.threads):
        regressor.fit(samples.features.astype(np.float64), (values - centre) / scale)
    strip(regressor)
    model = EstimatorRegression(regressor, centre, scale, samples.names, options.calibration, dict(options.metadata))
    _need_values(model, samples)
    return model


def _need_values(model: EstimatorRegression, samples: TrainingSet) -> None:
    """Raise where a regressor is fitted but cannot predict, as nearest neighbours of too few samples."""
    if not np.isfinite(model.estimate(np.ascontiguousarray(samples.features[:1]))[0]).all():
        name = type(model.regressor).__name__
        raise InputError(f"model: {name} gives no value with these parameters and {len(samples.codes)} samples")


def problems(settings: SklearnSettings) -> list[str]:
    """Return what scikit-learn finds wrong with the parameters, a line each."""
    return classifiers.problems(RegressorSettings(settings))
