"""Files of networks: archives of arrays with a description in JSON, checked before anything is built; no pickle."""

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import BROKEN, array_bytes, check_array
from landloom.models.networks import pytorch
from landloom.models.networks.inputs import Inputs
from landloom.models.networks.model import Member, NetworkModel
from landloom.models.networks.own_class import OwnClass
from landloom.models.registry import MARKS

FORMAT = "landloom network 1"
DESCRIPTION = MARKS["networks"]

POSITIVE = (".std", ".running_var")
"""How the names of arrays end that are divided by, or whose root is."""


def entries(model: NetworkModel) -> dict[str, bytes]:
    """Return what the file of a model holds, by the names of the entries."""
    return entries_in(FORMAT, model)


def entries_in(form: str, model: NetworkModel) -> dict[str, bytes]:
    """Return what the file of a model holds in a format: networks of a target have one of their own."""
    own = model.architecture
    description = {
        "format": form,
        "architecture": own.content() if isinstance(own, OwnClass) else own,
        "inputs": model.inputs.content(),
        "members": [{"classes": one.classes.tolist(), "epochs": one.epochs} for one in model.members],
        "feature_names": model.feature_names,
        "classes": model.classes.tolist(),
        "metadata": model.metadata,
    }
    text = json.dumps(description, sort_keys=True, ensure_ascii=False, indent=1)
    arrays = {
        _entry(number, name): array_bytes(array)
        for number, one in enumerate(model.members)
        for name, array in sorted(one.arrays.items())
    }
    return {DESCRIPTION: text.encode(), **arrays}


def read(path: str | os.PathLike[str]) -> NetworkModel:
    """Read a model; opening the file never runs code, and every array is checked before a network is built of them.

    Raises
    ------
    InputError
        If the file cannot be read or is no whole model as :func:`entries` gives it; if PyTorch is not installed.
    """
    return read_in(FORMAT, path)


def read_in(form: str, path: str | os.PathLike[str]) -> NetworkModel:
    """Read a model of :func:`entries_in`, as :func:`read` does; one in another format is refused."""
    pytorch.require()
    try:
        return _read(form, Path(path))
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error


def _read(form: str, path: Path) -> NetworkModel:
    with path.open("rb") as file:
        content = file.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo(DESCRIPTION)
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(content):
            raise ValueError(f"{DESCRIPTION} is compressed")
        return _described(form, archive, json.loads(archive.read(DESCRIPTION)))


def _described(form: str, archive: zipfile.ZipFile, description: Any) -> NetworkModel:
    """Return the model that a description is of, whose arrays an archive holds."""
    if description["format"] != form:
        raise ValueError(f"its format is {description['format']!r}, not {form!r}")
    names = description["feature_names"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("a feature's name is not text")
    inputs = Inputs.of_content(description["inputs"], len(names))
    classes = _classes(description["classes"])
    architecture = _architecture(description["architecture"])
    members = tuple(
        _member(archive, number, one, architecture, inputs) for number, one in enumerate(description["members"])
    )
    known = {code for one in members for code in one.classes.tolist()}
    if not members or known != set(classes.tolist()):
        raise ValueError("it has no member, or these do not know its classes")
    metadata = {str(key): str(value) for key, value in description["metadata"].items()}
    return NetworkModel(architecture, inputs, members, tuple(names), classes, metadata)


def _architecture(found: Any) -> str | OwnClass:
    """Return an architecture, none of whose code is executed where it is a class of a user's own."""
    from landloom.models.networks.architectures import ENCODERS

    if isinstance(found, dict):
        return OwnClass.of_content(found)
    if not isinstance(found, str) or found not in ENCODERS:
        raise ValueError(f"its architecture is {found!r}, which is none of {', '.join(ENCODERS)}")
    return found


def _member(
    archive: zipfile.ZipFile, number: int, description: Any, architecture: str | OwnClass, inputs: Inputs
) -> Member:
    """Return a member, all of whose arrays are as its architecture has them."""
    classes = _classes(description["classes"])
    epochs = tuple(tuple(map(float, one)) for one in description["epochs"])
    shapes = _shapes(archive, number, architecture, inputs, len(classes))
    return Member(classes, {name: _weights(archive, number, name, shape) for name, shape in shapes.items()}, epochs)


def _weights(archive: zipfile.ZipFile, number: int, name: str, shape: tuple[int, ...] | None) -> np.ndarray:
    """Return the finite numbers of an array, of a shape that is known or of any."""
    array = _array(archive, _entry(number, name))
    if array.dtype != np.dtype("<f4") or (shape is not None and array.shape != shape):
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, not float32 of shape {shape or 'any'}")
    if not np.isfinite(array).all() or (name.endswith(POSITIVE) and not (array > 0).all()):
        raise ValueError(f"{name} holds what no training gives")
    return array


def _shapes(
    archive: zipfile.ZipFile, number: int, architecture: str | OwnClass, inputs: Inputs, classes: int
) -> Mapping[str, tuple[int, ...] | None]:
    """Return the names and shapes of the arrays of a network, of which no memory is asked for.

    Which those of a user's own class are, its code tells, which is not executed here: names are those of the file,
    and shapes are compared when the network is built.
    """
    import torch

    from landloom.models.networks.architectures import Network

    if isinstance(architecture, OwnClass):
        names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
        of_member = [name.partition("/")[2] for name in names if name.partition("/")[0] == str(number)]
        return dict.fromkeys(of_member)
    with torch.device("meta"):
        network = Network(architecture, inputs.shapes, len(inputs.others), classes)
    return {name: tuple(one.shape) for name, one in network.kept().items()}


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Read an array that promises no more than the file holds."""
    check_array(archive, name)
    found: np.ndarray = np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
    return found


def _classes(codes: Any) -> np.ndarray:
    found = np.array(codes, np.int32)
    if found.ndim != 1 or found.size == 0 or np.any(found[1:] <= found[:-1]):
        raise ValueError("its classes are not ascending")
    return found


def _entry(member: int, name: str) -> str:
    return f"{member}/{name}.npy"
