"""Every classifier that the documentation names survives its file, always of the same bytes; others stay shut."""

import io
import json
import re
import warnings
import zipfile
from dataclasses import replace

import numba
import numpy as np
import pytest
import skops.io
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.estimators import checks as estimator_checks
from landloom.models.estimators import files as estimator_files
from landloom.models.estimators.model import EstimatorModel
from landloom.models.forest.model import Forest
from landloom.models.scikit_learn.catalogue import CLASSIFIERS
from landloom.models.training_data import TrainingSet
from landloom.training import fitting
from landloom.training import settings as model_settings

NAMES = tuple(f"s_b{number}_20180101" for number in range(8))
FEWER = {
    "AdaBoostClassifier": {"n_estimators": 5},
    "ExtraTreesClassifier": {"n_estimators": 5},
    "GradientBoostingClassifier": {"n_estimators": 5, "subsample": 0.8},
    "HistGradientBoostingClassifier": {"max_iter": 5},
    "MLPClassifier": {"max_iter": 10, "hidden_layer_sizes": [7]},
    "RandomForestClassifier": {"n_estimators": 5},
}


def overlapping(samples, seed, classes=4):
    """Return samples of some classes, seven polygons each."""
    random = np.random.default_rng(seed)
    codes = (3 * random.integers(1, classes + 1, samples)).astype(np.int32)
    features = np.clip(random.normal(0, 400, (samples, len(NAMES))) + 50 * codes[:, None], -10000, 10000)
    polygons = codes * 10 + random.integers(0, 7, samples)
    return TrainingSet(features.astype(np.int16), codes, polygons.astype(np.int64), NAMES)


SAMPLES = overlapping(240, 1)
PIXELS = np.ascontiguousarray(overlapping(2500, 2).features)


def trained(name, threads=1, samples=SAMPLES, parameters=None, **section):
    content = {"type": "sklearn", "classifier": name, "parameters": parameters or FEWER.get(name, {}), **section}
    everything = [np.arange(len(samples.codes))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # too few iterations
        settings = model_settings.of_content(content)
        plan = fitting.TrainingPlan(settings, everything, None, lambda _: 5, threads, (), {"région": "Süd"})
        return fitting.fit(samples, plan).model


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_classifier_survives_its_file(name, tmp_path, set_threads):
    suffix = model_settings.of_content({"type": "sklearn", "classifier": name}).suffix
    models = [trained(name, threads) for threads in (1, 2)]
    paths = [tmp_path / f"{number}{suffix}" for number in range(2)]
    for model, path in zip(models, paths, strict=True):
        files.save(model, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    again = files.load(paths[0])
    assert isinstance(again, Forest) == (suffix == ".npz")
    assert (again.feature_names, again.classes.tolist(), again.classes.dtype) == (NAMES, [3, 6, 9, 12], np.int32)
    assert again.metadata["région"] == "Süd"
    set_threads(2)
    fractions = again.predict_proba(PIXELS)
    assert fractions.dtype == np.float32
    assert np.array_equal(fractions, models[0].predict_proba(PIXELS))
    assert abs(fractions.sum(axis=1) - 1).max() < 1e-5
    set_threads(1)
    cuts = [again.predict_proba(PIXELS[start : start + 700]) for start in range(0, 2500, 700)]
    assert np.array_equal(fractions, np.concatenate(cuts))


@pytest.fixture
def set_threads():
    before = numba.get_num_threads()
    yield lambda number: numba.set_num_threads(min(number, numba.config.NUMBA_NUM_THREADS))
    numba.set_num_threads(before)


def test_probabilities_are_those_of_scikit_learn():
    model = trained("KNeighborsClassifier", parameters={"n_neighbors": 9}, scale=False)
    theirs = KNeighborsClassifier(9).fit(SAMPLES.features.astype(float), SAMPLES.codes)
    assert np.allclose(model.predict_proba(PIXELS), theirs.predict_proba(PIXELS.astype(float)), atol=1e-6)
    assert model.predict_proba(PIXELS[:0]).shape == (0, 4)


def test_a_scaled_machine_ignores_units_and_is_calibrated_by_polygons():
    tenth = replace(SAMPLES, features=SAMPLES.features * np.array([10, *[1] * 7], np.int16))
    ours, scaled = trained("SVC"), trained("SVC", samples=tenth)
    few = PIXELS[np.abs(PIXELS).max(axis=1) < 3000]
    moved = few * np.array([10, *[1] * 7], np.int16)
    assert np.allclose(ours.predict_proba(few), scaled.predict_proba(moved), atol=1e-4)
    right = ours.classes[ours.predict_proba(PIXELS).argmax(axis=1)] == overlapping(2500, 2).codes
    assert right.mean() > 0.45  # of four classes


def test_members_are_averaged_over_the_classes_of_all():
    low = trained("LogisticRegression", samples=take(SAMPLES, SAMPLES.codes <= 9))
    high = trained("LogisticRegression", samples=take(SAMPLES, SAMPLES.codes >= 6))
    both = EstimatorModel(low.members + high.members, NAMES, np.array([3, 6, 9, 12], np.int32), {})
    expected = np.zeros((len(PIXELS), 4))
    expected[:, :3] += low.predict_proba(PIXELS) / 2
    expected[:, 1:] += high.predict_proba(PIXELS) / 2
    assert np.allclose(both.predict_proba(PIXELS), expected, atol=2e-6)


def take(samples, wanted):
    return TrainingSet(samples.features[wanted], samples.codes[wanted], samples.polygons[wanted], samples.names)


@pytest.mark.parametrize("features", [np.zeros((5, 8)), np.zeros((5, 7), np.int16), np.zeros((8, 5), np.int16).T])
def test_wrong_arrays_are_refused(features):
    with pytest.raises(ValueError, match="features must be"):
        trained("GaussianNB").predict_proba(features)


def crafted(path, members, **changes):
    """Write a file as ours, of whatever skops can store."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(members))) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    description = {"format": estimator_files.FORMAT, "feature_names": NAMES, "classes": [3, 6, 9, 12], "metadata": {}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(estimator_files.DESCRIPTION, json.dumps(description | changes))
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def as_floats(samples=SAMPLES):
    return samples.features.astype(float), samples.codes


def test_types_that_are_not_on_the_list_are_not_opened(tmp_path, monkeypatch):
    process = GaussianProcessClassifier().fit(SAMPLES.features[:40].astype(float), SAMPLES.codes[:40])
    monkeypatch.setattr(skops.io, "loads", lambda *_, **__: pytest.fail("was opened"))
    for members, named in (([process], "_gpc"), ([print], "builtins.print"), ([{"a": io.BytesIO}], "io.BytesIO")):
        with pytest.raises(
            InputError, match=rf"a\.skops is not a whole model .*types that are not trusted: .*{named}"
        ):
            files.load(crafted(tmp_path / "a.skops", members))
    with pytest.raises(InputError, match="cannot be stored"):
        files.save(EstimatorModel((process,), NAMES, np.array([3], np.int32), {}), tmp_path / "b.skops")


def test_what_skops_would_call_is_not_called(tmp_path, monkeypatch):
    """A trusted type behind a loader that calls its methods."""
    path = crafted(tmp_path / "a.skops", [DecisionTreeClassifier().fit(*as_floats()).predict])
    monkeypatch.setattr(skops.io, "loads", lambda *_, **__: pytest.fail("was opened"))
    with pytest.raises(InputError, match="MethodNode"):
        files.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "later"}, "its format is 'later'"),
        ({"classes": [6, 3, 9, 12]}, "ascending"),
        ({"classes": [3, 6]}, "its classes are broken"),
        ({"classes": "x"}, "whole model"),
        ({"feature_names": NAMES[:5]}, "whole model"),
        ({"feature_names": [*range(8)]}, "not text"),
        ({"metadata": 5}, "whole model"),
    ],
)
def test_descriptions_that_do_not_fit(changes, message, tmp_path):
    with pytest.raises(InputError, match=message):
        files.load(crafted(tmp_path / "a.skops", [DecisionTreeClassifier().fit(*as_floats())], **changes))


def test_a_member_that_is_none_or_not_fitted(tmp_path):
    for members in ([], [5], [SVC()], [DecisionTreeClassifier()], "x"):
        with pytest.raises(InputError, match=r"a\.skops is not a whole model"):
            files.load(crafted(tmp_path / "a.skops", members))


def break_tree(tree, name, value):
    state = tree.tree_.__getstate__()
    state["nodes"][name][0] = value
    tree.tree_.__setstate__(state)


@pytest.mark.parametrize(
    ("name", "value"), [("left_child", 10**6), ("right_child", 0), ("left_child", -5), ("feature", 99)]
)
def test_trees_that_lead_out_of_their_arrays(name, value):
    tree = DecisionTreeClassifier(max_depth=3).fit(*as_floats())
    estimator_checks.check((tree,), 8)
    break_tree(tree, name, value)
    with pytest.raises(ValueError, match="a tree"):
        estimator_checks.check((tree,), 8)


@pytest.mark.parametrize(
    ("name", "value"), [("left", 10**6), ("right", 0), ("feature_idx", 99), ("is_categorical", 1)]
)
def test_boosted_trees_that_lead_out_of_their_arrays(name, value):
    with threadpool_limits(1):
        boosting = HistGradientBoostingClassifier(max_iter=2).fit(*as_floats())
    estimator_checks.check((boosting,), 8)
    boosting._predictors[1][0].nodes[name][0] = value
    with pytest.raises(ValueError, match="a tree"):
        estimator_checks.check((boosting,), 8)


def test_stages_of_boosting_without_place_for_their_sums():
    boosting = GradientBoostingClassifier(n_estimators=2).fit(*as_floats())
    estimator_checks.check((boosting,), 8)
    boosting.n_trees_per_iteration_ = 1
    with pytest.raises(ValueError, match="its trees are broken"):
        estimator_checks.check((boosting,), 8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("_n_support", np.array([9, 9, 9, 10**6], np.int32)),
        ("support_vectors_", np.zeros((3, 8))),
        ("_dual_coef_", np.zeros((1, 1))),
        ("_intercept_", np.zeros(1)),
        ("kernel", "precomputed"),
        ("_probA", np.zeros(6)),
    ],
)
def test_support_vectors_of_other_sizes(name, value):
    machine = SVC().fit(*as_floats())
    estimator_checks.check((machine,), 8)
    setattr(machine, name, value)
    with pytest.raises(ValueError, match=r"broken|kind|kernel"):
        estimator_checks.check((machine,), 8)
    with pytest.raises(ValueError, match=r"broken|kind|kernel"):
        estimator_checks.check((SVC().fit(*as_floats()),), 7)


def test_files_that_are_no_models(tmp_path):
    path = tmp_path / "a.skops"
    with pytest.raises(InputError, match=r"a\.skops cannot be read"):
        files.load(path)
    for content in (b"", b"PK", b"text"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"a\.skops is not a whole model"):
            files.load(path)
    files.save(trained("GaussianNB"), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"a\.skops is not a whole model"):
        files.load(path)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not re.search(r"\d{9}", archive.read("schema.json").decode())  # no place in memory
