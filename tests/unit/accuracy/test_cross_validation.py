"""Out-of-fold predictions of samples."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy import confusion, cross_validation, fold_assignment, fold_scores
from landloom.accuracy.fold_schemes import ALL_SENSORS, SCHEMES
from landloom.accuracy.settings import CrossValidationSettings
from landloom.core.errors import InputError
from landloom.fusion import sensor_beliefs
from landloom.models.estimators.settings import SklearnSettings
from landloom.models.forest.settings import RandomForestSettings
from landloom.models.training_data import TrainingSet
from landloom.training_set import suspected_polygons
from landloom.training_set.settings import SuspectedSettings

SETTINGS = CrossValidationSettings(folds=4, samples_per_class=150)
MODEL = RandomForestSettings(trees=10)


@pytest.fixture(scope="module")
def samples():
    """Polygons whose pixels are alike, and whose labels nothing tells: what is known of them is known by heart."""
    random = np.random.default_rng(3)
    polygons = np.repeat(np.arange(60), 12)
    observation = random.integers(0, 3000, (60, 5))
    features = (observation[polygons] + random.integers(-5, 6, (720, 5))).astype(np.int16)
    codes = np.repeat(random.permutation(np.arange(60) % 3) + 1, 12).astype(np.int32)
    return TrainingSet(features, codes, polygons, tuple("abcde"))


@pytest.fixture(scope="module")
def folds(samples):
    return fold_assignment.folds_of(samples, samples.polygons // 5, SETTINGS, 1)


def predict(samples, fold, threads=1):
    training = cross_validation.Training(SETTINGS.samples_per_class, 1, threads, ())
    return cross_validation.predict(MODEL, samples, fold, training)


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
    fold = fold_assignment.folds_of(samples, np.zeros(720, int), SETTINGS, 1)["blocks"]
    found = {scheme: predict(samples, fold) for scheme in SCHEMES}
    assert not found["blocks"].predicted.any()
    table = cross_validation.table(samples, found, dict.fromkeys([1, 2, 3], 100))
    scores = fold_scores.scores({("0", "a"): table}, [1, 2, 3])
    assert scores[scores.score == "overall_accuracy"]["value"].isna().all()


def test_samples_stand_for_the_pixels_of_their_class(samples, folds):
    found = {scheme: predict(samples, fold) for scheme, fold in folds.items()}
    pixels = {"a": {1: 10, 2: 5000, 3: 200}, "b": {1: 7000, 2: 50, 3: 200}}
    tables = {region: cross_validation.table(samples, found, of_class) for region, of_class in pixels.items()}
    scores = fold_scores.scores({("0", region): table for region, table in tables.items()}, [1, 2, 3])
    expected = np.zeros((3, 3))
    for region, part in tables.items():
        for code in (1, 2, 3):
            here = part[part.code == code]
            for row in here.itertuples():
                expected[code - 1, row.predicted_polygons - 1] += pixels[region][code] / len(here)
    matrix = pd.DataFrame(expected, index=[1, 2, 3], columns=[1, 2, 3])
    found = scores.set_index(["scheme", "code", "score"]).value
    assert found["polygons", 0, "overall_accuracy"] == pytest.approx(confusion.overall_accuracy(matrix))
    assert found["polygons", 0, "tested"] == pytest.approx(expected.sum())


def test_few_samples_train_and_all_are_predicted(samples, folds, monkeypatch):
    trained = []
    fit = cross_validation.fitting.fit_alone

    def spy(part, *others):
        trained.append(np.unique(part.codes, return_counts=True)[1].max())
        return fit(part, *others)

    monkeypatch.setattr(cross_validation.fitting, "fit_alone", spy)
    found = cross_validation.predict(MODEL, samples, folds["polygons"], cross_validation.Training(40, 1, 1, ()))
    assert trained == [40] * 4
    assert (found.predicted > 0).all()
    assert (found.confidence > 0).all()


def test_samples_of_a_map_are_no_truth(samples):
    mixed = replace(samples, polygons=np.where(samples.codes == 3, -samples.polygons - 1, samples.polygons))
    own = cross_validation.of_reference(mixed)
    assert set(own.codes) == {1, 2}
    assert len(own.features) == (samples.codes != 3).sum()
    with pytest.raises(InputError, match="fewer than two classes"):
        cross_validation.of_reference(replace(samples, polygons=np.where(samples.codes > 1, -1, samples.polygons)))


def test_what_cannot_be_tested_ends_nothing(samples, folds, capsys):
    alone = replace(samples, codes=np.where(np.arange(720) == 5, 9, samples.codes).astype(np.int32))
    settings = SklearnSettings(type="sklearn", classifier="LinearSVC")
    found = cross_validation.predict(settings, alone, folds["pixels"], cross_validation.Training(150, 1, 1, ()))
    assert "a fold is left out" in capsys.readouterr().err
    assert (found.predicted == 0).any()
    empty = cross_validation.nothing()
    scores = fold_scores.scores({("0", "a"): empty}, [1, 2])
    assert scores[scores.score == "overall_accuracy"]["value"].isna().all()
    assert suspected_polygons.of_regions({("0", "a"): empty}, SuspectedSettings()).empty
    evidence = sensor_beliefs.of_predictions([empty, empty], [1, 2], "precision")
    assert (evidence == evidence[0, 0]).all()
    assert evidence[0, 0] > 0
    assert sensor_beliefs.together([empty, empty], [1, 2], "precision").empty


def test_sensors_that_saw_nothing_say_nothing(samples, folds):
    features = samples.features.copy()
    features[::7] = -10000
    found = predict(replace(samples, features=features), folds["pixels"])
    assert (found.predicted[::7] == 0).all()
    assert (found.confidence[::7] == 0).all()
    assert (found.predicted[1::7] > 0).all()


def test_a_raster_does_not_see_for_a_sensor(samples):
    """As in the map, where a group of sensors that saw nothing is ignored, whatever is known of the heights."""
    features, names = samples.features.copy(), ("s1_a", "s1_b", "height", "s1_c", "slope")
    features[::7, [0, 1, 3]] = -10000
    features[3::7, :2] = -10000
    seen = cross_validation.observed(replace(samples, features=features, names=names), ["s1"])
    np.testing.assert_array_equal(seen, np.arange(720) % 7 != 0)
    rasters = replace(samples, features=np.where(features > 0, features, -10000), names=tuple("abcde"))
    expected = (rasters.features != -10000).any(axis=1)
    np.testing.assert_array_equal(cross_validation.observed(rasters, ["s1"]), expected)


def test_reference_pixels_are_those_of_the_region_and_run(tmp_path):
    path = tmp_path / "sample_counts.csv"
    path.write_text("run,region,code,reference_pixels\n0,01,1,10\n0,01,2,20\n0,1,1,30\n1,01,1,40\n0,NA,1,50\n")
    assert cross_validation.reference_pixels(path, "01", 0) == {1: 10, 2: 20}
    assert cross_validation.reference_pixels(path, "NA", 0) == {1: 50}
    assert cross_validation.reference_pixels(path, "01", 1) == {1: 40}


def test_folds_of_regions_and_runs_have_seeds_of_their_own():
    seeds = {cross_validation.seed_of(7, run, region) for run in range(3) for region in range(1, 4)}
    assert len(seeds) == 9
    assert cross_validation.seed_of(7, 0, 1) == int(np.random.default_rng([7, 0, 1, 5]).integers(2**31))


def test_each_scheme_is_predicted_and_one_examined(samples, folds):
    training, seen = cross_validation.Training(50, 1, 1, ()), []
    examine = {"polygons": lambda model, positions: seen.append(len(positions))}
    found = cross_validation.predict_all(MODEL, samples, folds, training, examine)
    assert tuple(found) == SCHEMES
    assert sum(seen) == len(samples.codes)
    alone = cross_validation.predict(MODEL, samples, folds["blocks"], training)
    np.testing.assert_array_equal(found["blocks"].predicted, alone.predicted)


def test_sensors_are_scored_together_and_alone(samples, folds):
    found = {scheme: predict(samples, fold) for scheme, fold in folds.items()}
    table = cross_validation.table(samples, found, dict.fromkeys([1, 2, 3], 100))
    weak = table.assign(**{f"predicted_{scheme}": 1 for scheme in SCHEMES})
    pair = ("0", "a")
    scores = fold_scores.scores_by_sensors({pair: table}, {"radar": {pair: weak}}, [1, 2, 3])
    for sensors, alone in ((ALL_SENSORS, table), ("radar", weak)):
        rows = scores[(scores.sensors == sensors) & (scores.score != "difference_to_all")]
        part = rows.drop(columns="sensors").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, fold_scores.scores({pair: alone}, [1, 2, 3]))
    assert set(scores.sensors) == {ALL_SENSORS, "radar"}
    difference = scores[scores.score == "difference_to_all"].iloc[0]
    whole = scores[(scores.score == "overall_accuracy") & (scores.scheme == "polygons")].set_index("sensors").value
    assert difference.value == pytest.approx(whole["radar"] - whole[ALL_SENSORS])
