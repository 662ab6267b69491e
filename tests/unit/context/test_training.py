"""Two classes that are mixtures of the same two surfaces: only what lies around a pixel tells them apart."""

import numpy as np
import pandas as pd
import pytest

from landloom.context import training
from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.models.training_data import TrainingSet, superpixel_keys
from landloom.training import fitting
from landloom.training import settings as model_settings

NAMES = ("s_B4_20180101", "s_B8_20180101")
HOW = {"iterations": 2, "histogram": "labels", "superpixels": {"side_px": 10}}
FOREST = {"type": "random_forest", "trees": 10}


def ground(polygons=24, seed=1):
    """A superpixel of 30 pixels in each polygon, three of which are samples."""
    rng = np.random.default_rng(seed)
    code_of_polygon = np.arange(polygons) % 2 + 1
    superpixel = np.repeat(np.arange(polygons), 30)
    surface = rng.random(len(superpixel)) < np.where(code_of_polygon[superpixel] == 1, 0.3, 0.7)
    features = np.where(surface[:, None], 1500, 500) + rng.normal(0, 50, (len(superpixel), 2))
    keys = superpixel_keys(0, superpixel)
    around = training.Surroundings(features.astype(np.int16), keys)
    drawn = np.arange(len(superpixel)) % 10 == 0
    codes = code_of_polygon[superpixel].astype(np.int32)
    samples = TrainingSet(
        around.features[drawn], codes[drawn], superpixel[drawn].astype(np.int64), NAMES, 0, keys[drawn], ("T",)
    )
    return samples, around


def planned(samples, content=FOREST):
    settings = model_settings.of_content(content)
    everything = [np.arange(len(samples.codes))]
    return fitting.TrainingPlan(settings, everything, None, lambda member: 5 + member, 1, ["s"], {"a": "b"})


@pytest.fixture(scope="module")
def trained():
    samples, around = ground()
    return training.fit(samples, around, planned(samples), HOW)


def test_context_tells_apart_what_pixels_do_not(trained):
    assert [step.iteration for step in trained.steps] == [0, 1, 2]
    assert trained.steps[0].accuracy < 0.8
    assert trained.steps[1].accuracy > trained.steps[0].accuracy + 0.1
    assert trained.steps[0].changed == 1
    assert 0 < trained.steps[1].changed < 0.7
    model = trained.model
    assert model.how == HOW
    assert [member.feature_names for member in model.members] == [NAMES] + 2 * [(*NAMES, "context_1", "context_2")]
    assert model.metadata["a"] == "b"


def test_histograms_are_of_models_that_do_not_know_the_polygons():
    """Each polygon has a level of its own: a model that knows it labels all of it right, any other one guesses."""
    samples, around = ground()
    level = np.random.default_rng(3).permutation(24) * 100
    around.features[:] = level[around.superpixels, None]
    samples.features[:] = level[samples.superpixels, None]
    found = training.fit(samples, around, planned(samples), HOW | {"iterations": 1})
    assert found.steps[0].accuracy < 0.8
    shares = training._Training(samples, around, planned(samples), "labels")
    shares.next_step(0)
    told = shares.samples().features[:, 2:]
    own = told[np.arange(len(told)), samples.codes - 1]
    assert own.mean() < 800


def test_nothing_depends_on_the_order_of_pixels(trained):
    samples, around = ground()
    order = np.random.default_rng(2).permutation(len(around.superpixels))
    shuffled = training.Surroundings(around.features[order], around.superpixels[order])
    again = training.fit(samples, shuffled, planned(samples), HOW)
    assert again.steps == trained.steps
    matrix = np.random.default_rng(3).integers(0, 2000, (50, 4)).astype(np.int16)
    for one, other in zip(again.model.members[1:], trained.model.members[1:], strict=True):
        np.testing.assert_array_equal(one.predict_proba(matrix), other.predict_proba(matrix))


def test_halves_need_two_classes(capsys):
    samples, around = ground(2)
    with pytest.raises(InputError, match="half of the training polygons have to be of two classes"):
        training.fit(samples, around, planned(samples), HOW)
    samples, around = ground(5)  # classes of three and two polygons
    training.fit(samples, around, planned(samples), HOW | {"iterations": 1})
    assert "one training polygon" not in capsys.readouterr().err


def test_pixels_around_samples_are_read_by_tile(tmp_path):
    samples, around = ground()
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"superpixel": np.append(around.superpixels, 99)})
    features = np.append(around.features, rng.integers(0, 9, (1, 2), np.int16), axis=0)
    parquet.write_with_features(table, NAMES, features, tmp_path / "T.parquet")
    found = training.surroundings(samples, {"T": tmp_path / "T.parquet", "U": tmp_path / "none"})
    np.testing.assert_array_equal(found.features, around.features)
    np.testing.assert_array_equal(found.superpixels, around.superpixels)
    parquet.write_with_features(table[30:], NAMES, features[30:], tmp_path / "less.parquet")
    with pytest.raises(InputError, match="a sample lies in no superpixel"):
        training.surroundings(samples, {"T": tmp_path / "less.parquet"})
    parquet.write_with_features(table, NAMES[:1], features[:, :1], tmp_path / "lacking.parquet")
    with pytest.raises(InputError, match="lacks 1 of the features"):
        training.surroundings(samples, {"T": tmp_path / "lacking.parquet"})


def test_what_iterations_came_to_is_a_table(trained, tmp_path):
    training.write_steps(trained.steps, tmp_path / "steps.csv")
    table = pd.read_csv(tmp_path / "steps.csv")
    assert table.iteration.tolist() == [0, 1, 2]
    np.testing.assert_allclose(table.accuracy, [step.accuracy for step in trained.steps], atol=1e-6)
