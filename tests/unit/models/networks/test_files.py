"""Files of networks: what no training gives is refused before anything is built."""

import io
import json
import resource

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from landloom.core.errors import InputError  # noqa: E402
from landloom.models import files  # noqa: E402
from landloom.models.archives import array_bytes, write_archive  # noqa: E402
from landloom.models.networks import fitting  # noqa: E402

from .made import options_of, samples_of, settings_of  # noqa: E402

WEIGHT, STD, VARIANCE = "0/head.0.weight.npy", "0/encoders.0.scaling.std.npy", "0/head.1.running_var.npy"


@pytest.fixture(scope="module")
def sound():
    return files.entries(fitting.fit(samples_of(), settings_of(epochs=1), options_of()))


def refused(sound, path, **entries):
    write_archive(path, sound | entries)
    with pytest.raises(InputError, match="is not a whole model written by landloom") as caught:
        files.load(path)
    return str(caught.value)


def array(sound, name):
    return np.load(io.BytesIO(sound[name]))


def test_arrays_that_no_training_gives(sound, tmp_path):
    path, weight = tmp_path / "model.network", array(sound, WEIGHT)
    assert "of shape" in refused(sound, path, **{WEIGHT: array_bytes(weight[:, 1:])})
    assert "float64" in refused(sound, path, **{WEIGHT: array_bytes(weight.astype(float))})
    assert "no training" in refused(sound, path, **{WEIGHT: array_bytes(np.full_like(weight, np.nan))})
    for name in (STD, VARIANCE):
        assert "no training" in refused(sound, path, **{name: array_bytes(0 * array(sound, name))})


def test_descriptions_that_no_training_gives(sound, tmp_path):
    path, description = tmp_path / "model.network", json.loads(sound["network.json"])

    def changed(**parts):
        return refused(sound, path, **{"network.json": json.dumps(description | parts).encode()})

    assert "architecture" in changed(architecture="os.system")
    assert "architecture" in changed(architecture=["tempcnn"])
    assert "format" in changed(format="landloom network 99")
    assert "not ascending" in changed(classes=[9, 3])
    assert "no member" in changed(members=[])
    assert "do not know its classes" in changed(classes=[3, 6, 9, 12])
    assert "inputs" in changed(inputs={"series": [], "others": [99]})
    many = [f"s_B4_{number}" for number in range(300_000)]
    wide = {"series": [], "others": list(range(300_000))}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "shape" in changed(feature_names=many, inputs=wide)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB: not those of its layers
    assert refused(sound, path, **{"network.json": b"[" * 100_000})


def test_a_header_that_promises_more_than_there_is(sound, tmp_path):
    claim = (
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999), }".ljust(117)
    )
    message = refused(sound, tmp_path / "model.network", **{WEIGHT: claim + b"\n"})
    assert "cannot hold" in message
