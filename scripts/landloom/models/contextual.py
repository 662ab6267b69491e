"""Models of auto-context: several of any family, each of which sees what the one before says around a pixel."""

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from landloom.core.errors import InputError
from landloom.models import files
from landloom.models.archives import BROKEN, archive_bytes
from landloom.models.interface import StoredModel, check_features
from landloom.models.own_class_settings import OwnClassSettings
from landloom.models.registry import MARKS, entry_names

DESCRIPTION = f"{MARKS['contextual']}.json"
"""Entry of a model's file, there where a model has iterations."""

FORMAT = "landloom context 1"


@dataclass(frozen=True, eq=False)
class Contextual:
    """A model of several iterations.

    Attributes
    ----------
    members : tuple of StoredModel
        The first sees the features of a pixel, each of the others these and one more of each class: what the one
        before says of the pixel's superpixel.
    how : dict
        How superpixels are found and what of them counts: plain values.
    """

    family: ClassVar[str] = "contextual"

    members: tuple[StoredModel, ...]
    how: Mapping[str, Any]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features of a pixel, in their order."""
        return self.members[0].feature_names

    @property
    def classes(self) -> np.ndarray:
        """Return the class codes, ascending, (classes,) int32."""
        return self.members[0].classes

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        return self.members[0].metadata

    def allowing(self, own: OwnClassSettings | None) -> Self:
        """Return the model with leave to execute a class of the user's own, where its members are such."""
        kept = [getattr(one, "allowing", lambda _own, one=one: one)(own) for one in self.members]
        return replace(self, members=tuple(kept))

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Refuse: a pixel alone has no superpixel."""
        raise InputError("a model with context cannot classify pixels one by one: give the configuration `context`")

    def decide(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Refuse, as :meth:`predict_proba` does."""
        return self.predict_proba(features), None


def context_names(classes: np.ndarray) -> tuple[str, ...]:
    """Return the names of the features that a superpixel has, one of each class."""
    return tuple(f"context_{code}" for code in classes.tolist())


def entries(model: Contextual) -> dict[str, bytes]:
    """Return what the file of a model holds: how superpixels are found, and a file of each member within it.

    Their names tell the families of the members: Snakemake plans by them.
    """
    text = json.dumps({"format": FORMAT, "how": model.how}, sort_keys=True, ensure_ascii=False, indent=1)
    members = {
        f"{MARKS['contextual']}_{number}.{member.family}": archive_bytes(files.entries(member))
        for number, member in enumerate(model.members)
    }
    return {DESCRIPTION: text.encode(), **members}


def read(path: str | os.PathLike[str]) -> Contextual:
    """Read a model.

    Raises
    ------
    InputError
        If it is not whole, as :func:`entries` gives it, or if one of its members is not.
    """
    try:
        model = _read(Path(path))
        _check(model)
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile, zlib.error, InputError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error
    return model


def _read(path: Path) -> Contextual:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > path.stat().st_size:
                raise ValueError(f"{entry.filename} is compressed")
        description = json.loads(archive.read(DESCRIPTION))
        if description["format"] != FORMAT:
            raise ValueError(f"the format of its context is {description['format']!r}, not {FORMAT!r}")
        members = {_number(name): name for name in archive.namelist() if name != DESCRIPTION}
        if len(members) < 2 or sorted(members) != list(range(len(members))):
            raise ValueError("a model of an iteration is missing")
        return Contextual(tuple(_member(archive, members[one]) for one in sorted(members)), dict(description["how"]))


def _number(name: str) -> int:
    """Return the iteration of a member by the name of its entry."""
    return int(name.removeprefix(f"{MARKS['contextual']}_").partition(".")[0])


def _member(archive: zipfile.ZipFile, name: str) -> StoredModel:
    """Read a member from a file of its own, as all families are read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"iteration {_number(name)}"
        path.write_bytes(archive.read(name))
        try:
            member = files.read(path, entry_names(path))
        except InputError as error:
            raise ValueError(str(error).replace(str(path), path.name)) from error
        if member.family != name.partition(".")[2]:
            raise ValueError(f"{name} is of another family")
        return member


def _check(model: Contextual) -> None:
    """Raise for members that do not belong together."""
    expected = model.feature_names + context_names(model.classes)
    for number, member in enumerate(model.members):
        if member.classes.tolist() != model.classes.tolist():
            raise ValueError(f"the classes of iteration {number} are not those of the first model")
        if number:
            check_features(expected, member.feature_names)
