"""The forest gives scikit-learn's probabilities, the same bits however it is run, and survives its file."""

import io
import json
import pickle
import zipfile
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

from landloom.core.errors import InputError
from landloom.models.files import save
from landloom.models.forest.conversion import fit, from_sklearn
from landloom.models.forest.files import read as load
from landloom.models.forest.model import Forest
from landloom.models.forest.nodes import NODE, nodes_of_tree
from landloom.models.interface import check_features

LIMITS = np.iinfo(np.int16)


def overlapping_classes(count, features, classes, seed):
    """Draw samples whose classes differ in the mean, by less than their spread; the codes have gaps."""
    rng = np.random.default_rng([seed, 0])
    means = np.random.default_rng(99).normal(2500, 400, (classes, features))
    index = rng.integers(0, classes, count)
    values = means[index] + rng.normal(0, 900, (count, features))
    return values.clip(LIMITS.min, LIMITS.max).astype(np.int16), 3 + 7 * index


def names_of(count):
    return [f"feature_{number}" for number in range(count)]


def uniform_pixels(count, features, seed):
    return np.random.default_rng(seed).integers(LIMITS.min, LIMITS.max + 1, (count, features)).astype(np.int16)


@pytest.fixture(scope="module")
def classifier():
    features, codes = overlapping_classes(4000, 60, 17, seed=1)
    return RandomForestClassifier(60, max_depth=25, random_state=0, n_jobs=2).fit(features, codes)


@pytest.fixture(scope="module")
def forest(classifier):
    return from_sklearn(classifier, names_of(60), {"landloom": "0.1.0", "région": "Pyrénées"})


def assert_like_sklearn(forest, classifier, pixels):
    expected = classifier.predict_proba(pixels)
    found = forest.predict_proba(pixels)
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-6
    assert np.abs(found.sum(axis=1, dtype=np.float64) - 1).max() < 1e-5
    best = np.sort(expected, axis=1)
    tied = best[:, -1] - best[:, -2] < 1e-9 if expected.shape[1] > 1 else np.zeros(len(pixels), bool)
    assert np.array_equal(found.argmax(axis=1)[~tied], expected.argmax(axis=1)[~tied])
    assert np.all(tied | (forest.classes[found.argmax(axis=1)] == classifier.predict(pixels)))


def test_agrees_with_sklearn_on_many_pixels(forest, classifier):
    pixels, _ = overlapping_classes(100_000, 60, 17, seed=2)
    assert forest.nodes.size > 60_000
    assert_like_sklearn(forest, classifier, pixels)


@pytest.mark.parametrize(
    "other",
    [
        ExtraTreesClassifier(15, random_state=1),
        RandomForestClassifier(15, max_depth=4, random_state=1),
        RandomForestClassifier(15, min_samples_leaf=9, class_weight="balanced", random_state=1),
    ],
    ids=["extra trees", "shallow, many classes per leaf", "weighted"],
)
def test_agrees_with_sklearn_on_other_forests(other):
    other.fit(*overlapping_classes(1500, 20, 9, seed=3))
    pixels = np.concatenate((overlapping_classes(4000, 20, 9, seed=4)[0], uniform_pixels(4000, 20, seed=5)))
    assert_like_sklearn(from_sklearn(other, names_of(20), {}), other, pixels)


def walk_naively(classifier, pixel):
    """Average the leaves of a scikit-learn forest for one pixel, one comparison at a time."""
    total = np.zeros(len(classifier.classes_))
    for tree in (estimator.tree_ for estimator in classifier.estimators_):
        node = 0
        while tree.children_left[node] >= 0:
            goes_left = float(pixel[tree.feature[node]]) <= tree.threshold[node]
            node = tree.children_left[node] if goes_left else tree.children_right[node]
        total += tree.value[node, 0]
    return total / len(classifier.estimators_)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), spread=st.sampled_from([2, 50, 32768]), classes=st.integers(1, 5))
def test_agrees_with_a_naive_walk(seed, spread, classes):
    rng = np.random.default_rng(seed)
    train = rng.integers(-spread, spread, (60, 3)).astype(np.int16)
    pixels = np.concatenate((rng.integers(-spread, spread, (40, 3)).astype(np.int16), train[:20]))
    tiny = RandomForestClassifier(4, max_depth=5, random_state=seed % 1000)
    tiny.fit(train, rng.integers(0, classes, 60))
    found = from_sklearn(tiny, names_of(3), {}).predict_proba(pixels)
    assert np.abs(found - [walk_naively(tiny, pixel) for pixel in pixels]).max() < 1e-6


def test_extreme_values_are_told_from_their_neighbours():
    features = np.array([[LIMITS.min], [LIMITS.min + 1], [LIMITS.max - 1], [LIMITS.max]], np.int16)
    codes = np.array([4, 1, 3, 2])
    extreme = RandomForestClassifier(3, bootstrap=False, random_state=0).fit(features, codes)
    found = from_sklearn(extreme, ["b"], {}).predict_proba(features)
    assert np.array_equal(found, np.eye(4, dtype=np.float32)[codes - 1])


@pytest.mark.parametrize("threshold", [-np.inf, -40000.0, -32768.5, -32768.0, -0.5, 0.0, 0.5, 32766.5, 32767.0, 1e9])
def test_any_threshold_routes_as_in_floating_point(threshold):
    tree = SimpleNamespace(
        node_count=3,
        children_left=np.array([1, -1, -1]),
        children_right=np.array([2, -1, -1]),
        feature=np.array([0, -2, -2]),
        threshold=np.array([threshold, -2.0, -2.0]),
    )
    nodes = nodes_of_tree(tree, np.array([0, 1], np.int32), 0)
    forest = two_class_forest(nodes)
    values = np.array([LIMITS.min, LIMITS.min + 1, -1, 0, 1, LIMITS.max - 1, LIMITS.max], np.int16)
    goes_left = forest.predict_proba(values[:, np.newaxis])[:, 0]
    assert np.array_equal(goes_left == 1, values.astype(float) <= threshold)


def two_class_forest(nodes):
    return Forest(
        nodes=nodes,
        roots=np.zeros(1, np.int64),
        row_offsets=np.arange(3),
        row_classes=np.arange(2, dtype=np.uint16),
        row_fractions=np.ones(2, np.float32),
        feature_names=("b",),
        classes=np.array([1, 2], np.int32),
        metadata={},
    )


def test_trees_of_a_single_node():
    features, codes = overlapping_classes(50, 4, 3, seed=6)
    stump = RandomForestClassifier(5, min_samples_split=51, random_state=0).fit(features, codes)
    assert all(estimator.tree_.node_count == 1 for estimator in stump.estimators_)
    assert_like_sklearn(from_sklearn(stump, names_of(4), {}), stump, features)


def test_a_single_class_has_probability_one():
    features, _ = overlapping_classes(50, 4, 3, seed=7)
    single = fit(features, np.full(50, 12), names_of(4), 0, 1, {"n_estimators": 3}, {})
    assert single.classes.tolist() == [12]
    assert np.array_equal(single.predict_proba(features), np.ones((50, 1), np.float32))


def test_training_repeats_itself_with_any_number_of_threads(tmp_path):
    features, codes = overlapping_classes(600, 10, 5, seed=9)
    options = {"n_estimators": 12, "max_depth": 6}
    for number, threads in enumerate((1, 2, 2)):
        save(fit(features, codes, names_of(10), 5, threads, options, {}), tmp_path / f"{number}.npz")
    other_seed = fit(features, codes, names_of(10), 6, 1, options, {})
    save(other_seed, tmp_path / "other.npz")
    assert other_seed.roots.size == 12
    assert other_seed.classes.tolist() == [3, 10, 17, 24, 31]
    first = (tmp_path / "0.npz").read_bytes()
    assert first == (tmp_path / "1.npz").read_bytes() == (tmp_path / "2.npz").read_bytes()
    assert first != (tmp_path / "other.npz").read_bytes()


def test_training_defaults():
    features, codes = overlapping_classes(200, 4, 2, seed=10)
    assert fit(features, codes, names_of(4), 0, 2, {}, {}).roots.size == 100


@pytest.mark.parametrize("parameters", [{"n_estimators": -1}, {"tree_count": 3}, {"n_jobs": 3}, {"max_features": 0}])
def test_wrong_parameters_are_named(parameters):
    features, codes = overlapping_classes(20, 4, 2, seed=11)
    with pytest.raises(InputError, match=f"parameters of the random forest: .*{next(iter(parameters))}"):
        fit(features, codes, names_of(4), 0, 1, parameters, {})


def test_training_without_samples():
    with pytest.raises(InputError, match="no sample"):
        fit(np.empty((0, 2), np.int16), np.empty(0, np.int32), ["a", "b"], 0, 1, {}, {})


@pytest.mark.parametrize(
    "features",
    [
        np.zeros((5, 60)),
        np.zeros((5, 59), np.int16),
        np.zeros(60, np.int16),
        np.zeros((60, 5), np.int16).T,
        np.zeros((5, 60), ">i2"),
    ],
    ids=["type", "features", "dimensions", "layout", "byte order"],
)
def test_wrong_arrays_are_refused(forest, features):
    with pytest.raises(ValueError, match="features must be"):
        forest.predict_proba(features)


def test_unsuitable_classifiers_are_refused(classifier):
    features, codes = overlapping_classes(20, 4, 2, seed=12)
    with pytest.raises(ValueError, match="59 names for 60 features"):
        from_sklearn(classifier, names_of(59), {})
    with pytest.raises(ValueError, match="neither"):
        from_sklearn(object(), names_of(4), {})
    with pytest.raises(ValueError, match="integers"):
        from_sklearn(RandomForestClassifier(2).fit(features, codes.astype(str)), names_of(4), {})
    with pytest.raises(ValueError, match="outputs"):
        from_sklearn(RandomForestClassifier(2).fit(features, np.stack((codes, codes), 1)), names_of(4), {})


def test_file_keeps_everything(forest, tmp_path):
    path = tmp_path / "modèle région 1.npz"
    save(forest, path)
    again = load(path)
    pixels, _ = overlapping_classes(1000, 60, 17, seed=13)
    assert np.array_equal(again.predict_proba(pixels), forest.predict_proba(pixels))
    assert again.feature_names == forest.feature_names
    assert again.metadata == forest.metadata
    assert np.array_equal(again.classes, forest.classes)
    assert again.classes.dtype == np.int32


def test_same_forest_gives_the_same_bytes(forest, tmp_path):
    save(forest, tmp_path / "a.npz")
    backwards = dict(reversed(forest.metadata.items()))
    save(replace(load(tmp_path / "a.npz"), metadata=backwards), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_failed_save_leaves_the_old_file(forest, tmp_path):
    save(forest, tmp_path / "a.npz")
    before = (tmp_path / "a.npz").read_bytes()
    with pytest.raises(ValueError, match="allow_pickle"):
        save(replace(forest, classes=np.array([None])), tmp_path / "a.npz")
    assert (tmp_path / "a.npz").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def written_by_others():
    """Give files that are no forest, by kind."""
    array, unknown, objects = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(array, np.zeros(3))
    np.savez(unknown, weights=np.zeros(3))
    np.savez(objects, description=np.array([{"format": "landloom forest 1"}], object))
    return {
        "empty": b"",
        "text": b"not a model\n" * 50,
        "pickle": pickle.dumps({"a": 1}),
        "npy": array.getvalue(),
        "npz": unknown.getvalue(),
        "objects": objects.getvalue(),
    }


@pytest.mark.parametrize("kind", written_by_others())
def test_foreign_files_are_refused(kind, tmp_path):
    path = tmp_path / "other.npz"
    path.write_bytes(written_by_others()[kind])
    with pytest.raises(InputError, match=r"other\.npz is not a whole model written by landloom"):
        load(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.npz cannot be read: No such file"):
        load(tmp_path / "nowhere.npz")


def small_forest():
    features, codes = overlapping_classes(80, 3, 3, seed=14)
    return fit(features, codes, names_of(3), 0, 1, {"n_estimators": 3, "max_depth": 3}, {})


def test_damaged_files_are_refused(tmp_path):
    path = tmp_path / "damaged.npz"
    save(small_forest(), path)
    whole = path.read_bytes()
    for size in range(0, len(whole), 37):
        path.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"damaged\.npz"):
            load(path)
    rng = np.random.default_rng(15)
    for position in rng.integers(0, len(whole), 300):
        changed = bytearray(whole)
        changed[position] ^= 1 << rng.integers(0, 8)
        path.write_bytes(changed)
        with suppress(InputError):  # nothing else; the byte may also be a date or a flag of the zip
            load(path).predict_proba(uniform_pixels(50, 3, seed=16))


def changed_nodes(forest, field, value):
    nodes = forest.nodes.copy()
    nodes[field][0] = value
    return {"nodes": nodes}


@pytest.mark.parametrize(
    "change",
    [
        lambda forest: changed_nodes(forest, "child", 0),
        lambda forest: changed_nodes(forest, "child", forest.roots[1] - 1),
        lambda forest: changed_nodes(forest, "child", 2**31 - 1),
        lambda forest: changed_nodes(forest, "child", -(2**31)),
        lambda forest: changed_nodes(forest, "feature", 3),
        lambda forest: {"roots": forest.roots + 1},
        lambda forest: {"roots": forest.roots[::-1].copy()},
        lambda forest: {"roots": np.append(forest.roots, forest.nodes.size)},
        lambda forest: {"row_offsets": forest.row_offsets + 1},
        lambda forest: {"row_offsets": forest.row_offsets[:2]},
        lambda forest: {"row_classes": forest.row_classes + np.uint16(1)},
        lambda forest: {"row_fractions": forest.row_fractions[:-1]},
        lambda forest: {"row_fractions": forest.row_fractions * np.float32(np.nan)},
        lambda forest: {"row_fractions": -forest.row_fractions},
        lambda forest: {"classes": forest.classes[::-1].copy()},
        lambda forest: {"classes": forest.classes.astype(np.int64)},
        lambda forest: {"nodes": forest.nodes[:0]},
        lambda forest: {"feature_names": (1, 2, 3)},
        lambda forest: {"feature_names": ()},
    ],
)
def test_arrays_that_would_lead_astray_are_refused(change, tmp_path):
    forest = small_forest()
    save(replace(forest, **change(forest)), tmp_path / "crafted.npz")
    with pytest.raises(InputError, match=r"crafted\.npz is not a whole model"):
        load(tmp_path / "crafted.npz")


def test_another_format_is_named(tmp_path):
    path = tmp_path / "later.npz"
    text = json.dumps({"format": "landloom forest 9"}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        buffer = io.BytesIO()
        np.save(buffer, np.frombuffer(text, np.uint8))
        archive.writestr("description.npy", buffer.getvalue())
    with pytest.raises(InputError, match="landloom forest 9"):
        load(path)


def test_same_features_pass():
    check_features(small_forest().feature_names, names_of(3))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["feature_0", "feature_2"], r"1 missing \(feature_1\)$"),
        ([*names_of(3), "ndvi"], r"1 unexpected \(ndvi\)$"),
        (["feature_0", "b", "c"], r"2 missing \(feature_1, feature_2\); 2 unexpected \(b, c\)$"),
        (["feature_0", "feature_2", "feature_1"], "another order, from number 2 on: feature_2 instead of feature_1$"),
        ([*names_of(3), "feature_0"], "4 of them instead of 3, some repeated$"),
        (list("abcdefgh"), r"8 unexpected \(a, b, c, d, e, \.\.\.\)$"),
    ],
)
def test_differing_features_are_named(names, message):
    with pytest.raises(InputError, match=message):
        check_features(small_forest().feature_names, names)


def test_a_node_takes_eight_bytes():
    assert NODE.itemsize == 8
