"""Building scikit-learn's classifiers by name, and asking them what they think of their parameters."""

import importlib
import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Protocol

import joblib
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._param_validation import InvalidParameterError

from landloom.core.text import shortened
from landloom.models.scikit_learn.catalogue import CLASSIFIERS
from landloom.models.scikit_learn.regressors import REGRESSORS
from landloom.models.settings import SearchSettings

STEP = "classifier"
"""Name of the classifier in a pipeline."""

OURS = {
    "n_jobs": "landloom shares out the threads",
    "random_state": "it follows from `seed`",
    "probability": "landloom calibrates probabilities on folds of whole polygons",
    "estimator": "other classifiers cannot be given here",
    "base_estimator": "other classifiers cannot be given here",
    "warm_start": "every model is trained once",
    "verbose": "logs have a form of their own",
}
"""Parameters that are not the user's to set, and why."""

NEIGHBOURS = "every pixel is compared with every sample"
FIXED: dict[str, dict[str, Any]] = {
    name: {"algorithm": "brute"} for name in ("KNeighborsClassifier", "KNeighborsRegressor")
}
"""Parameters that are set here: trees of neighbours cannot be stored safely, and are of no use with many features."""


class ScikitLearnSettings(Protocol):
    """Section of the configuration of a classifier of scikit-learn."""

    @property
    def classifier_name(self) -> str:
        """Return the name of scikit-learn's class."""
        ...

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled."""
        ...

    @property
    def search(self) -> SearchSettings | None:
        """Return how parameters are chosen, if they are."""
        ...

    def sklearn_name(self, name: str) -> str:
        """Return what scikit-learn calls a parameter of the section."""
        ...

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters as scikit-learn names them."""
        ...


def problems(settings: ScikitLearnSettings) -> list[str]:
    """Return what is wrong with the parameters and the grid of a classifier, a line each."""
    name, given = settings.classifier_name, settings.all_parameters()
    lines = [f"model.parameters.{line}" for key, value in given.items() for line in _unfit(name, key, value)]
    for own_name, values in settings.search.grid.items() if settings.search else ():
        key = settings.sklearn_name(own_name)
        found = [line for value in values for line in _unfit(name, key, value)]
        lines += [f"model.search.grid.{line}" for line in dict.fromkeys(found)]
    return lines


def _unfit(name: str, key: str, value: Any) -> list[str]:
    """Return what is wrong with a parameter: `key: what`."""
    known = _known(name)
    if key in OURS or key in FIXED.get(name, {}):
        return [f"{key}: cannot be set; {OURS.get(key, NEIGHBOURS)}"]
    if value == "precomputed":
        return [f"{key}: `precomputed` takes a matrix between all samples, which there is not; choose another"]
    if key in known:
        return [f"{key}: {line}" for line in _invalid(name, {key: value})]
    mine = [one for one in known if one not in OURS]
    close = get_close_matches(str(key)[:60], mine, 1)
    hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(mine)}"
    return [f"{shortened(str(key))}: {name} has no such parameter; {hint}"]


def _known(name: str) -> list[str]:
    """Return the names of a classifier's parameters."""
    return list(inspect.signature(_class_of(name)).parameters)


def _invalid(name: str, parameters: dict[str, Any]) -> list[str]:
    """Return what scikit-learn itself finds wrong with the values of parameters that exist."""
    try:
        _class_of(name)(**_typed(parameters))._validate_params()
    except InvalidParameterError as error:
        return [str(error)]
    return []


def _class_of(name: str) -> Any:
    return getattr(importlib.import_module((CLASSIFIERS | REGRESSORS)[name].module), name)


def _typed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with the class codes of `class_weight` as numbers: JSON makes text of them."""
    weights = parameters.get("class_weight")
    if not isinstance(weights, dict):
        return parameters
    numbers = {int(code) if str(code).isdecimal() else code: weight for code, weight in weights.items()}
    return parameters | {"class_weight": numbers}


def build(settings: ScikitLearnSettings, seed: int, threads: int) -> Any:
    """Return a classifier that is not fitted yet, behind its scaler where it needs one.

    Parameters
    ----------
    settings : section of the configuration
    seed : int
        Seed of its random choices, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with.
    """
    name = settings.classifier_name
    own = {"random_state": seed} if "random_state" in _known(name) else {}
    own |= {"n_jobs": threads} if has_threads(settings) else {}
    parameters = settings.all_parameters() | FIXED.get(name, {}) | own
    classifier = _class_of(name)(**_typed(parameters))
    return Pipeline([("scaler", StandardScaler()), (STEP, classifier)]) if settings.scaled else classifier


def has_threads(settings: ScikitLearnSettings) -> bool:
    """Return whether a classifier's training shares its work out itself."""
    name = settings.classifier_name
    return "n_jobs" in _known(name) and name != "LogisticRegression"  # which warns that it is for nothing


@contextmanager
def threads(settings: ScikitLearnSettings, count: int) -> Iterator[None]:
    """Share out to threads what a classifier does not share out itself, as the folds of its calibration."""
    with joblib.parallel_config("threading", n_jobs=1 if has_threads(settings) else count):
        yield


def calibrated(classifier: Any, folds: np.ndarray) -> Any:
    """Return a classifier that gives probabilities: itself, or with calibration (Platt 1999) of its decisions.

    Decisions on each fold are those of a classifier trained on the others; one trained on all samples is kept.

    Parameters
    ----------
    classifier : classifier of scikit-learn
    folds : ndarray, (samples,) of integers
        Fold of each sample, from 0.
    """
    if hasattr(classifier, "predict_proba"):
        return classifier
    return CalibratedClassifierCV(classifier, cv=splits(folds), ensemble=False)


def splits(folds: np.ndarray) -> Sequence[tuple[np.ndarray, np.ndarray]]:
    """Return the samples of the other folds and of each fold, as scikit-learn takes them."""
    return [(np.flatnonzero(folds != one), np.flatnonzero(folds == one)) for one in np.unique(folds)]
