"""Forests of regression trees: values and spreads are scikit-learn's, files are safe, intervals hold."""

from dataclasses import replace

import numba
import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.regression.interface import COLUMNS, Calibration, ValueOptions
from landloom.models.regression.naming import RegressorSettings
from landloom.models.scikit_learn import classifiers
from landloom.models.training_data import TrainingSet
from landloom.training import settings as model_settings
from landloom.training.registry import REGRESSORS

NAMES = ("a", "b", "c")


def samples_of(count, seed):
    random = np.random.default_rng(seed)
    features = random.integers(-9000, 9000, (count, 3)).astype(np.int16)
    values = (50 + features[:, 0] / 200 + random.normal(0, 3, count)).astype(np.float32)
    return TrainingSet(features, np.ones(count, np.int32), np.arange(count), NAMES, values=values)


def folds_of_no_one(samples, folds, seed):
    raise AssertionError("nothing is held out of a forest")


SAMPLES, PIXELS = samples_of(200, 1), samples_of(700, 2).features
OPTIONS = ValueOptions(5, 1, Calibration(1.0, 2.0), {"région": "Süd"}, folds_of_no_one)


@pytest.fixture(scope="module", params=["random_forest", "extra_trees"])
def fitted(request):
    """A forest, and scikit-learn's own."""
    settings = model_settings.of_content({"type": request.param, "trees": 12, "max_depth": 6})
    trainer = REGRESSORS.load(settings.family)
    assert trainer.problems(settings) == []
    own = classifiers.build(RegressorSettings(settings), OPTIONS.seed, 1).fit(SAMPLES.features, SAMPLES.values)
    return trainer.fit(SAMPLES, settings, OPTIONS), own


def test_values_and_spreads_are_those_of_the_trees(fitted):
    forest, own = fitted
    values, spreads = forest.estimate(PIXELS)
    of_trees = np.stack([tree.predict(PIXELS) for tree in own.estimators_])
    np.testing.assert_allclose(values, of_trees.mean(axis=0), atol=1e-4)
    np.testing.assert_allclose(np.maximum(spreads, 0.1), np.maximum(of_trees.std(axis=0), 0.1), atol=2e-3)
    both = forest.predict_proba(PIXELS)
    np.testing.assert_array_equal(both, np.stack((values, 2 * np.maximum(spreads, 1)), axis=1))
    assert (both.dtype, forest.classes.tolist()) == (np.float32, COLUMNS.tolist())


def test_a_pixel_has_its_value_whatever_the_others_and_the_threads_are(fitted):
    forest, _ = fitted
    whole = forest.predict_proba(PIXELS)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    parts = [forest.predict_proba(PIXELS[start : start + 271]) for start in range(0, len(PIXELS), 271)]
    numba.set_num_threads(before)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    with pytest.raises(ValueError, match="features must be"):
        forest.estimate(PIXELS.astype(float))


def test_a_forest_survives_its_file(fitted, tmp_path):
    forest, _ = fitted
    files.save(forest, tmp_path / "model.npz")
    again = files.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict_proba(PIXELS), forest.predict_proba(PIXELS))
    assert (again.metadata, again.calibration, again.family) == (OPTIONS.metadata, OPTIONS.calibration, forest.family)
    files.save(again, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "model.npz").read_bytes()


def broken_forests(forest):
    """Yield forests whose compiled code would leave its arrays, or whose intervals are none."""
    nodes = forest.nodes.copy()
    nodes["child"][-1] = ~forest.leaf_values.size
    yield replace(forest, nodes=nodes)
    nodes = forest.nodes.copy()
    nodes["feature"] = 3
    yield replace(forest, nodes=nodes)
    yield replace(forest, roots=forest.roots[::-1].copy())
    yield replace(forest, leaf_values=forest.leaf_values[::-1].copy())
    yield replace(forest, leaf_values=np.append(forest.leaf_values[:-1], np.float32(np.nan)))
    yield replace(forest, calibration=Calibration(0.0, 1.0))
    yield replace(forest, calibration=Calibration(1.0, float("nan")))


def test_a_crafted_file_is_refused(fitted, tmp_path):
    for number, broken in enumerate(broken_forests(fitted[0])):
        path = tmp_path / f"{number}.npz"
        files.save(broken, path)
        with pytest.raises(InputError, match=r"\.npz is not a whole model"):
            files.load(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="is not a"):
        files.load(path)


def test_a_forest_of_one_value_gives_it():
    settings = model_settings.of_content({"trees": 3})
    one = replace(SAMPLES, values=np.full(len(SAMPLES.codes), 7, np.float32))
    values, spreads = REGRESSORS.load("forest").fit(one, settings, OPTIONS).estimate(PIXELS[:5])
    assert (values.tolist(), spreads.tolist()) == ([7] * 5, [0] * 5)


def test_intervals_hold_the_fraction_that_they_are_for():
    random = np.random.default_rng(3)
    spreads = random.uniform(0, 5, 2000)
    errors = random.normal(0, 1, 2000) * np.maximum(spreads, 1)
    calibration = Calibration(1.0).fitted(errors, spreads, 0.9)
    within = np.abs(errors) <= calibration.half_widths(spreads) + 1e-5
    assert abs(within.mean() - 0.9) < 0.002
    assert abs(calibration.factor - 1.645) < 0.1


@pytest.mark.parametrize("known", [10, 20, 30])
def test_intervals_that_few_errors_tell_hold_the_next_one(known):
    """The quantile of the errors themselves holds the next of ten in 82 of 100 cases."""
    random, inside = np.random.default_rng(4), 0
    for errors in random.standard_t(4, (4000, known + 1)):
        factor = Calibration(1.0).fitted(errors[:-1], np.zeros(known), 0.9).factor
        inside += abs(errors[-1]) <= factor
    assert 0.885 <= inside / 4000 <= 0.925
    assert Calibration(1.0).fitted(np.arange(5), np.zeros(5), 0.9).factor == 4
