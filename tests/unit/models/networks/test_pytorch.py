"""Is PyTorch there? Asked without loading it."""

import sys
from importlib.metadata import PackageNotFoundError

import pytest

from landloom.core.errors import InputError
from landloom.models import placement
from landloom.models.archives import write_archive
from landloom.models.networks import pytorch


def test_precision_is_told_of_networks_wherever_they_are(tmp_path):
    for name, entry in (
        ("forest", "description.npy"),
        ("network", "network.json"),
        ("context", "context_1.networks"),
    ):
        write_archive(tmp_path / name, {entry: b""})
    assert placement.precision_of([tmp_path / "forest"]) == ""
    assert placement.precision_of([tmp_path / "forest", tmp_path / "network"]) == "float32"
    assert placement.precision_of([tmp_path / "context"]) == "float32"


def test_a_missing_or_other_pytorch_is_told_and_how_to_get_it(monkeypatch):
    loaded = "torch" in sys.modules

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(pytorch, "version", missing)
    assert "is not installed here: run `make networks`" in pytorch.problem()
    with pytest.raises(InputError, match="not installed"):
        pytorch.require()
    monkeypatch.setattr(pytorch, "version", lambda name: "1.13.1")
    assert "need PyTorch 2, and 1.13.1 is installed" in pytorch.problem()
    monkeypatch.setattr(pytorch, "version", lambda name: "2.99.0+cpu")
    assert pytorch.problem() == ""
    pytorch.require()
    assert pytorch.described() == "torch 2.99.0+cpu, cpu, float32"
    assert ("torch" in sys.modules) == loaded
