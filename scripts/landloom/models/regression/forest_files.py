"""Files of forests of regression trees: npz, without pickle, checked before compiled code walks them."""

import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import BROKEN, array_bytes, check_entry
from landloom.models.forest import files as class_forests
from landloom.models.registry import MARKS
from landloom.models.regression.forest import ARRAYS, RegressionForest, check_arrays
from landloom.models.regression.interface import Calibration

FORMAT = "landloom regression forest 1"
DESCRIPTION = MARKS["regression_forest"]


def entries(forest: RegressionForest) -> dict[str, bytes]:
    """Return what the file of a forest holds, by the names of the entries."""
    description = {
        "format": FORMAT,
        "feature_names": forest.feature_names,
        "calibration": forest.calibration.content(),
        "metadata": forest.metadata,
    }
    text = json.dumps(description, sort_keys=True, ensure_ascii=False).encode()
    arrays = {f"{name}.npy": array_bytes(getattr(forest, name)) for name in ARRAYS}
    return {DESCRIPTION: array_bytes(np.frombuffer(text, np.uint8)), **arrays}


def read(path: str | os.PathLike[str]) -> RegressionForest:
    """Read a forest; opening the file never runs code, and its nodes are checked before they are walked.

    Raises
    ------
    InputError
        If the file cannot be read or is not a whole forest.
    """
    try:
        forest = _read(Path(path))
        check_arrays(forest)
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error
    return forest


def _read(path: Path) -> RegressionForest:
    with path.open("rb") as file:
        for name in (DESCRIPTION, *(f"{name}.npy" for name in ARRAYS)):
            check_entry(file, name)
        file.seek(0)
        content = np.load(file, allow_pickle=False)
        description = json.loads(content[DESCRIPTION.removesuffix(".npy")].tobytes())
        if description["format"] != FORMAT:
            raise ValueError(f"its format is {description['format']!r}, not {FORMAT!r}")
        arrays = {name: content[name] for name in ARRAYS}
    return RegressionForest(
        **arrays,
        feature_names=tuple(description["feature_names"]),
        calibration=Calibration.of_content(description["calibration"]),
        metadata=dict(description["metadata"]),
    )


use_kernels = class_forests.use_kernels
