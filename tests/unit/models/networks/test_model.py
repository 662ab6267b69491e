"""Prediction: of each pixel the same bits, whatever the others are and however many threads there are."""

import datetime
import json
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from landloom.core.errors import InputError  # noqa: E402
from landloom.models import transfer  # noqa: E402
from landloom.models.networks import fitting  # noqa: E402
from landloom.models.networks.model import one_thread  # noqa: E402
from landloom.timeseries import output_dates  # noqa: E402

from .made import NAMES, options_of, samples_of, settings_of  # noqa: E402


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


def test_a_network_of_other_channels_or_dates_is_refused():
    metadata = {output_dates.MODEL_TAG: json.dumps({"s": ["2018-01-01", "2018-02-01", "2018-03-01", "2018-04-01"]})}
    model = fitting.fit(samples_of(), settings_of(epochs=1), options_of(metadata=metadata))
    days = {"s": [datetime.date(2019, month, 1) for month in (1, 2, 3, 4)]}
    moved = [name.replace("2018", "2019") for name in NAMES]
    transfer.check_model("m.network", model, moved, days)
    with pytest.raises(InputError, match=r"m.network: .*4 missing \(s_B8_20190101"):
        transfer.check_model("m.network", model, [name for name in moved if "B8" not in name], days)
    late = [name.replace("01", "09") for name in NAMES]
    with pytest.raises(InputError, match=r"m.network: .*8 missing .*8 unexpected"):
        transfer.check_model("m.network", model, late, {"s": days["s"][:3]})
    with pytest.raises(ValueError, match="features must be int16"):
        model.predict_proba(samples_of(5).features[:, 1:].copy())


def test_pytorch_has_one_thread_in_each():
    with ThreadPoolExecutor(3, initializer=one_thread) as pool:
        assert list(pool.map(lambda _: torch.get_num_threads(), range(5))) == [1] * 5
