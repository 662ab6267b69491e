"""Catalogue of scikit-learn's regressors: those that are supported, and why the others are not. Names only."""

import difflib

from landloom.core.text import shortened
from landloom.models.scikit_learn.catalogue import Classifier as Regressor

FORESTS = ("ExtraTreesRegressor", "RandomForestRegressor")
"""Stored and walked as :class:`landloom.models.regression.forest.RegressionForest`."""

OF_CLASSIFIERS = {"ExtraTreesClassifier": "ExtraTreesRegressor", "RandomForestClassifier": "RandomForestRegressor"}
"""The regressor of a section that is named after a classifier: `random_forest` and `extra_trees`."""

REGRESSORS = {
    "BayesianRidge": Regressor("sklearn.linear_model", scaled=True),
    "DecisionTreeRegressor": Regressor("sklearn.tree", scaled=False),
    "DummyRegressor": Regressor("sklearn.dummy", scaled=False),
    "ElasticNet": Regressor("sklearn.linear_model", scaled=True),
    "ExtraTreesRegressor": Regressor("sklearn.ensemble", scaled=False),
    "GradientBoostingRegressor": Regressor("sklearn.ensemble", scaled=False),
    "HistGradientBoostingRegressor": Regressor("sklearn.ensemble", scaled=False),
    "HuberRegressor": Regressor("sklearn.linear_model", scaled=True),
    "KNeighborsRegressor": Regressor("sklearn.neighbors", scaled=True),
    "Lasso": Regressor("sklearn.linear_model", scaled=True),
    "LinearRegression": Regressor("sklearn.linear_model", scaled=True),
    "LinearSVR": Regressor("sklearn.svm", scaled=True),
    "MLPRegressor": Regressor("sklearn.neural_network", scaled=True),
    "NuSVR": Regressor("sklearn.svm", scaled=True),
    "PLSRegression": Regressor("sklearn.cross_decomposition", scaled=True),
    "RandomForestRegressor": Regressor("sklearn.ensemble", scaled=False),
    "Ridge": Regressor("sklearn.linear_model", scaled=True),
    "SGDRegressor": Regressor("sklearn.linear_model", scaled=True),
    "SVR": Regressor("sklearn.svm", scaled=True),
}

_OF_OTHERS = "is made of other regressors, which cannot be given here"
_SEARCHED = "chooses its parameter on folds that cut polygons; use the one without CV"
_POSITIVE = "takes positive values alone, and gives them on a scale of its own"

REFUSED = {
    "AdaBoostRegressor": "takes the median of trees one by one, too slowly for a map; use a forest or boosting",
    "BaggingRegressor": "is for trees what RandomForestRegressor is",
    "ElasticNetCV": _SEARCHED,
    "GammaRegressor": _POSITIVE,
    "GaussianProcessRegressor": "needs memory for the square and time for the cube of the number of samples",
    "IsotonicRegression": "takes one feature",
    "KernelRidge": "needs memory for the square of the number of samples",
    "LassoCV": _SEARCHED,
    "MultiOutputRegressor": _OF_OTHERS,
    "PoissonRegressor": _POSITIVE,
    "RANSACRegressor": _OF_OTHERS,
    "RadiusNeighborsRegressor": "has no value for pixels that are far from all samples",
    "RidgeCV": _SEARCHED,
    "StackingRegressor": _OF_OTHERS,
    "TransformedTargetRegressor": "is not needed: landloom standardises the target where a regressor needs it",
    "TweedieRegressor": _POSITIVE,
    "VotingRegressor": _OF_OTHERS,
}


def check(name: str) -> str:
    """Return the name of a regressor.

    Raises
    ------
    ValueError
        Where it is not known; the message names close ones, or why it is not.
    """
    if name in REGRESSORS:
        return name
    if name in REFUSED:
        raise ValueError(f"scikit-learn's {name} {REFUSED[name]}")
    close = difflib.get_close_matches(name[:60], sorted(REGRESSORS), 3, 0.5)
    known = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(sorted(REGRESSORS))}"
    raise ValueError(f"scikit-learn has no regressor `{shortened(name)}` that landloom knows; {known}")
