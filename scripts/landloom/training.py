"""The training samples of a model, gathered from the tiles' tables."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

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
    matrices: list[np.ndarray] = []
    codes: list[np.ndarray] = []
    names: list[str] = []
    for path in sorted(map(str, paths)):
        table = pq.read_table(path, filters=[("number", "==", number), (f"run{run}", "==", True)])
        names = names or _feature_names(table.column_names)
        if table.num_rows:
            codes.append(table["code"].to_numpy())
            matrices.append(np.column_stack([table[name].to_numpy() for name in names]))
    if not matrices:
        raise InputError("no training sample lies in this region; add reference polygons, or leave the region out")
    joined = np.concatenate(codes).astype(np.int32)
    if len(np.unique(joined)) < 2:
        raise InputError(f"all training samples of this region are of one class ({joined[0]}); nothing to tell apart")
    return np.ascontiguousarray(np.concatenate(matrices)), joined, names


def _feature_names(columns: Sequence[str]) -> list[str]:
    runs = {name for name in columns if name.startswith("run") and name[3:].isdecimal()}
    return [name for name in columns if name not in NOT_FEATURES | runs]
