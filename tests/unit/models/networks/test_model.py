"""Prediction: of each pixel the same bits, whatever the others are and however many threads there are."""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from landloom.models.networks import fitting  # noqa: E402
from landloom.models.networks.model import one_thread  # noqa: E402

from .made import options_of, samples_of, settings_of  # noqa: E402


@pytest.mark.parametrize("architecture", ["mlp", "tempcnn", "attention"])
def test_threads_and_blocks_change_no_bit(architecture, monkeypatch):
    model = fitting.fit(samples_of(), settings_of(architecture=architecture, epochs=1), options_of())
    pixels = samples_of(1100, 3).features
    whole = model.predict_proba(pixels)
    for threads in (1, 2, 16):
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        assert np.array_equal(model.predict_proba(pixels), whole)
    for start, end in ((0, 1), (5, 300), (700, 1100)):
        assert np.array_equal(model.predict_proba(pixels[start:end]), whole[start:end])
    assert abs(whole.sum(axis=1) - 1).max() < 1e-5


def test_pytorch_has_one_thread_in_each():
    with ThreadPoolExecutor(3, initializer=one_thread) as pool:
        assert list(pool.map(lambda _: torch.get_num_threads(), range(5))) == [1] * 5
