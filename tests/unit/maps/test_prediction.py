"""Chunks of a window, and predictions of one model or of the weighted mean of several."""

from types import SimpleNamespace

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.core.progress import Stopwatch
from landloom.features import vectors
from landloom.geo.grids import Window
from landloom.maps.layers import NOT_SEPARATE
from landloom.maps.prediction import BorderChunk, PlainChunk, WindowPart

CODES = np.array([3, 5, 300], np.int32)


class Opinion:
    """A model that gives each pixel the probabilities that its features are."""

    def __init__(self, classes, decider=None):
        self.classes = np.array(classes, np.int32)
        self.decider = decider

    def decide(self, features):
        assert features.flags.c_contiguous
        found = features[:, : len(self.classes)] / np.float32(100)
        return found.astype(np.float32), None if self.decider is None else np.full(len(found), self.decider, np.uint8)


MODELS = {1: Opinion([3, 300], 2), 2: Opinion([3, 5, 300], 3)}


def test_one_region_has_the_say_of_its_model():
    matrix = np.array([[90, 10, 0], [20, 80, 0]], np.int16)
    found = PlainChunk(np.arange(2), matrix, 1).predict(MODELS, CODES)
    np.testing.assert_allclose(found.probabilities, [[0.9, 0.1], [0.2, 0.8]])
    assert found.classes.tolist() == [3, 300]
    assert found.decider.tolist() == [2, 2]
    assert found.separate is None
    with pytest.raises(InputError, match="region number 4 has no model"):
        PlainChunk(np.arange(2), matrix, 4).predict(MODELS, CODES)


def test_near_borders_models_are_averaged_and_each_pixels_own_model_is_told():
    """The third pixel lies in a region whose model has no weight there."""
    matrix = np.array([[90, 10, 0], [20, 70, 10], [60, 0, 40]], np.int16)
    weights = {2: np.array([0.25, 0.5, 1.0], np.float32), 1: np.array([0.75, 0.5, 0.0], np.float32)}
    chunk = BorderChunk(np.arange(3), matrix, np.array([1, 2, 1]), weights)
    found = chunk.predict(MODELS, CODES)
    by_code = {1: matrix[:, [0, 2, 1]] * [1, 0, 1], 2: matrix}
    expected = sum(weights[region][:, None] * by_code[region] for region in (1, 2)) / 100
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-6)
    assert found.classes is CODES
    assert found.separate.tolist() == [3, 5, NOT_SEPARATE]
    assert found.decider.tolist() == [2, 3, 0]


def test_chunks_are_every_mapped_and_seen_pixel_once(monkeypatch):
    monkeypatch.setattr(vectors, "CHUNK", 7)
    random = np.random.default_rng(2)
    numbers = random.integers(0, 3, (9, 11))
    weights = {one: random.choice([0, 0.5], (9, 11)).astype(np.float32) for one in (1, 2)}
    seen = random.random(99) < 0.8
    values = np.arange(99, dtype=np.int16)[:, None]

    def stack(pixels):
        return values[pixels], seen[pixels]

    features = SimpleNamespace(window=Window(0, 0, 9, 11), stack=stack)
    chunks = list(WindowPart(features, numbers, weights, Stopwatch()).chunks())
    near = ((weights[1] > 0) & (weights[2] > 0)).ravel()
    for chunk in chunks:
        np.testing.assert_array_equal(chunk.matrix[:, 0], chunk.pixels)
        if isinstance(chunk, BorderChunk):
            assert near[chunk.pixels].all()
            np.testing.assert_array_equal(chunk.numbers, numbers.ravel()[chunk.pixels])
            np.testing.assert_array_equal(chunk.weights[2], weights[2].ravel()[chunk.pixels])
        else:
            assert not near[chunk.pixels].any()
            assert (numbers.ravel()[chunk.pixels] == chunk.region).all()
    everything = np.concatenate([chunk.pixels for chunk in chunks])
    np.testing.assert_array_equal(np.sort(everything), np.flatnonzero((numbers.ravel() > 0) & seen))
