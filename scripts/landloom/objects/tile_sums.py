"""Sums of a tile's objects in one sweep over its windows, row by row: an object is written when it is complete."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from landloom.core.errors import InputError
from landloom.core.progress import Progress
from landloom.features import vectors as features
from landloom.features.vectors import Layout, WindowFeatures
from landloom.geo.grids import Grid, Window
from landloom.objects import sums as object_sums
from landloom.objects.costs import SUM_BYTES
from landloom.objects.object_table import Objects, Schema, joined
from landloom.objects.segments import Segments, SegmentWindow, Spans
from landloom.objects.sums import Sums
from landloom.reading.series_reader import TileReader

AT_ONCE = 4096
"""Objects that are written at a time: blocks of the table, whatever the windows."""


@dataclass(frozen=True)
class TileObjects:
    """What the sums of a tile's objects are made of.

    Attributes
    ----------
    grid : Grid
    layout : Layout
        Features of its pixels.
    segments : Segments
    spans : Spans
    schema : Schema
    """

    grid: Grid
    layout: Layout
    segments: Segments
    spans: Spans
    schema: Schema


class _Open:
    """Objects that the sweep has met and not passed, each in a row of the arrays."""

    def __init__(self, tile: TileObjects) -> None:
        self._spans, most = tile.spans, tile.spans.most_open()
        self._slots = np.full(len(tile.spans.numbers), -1, np.int64)
        self._free = list(range(most))[::-1]
        self._first = np.full(most, 2**62, np.int64)
        self._pixels, self.seen = np.zeros(most, np.int64), np.zeros(most, np.int64)
        self._regions = np.zeros((most, tile.schema.regions), np.int64)
        self._columns = tile.grid.columns
        self.sums = Sums.empty(most, len(tile.schema.features))

    def enter(self, part: SegmentWindow, window: Window) -> np.ndarray:
        """Count the pixels of a window; return the row of each pixel's object, -1 for pixels without one."""
        ranks = object_sums.ranks_of(part.numbers, self._spans.numbers)
        met = np.unique(ranks[ranks >= 0])
        for rank in met[self._slots[met] < 0]:
            self._slots[rank] = self._free.pop()
        slots = np.where(ranks >= 0, self._slots[np.maximum(ranks, 0)], -1)
        counted = np.flatnonzero(part.counted.ravel())
        of_pixel, most = slots[counted], len(self._pixels)
        self._pixels += np.bincount(of_pixel, minlength=most)
        regions = part.regions.ravel()[counted].astype(np.int64) - 1
        number = self._regions.shape[1]
        self._regions += np.bincount(of_pixel * number + regions, minlength=most * number).reshape(most, number)
        rows, columns = np.divmod(counted, window.columns)
        places = (rows + window.row) * self._columns + columns + window.column
        here = np.full(most, 2**62, np.int64)
        here[of_pixel[::-1]] = places[::-1]  # the first of each object is assigned last
        np.minimum(self._first, here, out=self._first)
        return slots

    def leave(self, row: int) -> Objects:
        """Return the objects that end before a row, by their last row and number; their places become free."""
        spans = self._spans
        done = np.flatnonzero((self._slots >= 0) & (spans.last < row))
        done = done[np.lexsort((spans.numbers[done], spans.last[done]))]
        slots = self._slots[done]
        first = self._first[slots]
        rows, columns = np.divmod(np.where(first < 2**62, first, 0), self._columns)
        there = first < 2**62
        found = Objects(
            spans.numbers[done],
            np.where(there, rows, -1).astype(np.int32),
            np.where(there, columns, -1).astype(np.int32),
            self._pixels[slots],
            self.seen[slots],
            self._regions[slots],
            self.sums.taken(slots),
        )
        self._slots[done] = -1
        self._free.extend(slots.tolist())
        self._first[slots] = 2**62
        for counts in (self._pixels, self.seen, self._regions):
            counts[slots] = 0
        self.sums.reset(slots)
        return found


def sum_tile(tile: TileObjects, reader: TileReader, write: Callable[[Objects], None]) -> None:
    """Sum the features of all objects of a tile.

    Parameters
    ----------
    tile : TileObjects
    reader : TileReader
    write : function
        Gets the objects, some at a time, by their last row and their number: the same whatever the windows.
    """
    waiting: list[Objects] = []
    for objects in _complete(tile, reader):
        waiting = _written([*waiting, objects], tile.schema, write)
    rest = joined(waiting, tile.schema)
    if len(rest):
        write(rest)


def _written(waiting: list[Objects], schema: Schema, write: Callable[[Objects], None]) -> list[Objects]:
    """Write full blocks of objects; return the rest."""
    if sum(map(len, waiting)) < AT_ONCE:
        return waiting
    whole = joined(waiting, schema)
    full = len(whole) // AT_ONCE * AT_ONCE
    for start in range(0, full, AT_ONCE):
        write(whole.taken(np.arange(start, start + AT_ONCE)))
    return [whole.taken(np.arange(full, len(whole)))]


def _complete(tile: TileObjects, reader: TileReader) -> Iterator[Objects]:
    """Yield the objects that are complete after each row of windows."""
    windows, segments = tile.spans.windows, tile.segments
    opened = _Open(tile)
    progress = Progress("objects", sum(window.pixels for window in windows))
    stream = features.stream(reader, tile.layout, tile.grid, windows, lambda window: segments.read(window).counted)
    for _, strip in groupby(stream, key=lambda vectors: vectors.window.row):
        end = 0
        for vectors in strip:
            _add_window(opened, vectors, segments.read(vectors.window))
            end = vectors.window.row + vectors.window.rows
            progress.advance(vectors.window.pixels)
        yield opened.leave(end)


def _add_window(opened: _Open, vectors: WindowFeatures, part: SegmentWindow) -> None:
    """Add the features of a window's pixels to the sums of their objects."""
    slots = opened.enter(part, vectors.window)
    pixels = np.flatnonzero(part.counted.ravel())
    for chunk in features.chunks(len(pixels)):
        matrix, seen = vectors.stack(pixels[chunk])
        object_sums.add(opened.sums, opened.seen, matrix, slots[pixels[chunk]], seen)


def check_memory(tile: TileObjects, limit_mb: float) -> None:
    """Raise if the sums of all objects that are open at a time need more memory than there is for them.

    Raises
    ------
    InputError
        The message says how many objects there are.
    """
    most, number = tile.spans.most_open(), len(tile.schema.features)
    needed_mb = most * number * SUM_BYTES / 1e6
    if needed_mb > limit_mb:
        raise InputError(
            f"objects.segmentation: {most} objects lie side by side in a row of windows; the sums of their {number} "
            f"features need {needed_mb:.0f} MB, for which this job has {limit_mb:.0f} MB: give larger objects, "
            "choose fewer `features`, or give the rule more memory (--set-resources object_sums:mem_mb=...)"
        )
