"""Catalogue of scikit-learn's regressors: those that are supported, and why the others are not. Names only."""

from landloom.models.scikit_learn.catalogue import Estimator, check_among

FORESTS = ("ExtraTreesRegressor", "RandomForestRegressor")
"""Stored and walked as :class:`landloom.models.regression.forest.RegressionForest`."""

OF_CLASSIFIERS = {"ExtraTreesClassifier": "ExtraTreesRegressor", "RandomForestClassifier": "RandomForestRegressor"}
"""The regressor of a section that is named after a classifier: `random_forest` and `extra_trees`."""

REGRESSORS = {
    "BayesianRidge": Estimator("sklearn.linear_model", scaled=True),
    "DecisionTreeRegressor": Estimator("sklearn.tree", scaled=False),
    "DummyRegressor": Estimator("sklearn.dummy", scaled=False),
    "ElasticNet": Estimator("sklearn.linear_model", scaled=True),
    "ExtraTreesRegressor": Estimator("sklearn.ensemble", scaled=False),
    "GradientBoostingRegressor": Estimator("sklearn.ensemble", scaled=False),
    "HistGradientBoostingRegressor": Estimator("sklearn.ensemble", scaled=False),
    "HuberRegressor": Estimator("sklearn.linear_model", scaled=True),
    "KNeighborsRegressor": Estimator("sklearn.neighbors", scaled=True),
    "Lasso": Estimator("sklearn.linear_model", scaled=True),
    "LinearRegression": Estimator("sklearn.linear_model", scaled=True),
    "LinearSVR": Estimator("sklearn.svm", scaled=True),
    "MLPRegressor": Estimator("sklearn.neural_network", scaled=True),
    "NuSVR": Estimator("sklearn.svm", scaled=True),
    "PLSRegression": Estimator("sklearn.cross_decomposition", scaled=True),
    "RandomForestRegressor": Estimator("sklearn.ensemble", scaled=False),
    "Ridge": Estimator("sklearn.linear_model", scaled=True),
    "SGDRegressor": Estimator("sklearn.linear_model", scaled=True),
    "SVR": Estimator("sklearn.svm", scaled=True),
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
    """Return the name of a regressor; raises as :func:`landloom.models.scikit_learn.catalogue.check_among` does."""
    return check_among(name, "regressor", REGRESSORS, REFUSED)
