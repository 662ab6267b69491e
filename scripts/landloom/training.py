"""The training samples of a model, gathered from the tiles' tables."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landloom import tables
from landloom.errors import InputError

NOT_FEATURES = frozenset({"row", "column", "polygon", "code", "number", "looks", "tile", "x", "y"})
"""Columns that describe a sample; those of the runs, ``run0`` and so on, do too."""


def training_set(paths: Sequence[Path | str], number: int, run: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Gather the training samples of one region and run from the tiles' tables.

    Returns
    -------
    features : ndarray of int16, shape (samples, features)
    codes : ndarray of int32, shape (samples,)
    names : list of str
        Of the features.

    Raises
    ------
    InputError
        Where there is no sample, or only one class.
    """
    files = sorted(map(str, paths))
    wanted = [("number", "==", number), (f"run{run}", "==", True)]
    codes = [tables.read_columns(path, ["code"], wanted)["code"].to_numpy() for path in files]
    joined = np.concatenate(codes).astype(np.int32) if codes else np.zeros(0, np.int32)
    if not len(joined):
        raise InputError("no training sample lies in this region; add reference polygons, or leave the region out")
    if len(np.unique(joined)) < 2:
        raise InputError(f"all training samples of this region are of one class ({joined[0]}); nothing to tell apart")
    names = _feature_names(tables.names(files[0]))
    features = np.empty((len(joined), len(names)), np.int16)
    ends = np.cumsum([len(part) for part in codes])
    for path, part, end in zip(files, codes, ends, strict=True):
        _read_features(path, wanted, names, features[end - len(part) : end])
    return features, joined, names


def _read_features(path: str, wanted: list[tuple], names: Sequence[str], out: np.ndarray) -> None:
    """Read a tile's samples into their rows of the matrix, which alone holds them all: there may be millions."""
    lacking = sorted(set(names) - set(tables.names(path)))
    if lacking:
        raise InputError(f"{path}: lacks {len(lacking)} of the features of the other tiles, as {lacking[0]}")
    if len(out):
        table = tables.read_columns(path, names, wanted)
        for column, name in enumerate(names):
            out[:, column] = table[name].to_numpy()


def _feature_names(columns: Sequence[str]) -> list[str]:
    runs = {name for name in columns if name.startswith("run") and name[3:].isdecimal()}
    return [name for name in columns if name not in NOT_FEATURES | runs]
