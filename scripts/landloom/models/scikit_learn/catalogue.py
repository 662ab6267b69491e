"""Catalogue of scikit-learn's classifiers: those that are supported, and why the others are not. Names only."""

import difflib
from dataclasses import dataclass

from landloom.core.text import shortened


@dataclass(frozen=True)
class Classifier:
    """A classifier of scikit-learn.

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
"""Stored and walked as :class:`landloom.models.forest.Forest`."""

CLASSIFIERS = {
    "AdaBoostClassifier": Classifier("sklearn.ensemble", scaled=False),
    "BaggingClassifier": Classifier("sklearn.ensemble", scaled=False),
    "BernoulliNB": Classifier("sklearn.naive_bayes", scaled=True),
    "DecisionTreeClassifier": Classifier("sklearn.tree", scaled=False),
    "DummyClassifier": Classifier("sklearn.dummy", scaled=False),
    "ExtraTreeClassifier": Classifier("sklearn.tree", scaled=False),
    "ExtraTreesClassifier": Classifier("sklearn.ensemble", scaled=False),
    "GaussianNB": Classifier("sklearn.naive_bayes", scaled=False),
    "GradientBoostingClassifier": Classifier("sklearn.ensemble", scaled=False),
    "HistGradientBoostingClassifier": Classifier("sklearn.ensemble", scaled=False),
    "KNeighborsClassifier": Classifier("sklearn.neighbors", scaled=True),
    "LinearDiscriminantAnalysis": Classifier("sklearn.discriminant_analysis", scaled=True),
    "LinearSVC": Classifier("sklearn.svm", scaled=True),
    "LogisticRegression": Classifier("sklearn.linear_model", scaled=True),
    "MLPClassifier": Classifier("sklearn.neural_network", scaled=True),
    "NearestCentroid": Classifier("sklearn.neighbors", scaled=True),
    "NuSVC": Classifier("sklearn.svm", scaled=True),
    "Perceptron": Classifier("sklearn.linear_model", scaled=True),
    "QuadraticDiscriminantAnalysis": Classifier("sklearn.discriminant_analysis", scaled=True),
    "RandomForestClassifier": Classifier("sklearn.ensemble", scaled=False),
    "RidgeClassifier": Classifier("sklearn.linear_model", scaled=True),
    "SGDClassifier": Classifier("sklearn.linear_model", scaled=True),
    "SVC": Classifier("sklearn.svm", scaled=True),
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
    """Return the name of a classifier.

    Raises
    ------
    ValueError
        Where it is not known; the message names close ones, or why it is not.
    """
    if name in CLASSIFIERS:
        return name
    if name in REFUSED:
        raise ValueError(f"scikit-learn's {name} {REFUSED[name]}")
    close = difflib.get_close_matches(name[:60], sorted(CLASSIFIERS), 3, 0.5)
    known = f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(sorted(CLASSIFIERS))}"
    raise ValueError(f"scikit-learn has no classifier `{shortened(name)}` that landloom knows; {known}")
