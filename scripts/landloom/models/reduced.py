"""A model of components of features: what reduces the features and what classifies them, as one."""

import io
import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, TypeVar

import numpy as np

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.archives import BROKEN, array_bytes, check_entry
from landloom.models.interface import Model, SingleModel, StoredModel, check_features
from landloom.models.reduction import Reduction, check
from landloom.models.registry import MARKS, WRAPPER, entry_names

NAMES = f"{MARKS[WRAPPER]}.json"
"""Entry of a model's file, there where features are reduced."""

FORMAT = "landloom reduction 1"

_ARRAYS = {
    "columns": np.dtype("<i8"),
    "column_offsets": np.dtype("<i8"),
    "component_offsets": np.dtype("<i8"),
    "means": np.dtype("<f8"),
    "weights": np.dtype("<f8"),
}

Inner = TypeVar("Inner", bound=Model)


@dataclass(frozen=True, eq=False)
class Reduced(SingleModel, Generic[Inner]):
    """A model that classifies components of features, to those who map with it one of the features.

    Attributes
    ----------
    reduction : Reduction
    inner : StoredModel, or Model
        Of any family, as its file has it, or on a card; its features are the components.
    """

    family: ClassVar[str] = "reduced"

    reduction: Reduction
    inner: Inner

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features that are reduced, in their order."""
        return self.reduction.feature_names

    @property
    def classes(self) -> np.ndarray:
        """Return the class codes, ascending, (classes,) int32."""
        return self.inner.classes

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        return self.inner.metadata

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class: see :class:`landloom.models.interface.Model`."""
        return self.inner.predict_proba(self.reduction.apply(features))


def entries(model: Reduced[StoredModel]) -> dict[str, bytes]:
    """Return what the file of a model holds, of its reduction and of what it wraps, by the names of the entries."""
    reduction = model.reduction
    names = {
        "format": FORMAT,
        "feature_names": reduction.feature_names,
        "component_names": reduction.component_names,
    }
    text = json.dumps(names, sort_keys=True, ensure_ascii=False, indent=1)
    arrays = {_entry(name): array_bytes(getattr(reduction, name)) for name in _ARRAYS}
    return files.entries(model.inner) | {NAMES: text.encode()} | arrays


def read(path: str | os.PathLike[str]) -> Reduced[StoredModel]:
    """Read a model of components.

    Raises
    ------
    InputError
        If it is not whole, as :func:`entries` gives it.
    """
    inner = files.read(path, [name for name in entry_names(path) if not name.startswith(MARKS[WRAPPER])])
    reduction = _read_reduction(path)
    try:
        check_features(inner.feature_names, reduction.component_names)
    except InputError as error:
        raise InputError(f"{path} is not a whole model written by landloom: its reduction: {error}") from None
    return Reduced(reduction, inner)


def _read_reduction(path: str | os.PathLike[str]) -> Reduction:
    """Read the reduction of a model's file; raises as :func:`read` does."""
    try:
        found = _read(Path(path))
        check(found)
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error
    return found


def _read(path: Path) -> Reduction:
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as archive:
            entry = archive.getinfo(NAMES)
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > path.stat().st_size:
                raise ValueError(f"{NAMES} is compressed")
            names = json.loads(archive.read(NAMES))
        if names["format"] != FORMAT:
            raise ValueError(f"the format of its reduction is {names['format']!r}, not {FORMAT!r}")
        arrays = {name: _array(file, name) for name in _ARRAYS}
    return Reduction(_texts(names["feature_names"]), _texts(names["component_names"]), **arrays)


def _array(file: BinaryIO, name: str) -> np.ndarray:
    check_entry(file, _entry(name))
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        content = io.BytesIO(archive.read(_entry(name)))
    array = np.lib.format.read_array(content, allow_pickle=False)
    if array.dtype != _ARRAYS[name] or array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} of its reduction is {array.dtype} of shape {array.shape}")
    return array


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("a name of its reduction is not text")
    return tuple(values)


def _entry(name: str) -> str:
    return f"{MARKS[WRAPPER]}_{name}.npy"
