"""Training a target: intervals are told by folds, and what cannot be trained is told in words."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.models.regression.interface import TARGET_TAG
from landloom.models.training_data import TrainingSet
from landloom.reference.target_settings import TargetSettings
from landloom.training import folds, value_fitting
from landloom.training import settings as model_settings
from landloom.training.value_fitting import ValuePlan

TARGET = TargetSettings(field="cover", range=(0, 100), folds=3)


def samples_of(polygons, noise):
    """Return ten samples of each polygon, which share an error of their own."""
    random = np.random.default_rng(1)
    owner = np.repeat(np.arange(polygons), 10)
    features = random.integers(0, 9000, (len(owner), 4)).astype(np.int16)
    values = features[:, 0] / 100 + random.normal(0, noise, polygons)[owner]
    codes = 1 + (values > np.median(values)).astype(np.int32)
    names = tuple(f"s_B{band}_20180101" for band in range(4))
    return TrainingSet(features, codes, owner, names, values=np.clip(values, 0, 100).astype(np.float32))


def plan_of(content, **changes):
    settings = model_settings.of_content(content)

    folds_of = partial(folds.of_target, block_m=None, reference="")
    return replace(ValuePlan(settings, TARGET, folds_of, 3, 1, ["s"], {"a": "b"}), **changes)


@pytest.mark.parametrize(
    "content",
    [{"trees": 20}, {"type": "sklearn", "regressor": "Ridge"}, {"trees": 9, "reduction": {"components": 2}}],
)
def test_a_model_estimates_and_its_intervals_hold_what_they_are_for(content):
    samples = samples_of(60, 4)
    model = value_fitting.fit(samples, plan_of(content))
    value, half_width = model.predict_proba(samples.features).T
    assert np.isfinite(value).all()
    assert (half_width > 0).all()
    assert "range" in model.metadata[TARGET_TAG]
    assert model.metadata["a"] == "b"
    within = np.abs(value - samples.values) <= half_width
    assert within.mean() > 0.85
    again = value_fitting.fit(samples, plan_of(content, threads=2))
    np.testing.assert_array_equal(again.predict_proba(samples.features), model.predict_proba(samples.features))


def test_estimates_of_folds_are_cut_to_the_range():
    samples = samples_of(30, 30)
    narrow = TARGET.model_copy(update={"range": [20, 60]})
    plan = plan_of({"type": "sklearn", "regressor": "LinearRegression"}, target=narrow)
    values, _ = value_fitting.out_of_fold(samples, plan.folds_of(samples, 3, 3), plan)
    assert (values.min(), values.max()) == (20, 60)


def test_what_cannot_be_trained_is_told():
    samples = samples_of(6, 4)
    one = replace(samples, values=np.full(60, 5, np.float32))
    with pytest.raises(InputError, match="have the value 5; nothing to estimate"):
        value_fitting.fit(one, plan_of({"trees": 3}))
    with pytest.raises(InputError, match="cannot be cut into the folds"):
        value_fitting.fit(samples, plan_of({"trees": 3}, folds_of=lambda some, *how: np.zeros(60, np.int64)))
