"""What every family of models of a target keeps to: a new one is held to it as soon as it stands in the registry.

It names here a small section of its own.
"""

import io
import pickle
import zipfile
from functools import partial

import numba
import numpy as np
import pytest

from bad_input.inputs import small_configuration
from contracts.test_classifier_families import Danger, rewritten, where_it_can_be
from landloom.configuration import configuration
from landloom.configuration.used_members import used_members
from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.registry import families_of
from landloom.models.regression.interface import COLUMNS, TARGET_TAG
from landloom.models.training_data import TrainingSet
from landloom.reference.target_settings import TargetSettings
from landloom.training import folds, value_fitting
from landloom.training import settings as model_settings
from landloom.training.registry import OF_TARGETS, REGRESSORS

SMALL = {
    "forest": {"type": "random_forest", "trees": 6},
    "estimators": {"type": "sklearn", "regressor": "HistGradientBoostingRegressor", "parameters": {"max_iter": 9}},
    "networks": {"type": "network", "architecture": "attention", "members": 2, "epochs": 8, "learning_rate": 0.01},
}
"""A section of the configuration whose models are of a family, and trained in a moment."""

FAMILIES = [where_it_can_be(family, family) for family in REGRESSORS]
TARGET = TargetSettings(field="cover", range=(0, 100), folds=2)
NAMES = tuple(f"s_{band}_{date}" for band in ("B4", "B8") for date in ("20180101", "20180111", "20180121"))
METADATA = {"région": "Süd"}


def samples_of(count, seed):
    """Return samples whose values are those of two of their features, of twelve polygons."""
    random = np.random.default_rng(seed)
    features = random.integers(-4000, 4000, (count, len(NAMES))).astype(np.int16)
    values = np.clip(50 + features[:, 0] / 160 + features[:, 4] / 320 + random.normal(0, 2, count), 0, 100)
    features[random.random(features.shape) < 0.01] = -10000
    codes = 1 + (values > 50).astype(np.int32)
    return TrainingSet(features, codes, np.arange(count) % 12, NAMES, values=values.astype(np.float32))


SAMPLES, OTHERS = samples_of(240, 1), samples_of(900, 2)


def trained(family, threads=1):
    """Return a model, trained as the workflow does."""
    settings, folds_of = (
        model_settings.of_content(SMALL[family]),
        partial(folds.of_target, block_m=None, reference=""),
    )
    return value_fitting.fit(
        SAMPLES, value_fitting.ValuePlan(settings, TARGET, folds_of, 7, threads, ("s",), METADATA)
    )


@pytest.fixture(scope="module", params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def model(family):
    return trained(family)


def test_every_family_is_held_to_the_contract():
    assert set(SMALL) == set(REGRESSORS) == set(OF_TARGETS)
    for family, content in SMALL.items():
        assert model_settings.of_content(content).family == family


@pytest.mark.parametrize("family", REGRESSORS)
def test_digests_of_code_hold_the_family_that_is_used(family):
    target = {"target": {"field": "cover", "range": [0, 100]}, "reference": {"file": "r.gpkg"}}
    content = small_configuration(model=SMALL[family], **target)
    del content["nomenclature"]
    used = used_members(configuration.parse(content))
    assert used["landloom.models.registry.FAMILIES"] == [OF_TARGETS[family]]
    assert used["landloom.training.registry.REGRESSORS"] == [family]
    assert used["landloom.training.registry.TRAINERS"] == []


def test_values_and_intervals(family, model):
    assert (model.family, model.feature_names) == (OF_TARGETS[family], NAMES)
    assert model.classes.tolist() == COLUMNS.tolist()
    assert model.metadata.items() >= METADATA.items()
    assert '"range": [0.0, 100.0]' in model.metadata[TARGET_TAG]
    values, spreads = model.estimate(OTHERS.features)
    found = model.predict_proba(OTHERS.features)
    assert (values.dtype, spreads.dtype, found.dtype) == (np.float32,) * 3
    np.testing.assert_array_equal(found[:, 0], values)
    assert (spreads >= 0).all()
    errors = values - OTHERS.values
    assert 1 - np.mean(errors**2) / np.var(OTHERS.values) > 0.5
    assert (np.abs(errors) <= found[:, 1]).mean() > 0.75


def test_a_pixel_has_its_value_whatever_the_others_are_and_however_many_threads(model):
    whole, before = model.predict_proba(OTHERS.features), numba.get_num_threads()
    numba.set_num_threads(1)
    alone = [model.predict_proba(OTHERS.features[row : row + 1]) for row in range(5)]
    part = model.predict_proba(OTHERS.features[5:700])
    numba.set_num_threads(before)
    np.testing.assert_array_equal(np.concatenate([*alone, part]), whole[:700])
    assert model.predict_proba(OTHERS.features[:0]).shape == (0, 2)


@pytest.mark.parametrize("wrong", [OTHERS.features[:5].astype(float), OTHERS.features[:5, :4]])
def test_features_of_another_kind_are_refused(wrong, model):
    with pytest.raises(ValueError, match="features must be"):
        model.estimate(wrong)


def test_a_model_survives_its_file_always_of_the_same_bytes(family, model, tmp_path):
    for number, one in enumerate((model, trained(family, threads=2))):
        files.save(one, tmp_path / str(number))
    whole = (tmp_path / "0").read_bytes()
    assert (tmp_path / "1").read_bytes() == whole
    opened = files.load(tmp_path / "0")
    assert (opened.family, opened.metadata) == (model.family, model.metadata)
    np.testing.assert_array_equal(opened.predict_proba(OTHERS.features), model.predict_proba(OTHERS.features))
    assert families_of(zipfile.ZipFile(tmp_path / "0").namelist())[0] == model.family


def test_opening_a_file_runs_no_code_and_damage_is_told(model, tmp_path):
    canary, path = tmp_path / "canary", tmp_path / "model"
    entries, array = files.entries(model), io.BytesIO()
    np.save(array, np.array([Danger(canary)], object), allow_pickle=True)
    for name in entries:
        for danger in (array.getvalue(), pickle.dumps(Danger(canary))):
            with pytest.raises(InputError, match="landloom"):
                files.load(rewritten(path, entries | {name: danger}))
        with pytest.raises(InputError, match="model is not a"):
            files.load(rewritten(path, {other: data for other, data in entries.items() if other != name}))
    assert not canary.exists()
    files.save(model, path)
    whole = path.read_bytes()
    for cut in (b"", whole[: len(whole) // 2], whole[:-3]):
        path.write_bytes(cut)
        with pytest.raises(InputError, match="model is not a"):
            files.load(path)
