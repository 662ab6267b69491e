"""Objects that lie in several tiles: one row each for all of them, with the sums of all their pixels."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.core.files import REMAKE
from landloom.objects.object_table import Objects, Reader, joined, write

MANY = 100
"""Objects of which it is odd if most lie in several tiles."""


def merge(tables: Sequence[Path | str], path: Path | str) -> None:
    """Write the table of the objects that several tiles have pixels of, margins included.

    Sums over owned pixels add up to those of the whole object, however the ground is cut into tiles. First pixels are
    those of a tile and are left out (-1).

    Parameters
    ----------
    tables : sequence of path
        ``objects.parquet`` of all tiles.
    path : path

    Raises
    ------
    InputError
        If a table is broken, or tiles have other features.
    """
    readers = [Reader(table) for table in tables]
    for table, reader in zip(tables, readers, strict=True):
        if reader.schema != readers[0].schema:
            raise InputError(f"{table}: has other features or regions than {tables[0]}; {REMAKE}")
    numbers, counts = np.unique(np.concatenate([reader.numbers() for reader in readers]), return_counts=True)
    shared = numbers[counts > 1]
    found = joined([reader.chosen(shared) for reader in readers], readers[0].schema)
    write(path, readers[0].schema, of_numbers(found, shared))
    print(f"{len(numbers)} objects, of which {len(shared)} lie in several tiles", file=sys.stderr)
    if len(numbers) >= MANY and 2 * len(shared) > len(numbers):
        print(
            "warning: these are most of them. Objects of several tiles with one number are taken for one: if rasters "
            "of tiles (`objects.segmentation` with `{tile}`) count each from 1, give them numbers of their own",
            file=sys.stderr,
        )


def of_numbers(objects: Objects, numbers: np.ndarray) -> Objects:
    """Return one row for each number, of rows of the parts of objects.

    Parameters
    ----------
    objects : Objects
        Some rows for each of the numbers, and none of others.
    numbers : ndarray of int64, ascending
    """
    groups = np.searchsorted(numbers, objects.numbers)
    nowhere = np.full(len(numbers), -1, np.int32)

    def added(counts: np.ndarray) -> np.ndarray:
        total = np.zeros((len(numbers), *counts.shape[1:]), np.int64)
        np.add.at(total, groups, counts)
        return total

    return Objects(
        numbers,
        nowhere,
        nowhere,
        added(objects.pixels),
        added(objects.seen),
        added(objects.regions),
        objects.sums.merged(groups, len(numbers)),
    )


def whole(part: Objects, shared: Objects | None) -> Objects:
    """Return the objects of a part of a tile's table that lie in no other tile."""
    if shared is None:
        return part
    return part.taken(np.flatnonzero(~np.isin(part.numbers, shared.numbers)))
