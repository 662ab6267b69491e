"""Networks of a target: values are learnt, judged by whole ground, kept safely, and the same for any threads."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")

from landloom.core.errors import InputError  # noqa: E402
from landloom.models import files  # noqa: E402
from landloom.models.archives import write_archive  # noqa: E402
from landloom.models.networks import fitting, training_loop  # noqa: E402
from landloom.models.regression import network_fitting  # noqa: E402
from landloom.models.regression.interface import Calibration, ValueOptions  # noqa: E402
from landloom.training import folds  # noqa: E402
from unit.models.networks import made  # noqa: E402
from unit.models.networks.kills import killed_in_epoch  # noqa: E402

TARGET = "network_target.json"


def folds_of(samples, count, seed):
    return folds.of_target(samples, count, seed, None, "")


OPTIONS = ValueOptions(5, 1, Calibration(1.0, 2.0), {"région": "Süd"}, folds_of, made.SENSORS)


def samples_of(count=160, seed=1):
    """Return samples whose values are those of their season: 40, 70 and 100, with some noise."""
    samples = made.samples_of(count, seed, polygons=9)
    noise = np.random.default_rng(seed).normal(0, 4, count)
    return replace(samples, values=(10 + 10 * samples.codes + noise).astype(np.float32))


def settings_of(**changes):
    return made.settings_of(**{"architecture": "attention"} | changes)


@pytest.fixture(scope="module")
def model():
    return network_fitting.fit(samples_of(), settings_of(epochs=1, members=2), OPTIONS)


@pytest.mark.parametrize(
    ("architecture", "loss", "criterion"),
    [("mlp", "huber", "loss"), ("tempcnn", "mse", "rmse"), ("attention", "huber", "mae")],
)
def test_values_are_learnt(architecture, loss, criterion):
    settings = settings_of(architecture=architecture, loss=loss, criterion=criterion, epochs=10, learning_rate=0.01)
    model = network_fitting.fit(samples_of(), settings, OPTIONS)
    others = samples_of(200, seed=2)
    values, spreads = model.estimate(others.features)
    assert (values.dtype, spreads.dtype) == (np.float32, np.float32)
    errors = values - others.values
    assert 1 - np.mean(errors**2) / np.var(others.values) > 0.8
    assert not spreads.any()
    assert (model.predict_proba(others.features)[:, 1] == 2).all()  # the floor, twice
    assert model.metadata.items() >= OPTIONS.metadata.items()


@pytest.mark.parametrize("criterion", ["rmse", "mae", "r2"])
def test_the_epoch_with_the_best_score_is_kept(criterion, tmp_path):
    settings = settings_of(epochs=20, patience=2, learning_rate=0.03, criterion=criterion)
    model = network_fitting.fit(samples_of(), settings, OPTIONS)
    network_fitting.write_epochs(model, tmp_path / "epochs.csv")
    table = pd.read_csv(tmp_path / "epochs.csv")
    assert list(table.columns) == ["network", "number", "training_loss", "validation_loss", "rmse", "mae", "r2"]
    worst = -table.r2 if criterion == "r2" else table[criterion] / model.scale
    best = next(number for number, one in zip(table.number, worst, strict=True) if one <= worst.min() + 1e-4)
    assert len(table) == min(max(best, 4) + 2, 20)  # the learning rate rises for a fifth of the epochs


def test_whole_polygons_judge_and_bins_do_not_take_them_apart():
    samples = samples_of()
    mixed = replace(samples, polygons=np.arange(len(samples.codes)) % 20)
    division = network_fitting._divided(mixed, 0.15, 3, OPTIONS)
    fitted, judging = mixed.polygons[division.fitted], mixed.polygons[division.judging]
    assert set(judging)
    assert len(fitted) + len(judging) == len(mixed.codes)
    by_block = replace(
        OPTIONS, folds_of=lambda some, count, seed: folds.of_blocks(some.codes, some.polygons, count, seed)
    )
    division = network_fitting._divided(mixed, 0.15, 3, by_block)
    assert not set(mixed.polygons[division.fitted]) & set(mixed.polygons[division.judging])
    assert 0.05 < len(division.judging) / len(mixed.codes) < 0.25
    assert len(network_fitting._divided(mixed, 0, 3, OPTIONS).judging) == 0
    alone = replace(by_block, folds_of=lambda some, count, seed: np.zeros(len(some.codes), np.int64))
    with pytest.raises(InputError, match="lie in one polygon or block, and none of them could judge"):
        network_fitting.fit(mixed, settings_of(), alone)


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path, monkeypatch, capfd):
    samples, settings = samples_of(), settings_of(epochs=3)
    undisturbed = network_fitting.fit(samples, settings, OPTIONS)
    monkeypatch.setattr(training_loop, "SECONDS_BETWEEN_STATES", 0.0)
    kept = replace(OPTIONS, unfinished=tmp_path)
    with killed_in_epoch(3):
        network_fitting.fit(samples, settings, kept)
    fitted = np.arange(len(samples.codes)) % 5 > 0
    network_fitting.fit(samples.subset(np.flatnonzero(fitted)), settings, kept)  # as a fold of them
    assert "goes on" not in capfd.readouterr().err
    resumed = network_fitting.fit(samples, settings, kept)
    assert "goes on after epoch 2" in capfd.readouterr().err
    assert files.entries(resumed) == files.entries(undisturbed)
    # Other values of the same samples are another training.
    network_fitting.fit(replace(samples, values=samples.values + 1), settings, kept)
    assert "goes on" not in capfd.readouterr().err


def test_what_no_training_gives_is_refused(model, tmp_path):
    entries, path = files.entries(model), tmp_path / "model.network"
    description = json.loads(entries[TARGET])

    def refused(**changes):
        write_archive(path, entries | changes)
        with pytest.raises(InputError, match="is not a whole model written by landloom") as caught:
            files.load(path)
        return str(caught.value)

    def described(**parts):
        return refused(**{TARGET: json.dumps(description | parts).encode()})

    assert "scale" in described(scale=0)
    assert "scale" in described(centre=float("nan"))
    assert "intervals" in described(calibration={"floor": 1, "factor": -1})
    assert "too long" in refused(**{TARGET: b" " * 20_000})
    weight = "0/head.0.weight.npy"
    assert refused(**{weight: entries[weight][:-4]})
    of_classes = fitting.fit(made.samples_of(), made.settings_of(epochs=1), made.options_of())
    write_archive(path, files.entries(of_classes) | {TARGET: entries[TARGET]})
    with pytest.raises(InputError, match="its format is 'landloom network 1'"):
        files.load(path)


def test_bad_input_is_told():
    samples = samples_of()
    with pytest.raises(InputError, match=r"the loss is no number from epoch \d+ on; choose a smaller"):
        network_fitting.fit(samples, settings_of(learning_rate=10, weight_decay=10, epochs=30, loss="mse"), OPTIONS)
    constant = replace(samples, features=np.where(np.arange(9) % 2 == 1, 5, samples.features).astype(np.int16))
    found = network_fitting.fit(constant, settings_of(epochs=1), OPTIONS)
    assert np.isfinite(found.estimate(constant.features)[0]).all()
    unseen = np.full((3, 9), -10000, np.int16)
    assert np.isfinite(found.estimate(unseen)[0]).all()
