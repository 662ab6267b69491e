"""Opening models, whatever they are: their content tells the kind."""

import os
import zipfile

from landloom.models import estimator_files, forest
from landloom.models.estimators import EstimatorModel
from landloom.models.model import Model


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
    return estimator_files.load(path) if _holds_estimators(path) else forest.load(path)


def _holds_estimators(path: str | os.PathLike[str]) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return estimator_files.DESCRIPTION in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False  # forest.load says what is wrong


def save(model: forest.Forest | EstimatorModel, path: str | os.PathLike[str]) -> None:
    """Write a model, whole: the same model gives the same bytes."""
    if isinstance(model, EstimatorModel):
        estimator_files.save(model, path)
    else:
        forest.save(model, path)
