"""Means and standard deviations of training samples."""

import numpy as np
import pytest

from landloom.core.stored_values import NODATA
from landloom.models.networks import scaling
from landloom.models.networks.inputs import of_names

from .made import NAMES, samples_of


def test_they_are_those_of_valid_values(monkeypatch):
    monkeypatch.setattr(scaling, "AT_ONCE", 7)
    samples, rows = samples_of(90), np.arange(10, 80)
    found = scaling.scales_of(of_names(NAMES, ["s"]), samples.features, rows)
    values = samples.features[rows, :8].reshape(-1, 2).astype(float)
    values = values[(values != NODATA).all(axis=1)]
    assert found["encoders.0.scaling.mean"] == pytest.approx(values.mean(axis=0), rel=1e-6)
    assert found["encoders.0.scaling.std"] == pytest.approx(values.std(axis=0), rel=1e-6)
    assert found["others.mean"] == pytest.approx(samples.features[rows, 8:].mean(axis=0), rel=1e-6)


def test_what_is_constant_or_never_known_is_not_divided():
    features = np.full((5, 9), 700, np.int16)
    features[:, 8] = NODATA
    found = scaling.scales_of(of_names(NAMES, ["s"]), features, np.arange(5))
    assert found["encoders.0.scaling.std"].tolist() == [1, 1]
    assert found["encoders.0.scaling.mean"].tolist() == [700, 700]
    assert (found["others.mean"].tolist(), found["others.std"].tolist()) == ([0], [1])
