"""Files of networks of a target: those of networks, with one entry more that tells the scale of the values."""

import json
import os
import zipfile
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import BROKEN
from landloom.models.networks import files as network_files
from landloom.models.registry import MARKS
from landloom.models.regression.interface import Calibration
from landloom.models.regression.network import OUTPUTS, NetworkRegression

FORMAT = "landloom networks of a target 1"
"""Of the networks: without the entry that tells the scale, they are no model of classes."""

DESCRIPTION = MARKS["regression_networks"]
LARGEST_BYTES = 10_000
"""Of the description."""


def entries(model: NetworkRegression) -> dict[str, bytes]:
    """Return what the file of a model holds, by the names of the entries."""
    description = {
        "centre": model.centre,
        "scale": model.scale,
        "calibration": model.calibration.content(),
    }
    text = json.dumps(description, sort_keys=True, indent=1)
    return {DESCRIPTION: text.encode(), **network_files.entries_in(FORMAT, model.networks)}


def read(path: str | os.PathLike[str]) -> NetworkRegression:
    """Read a model; opening the file never runs code, and it is checked as those of other networks are.

    Raises
    ------
    InputError
        If the file cannot be read or is no whole model as :func:`entries` gives it; if PyTorch is not installed.
    """
    networks = network_files.read_in(FORMAT, path)
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(DESCRIPTION).file_size > LARGEST_BYTES:
                raise ValueError(f"{DESCRIPTION} is too long")
            description: dict[str, Any] = json.loads(archive.read(DESCRIPTION))
        centre, scale = float(description["centre"]), float(description["scale"])
        if not (np.isfinite(centre) and 0 < scale < np.inf):
            raise ValueError("its scale is broken")
        if any(not np.array_equal(one.classes, OUTPUTS) for one in networks.members):
            raise ValueError("its networks are of classes")
        calibration = Calibration.of_content(description["calibration"])
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (*BROKEN, zipfile.BadZipFile) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"{path} is not a whole model written by landloom: {reason[0]}") from error
    return NetworkRegression(networks, centre, scale, calibration)
