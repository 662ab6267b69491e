"""Samples that judge a network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from landloom.core.errors import InputError
from landloom.models.networks.validation import divided, scores
from landloom.models.training_data import TrainingSet


def held_out(given_samples, share, seed):
    """Return which samples judge, after checking that these are fitted to nothing."""
    division = divided(given_samples, share, seed)
    held = np.zeros(len(given_samples.codes), bool)
    held[division.judging] = True
    assert not held[division.fitted].any()
    return held


def samples(codes, polygons, made=0):
    codes = np.array(codes, np.int32)
    return TrainingSet(np.zeros((len(codes), 1), np.int16), codes, np.array(polygons, np.int64), ("a",), made)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=2, max_size=60), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_whole_polygons_and_never_all_of_a_class(pairs, seed):
    given_samples = samples([code for code, _ in pairs], [10 * code + polygon for code, polygon in pairs])
    try:
        held = held_out(given_samples, 0.3, seed)
    except InputError:
        assert all(len({p for c, p in pairs if c == code}) == 1 for code, _ in pairs)
        return
    for polygon in np.unique(given_samples.polygons):
        assert len(set(held[given_samples.polygons == polygon])) == 1
    for code in np.unique(given_samples.codes):
        assert not held[given_samples.codes == code].all()


def test_about_the_share_of_each_class():
    codes, polygons = np.repeat([1, 2], [400, 100]), np.repeat(np.arange(100), 5)
    held = held_out(samples(codes, polygons), 0.15, 3)
    assert held[codes == 1].sum() == 60
    assert held[codes == 2].sum() == 15
    assert not np.array_equal(held, held_out(samples(codes, polygons), 0.15, 4))


def test_made_samples_judge_nothing_and_those_of_held_out_polygons_are_left_out():
    given_samples = samples([1, 1, 1, 2, 2, 2, 1, 2, 1, 2], [1, 1, 2, 3, 4, 4, 1, 3, 2, 4], made=4)
    for seed in range(6):
        division = divided(given_samples, 0.3, seed)
        held = set(given_samples.polygons[division.judging])
        assert held
        assert (division.judging < 6).all()
        assert not held & set(given_samples.polygons[division.fitted])
        assert len(division.fitted) + len(division.judging) < 10


def test_a_block_with_several_classes_never_takes_all_of_one():
    given_samples = samples([1, 1, 1, 1, 2, 2], [-1, -1, -2, -2, -1, -1])
    for seed in range(6):
        division = divided(given_samples, 0.3, seed)
        assert set(given_samples.codes[division.fitted]) == {1, 2}
        assert set(given_samples.codes[division.judging]) == {1}


def test_too_few_polygons_are_told():
    with pytest.raises(InputError, match="no class has two training polygons"):
        held_out(samples([1, 1, 2], [1, 1, 2]), 0.15, 0)
    assert not held_out(samples([1, 1, 2], [1, 1, 2]), 0, 0).any()


def test_scores_are_those_of_scikit_learn():
    random = np.random.default_rng(1)
    true = random.integers(0, 4, 200)
    predicted = np.where(random.random(200) < 0.6, true, random.integers(0, 4, 200))
    found = scores(true, predicted, 6)  # two classes that nobody has or says
    assert found.oa == pytest.approx(metrics.accuracy_score(true, predicted))
    assert found.f1 == pytest.approx(metrics.f1_score(true, predicted, average="macro"))
    assert found.kappa == pytest.approx(metrics.cohen_kappa_score(true, predicted))
    assert scores(true * 0, true * 0, 2).kappa == 1
