"""The training samples of a model, gathered from the tiles' tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from landloom import tables
from landloom.errors import InputError

NOT_FEATURES = frozenset({"row", "column", "polygon", "code", "number", "looks", "tile", "x", "y"})
"""Columns that describe a sample; those of the runs, ``run0`` and so on, do too."""


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Samples of one region and run.

    Attributes
    ----------
    features : ndarray of int16, shape (samples, features)
    codes : ndarray of int32, shape (samples,)
    polygons : ndarray of int64, shape (samples,)
        Which polygon each sample lies in: samples of one are never taken apart.
    names : tuple of str
        Of the features.
    """

    features: np.ndarray
    codes: np.ndarray
    polygons: np.ndarray
    names: tuple[str, ...]


def training_set(paths: Sequence[Path | str], number: int, run: int) -> TrainingSet:
    """Gather the training samples of one region and run from the tiles' tables.

    Raises
    ------
    InputError
        Where there is no sample, or only one class.
    """
    files = sorted(map(str, paths))
    wanted = [("number", "==", number), (f"run{run}", "==", True)]
    parts = [tables.read_columns(path, ["code", "polygon"], wanted) for path in files]
    codes = _joined(parts, "code", np.int32)
    if not len(codes):
        raise InputError("no training sample lies in this region; add reference polygons, or leave the region out")
    if len(np.unique(codes)) < 2:
        raise InputError(f"all training samples of this region are of one class ({codes[0]}); nothing to tell apart")
    names = _feature_names(tables.names(files[0]))
    features = np.empty((len(codes), len(names)), np.int16)
    ends = np.cumsum([len(part) for part in parts])
    for path, part, end in zip(files, parts, ends, strict=True):
        _read_features(path, wanted, names, features[end - len(part) : end])
    return TrainingSet(features, codes, _joined(parts, "polygon", np.int64), tuple(names))


def _joined(parts: Sequence[pa.Table], column: str, dtype: type) -> np.ndarray:
    """Return a column of all tiles."""
    return np.concatenate([part[column].to_numpy() for part in parts] or [np.zeros(0)]).astype(dtype)


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
