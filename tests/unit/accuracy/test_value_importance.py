"""Importance where a target is mapped: R2, and what it loses, are scikit-learn's."""

import numpy as np
import pandas as pd
import pytest
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from landloom.accuracy import permutation_importance as importance
from landloom.accuracy import value_folds
from landloom.accuracy.permutation_importance import Group
from landloom.accuracy.value_importance import Explained
from landloom.reference.target_settings import TargetSettings
from unit.training.test_value_fitting import TARGET, plan_of, samples_of

WIDE = TargetSettings(field="cover", range=(-1000, 1000))


class Fitted:
    """A model of a target, by one of scikit-learn."""

    def __init__(self, samples):
        self.estimator = LinearRegression().fit(samples.features.astype(float), samples.values)

    def predict_proba(self, features):
        return self.estimator.predict(features.astype(float))[:, None].repeat(2, axis=1)


def test_columns_lose_what_they_lose_in_scikit_learn():
    samples = samples_of(40, 5)
    model, weights = Fitted(samples), np.ones(400)
    groups = [Group("band", "s", str(column), (column,)) for column in range(4)]
    score = Explained.of(samples, weights, WIDE)(samples, np.arange(400))
    tally = importance.of_fold(model, samples.features, score, weights, groups, np.random.default_rng(1), 30)
    ours = importance.table(groups, [tally])
    assert ours.accuracy[0] == pytest.approx(r2_score(samples.values, model.predict_proba(samples.features)[:, 0]))
    theirs = permutation_importance(
        model.estimator, samples.features, samples.values, scoring="r2", n_repeats=30, random_state=1
    )
    error = 4 * np.sqrt((ours.deviation_of_shuffles**2 + theirs.importances_std**2) / 30) + 1e-6
    assert (np.abs(ours.importance - theirs.importances_mean) < error).all()
    assert ours.importance[0] > 1 > 0.1 > ours.importance[1:].max()


def test_estimates_are_cut_and_weights_count():
    samples, weights = samples_of(12, 5), np.arange(120.0)
    narrow = TargetSettings(field="cover", range=(30, 60))
    places = np.arange(7, 90)
    found = Explained.of(samples, weights, narrow)(samples, places)(Fitted(samples), samples.features[places])
    estimates = np.clip(Fitted(samples).predict_proba(samples.features)[:, 0], 30, 60)
    mean = np.average(samples.values, weights=weights)
    variance = np.average((samples.values - mean) ** 2, weights=weights)
    expected = 1 - (estimates - samples.values) ** 2 / variance
    np.testing.assert_allclose(found, expected[places], rtol=1e-4)


@pytest.mark.parametrize(
    "content", [{"trees": 9}, {"type": "sklearn", "regressor": "Ridge", "reduction": {"components": 3}}]
)
def test_models_of_folds_are_examined(content):
    samples, plan = samples_of(30, 4), plan_of(content)
    groups = importance.groups_of(samples.names, ["s"])
    tables = []
    for _ in range(2):
        examiner = importance.Examiner(samples, np.ones(300), groups, 3, Explained.of(samples, np.ones(300), TARGET))
        found = value_folds.estimate(samples, samples.polygons % 3, plan, 1000, examiner)
        tables.append(examiner.table())
    pd.testing.assert_frame_equal(*tables)
    table = tables[0].set_index("group")
    assert table.importance["B0"] > 0.3
    assert abs(table.importance["B1"]) < 0.1
    assert table.accuracy["B0"] == pytest.approx(r2_score(samples.values, found.values), abs=1e-3)
