"""Classifiers by name, and what is wrong with their parameters before any job starts."""

import inspect

import pytest
from sklearn.utils import all_estimators

from bad_input.inputs import small_configuration
from landloom.configuration import configuration, preflight
from landloom.core.errors import InputError
from landloom.models.forest.settings import ForestSettings
from landloom.models.scikit_learn import catalogue, classifiers
from landloom.training import settings as model_settings


def settings(**content):
    return model_settings.of_content({"type": "sklearn", "classifier": "SVC", **content})


def test_every_classifier_of_scikit_learn_is_known_or_refused_with_a_reason():
    theirs = dict(all_estimators("classifier"))
    known = catalogue.CLASSIFIERS
    assert known.keys() | catalogue.REFUSED.keys() == theirs.keys()
    assert not known.keys() & catalogue.REFUSED.keys()
    for name in known:
        assert classifiers._class_of(name) is theirs[name]
        assert classifiers.problems(settings(classifier=name)) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SVM", "did you mean SVC or NuSVC"),
        ("RandomForest", "did you mean RandomForestClassifier"),
        ("VotingClassifier", "is made of other classifiers"),
        ("MultinomialNB", "takes no negative features"),
        ("__import__", "known are AdaBoostClassifier, "),
    ],
)
def test_classifiers_that_are_not_known(name, message):
    with pytest.raises(InputError, match=rf"model\.classifier: .*{message}"):
        configuration.parse(small_configuration(model={"type": "sklearn", "classifier": name}))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"parameters": {"CC": 1}}, ["model.parameters.CC: SVC has no such parameter; did you mean C?"]),
        ({"parameters": {"trees": 1}}, ["model.parameters.trees: SVC has no such parameter; it has C, kernel, "]),
        (
            {"parameters": {"C": -1, "kernel": "x"}},
            ["model.parameters.C: The 'C' parameter of SVC must be a float"] * 1,
        ),
        (
            {"parameters": {"random_state": 1}},
            ["model.parameters.random_state: cannot be set; it follows from `seed`"],
        ),
        ({"parameters": {"n_jobs": 2}}, ["model.parameters.n_jobs: cannot be set; landloom shares out the threads"]),
        ({"parameters": {"kernel": "precomputed"}}, ["model.parameters.kernel: `precomputed` takes a matrix"]),
        ({"parameters": {"probability": True}}, ["model.parameters.probability: cannot be set; landloom calibrates"]),
        (
            {"classifier": "KNeighborsClassifier", "parameters": {"algorithm": "kd_tree"}},
            ["model.parameters.algorithm: cannot be set; every pixel is compared with every sample"],
        ),
        ({"search": {"grid": {"gamma": ["auto", -3], "X": [1]}}}, ["model.search.grid.gamma: The 'gamma' parameter"]),
    ],
)
def test_wrong_parameters_are_named(content, expected):
    found = classifiers.problems(settings(**content))
    for line in expected:
        assert any(one.startswith(line) for one in found), found


def test_every_fault_has_a_line_of_its_own():
    content = {"parameters": {"C": -1, "kernel": "x", "D": 1}, "search": {"grid": {"tol": ["a", "b"], "E": [1]}}}
    assert len(classifiers.problems(settings(**content))) == 6


def test_faults_are_found_before_any_job_and_sound_sections_remembered(tmp_path, monkeypatch):
    sound = {"type": "sklearn", "classifier": "SVC", "parameters": {"C": 2}}
    right = configuration.parse(small_configuration(model=sound))
    wrong = configuration.parse(small_configuration(model=sound | {"parameters": {"C": 0}}))
    assert [line for line in preflight.problems(wrong, tmp_path) if line.startswith("model.parameters.C: ")]
    assert not [line for line in preflight.problems(right, tmp_path) if line.startswith("model")]
    monkeypatch.setattr(classifiers, "problems", lambda *_: pytest.fail("was looked at again"))
    preflight.problems(right, tmp_path)
    preflight.problems(configuration.parse(small_configuration()), tmp_path)


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ({"search": {"grid": {"trees": [10, "many"]}}}, "model: search.grid.trees: 'many'"),
        ({"search": {"grid": {"tree": [10]}}}, "model: search.grid: tree is not one of trees"),
        ({"search": {"grid": {}}}, "model.search.grid"),
        ({"search": {"grid": {"trees": []}}}, "model.search.grid.trees"),
        ({"search": {"grid": {"trees": [1]}, "folds": 1}}, "model.search.folds"),
        ({"type": "extra_trees", "largest_training_area_km2": 0}, "model.largest_training_area_km2"),
        ({"type": "sklearn", "classifier": "SVC", "parameters": {"C": float("inf")}}, "model.parameters"),
        ({"type": "sklearn", "classifier": "ExtraTreesClassifier", "scale": True}, "model: scale"),
        ({"type": "sklearn"}, "model: needs `classifier` or, with a `target`, `regressor`"),
    ],
)
def test_sections_that_do_not_fit(model, key):
    with pytest.raises(InputError) as caught:
        configuration.parse(small_configuration(model=model))
    (line,) = str(caught.value).splitlines()[1:]
    assert line.strip().startswith(key)


def test_what_is_built():
    weights = {"class_weight": {"3": 2.0, "6": 1.0}}
    machine = classifiers.build(settings(parameters=weights).with_parameters({"C": 7}), 11, 2)
    assert [name for name, _ in machine.steps] == ["scaler", "classifier"]
    parameters = machine.named_steps["classifier"].get_params()
    assert (parameters["C"], parameters["random_state"]) == (7, 11)
    assert parameters["class_weight"] == {3: 2.0, 6: 1.0}
    forest = classifiers.build(model_settings.of_content({"type": "extra_trees", "trees": 9}), 11, 2)
    assert type(forest).__name__ == "ExtraTreesClassifier"
    assert {**forest.get_params(), "n_estimators": 9, "max_depth": 25, "n_jobs": 2} == forest.get_params()
    assert set(inspect.signature(type(forest)).parameters) >= set(ForestSettings.SKLEARN_NAMES.values())
