"""Networks that are a class of a user's own: tried before they are trained, and trained as the others are."""

import numba
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from landloom.core.errors import InputError  # noqa: E402
from landloom.models import files  # noqa: E402
from landloom.models.networks import building, fitting  # noqa: E402
from landloom.models.networks.own_class import OwnClass  # noqa: E402
from landloom.models.own_class_settings import of_content  # noqa: E402
from running import ROOT  # noqa: E402

from .made import options_of, samples_of, settings_of  # noqa: E402

EXAMPLE = {"file": str(ROOT / "config/examples/my_network.py"), "class": "Recurrent", "arguments": {"width": 8}}
SETTINGS = settings_of(architecture=EXAMPLE, allow_code=True, epochs=5, learning_rate=0.02, members=2)


def test_the_example_is_trained_kept_and_applied_as_other_networks_are(tmp_path, monkeypatch):
    models = [fitting.fit(samples_of(), SETTINGS, options_of(threads)) for threads in (1, 2)]
    assert files.entries(models[0]) == files.entries(models[1])  # dropout and weights are drawn by the seed alone
    pixels = samples_of(300, seed=2)
    found = models[0].predict_proba(pixels.features)
    assert (models[0].classes[found.argmax(axis=1)] == pixels.codes).mean() > 0.7
    monkeypatch.setattr(numba, "get_num_threads", lambda: 3)
    assert np.array_equal(models[0].predict_proba(pixels.features), found)
    path = tmp_path / "own.network"
    files.save(models[0], path)
    with pytest.raises(InputError, match=r"own.network: the network is a class of a user's own, `Recurrent`"):
        files.load(path)
    opened = files.load(path, of_content(EXAMPLE))
    assert np.array_equal(opened.predict_proba(pixels.features), found)
    files.save(opened, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


TEMPLATE = """
import torch
class Mine(torch.nn.Module):
    def __init__(self, shapes, others, classes):
        super().__init__()
        self.layer = torch.nn.Linear(sum(dates * channels for dates, channels in shapes) + others, classes)
        {start}
    def forward(self, series, others):
        x = torch.cat([values.flatten(1) for values, valid, days in series] + [others[0]], 1)
        logits = self.layer(x)
        return {result}
"""


@pytest.mark.parametrize(
    ("start", "result", "message"),
    [
        ("", "logits", None),
        ("0 / 0", "logits", r"mine.py, line 7: ZeroDivisionError"),
        ("", "logits @ x", r"mine.py, line 11: RuntimeError"),
        ("", "logits[:, 1:]", r"must return float32 of shape \(12, 3\), not torch.float32 of shape \(12, 2\)"),
        ("", "logits.double()", "not torch.float64"),
        ("", "logits.detach()", "it has no gradient"),
        ("", "[1, 2]", "not list"),
        ("", "logits / 0 if not self.training else logits", "returned what is no number"),
        ("", "logits - logits.mean(0)", "goes by the other pixels of its batch"),
        ("", "logits + torch.arange(len(x))[:, None]", "or by their order"),
        ("", "logits + torch.rand(1)", "other results each time"),
        (
            "self.register_buffer('seen', torch.zeros(2, dtype=torch.int64))",
            "logits",
            "own.seen of `Mine` is not",
        ),
        ("self.layer.requires_grad_(False)", "logits", "has no parameters to train"),
    ],
)
def test_what_cannot_be_trained_is_told_before(start, result, message, tmp_path):
    (tmp_path / "mine.py").write_text(TEMPLATE.format(start=start, result=result))
    own = OwnClass.of_section(of_content({"file": str(tmp_path / "mine.py"), "class": "Mine"}))
    if message is None:
        building.check(own, [(4, 2)], 1, 3)
        return
    with pytest.raises(InputError, match=message):
        building.check(own, [(4, 2)], 1, 3)


def test_weights_of_another_network_are_refused(tmp_path):
    (tmp_path / "mine.py").write_text(TEMPLATE.format(start="", result="logits"))
    own = OwnClass.of_section(of_content({"file": str(tmp_path / "mine.py"), "class": "Mine"}))
    arrays = building.started(own, [(4, 2)], 1, 3, 5).arrays()
    building.check_fit(building.empty(own, [(4, 2)], 1, 3), arrays, own)
    with pytest.raises(InputError, match=r"has other weights than the model, as encoders.0"):
        building.check_fit(building.empty(own, [(4, 1)], 1, 3), arrays, own)
