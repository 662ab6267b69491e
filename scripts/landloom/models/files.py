"""Opening models, whatever they are: their content tells the kind."""

import os
import zipfile

from landloom.core.errors import InputError
from landloom.models import estimator_files, forest, reduced
from landloom.models.archives import write_archive
from landloom.models.estimators import EstimatorModel
from landloom.models.interface import Model, check_features
from landloom.models.reduced import Reduced


def load(path: str | os.PathLike[str]) -> Model:
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
    names = _entries_of(path)
    inner = estimator_files.load(path) if estimator_files.DESCRIPTION in names else forest.load(path)
    if not any(map(reduced.is_ours, names)):
        return inner
    reduction = reduced.read(path)
    try:
        check_features(inner.feature_names, reduction.component_names)
    except InputError as error:
        raise InputError(f"{path} is not a whole model written by landloom: its reduction: {error}") from None
    return Reduced(reduction, inner)


def _entries_of(path: str | os.PathLike[str]) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return []  # forest.load says what is wrong


def save(model: forest.Forest | EstimatorModel | Reduced, path: str | os.PathLike[str]) -> None:
    """Write a model, whole: the same model gives the same bytes."""
    if isinstance(model, Reduced):
        write_archive(path, _entries(model.inner) | reduced.entries(model.reduction))
    else:
        write_archive(path, _entries(model))


def _entries(model: forest.Forest | EstimatorModel) -> dict[str, bytes]:
    return estimator_files.entries(model) if isinstance(model, EstimatorModel) else forest.entries(model)
