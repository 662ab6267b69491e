"""Table of a tile's objects: where they lie, how many pixels they have, and the sums of their features."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from landloom.core.files import broken, whole
from landloom.objects.sums import Sums

PLACE = ("object", "row", "column", "pixels", "seen")
"""Columns of every table; those of the regions (``region1`` ...) and of features (``NDVI:total`` ...) follow."""

KEPT = {"std": ("squares",), "min": ("least",), "max": ("most",)}
"""Sums that a statistic needs beside the total and the missing values."""


@dataclass(frozen=True, eq=False)
class Objects:
    """Some objects of a tile, or of all tiles.

    Attributes
    ----------
    numbers : ndarray of int64, shape (objects,)
        Number of each object.
    rows, columns : ndarray of int32, shape (objects,)
        First pixel that counts, row by row; -1 where the tile has none.
    pixels, seen : ndarray of int64, shape (objects,)
        Pixels that count: those that the tile owns; and those of them with a valid observation.
    regions : ndarray of int64, shape (objects, regions)
        Pixels in each region, of those that count.
    sums : Sums
        Of the valid pixels' features.
    """

    numbers: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    pixels: np.ndarray
    seen: np.ndarray
    regions: np.ndarray
    sums: Sums

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self.numbers)

    def taken(self, rows: np.ndarray) -> "Objects":
        """Return some of the objects."""
        return Objects(
            self.numbers[rows],
            self.rows[rows],
            self.columns[rows],
            self.pixels[rows],
            self.seen[rows],
            self.regions[rows],
            self.sums.taken(rows),
        )


@dataclass(frozen=True)
class Schema:
    """Columns of a table of objects.

    Attributes
    ----------
    features : tuple of str
        Names of the features of pixels.
    regions : int
        Number of regions.
    kept : tuple of str
        Sums that are kept of each feature.
    """

    features: tuple[str, ...]
    regions: int
    kept: tuple[str, ...]

    @classmethod
    def of(cls, features: Sequence[str], regions: int, statistics: Sequence[str]) -> "Schema":
        """Return the columns that some statistics need."""
        wanted = [sums for statistic in statistics for sums in KEPT.get(statistic, ())]
        return cls(tuple(features), regions, ("total", "missing", *wanted))

    def rows(self, objects: Objects) -> pa.Table:
        """Return objects as rows."""
        plain = (objects.numbers, objects.rows, objects.columns, objects.pixels, objects.seen)
        columns = dict(zip(PLACE, plain, strict=True))
        columns |= {f"region{number}": objects.regions[:, number - 1] for number in range(1, self.regions + 1)}
        arrays = objects.sums.arrays
        for name in self.kept:
            by_feature = np.ascontiguousarray(arrays[name].T)
            columns |= {f"{feature}:{name}": by_feature[place] for place, feature in enumerate(self.features)}
        return pa.table({name: pa.array(column) for name, column in columns.items()})


class Writer:
    """Writes objects in parts."""

    def __init__(self, schema: Schema, file: pq.ParquetWriter) -> None:
        self._schema, self._file = schema, file

    def write(self, objects: Objects) -> None:
        """Write some objects."""
        self._file.write_table(self._schema.rows(objects))


@contextmanager
def writer(path: Path | str, schema: Schema) -> Iterator[Writer]:
    """Open a table for writing; it gets its name when it is whole."""
    empty = schema.rows(none(schema))
    with whole(path) as temporary, pq.ParquetWriter(temporary, empty.schema, write_page_checksum=True) as file:
        yield Writer(schema, file)


def none(schema: Schema) -> Objects:
    """Return no objects."""
    counts = np.empty(0, np.int64)
    places = np.empty(0, np.int32)
    regions = np.empty((0, schema.regions), np.int64)
    return Objects(counts, places, places, counts, counts, regions, Sums.empty(0, len(schema.features)))


class Reader:
    """Reads a table of objects in parts.

    Parameters
    ----------
    path : path
    features : sequence of str, optional
        Features of pixels to read; by default all of the table.

    Raises
    ------
    InputError
        If the file is broken.
    """

    def __init__(self, path: Path | str, features: Sequence[str] | None = None) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path, page_checksum_verification=True)
        except (OSError, ValueError) as error:
            raise broken(path, error) from None
        names = self._file.schema_arrow.names
        kinds = [name.rpartition(":") for name in names if ":" in name]
        there = list(dict.fromkeys(feature for feature, _, _ in kinds))
        self.schema = Schema(
            tuple(there if features is None else features),
            sum(name.startswith("region") and ":" not in name for name in names),
            tuple(dict.fromkeys(kind for _, _, kind in kinds)),
        )

    def __len__(self) -> int:
        """Return the number of objects in the table."""
        return int(self._file.metadata.num_rows)

    def numbers(self) -> np.ndarray:
        """Return the numbers of all objects, in the table's order."""
        found: np.ndarray = self._read(["object"])["object"].to_numpy()
        return found

    def parts(self) -> Iterator[Objects]:
        """Yield all objects, some at a time."""
        for group in range(self._file.num_row_groups):
            yield self._objects(self._read(self._columns, group))

    def chosen(self, numbers: np.ndarray) -> Objects:
        """Return those objects whose number is among some, in the table's order; only their rows are held."""
        found = [part.taken(np.flatnonzero(np.isin(part.numbers, numbers))) for part in self.parts()]
        return joined(found, self.schema)

    def _read(self, columns: list[str], group: int | None = None) -> Any:
        try:
            return self._file.read(columns) if group is None else self._file.read_row_group(group, columns)
        except (OSError, ValueError) as error:
            raise broken(self._path, error) from None

    @property
    def _columns(self) -> list[str]:
        """Return the columns that are read of each object."""
        regions = [f"region{number}" for number in range(1, self.schema.regions + 1)]
        sums = [f"{feature}:{kind}" for kind in self.schema.kept for feature in self.schema.features]
        return [*PLACE, *regions, *sums]

    def _objects(self, table: Any) -> Objects:
        numbers, rows, columns, pixels, seen = (table[name].to_numpy() for name in PLACE)
        regions = [table[f"region{number}"].to_numpy() for number in range(1, self.schema.regions + 1)]
        sums = Sums.empty(table.num_rows, len(self.schema.features))
        for name in self.schema.kept:
            for place, feature in enumerate(self.schema.features):
                sums.arrays[name][:, place] = table[f"{feature}:{name}"].to_numpy()
        return Objects(numbers, rows, columns, pixels, seen, np.stack(regions, axis=1), sums)


def joined(parts: Sequence[Objects], schema: Schema) -> Objects:
    """Return objects of several parts together."""
    several = [none(schema), *parts]

    def of(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in several])

    arrays = {name: np.concatenate([part.sums.arrays[name] for part in several]) for name in several[0].sums.arrays}
    return Objects(of("numbers"), of("rows"), of("columns"), of("pixels"), of("seen"), of("regions"), Sums(**arrays))


def write(path: Path | str, schema: Schema, objects: Objects) -> None:
    """Write a table of few objects at once."""
    with writer(path, schema) as file:
        file.write(objects)
