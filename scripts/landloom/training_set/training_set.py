"""The training samples of a model, gathered from the tiles' tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from landloom.core import parquet
from landloom.core.errors import InputError
from landloom.features.names import TAKEN, parsed
from landloom.models.file_arrays import Store, let_go
from landloom.models.training_data import TrainingSet, superpixel_keys

NOT_FEATURES = TAKEN
"""Columns that describe a sample; those of the runs, ``run0`` and so on, do too."""

VALUE = "value"
"""Column of the values of a target."""

DRAWN = "drawn"
"""Where samples come from that are the region's own, of the year that is mapped."""

SERIES = "table of series"
"""Where samples come from that a table of the user's own has."""

_OF_SAMPLES = ("codes", "polygons", "rows", "columns", "superpixels")
"""Attributes of a portion that have a value of each sample."""

SUPERPIXEL = "superpixel"
"""Column of tables of samples, with auto-context."""


@dataclass(frozen=True, eq=False)
class Portion:
    """Samples of one table that train a model; their features are not read yet.

    Attributes
    ----------
    path : str
        Of the table.
    wanted : tuple
        Filters of the rows that are read.
    kept : ndarray of bool, shape (rows,)
        Which of those are the samples.
    codes, polygons, rows, columns : ndarray of int, shape (samples,)
    tile : str
        Empty where there is no sample.
    names : tuple of str
        Of the features, as the table names them.
    origin : str
        Where the samples come from.
    superpixels : ndarray of int, shape (samples,)
        Of the tile; 0 where the table has none.
    """

    path: str
    wanted: tuple[tuple, ...]
    kept: np.ndarray
    codes: np.ndarray
    polygons: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    tile: str
    names: tuple[str, ...]
    superpixels: np.ndarray
    origin: str = DRAWN

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.codes)

    def restricted(self, keep: np.ndarray) -> "Portion":
        """Return only some of the samples; ``keep`` is a bool for each."""
        kept = self.kept.copy()
        kept[kept] = keep
        columns = {name: getattr(self, name)[keep] for name in _OF_SAMPLES}
        return replace(self, kept=kept, **columns)


def portions(paths: Sequence[Path | str], number: int, run: int) -> list[Portion]:
    """Find the samples that are drawn in a region and run, table by table."""
    files = sorted(map(str, paths))
    wanted = (("number", "==", number), (f"run{run}", "==", True))
    names = tuple(feature_names(files[0])) if files else ()
    return [_portion(path, wanted, names) for path in files]


def of_series(path: Path | str, number: int, beside: Sequence[Portion]) -> Portion:
    """Find the samples of a table of series that train the model of a region: those without one train all models.

    Their features are in the order of those that they train beside, if there are any.
    """
    wanted = (("number", "in", [0, number]),)
    names = beside[0].names if beside else tuple(feature_names(path))
    return replace(_portion(str(path), wanted, names), origin=SERIES)


def _portion(path: str, wanted: tuple[tuple, ...], names: tuple[str, ...]) -> Portion:
    columns = ["code", "polygon", "row", "column", "tile"]
    columns += [SUPERPIXEL] if SUPERPIXEL in parquet.names(path) else []
    found = parquet.read_columns(path, columns, wanted)
    return Portion(
        path,
        wanted,
        np.ones(len(found), bool),
        _column(found, "code", np.int32),
        _column(found, "polygon", np.int64),
        _column(found, "row", np.int32),
        _column(found, "column", np.int32),
        str(found["tile"][0].as_py()) if len(found) else "",
        names,
        _column(found, SUPERPIXEL, np.int64) if SUPERPIXEL in columns else np.zeros(len(found), np.int64),
    )


def _column(table: pa.Table, name: str, dtype: type) -> np.ndarray:
    found: np.ndarray = table[name].to_numpy().astype(dtype)
    return found


def training_set(paths: Sequence[Path | str], number: int, run: int) -> TrainingSet:
    """Gather the samples that are drawn in a region and run; see :func:`gather`."""
    return gather(portions(paths, number, run))


def gather(found: Sequence[Portion], room: int = 0, store: Store | None = None) -> TrainingSet:
    """Read the features of samples.

    Parameters
    ----------
    found : sequence of Portion
    room : int
        Places to leave at the end, filled with zeros, for samples that are made.
    store : Store or None
        Where features lie; in memory without one.

    Raises
    ------
    InputError
        Where there is no sample, or only one class.
    """
    codes = _joined([portion.codes for portion in found], room, np.int32)
    samples = len(codes) - room
    if not samples:
        raise InputError(
            "no training sample is drawn in this region: sample_counts.csv says why of each class; "
            "add reference polygons, ask for fewer valid observations "
            "(`samples.minimum_valid_observations`) or more samples, or leave the region out"
        )
    values = _values(found)
    if values is None and len(np.unique(codes[:samples])) < 2:
        raise InputError(f"all training samples of this region are of one class ({codes[0]}); nothing to tell apart")
    names = found[0].names
    # One matrix for all: there may be millions, of which no copies should be made.
    shape = len(codes), len(names)
    features = store.empty(shape, np.int16) if store else np.empty(shape, np.int16)
    features[samples:] = 0
    ends = np.cumsum([len(portion) for portion in found])
    for portion, end in zip(found, ends, strict=True):
        _read_features(portion, features, end - len(portion))
    polygons = _joined([portion.polygons for portion in found], room, np.int64)
    tiles = tuple(sorted({portion.tile for portion in found}))
    keys = [superpixel_keys(tiles.index(portion.tile), portion.superpixels) for portion in found]
    return TrainingSet(features, codes, polygons, names, room, _joined(keys, room, np.int64), tiles, values)


def _values(found: Sequence[Portion]) -> np.ndarray | None:
    """Return the values of samples of a target, float32; None where they are of classes."""
    if VALUE not in parquet.names(found[0].path):
        return None
    parts = [parquet.read_columns(one.path, [VALUE], one.wanted)[VALUE].to_numpy()[one.kept] for one in found]
    return np.concatenate(parts, dtype=np.float32)


def _joined(parts: Sequence[np.ndarray], room: int, dtype: type) -> np.ndarray:
    # Of that type from the start: through floating point numbers, ids above 2^53 would be rounded.
    return np.concatenate([*parts, np.zeros(room, dtype)], dtype=dtype)


def _read_features(portion: Portion, matrix: np.ndarray, start: int) -> None:
    """Read the features of a portion's samples into their rows of the matrix, one group of rows after the other."""
    lacking = sorted(set(portion.names) - set(parquet.names(portion.path)))
    if lacking:
        raise InputError(f"{portion.path}: lacks {len(lacking)} of the features of the other tiles, as {lacking[0]}")
    seen = 0
    for table in parquet.read_groups(portion.path, portion.names, portion.wanted) if len(portion) else ():
        kept = portion.kept[seen : seen + len(table)]
        seen += len(table)
        rows = matrix[start : start + np.count_nonzero(kept)]
        start += len(rows)
        for column, name in enumerate(portion.names):
            rows[:, column] = table[name].to_numpy()[kept]
        let_go(matrix)


def feature_names(path: Path | str) -> list[str]:
    """Return the names of the features in a table of samples, in their order."""
    columns = parquet.names(path)
    runs = {name for name in columns if name.startswith("run") and name[3:].isdecimal()}
    return [name for name in columns if name not in NOT_FEATURES | runs]


def of_sources(samples: TrainingSet, wanted: Sequence[str], owners: Sequence[str]) -> TrainingSet:
    """Return samples with the features of some sources alone: of sensors, user-defined functions, rasters.

    Parameters
    ----------
    wanted : sequence of str
    owners : sequence of str
        All sensors and functions: the name of one may begin with that of another.
    """
    columns = [position for position, name in enumerate(samples.names) if parsed(name, owners).source in wanted]
    names = tuple(samples.names[position] for position in columns)
    return replace(samples, features=np.ascontiguousarray(samples.features[:, columns]), names=names)


def described(samples: TrainingSet) -> str:
    """Return a line of the log: the size of a training set, and the samples of each class."""
    found, counts = np.unique(samples.codes, return_counts=True)
    per_class = dict(zip(found.tolist(), counts.tolist(), strict=True))
    return f"{len(samples.codes)} samples x {len(samples.names)} features; per class {per_class}"
