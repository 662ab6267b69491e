"""Files of scikit-learn's regressors: skops files, read without running code, and of the types listed here alone."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from landloom.models.estimators import files as skops_files
from landloom.models.registry import MARKS
from landloom.models.regression import estimator_checks
from landloom.models.regression.estimator import EstimatorRegression
from landloom.models.regression.interface import Calibration

FORMAT = "landloom regressors 1"
DESCRIPTION = MARKS["regressors"]

TRUSTED = skops_files.PLAIN_TYPES | frozenset(
    f"sklearn.{name}"
    for name in (
        "_loss._loss.CyAbsoluteError",
        "_loss._loss.CyHalfGammaLoss",
        "_loss._loss.CyHalfPoissonLoss",
        "_loss._loss.CyHalfSquaredError",
        "_loss._loss.CyHuberLoss",
        "_loss._loss.CyPinballLoss",
        "_loss.link.IdentityLink",
        "_loss.link.Interval",
        "_loss.link.LogLink",
        "_loss.loss.AbsoluteError",
        "_loss.loss.HalfGammaLoss",
        "_loss.loss.HalfPoissonLoss",
        "_loss.loss.HalfSquaredError",
        "_loss.loss.HuberLoss",
        "_loss.loss.PinballLoss",
        "cross_decomposition._pls.PLSRegression",
        "dummy.DummyRegressor",
        "ensemble._gb.GradientBoostingRegressor",
        "ensemble._hist_gradient_boosting.binning._BinMapper",
        "ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
        "ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "linear_model._base.LinearRegression",
        "linear_model._bayes.BayesianRidge",
        "linear_model._coordinate_descent.ElasticNet",
        "linear_model._coordinate_descent.Lasso",
        "linear_model._huber.HuberRegressor",
        "linear_model._ridge.Ridge",
        "linear_model._sgd_fast.EpsilonInsensitive",
        "linear_model._sgd_fast.SquaredEpsilonInsensitive",
        "linear_model._stochastic_gradient.SGDRegressor",
        "neighbors._regression.KNeighborsRegressor",
        "neural_network._multilayer_perceptron.MLPRegressor",
        "pipeline.Pipeline",
        "preprocessing._data.StandardScaler",
        "svm._classes.LinearSVR",
        "svm._classes.NuSVR",
        "svm._classes.SVR",
        "tree._classes.DecisionTreeRegressor",
        "tree._tree.Tree",
    )
)
"""None of them does more than hold data when it is made; what their compiled code needs is checked afterwards."""


def entries(model: EstimatorRegression) -> dict[str, bytes]:
    """Return what the file of a model holds, by the names of the entries.

    Raises
    ------
    InputError
        If the regressor holds something that could not be read again.
    """
    description = {
        "format": FORMAT,
        "feature_names": model.feature_names,
        "calibration": model.calibration.content(),
        "centre": model.centre,
        "scale": model.scale,
        "metadata": model.metadata,
    }
    text = json.dumps(description, sort_keys=True, ensure_ascii=False, indent=1)
    return {DESCRIPTION: text.encode(), **skops_files.dumped([model.regressor], TRUSTED)}


def read(path: str | os.PathLike[str]) -> EstimatorRegression:
    """Read a model; opening the file never runs code, and what compiled code goes by is checked.

    Raises
    ------
    InputError
        If the file cannot be read, is no whole model as :func:`entries` gives it, or holds types that are not on the
        list.
    """
    with skops_files.whole_model(path):
        model = _read(Path(path))
        estimator_checks.check(model.regressor, len(model.feature_names))
        _try(model)
    return model


def _read(path: Path) -> EstimatorRegression:
    content = path.read_bytes()
    (regressor,) = skops_files.loaded(content, TRUSTED)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        description: dict[str, Any] = json.loads(archive.read(DESCRIPTION))
    if description["format"] != FORMAT:
        raise ValueError(f"its format is {description['format']!r}, not {FORMAT!r}")
    names = tuple(description["feature_names"])
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError("a feature's name is missing or not text")
    centre, scale = float(description["centre"]), float(description["scale"])
    if not (np.isfinite(centre) and 0 < scale < np.inf):
        raise ValueError("its scale is broken")
    calibration = Calibration.of_content(description["calibration"])
    return EstimatorRegression(regressor, centre, scale, names, calibration, dict(description["metadata"]))


def _try(model: EstimatorRegression) -> None:
    """Raise ValueError for a model that does not predict."""
    values, _ = model.estimate(np.zeros((1, len(model.feature_names)), np.int16))
    if values.shape != (1,) or not np.isfinite(values).all():
        raise ValueError("its values are broken")
