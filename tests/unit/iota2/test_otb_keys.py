"""Classifiers of the Orfeo ToolBox: options and defaults mean what they meant there."""

import re

import pytest

from landloom.iota2 import answers
from unit.iota2.configurations import OLD, answer_of, imported

OTB = [
    ("libsvm", "-classifier.libsvm.k linear -classifier.libsvm.c 10", "SVC", {"kernel": "linear", "C": 10}),
    ("libsvm", "", "SVC", {"kernel": "linear"}),
    (
        "libsvm",
        "-classifier.libsvm.m nusvc -classifier.libsvm.k rbf -classifier.libsvm.coef0 -1",
        "NuSVC",
        {"kernel": "rbf", "coef0": -1, "gamma": 1.0},
    ),
    ("svm", "-classifier.svm.k poly", "SVC", {"kernel": "poly", "gamma": 1.0, "degree": 1}),
    ("dt", "-classifier.dt.max 7", "DecisionTreeClassifier", {"max_depth": 7, "min_samples_split": 10}),
    (
        "ann",
        "-classifier.ann.sizes 30 20 -classifier.ann.f ident",
        "MLPClassifier",
        {"hidden_layer_sizes": [30, 20], "activation": "identity", "max_iter": 1000},
    ),
    ("knn", "-classifier.rf.max 3", "KNeighborsClassifier", {"n_neighbors": 32}),
    ("boost", "", "AdaBoostClassifier", {"n_estimators": 100}),
]


@pytest.mark.parametrize(("name", "options", "classifier", "parameters"), OTB)
def test_classifiers_of_the_toolbox_have_its_options_and_defaults(folder, name, options, classifier, parameters):
    text = re.sub("options :.*", f"options:'{options}'", OLD.replace("'rf'", f"'{name}'"))
    found = imported(text, folder)
    assert found.is_whole
    assert found.content["model"] == {"type": "sklearn", "classifier": classifier, "parameters": parameters}
    assert (name != "knn") or "`classifier.rf.max` is of another classifier" in answer_of(found, "options").text


def test_odd_options_of_the_toolbox_are_told(folder):
    for options, message in (("m oneclass", "no classes can be told"), ("k square", "may be linear, rbf, poly")):
        text = re.sub("options :.*", f"options:'-classifier.libsvm.{options}'", OLD.replace("'rf'", "'libsvm'"))
        (lost,) = [one for one in imported(text, folder).answers if one.status in answers.LOST]
        assert message in lost.text
