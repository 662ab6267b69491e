"""Folds of a target's samples: estimates are out of fold, and so are the widths of their intervals."""

from dataclasses import replace

import numpy as np

from landloom.accuracy import value_folds
from landloom.accuracy.fold_schemes import SCHEMES
from landloom.accuracy.value_folds import Estimates
from landloom.models.regression.interface import Calibration
from unit.training.test_value_fitting import plan_of, samples_of


def test_estimates_are_out_of_fold_and_widths_of_the_other_folds():
    samples, plan = samples_of(40, 3), plan_of({"trees": 12})
    fold = samples.polygons % 4
    found = value_folds.estimate(samples, fold, plan, 1000)
    assert not np.isnan(found.values).any()
    assert np.corrcoef(found.values, samples.values)[0, 1] > 0.8
    changed = samples.known_values().copy()
    changed[fold == 0] = 50
    unseen = value_folds.estimate(replace(samples, values=changed), fold, plan, 1000)
    np.testing.assert_array_equal(unseen.values[fold == 0], found.values[fold == 0])
    assert np.isnan(value_folds.estimate(samples, np.zeros(400, np.int64), plan, 1000).values).all()


def test_half_widths_of_a_fold_do_not_know_its_residuals():
    fold = np.repeat([0, 1, 2], 4)
    truth = np.zeros(12, np.float32)
    values = np.where(fold == 0, 9.0, fold).astype(np.float32)
    widths = value_folds.half_widths(truth, Estimates(values, np.zeros(12, np.float32)), fold, Calibration(1.0), 0.9)
    np.testing.assert_array_equal(widths, np.where(fold == 0, 2, 9))


def test_a_table_has_all_schemes_and_joins_regions():
    samples, plan = samples_of(12, 3), plan_of({"trees": 3})
    folds = dict.fromkeys(SCHEMES, samples.polygons % 2)
    table = value_folds.table(samples, folds, np.ones(120), plan, 20, {})
    assert list(table.columns) == list(value_folds.nothing().columns)
    joined = value_folds.of_scheme([table, value_folds.nothing(), table], "blocks")
    assert joined.number.value_counts().to_dict() == {1: 120, 3: 120}
