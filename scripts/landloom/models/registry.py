"""Families of models: how they are stored, found by name.

A family is a module with

``read(path) -> StoredModel``
    the model of a file: reading runs no code, and refuses as InputError what is damaged or could do harm;
``entries(model) -> dict[str, bytes]``
    what its file holds, by the names of the entries: the same model gives the same bytes;
``use_kernels()``
    calls its compiled code once, so that it is compiled ahead of the work; of families that have such.

Files are recognised by :data:`MARKS` without loading a family: Snakemake plans by them which code will read a frozen
model. A model names its family (:class:`landloom.models.interface.StoredModel`). What trains models stands in
:data:`landloom.training.registry.TRAINERS`. CONTRIBUTING.md shows how to add a family.
"""

import os
import zipfile
from collections.abc import Iterable

from landloom.core.errors import InputError
from landloom.core.registry import Registry

FAMILIES = Registry(
    {
        "contextual": "landloom.models.contextual",
        "reduced": "landloom.models.reduced",
        "forest": "landloom.models.forest.files",
        "estimators": "landloom.models.estimators.files",
        "regression_networks": "landloom.models.regression.network_files",
        "networks": "landloom.models.networks.files",
        "regression_forest": "landloom.models.regression.forest_files",
        "regressors": "landloom.models.regression.estimator_files",
    }
)

MARKS = {
    "contextual": "context",
    "reduced": "reduction",
    "forest": "description.npy",
    "estimators": "landloom.json",
    "regression_networks": "network_target.json",
    "networks": "network.json",
    "regression_forest": "regression.npy",
    "regressors": "regression.json",
}
"""Beginning of the names of entries that only files of a family have; a family that wraps another comes first."""

WRAPPER = "reduced"
"""The family whose models wrap one of another: of components that features are reduced to."""

CONTEXTUAL = "contextual"
"""The family whose models consist of several of another, one for each iteration of auto-context."""


def families_of(names: Iterable[str]) -> list[str]:
    """Return the families of a model whose file has entries of these names: the outermost first.

    Of auto-context, the names of the entries end with the families of its models.
    """
    present = list(names)
    if any(name.startswith(MARKS[CONTEXTUAL]) for name in present):
        inner = {name.rpartition(".")[2] for name in present}
        return [CONTEXTUAL, *(family for family in MARKS if family in inner)]
    return [family for family, mark in MARKS.items() if any(name.startswith(mark) for name in present)]


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
