"""What a training has reached, in a file."""

import math

import numpy as np

from landloom.models.networks import training_state
from landloom.models.networks.training_state import Epoch, State


def test_it_survives_its_file_and_serves_no_other_purpose(tmp_path):
    random = np.random.default_rng(1)
    groups = {group: {"a.weight": random.random((3, 2), np.float32)} for group in State.GROUPS}
    epochs = [Epoch(1, 0.5, 0.25, (0.75, 0.5, 0.125)), Epoch(2, 0.4, math.nan, (math.nan, math.nan, math.nan))]
    path = tmp_path / "folder" / "state.npz"
    assert training_state.read("this", path) is None
    training_state.write(State(**groups, steps=9, epochs=epochs, best_epoch=1), "this", path)
    found = training_state.read("this", path)
    assert (found.steps, found.best_epoch, str(found.epochs)) == (9, 1, str(epochs))
    for group in State.GROUPS:
        assert np.array_equal(getattr(found, group)["a.weight"], groups[group]["a.weight"])
    assert training_state.read("that", path) is None
    path.write_bytes(path.read_bytes()[:-40])
    assert training_state.read("this", path) is None
