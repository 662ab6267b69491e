"""Catalogue of scikit-learn's classifiers: those that are supported, and why the others are not. Names only."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from landloom.core.text import shortened


@dataclass(frozen=True)
class Estimator:
    """A classifier or regressor of scikit-learn.

    Attributes
    ----------
    module : str
        From which its class is imported.
    scaled : bool
        Whether it compares features with each other, so that they need one scale.
    """

    module: str
    scaled: bool


FORESTS = ("ExtraTreesClassifier", "RandomForestClassifier")
"""Stored and walked as :class:`landloom.models.forest.model.Forest`."""

CLASSIFIERS = {
    "AdaBoostClassifier": Estimator("sklearn.ensemble", scaled=False),
    "BaggingClassifier": Estimator("sklearn.ensemble", scaled=False),
    "BernoulliNB": Estimator("sklearn.naive_bayes", scaled=True),
    "DecisionTreeClassifier": Estimator("sklearn.tree", scaled=False),
    "DummyClassifier": Estimator("sklearn.dummy", scaled=False),
    "ExtraTreeClassifier": Estimator("sklearn.tree", scaled=False),
    "ExtraTreesClassifier": Estimator("sklearn.ensemble", scaled=False),
    "GaussianNB": Estimator("sklearn.naive_bayes", scaled=False),
    "GradientBoostingClassifier": Estimator("sklearn.ensemble", scaled=False),
    "HistGradientBoostingClassifier": Estimator("sklearn.ensemble", scaled=False),
    "KNeighborsClassifier": Estimator("sklearn.neighbors", scaled=True),
    "LinearDiscriminantAnalysis": Estimator("sklearn.discriminant_analysis", scaled=True),
    "LinearSVC": Estimator("sklearn.svm", scaled=True),
    "LogisticRegression": Estimator("sklearn.linear_model", scaled=True),
    "MLPClassifier": Estimator("sklearn.neural_network", scaled=True),
    "NearestCentroid": Estimator("sklearn.neighbors", scaled=True),
    "NuSVC": Estimator("sklearn.svm", scaled=True),
    "Perceptron": Estimator("sklearn.linear_model", scaled=True),
    "QuadraticDiscriminantAnalysis": Estimator("sklearn.discriminant_analysis", scaled=True),
    "RandomForestClassifier": Estimator("sklearn.ensemble", scaled=False),
    "RidgeClassifier": Estimator("sklearn.linear_model", scaled=True),
    "SGDClassifier": Estimator("sklearn.linear_model", scaled=True),
    "SVC": Estimator("sklearn.svm", scaled=True),
}

_OF_OTHERS = "is made of other classifiers, which cannot be given here"
_NON_NEGATIVE = "takes no negative features"
_SEARCHED = "chooses its parameter on folds that cut polygons; use the one without CV, and `search`"

REFUSED = {
    "CalibratedClassifierCV": "is used by landloom itself, where a classifier gives no probabilities",
    "CategoricalNB": "takes categories, not numbers",
    "ClassifierChain": _OF_OTHERS,
    "ComplementNB": _NON_NEGATIVE,
    "FixedThresholdClassifier": _OF_OTHERS,
    "GaussianProcessClassifier": "needs memory for the square and time for the cube of the number of samples",
    "LabelPropagation": "is for samples of which some have no class",
    "LabelSpreading": "is for samples of which some have no class",
    "LogisticRegressionCV": _SEARCHED,
    "MultiOutputClassifier": _OF_OTHERS,
    "MultinomialNB": _NON_NEGATIVE,
    "OneVsOneClassifier": _OF_OTHERS,
    "OneVsRestClassifier": _OF_OTHERS,
    "OutputCodeClassifier": _OF_OTHERS,
    "PassiveAggressiveClassifier": "leaves scikit-learn; it is SGDClassifier with learning_rate: pa1",
    "RadiusNeighborsClassifier": "has no class for pixels that are far from all samples",
    "RidgeClassifierCV": _SEARCHED,
    "SelfTrainingClassifier": _OF_OTHERS,
    "StackingClassifier": _OF_OTHERS,
    "TunedThresholdClassifierCV": _OF_OTHERS,
    "VotingClassifier": _OF_OTHERS,
}


def check(name: str) -> str:
    """Return the name of a classifier; raises as :func:`check_among` does."""
    return check_among(name, "classifier", CLASSIFIERS, REFUSED)


def check_among(name: str, kind: str, known: Mapping[str, Estimator], refused: Mapping[str, str]) -> str:
    """Return the name of a classifier or regressor.

    Parameters
    ----------
    name : str
    kind : str
        For the message.
    known : dict of name: Estimator
    refused : dict of name: str
        Why they are not known.

    Raises
    ------
    ValueError
        Where it is not known; the message names close ones, or why it is not.
    """
    if name in known:
        return name
    if name in refused:
        raise ValueError(f"scikit-learn's {name} {refused[name]}")
    close = difflib.get_close_matches(name[:60], sorted(known), 3, 0.5)
    words = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(sorted(known))}"
    raise ValueError(f"scikit-learn has no {kind} `{shortened(name)}` that landloom knows; {words}")
