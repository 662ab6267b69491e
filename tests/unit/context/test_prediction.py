"""Chunks of whole superpixels through the models of all iterations, against plain loops."""

from types import SimpleNamespace

import numpy as np
import pytest

from landloom.context.class_histograms import HISTOGRAMS
from landloom.context.prediction import SuperpixelChunk, parts_of
from landloom.core.errors import InputError
from landloom.maps.layers import NOT_SEPARATE
from landloom.models.contextual import Contextual, context_names

CODES = np.array([3, 5, 300], np.int32)
RNG = np.random.default_rng(4)
PIXELS = 60
MATRIX = RNG.integers(-100, 100, (PIXELS, 4)).astype(np.int16)
GROUPS = RNG.integers(0, 7, PIXELS)
NUMBERS = RNG.integers(1, 3, PIXELS)
WEIGHTS = {one: RNG.choice([0, 0.25, 0.5], PIXELS).astype(np.float32) for one in (1, 2)}


class Linear:
    """A model whose probabilities are a fixed mixture of all its features."""

    family, metadata = "linear", {}

    def __init__(self, names, classes, seed):
        self.feature_names, self.classes = names, np.array(classes, np.int32)
        self._mixture = np.random.default_rng(seed).normal(0, 0.02, (len(names), len(classes)))

    def predict_proba(self, features):
        assert features.flags.c_contiguous
        odds = np.exp(features @ self._mixture)
        return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)

    def decide(self, features):
        return self.predict_proba(features), None


def contextual(classes, seed, iterations=2):
    names = tuple("abcd")
    wide = names + context_names(np.array(classes))
    members = [Linear(names, classes, seed)]
    members += [Linear(wide, classes, seed + one + 1) for one in range(iterations)]
    return Contextual(tuple(members), {})


MODELS = {1: contextual([3, 300], 10), 2: contextual([3, 5, 300], 20)}


def naive(kind, weights):
    """Go pixel by pixel and model by model."""
    shares = None
    for iteration in range(3):
        found = np.zeros((PIXELS, 3), np.float32)
        for pixel in range(PIXELS):
            weighted = {one: float(weight[pixel]) for one, weight in weights.items() if weight[pixel] > 0}
            acting = weighted if len(weighted) > 1 else {int(NUMBERS[pixel]): 1.0}
            for region, weight in acting.items():
                model = MODELS[region]
                bands = np.searchsorted(CODES, model.classes)
                vector = MATRIX[pixel] if shares is None else np.append(MATRIX[pixel], shares[GROUPS[pixel], bands])
                found[pixel, bands] += weight * model.members[iteration].predict_proba(vector[np.newaxis])[0]
            found[pixel] /= sum(acting.values())
        shares = HISTOGRAMS[kind](GROUPS, 7, found)
    return found


@pytest.mark.parametrize("kind", HISTOGRAMS)
@pytest.mark.parametrize("weights", [{}, WEIGHTS])
def test_iterations_equal_plain_loops(kind, weights):
    written = RNG.random(PIXELS) < 0.7
    parts = parts_of(MATRIX, NUMBERS, weights)
    chunk = SuperpixelChunk(np.flatnonzero(written), written, parts, GROUPS, 7, kind)
    found = chunk.predict(MODELS, CODES)
    assert found.classes is CODES
    np.testing.assert_allclose(found.probabilities, naive(kind, weights)[written], atol=1e-6)
    if weights:
        near = ((WEIGHTS[1] > 0) & (WEIGHTS[2] > 0))[written]
        assert (found.separate[~near] == NOT_SEPARATE).all()
        assert set(found.separate[near]) <= set(CODES)
    else:
        assert found.separate is None


def test_models_without_context_are_refused():
    chunk = SuperpixelChunk(
        np.arange(1), np.ones(1, bool), parts_of(MATRIX[:1], NUMBERS[:1], {}), GROUPS[:1] * 0, 1, "labels"
    )
    plain = SimpleNamespace(classes=CODES)
    with pytest.raises(InputError, match="trained without `context`"):
        chunk.predict({1: plain, 2: plain}, CODES)
