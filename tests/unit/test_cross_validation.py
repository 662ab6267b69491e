"""Out-of-fold predictions of samples."""

import numpy as np
import pandas as pd
import pytest

from landloom import accuracy, cross_validation
from landloom.model_settings import RandomForestSettings
from landloom.quality_settings import CrossValidationSettings
from landloom.schemes import SCHEMES
from landloom.training import TrainingSet

SETTINGS = CrossValidationSettings(folds=4, samples_per_class=150)
MODEL = RandomForestSettings(trees=10)


@pytest.fixture(scope="module")
def samples():
    """Polygons whose pixels are alike, and whose labels nothing tells: what is known of them is known by heart."""
    random = np.random.default_rng(3)
    polygons = np.repeat(np.arange(60), 12)
    look = random.integers(0, 3000, (60, 5))
    features = (look[polygons] + random.integers(-5, 6, (720, 5))).astype(np.int16)
    codes = np.repeat(random.permutation(np.arange(60) % 3) + 1, 12).astype(np.int32)
    return TrainingSet(features, codes, polygons, tuple("abcde"))


@pytest.fixture(scope="module")
def folds(samples):
    return cross_validation.folds_of(samples, samples.polygons // 5, SETTINGS, 1)


def predict(samples, fold, threads=1):
    return cross_validation.predict(MODEL, samples, fold, SETTINGS.samples_per_class, 1, threads)


def test_folds_keep_together_what_they_should(samples, folds):
    assert tuple(folds) == SCHEMES
    assert len(set(zip(samples.polygons, folds["pixels"], strict=True))) > 100
    assert len(set(zip(samples.polygons, folds["polygons"], strict=True))) == 60
    assert len(set(zip(samples.polygons // 5, folds["blocks"], strict=True))) == 12
    for fold in folds.values():
        assert set(fold) == {0, 1, 2, 3}
    by_class = pd.crosstab(samples.codes, folds["pixels"])
    assert (by_class.max(axis=1) - by_class.min(axis=1) <= 1).all()


def test_only_models_that_know_the_polygon_are_right(samples, folds):
    right = {scheme: (predict(samples, fold).predicted == samples.codes).mean() for scheme, fold in folds.items()}
    assert right["pixels"] > 0.95
    assert right["polygons"] < 0.6
    assert right["blocks"] < 0.6


def test_threads_do_not_count(samples, folds):
    one, two = (predict(samples, folds["blocks"], threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.predicted, two.predicted)
    np.testing.assert_array_equal(one.confidence, two.confidence)


def test_a_single_block_is_no_accuracy_and_no_error(samples):
    fold = cross_validation.folds_of(samples, np.zeros(720, int), SETTINGS, 1)["blocks"]
    found = {scheme: predict(samples, fold) for scheme in SCHEMES}
    assert not found["blocks"].predicted.any()
    table = cross_validation.table(samples, found)
    counts = pd.DataFrame({"run": 0, "region": "a", "code": [1, 2, 3], "reference_pixels": 100})
    scores = cross_validation.scores({("0", "a"): table}, counts, [1, 2, 3])
    assert scores[scores.score == "overall_accuracy"]["value"].isna().all()


def test_samples_stand_for_the_pixels_of_their_class(samples, folds):
    table = cross_validation.table(samples, {scheme: predict(samples, fold) for scheme, fold in folds.items()})
    pixels = {"a": {1: 10, 2: 5000, 3: 200}, "b": {1: 7000, 2: 50, 3: 200}}
    rows = [(0, region, code, number) for region, of_class in pixels.items() for code, number in of_class.items()]
    counts = pd.DataFrame(rows, columns=["run", "region", "code", "reference_pixels"])
    scores = cross_validation.scores({("0", "a"): table, ("0", "b"): table[:300]}, counts, [1, 2, 3])
    expected = np.zeros((3, 3))
    for part, of_class in ((table, pixels["a"]), (table[:300], pixels["b"])):
        for code in (1, 2, 3):
            here = part[part.code == code]
            for row in here.itertuples():
                expected[code - 1, row.predicted_polygons - 1] += of_class[code] / len(here)
    matrix = pd.DataFrame(expected, index=[1, 2, 3], columns=[1, 2, 3])
    found = scores.set_index(["scheme", "code", "score"]).value
    assert found["polygons", 0, "overall_accuracy"] == pytest.approx(accuracy.overall_accuracy(matrix), abs=1e-3)
    assert found["polygons", 0, "tested"] == pytest.approx(expected.sum(), abs=5)


def test_few_samples_train_and_all_are_predicted(samples, folds, monkeypatch):
    trained = []
    fit = cross_validation.fitting.fit_alone

    def spy(model, part, seed, threads):
        trained.append(np.unique(part.codes, return_counts=True)[1].max())
        return fit(model, part, seed, threads)

    monkeypatch.setattr(cross_validation.fitting, "fit_alone", spy)
    found = cross_validation.predict(MODEL, samples, folds["polygons"], 40, 1, 1)
    assert trained == [40] * 4
    assert (found.predicted > 0).all()
    assert (found.confidence > 0).all()
