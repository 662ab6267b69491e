"""Costs of scikit-learn's classifiers, as measured: see ``benchmarks/README.md``."""

from landloom.models.costs import PredictionCost, TrainingCost
from landloom.models.estimators.settings import SUFFIX

TRAINING = {
    "GradientBoostingClassifier": TrainingCost(seconds_per_mb=40.0),
    "HistGradientBoostingClassifier": TrainingCost(seconds_per_mb=20.0),
    "MLPClassifier": TrainingCost(seconds_per_mb=20.0),
    "NuSVC": TrainingCost(seconds_per_mb2=0.1),
    "SGDClassifier": TrainingCost(seconds_per_mb=20.0),
    "SVC": TrainingCost(seconds_per_mb2=0.1),
    "GradientBoostingRegressor": TrainingCost(seconds_per_mb=40.0),
    "HistGradientBoostingRegressor": TrainingCost(seconds_per_mb=20.0),
    "MLPRegressor": TrainingCost(seconds_per_mb=20.0),
    "NuSVR": TrainingCost(seconds_per_mb2=0.1),
    "SGDRegressor": TrainingCost(seconds_per_mb=20.0),
    "SVR": TrainingCost(seconds_per_mb2=0.1),
}
"""They take floating point numbers and copies of these. Others are as quick as :class:`TrainingCost` has it.
Regressors are taken to need as much as the classifiers of their kind."""

PREDICTION = {SUFFIX: PredictionCost(us=5.0, us_per_mb=35.0)}
"""A megabyte of support vectors is the slowest of what models hold."""
