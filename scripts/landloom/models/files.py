"""Files of models, whatever family they are of: their entries tell it."""

import os
import zipfile
from collections.abc import Collection

from landloom.core.errors import InputError
from landloom.models.archives import write_archive
from landloom.models.interface import StoredModel
from landloom.models.registry import FAMILIES


def load(path: str | os.PathLike[str]) -> StoredModel:
    """Read a model; opening the file never runs code.

    Parameters
    ----------
    path : path
        File written by :func:`save`.

    Raises
    ------
    InputError
        If the file cannot be read or is not a whole model.
    """
    return read(path, entry_names(path))


def read(path: str | os.PathLike[str], names: Collection[str]) -> StoredModel:
    """Read a model by some of the entries of its file; raises as :func:`load` does."""
    for name in FAMILIES:
        family = FAMILIES.load(name)
        if family.recognises(names):
            model: StoredModel = family.read(path)
            return model
    raise InputError(f"{path} is not a whole model written by landloom: what it holds is of no known kind")


def entry_names(path: str | os.PathLike[str]) -> list[str]:
    """Return the names of the entries of a model's file.

    Raises
    ------
    InputError
        If the file cannot be read or is no archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise InputError(f"{path} is not a whole model written by landloom: {error}") from error


def save(model: StoredModel, path: str | os.PathLike[str]) -> None:
    """Write a model, whole: the same model gives the same bytes. The file gets its name when it is whole.

    Raises
    ------
    InputError
        If the model holds something that could not be read again.
    """
    write_archive(path, entries(model))


def entries(model: StoredModel) -> dict[str, bytes]:
    """Return what the file of a model holds, by the names of the entries; raises as :func:`save` does."""
    found: dict[str, bytes] = FAMILIES.load(model.family).entries(model)
    return found


def use_kernels() -> None:
    """Call the compiled code of all families once: compiled ahead of the work."""
    for name in FAMILIES:
        use = getattr(FAMILIES.load(name), "use_kernels", None)
        if use:
            use()
