"""Training: the same weights whatever the threads and interruptions, and what is refused."""

from dataclasses import replace

import numba
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from landloom.core.errors import InputError  # noqa: E402
from landloom.models import files  # noqa: E402
from landloom.models.file_arrays import Store  # noqa: E402
from landloom.models.networks import fitting, training_loop  # noqa: E402
from landloom.models.networks.members import TORCH_TAG  # noqa: E402

from .kills import killed_in_epoch  # noqa: E402
from .made import options_of, samples_of, settings_of  # noqa: E402


def bytes_of(model):
    return files.entries(model)


@pytest.mark.parametrize("architecture", ["mlp", "tempcnn", "attention"])
def test_classes_are_learnt(architecture):
    samples, others = samples_of(), samples_of(200, seed=2)
    settings = settings_of(architecture=architecture, epochs=10, learning_rate=0.01)
    model = fitting.fit(samples, settings, options_of())
    found = model.classes[model.predict_proba(others.features).argmax(axis=1)]
    assert (found == others.codes).mean() > 0.8
    assert model.metadata[TORCH_TAG].startswith("torch 2")


def test_threads_change_nothing():
    samples, settings = samples_of(), settings_of(members=3, date_dropping=0.4, epochs=2)
    one, three = (fitting.fit(samples, settings, options_of(threads)) for threads in (1, 3))
    assert bytes_of(one) == bytes_of(three)
    before = numba.get_num_threads()
    found = []
    for threads in (1, before):
        numba.set_num_threads(threads)
        found.append(one.predict_proba(samples_of(1500, 3).features))
    assert np.array_equal(*found)
    other = fitting.fit(samples, settings_of(date_dropping=0.4, epochs=2), replace(options_of(), seed=6))
    assert bytes_of(one) != bytes_of(other)


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path, monkeypatch, capfd):
    samples, settings = samples_of(), settings_of(architecture="attention", members=2, epochs=4, date_dropping=0.3)
    undisturbed = fitting.fit(samples, settings, options_of())
    monkeypatch.setattr(training_loop, "SECONDS_BETWEEN_STATES", 0.0)
    with killed_in_epoch(3):
        fitting.fit(samples, settings, options_of(unfinished=tmp_path))
    resumed = fitting.fit(samples, settings, options_of(unfinished=tmp_path))
    assert "goes on after epoch 2" in capfd.readouterr().err
    assert bytes_of(resumed) == bytes_of(undisturbed)
    # What other samples have reached is of no use.
    fitting.fit(samples_of(seed=9), settings, options_of(unfinished=tmp_path))
    assert "goes on" not in capfd.readouterr().err


def test_samples_in_a_file_give_the_same_network(tmp_path):
    samples = samples_of()
    matrix = Store(tmp_path / "samples", 0).empty(samples.features.shape, np.int16)
    matrix[:] = samples.features
    one, other = (
        fitting.fit(given, settings_of(epochs=2), options_of(unfinished=tmp_path / folder))
        for folder, given in (("memory", samples), ("file", replace(samples, features=matrix)))
    )
    assert bytes_of(one) == bytes_of(other)


def test_the_best_epoch_is_kept_and_patience_ends():
    settings = settings_of(architecture="attention", epochs=20, patience=2, learning_rate=0.03)
    for criterion in ("loss", "f1", "oa", "kappa"):
        model = fitting.fit(samples_of(), settings.model_copy(update={"criterion": criterion}), options_of())
        table = np.array(model.members[0].epochs)
        values = {"loss": table[:, 2], "oa": -table[:, 3], "f1": -table[:, 4], "kappa": -table[:, 5]}[criterion]
        assert len(table) < 20
        best = next(number for number, one in enumerate(values, 1) if one <= values.min() + 1e-4)
        assert len(table) == max(best, 4) + 2  # the learning rate rises for a fifth of the epochs


def test_few_samples_are_learnt_all_the_same():
    samples = samples_of(60, polygons=4)
    for architecture in ("tempcnn", "attention"):
        settings = settings_of(architecture=architecture, epochs=16, batch=128, learning_rate=0.005)
        model = fitting.fit(samples, settings, options_of())
        found = model.classes[model.predict_proba(samples_of(200, seed=2).features).argmax(axis=1)]
        assert (found == samples_of(200, seed=2).codes).mean() > 0.7


def test_epochs_are_a_table(tmp_path):
    model = fitting.fit(samples_of(), settings_of(members=2), options_of())
    fitting.write_epochs(model, tmp_path / "epochs.csv")
    lines = (tmp_path / "epochs.csv").read_text().splitlines()
    assert lines[0] == "network,number,training_loss,validation_loss,oa,f1,kappa"
    assert [line.split(",")[:2] for line in lines[1:]] == [[str(n), str(e)] for n in (1, 2) for e in (1, 2, 3, 4)]
    alone = fitting.fit(samples_of(), settings_of(validation_share=0), options_of())
    fitting.write_epochs(alone, tmp_path / "epochs.csv")
    assert (tmp_path / "epochs.csv").read_text().splitlines()[1].endswith(",,,,")


def test_bad_input_is_told():
    samples = samples_of()
    with pytest.raises(InputError, match=r"the loss is no number from epoch \d+ on; choose a smaller"):
        fitting.fit(samples, settings_of(learning_rate=10, weight_decay=10, epochs=30), options_of())
    undated = replace(samples, features=samples.features[:, 8:], names=samples.names[8:])
    with pytest.raises(InputError, match="no feature has a date"):
        fitting.fit(undated, settings_of(), options_of())
    one_polygon = replace(samples, polygons=samples.codes.astype(np.int64))
    with pytest.raises(InputError, match="validation_share: 0"):
        fitting.fit(one_polygon, settings_of(), options_of())
    constant = replace(samples, features=np.where(np.arange(9) % 2 == 1, 5, samples.features).astype(np.int16))
    assert np.isfinite(fitting.fit(constant, settings_of(), options_of()).predict_proba(constant.features)).all()
