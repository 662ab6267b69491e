"""Folds shrink to what there is, with a note: few samples end no run, and give the numbers that a loop would."""

import contextlib
import io
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landloom.accuracy import clusters, cross_validation, fold_assignment, fold_scores
from landloom.accuracy.fold_schemes import SCHEMES
from landloom.accuracy.settings import CrossValidationSettings
from landloom.models.estimators.settings import SklearnSettings
from landloom.models.forest.settings import RandomForestSettings
from landloom.models.training_data import TrainingSet
from landloom.training import fitting, folds

SETTINGS = CrossValidationSettings(folds=5)
BLOCK = 3
"""Polygons in a block."""

few = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=9).filter(
    lambda polygons: len({code for code, _ in polygons}) > 1
)
"""Class and number of samples of each polygon."""


def made(polygons):
    """Samples whose class their features nearly tell."""
    codes = np.repeat([code for code, _ in polygons], [number for _, number in polygons]).astype(np.int32)
    random = np.random.default_rng(len(codes))
    features = (300 * codes[:, None] + random.integers(0, 500, (len(codes), 2))).astype(np.int16)
    return TrainingSet(features, codes, np.repeat(np.arange(len(polygons)), [n for _, n in polygons]), ("a", "b"))


class Nearest:
    """A model that is sure of the class whose mean is nearest, to save the time of a forest."""

    def __init__(self, part):
        self.classes = np.unique(part.codes)
        self.means = np.array([part.features[part.codes == code].mean(axis=0) for code in self.classes])

    @classmethod
    def fit(cls, part, *_others):
        return cls(part)

    def predict_proba(self, features):
        nearest = np.abs(features[:, None] - self.means).sum(axis=2).argmin(axis=1)
        return np.eye(len(self.classes), dtype=np.float32)[nearest]


def folds_of(samples, seed=1):
    with contextlib.redirect_stderr(io.StringIO()) as notes:
        found = fold_assignment.folds_of(samples, samples.polygons // BLOCK, SETTINGS, seed)
    return found, notes.getvalue()


def naive_scores(table, scheme, pixels):
    """Overall accuracy, tested and untested pixels, sample by sample."""
    right = tested = untested = 0.0
    for code, whole in pixels.items():
        seen = [row for row in table.itertuples() if row.code == code and getattr(row, f"predicted_{scheme}")]
        for row in seen:
            right += whole / len(seen) * (getattr(row, f"predicted_{scheme}") == code)
        tested += whole if seen else 0
        untested += 0 if seen else whole
    return right / tested if tested else np.nan, tested, untested


@given(few, st.integers(1, 40))
@settings(max_examples=10, deadline=None)
def test_few_samples_give_the_numbers_of_a_loop(polygons, most):
    samples = made(polygons)
    pixels = {int(code): most + 7 * int(code) for code in np.unique(samples.codes)}
    fold, _ = folds_of(samples)
    training = cross_validation.Training(50, 1, 1, ())
    with contextlib.redirect_stderr(io.StringIO()), mock.patch.object(fitting, "fit_alone", Nearest.fit):
        found = cross_validation.predict_all(RandomForestSettings(trees=2), samples, fold, training, {})
    table = cross_validation.table(samples, found, pixels)
    scores = fold_scores.scores({("0", "all"): table}, sorted(pixels)).set_index(["scheme", "code", "score"]).value
    for scheme in SCHEMES:
        names = ("overall_accuracy", "tested", "untested")
        np.testing.assert_allclose(
            [scores[scheme, 0, name] for name in names], naive_scores(table, scheme, pixels), atol=1e-9
        )
        assert_tested_where_it_can_be(samples, fold[scheme], found[scheme])


def assert_tested_where_it_can_be(samples, fold, found):
    """Samples are predicted where, and only where, others of their class are in another fold."""
    for position, code in enumerate(samples.codes):
        elsewhere = samples.codes[fold != fold[position]]
        known = code in elsewhere and len(np.unique(elsewhere)) > 1
        assert (found.predicted[position] > 0) == known
        total = found.probabilities[position].astype(int).sum()
        assert abs(total - 1000 * known) <= len(found.classes)


@given(few, st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_units_stay_whole_whatever_their_number(polygons, seed):
    samples = made(polygons)
    found, notes = folds_of(samples, seed)
    assert f"each of {len(polygons)} polygons is left out once" in notes
    for scheme, unit in (("polygons", samples.polygons), ("blocks", samples.polygons // BLOCK)):
        assert (pd.Series(found[scheme]).groupby(unit).nunique() == 1).all()
    assert len(np.unique(found["polygons"])) == len(polygons)
    assert len(np.unique(found["pixels"])) == min(5, len(samples.codes))


def test_a_class_with_fewer_polygons_than_folds_is_in_as_many():
    """From 50 polygons on, folds are shared; a single polygon of a class stays whole and is not tested."""
    samples = made([(1, 4)] * 50 + [(2, 3)] * 3 + [(3, 4)])
    found, notes = folds_of(samples)
    assert len(np.unique(found["polygons"])) == 5
    by_class = pd.Series(found["polygons"]).groupby(samples.codes).nunique()
    assert by_class.to_dict() == {1: 5, 2: 3, 3: 1}
    assert "class 2 has 3 polygons, so that 3 folds test it" in notes


def test_what_one_fold_has_alone_is_not_tested_and_said_so(capsys):
    """It would always be wrong: no model that does not know a polygon knows its class."""
    samples = made([(1, 4)] * 3 + [(2, 4)] * 3 + [(3, 4)])
    fold, _ = folds_of(samples)
    training = cross_validation.Training(50, 1, 1, ())
    found = cross_validation.predict_all(RandomForestSettings(trees=2), samples, fold, training, {})
    assert "folds of polygons: none tests class 3" in capsys.readouterr().err
    assert (found["polygons"].predicted[samples.codes == 3] == 0).all()
    assert (found["polygons"].predicted[samples.codes < 3] > 0).all()
    assert (found["pixels"].predicted > 0).all()


@pytest.mark.parametrize("classifier", ["KNeighborsClassifier", "NearestCentroid", "LinearSVC"])
def test_classifiers_that_few_samples_cannot_train_end_nothing(classifier, capsys):
    samples = made([(1, 1)] * 2 + [(2, 1)] * 2 + [(3, 1)] * 2)
    fold, _ = folds_of(samples)
    training = cross_validation.Training(50, 1, 1, ())
    settings = SklearnSettings(type="sklearn", classifier=classifier)
    found = cross_validation.predict_all(settings, samples, fold, training, {})
    table = cross_validation.table(samples, found, {1: 2, 2: 2, 3: 2})
    scores = fold_scores.scores({("0", "all"): table}, [1, 2, 3]).set_index(["scheme", "code", "score"]).value
    for scheme in SCHEMES:
        overall, _, untested = naive_scores(table, scheme, {1: 2, 2: 2, 3: 2})
        assert scores[scheme, 0, "overall_accuracy"] == pytest.approx(overall, nan_ok=True)
        assert scores[scheme, 0, "untested"] == untested
    notes = capsys.readouterr().err
    assert "a fold is left out" in notes or "none tests" in notes


@pytest.mark.parametrize("codes", [[1, 1, 1, 1, 2, 2, 2], [1, 1, 2, 2], [1, 2, 3]])
def test_blocks_of_fewer_samples_than_folds_are_no_error(codes):
    """The splitter of scikit-learn refuses more folds than any class has samples: after hours, a traceback."""
    codes = np.array(codes)
    found = folds.of_blocks(codes, np.arange(len(codes)), 5, 1)
    assert len(np.unique(found)) == (np.bincount(codes).max() if len(codes) > 3 else 1)


class First:
    """A model that takes everything for the first class."""

    def __init__(self, classes):
        self.classes = classes

    def predict_proba(self, features):
        return np.tile(np.eye(len(self.classes), dtype=np.float32)[0], (len(features), 1))


def test_differences_of_schemes_are_of_the_samples_that_both_test(monkeypatch):
    """A class that only pixels can test would make the difference too large, or too small."""
    samples = made([(1, 4)] * 6 + [(2, 4)] * 6 + [(3, 4)])
    monkeypatch.setattr(fitting, "fit_alone", lambda part, *others: First(np.unique(part.codes)))
    fold, _ = folds_of(samples)
    training = cross_validation.Training(50, 1, 1, ())
    found = cross_validation.predict_all(RandomForestSettings(trees=2), samples, fold, training, {})
    table = cross_validation.table(samples, found, {1: 10, 2: 20, 3: 30})
    table["predicted_pixels"] = table.code  # all right, also class 3
    scores = fold_scores.scores({("0", "all"): table}, [1, 2, 3]).set_index(["scheme", "score", "code"])
    row = scores.loc["polygons", "difference_to_pixels", 0]
    assert row.value == pytest.approx(10 / 30 - 1)
    one = [np.repeat([10 / 6, 0], 6), np.repeat([10 / 6, 20 / 6], 6)]
    expected = clusters.difference((one[0], one[1]), (one[1], one[1]))
    assert (row.interval_low, row.interval_high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert row.polygons == 12
    assert scores.value["polygons", "untested", 0] == 30
    assert ("pixels", "difference_to_pixels", 0) not in scores.index


def test_read_without_probabilities(tmp_path):
    samples = made([(1, 4)] * 3 + [(2, 4)] * 3)
    table = cross_validation.table(
        samples, dict.fromkeys(SCHEMES, cross_validation.OutOfFold.empty(samples.codes)), {1: 1, 2: 1}
    )
    assert table.filter(like="probability_polygons_").columns.tolist() == [
        "probability_polygons_1",
        "probability_polygons_2",
    ]
    assert (table.filter(like="probability_").dtypes == np.uint16).all()
    table.to_parquet(tmp_path / "table.parquet")
    found = fold_scores.read_labels(tmp_path / "table.parquet")
    assert not found.filter(like="probability_").columns.tolist()
    assert set(table) - set(found) == set(table.filter(like="probability_"))
