"""Files of models, whatever family they are of: their entries tell it."""

import os
from collections.abc import Collection

from landloom.core.errors import InputError
from landloom.models.archives import write_archive
from landloom.models.interface import StoredModel
from landloom.models.own_class_settings import OwnClassSettings
from landloom.models.registry import FAMILIES, entry_names, families_of


def load(path: str | os.PathLike[str], own: OwnClassSettings | None = None) -> StoredModel:
    """Read a model; opening the file never runs code.

    Parameters
    ----------
    path : path
        File written by :func:`save`.
    own : section of the configuration
        The class of the user's own that may be executed, where the model is a network of such.

    Raises
    ------
    InputError
        If the file cannot be read or is not a whole model, or needs another class than that.
    """
    model = read(path, entry_names(path))
    allowing = getattr(model, "allowing", None)
    try:
        found: StoredModel = allowing(own) if allowing else model
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return found


def read(path: str | os.PathLike[str], names: Collection[str]) -> StoredModel:
    """Read a model by some of the entries of its file; raises as :func:`load` does."""
    families = families_of(names)
    if not families:
        raise InputError(f"{path} is not a whole model written by landloom: what it holds is of no known kind")
    model: StoredModel = FAMILIES.load(families[0]).read(path)
    return model


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
