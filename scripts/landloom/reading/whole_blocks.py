"""Large blocks of files, as those of JPEG 2000, decoded once each though several windows show parts of them.

A block is decoded as a whole or not at all. Blocks of bands of 20 m (1280 pixels of a grid of 10 m) do not end where
windows of 1024 pixels do, and interpolation needs one pixel beyond a window. So what later windows need of a block is
kept until they are past it, as far as memory goes; a block in which no pixel is wanted is never decoded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.reading.warping import Layer

LARGE_PIXELS, LARGE_ROWS = 2**18, 256
"""Pixels and rows of a block from which it is worth a call of its own: no strip of a few rows is one."""

KEPT_BYTES = 2**29
"""Memory of the blocks of all acquisitions of a job: a year's of the next window, a few acquisitions' of a row."""


class Reach(NamedTuple):
    """Part of a tile that a block has an effect on, in pixels: from ``top`` and ``left`` to before the others."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class _Kept:
    numbers: np.ndarray
    reach: Reach


@dataclass
class BlockKeeper:
    """Blocks of an acquisition that later windows need; windows come row by row. Not thread-safe.

    Attributes
    ----------
    grid : Grid
        Of the tile.
    most_bytes : int
        Memory of the blocks; 0: none is kept.
    """

    grid: Grid
    most_bytes: int
    _held: dict[tuple[object, int, int], _Kept] = field(default_factory=dict)
    _bytes: int = 0
    _window: Window = field(default_factory=lambda: Window(0, 0, 0, 0))

    def begin(self, window: Window) -> None:
        """Begin a window: forget blocks that neither it nor any later one needs."""
        self._window = window
        bottom = window.row + window.rows
        for key, one in list(self._held.items()):
            reach = one.reach
            if reach.bottom <= window.row or (reach.right <= window.column and reach.bottom <= bottom):
                self._forget(key)

    def find(self, key: tuple[object, int, int]) -> np.ndarray | None:
        """Return the numbers of a block, if they are kept."""
        one = self._held.get(key)
        return None if one is None else one.numbers

    def keep(self, key: tuple[object, int, int], numbers: np.ndarray, reach: Reach) -> None:
        """Keep a block, if a later window needs it and memory allows.

        The next window of a row goes first: for its blocks, those that only the next row needs make room, first those
        that are needed last.
        """
        right = min(reach.right, self.grid.columns) > self._window.column + self._window.columns
        down = min(reach.bottom, self.grid.rows) > self._window.row + self._window.rows
        if right:
            self._make_room(numbers.nbytes)
        if (right or down) and self._bytes + numbers.nbytes <= self.most_bytes:
            self._held[key] = _Kept(numbers, reach)
            self._bytes += numbers.nbytes

    def _make_room(self, size: int) -> None:
        end = self._window.column + self._window.columns
        later = [key for key, one in self._held.items() if one.reach.right <= end]
        while later and self._bytes + size > self.most_bytes:
            self._forget(later.pop())

    def _forget(self, key: tuple[object, int, int]) -> None:
        self._bytes -= self._held.pop(key).numbers.nbytes


def are_large(block: tuple[int, int]) -> bool:
    """Return whether blocks, of some rows and columns, are so large that each is read by itself."""
    rows, columns = block
    return rows >= LARGE_ROWS and rows * columns >= LARGE_PIXELS


def all_wanted(reach: Reach) -> bool:
    """Return that a block is wanted, whichever it is."""
    return True


def some_wanted(window: Window, clear: np.ndarray, reach: Reach) -> bool:
    """Return whether a pixel of a window that is clear lies within the reach of a block."""
    rows = slice(max(reach.top - window.row, 0), max(reach.bottom - window.row, 0))
    columns = slice(max(reach.left - window.column, 0), max(reach.right - window.column, 0))
    return bool(clear[rows, columns].any())


def read(
    layer: Layer,
    window: Window,
    factor: int,
    keeper: BlockKeeper,
    name: object,
    is_wanted: Callable[[Reach], bool],
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Return the numbers of a window of a layer, block by block.

    Parameters
    ----------
    layer : Layer
    window : Window
        In pixels of the layer.
    factor : int
        Pixels of the tile per pixel of the layer and axis.
    keeper : BlockKeeper
    name : hashable
        Of the layer, among those of the keeper.
    is_wanted : function of Reach
        Whether a pixel of the tile within a block's reach is wanted; blocks without are not decoded, and are 0.
    out : ndarray of shape (rows, columns), optional
    """
    numbers = np.empty((window.rows, window.columns), layer.dtype) if out is None else out
    for row, column, block in _blocks(layer, window):
        reach = _reach(block, factor)
        top, left = max(block.row, window.row), max(block.column, window.column)
        bottom = min(block.row + block.rows, window.row + window.rows)
        right = min(block.column + block.columns, window.column + window.columns)
        there = slice(top - window.row, bottom - window.row), slice(left - window.column, right - window.column)
        if not is_wanted(reach):
            numbers[there] = 0
            continue
        found = keeper.find((name, row, column))
        if found is None:
            found = layer.read(block)
            keeper.keep((name, row, column), found, reach)
        numbers[there] = found[top - block.row : bottom - block.row, left - block.column : right - block.column]
    return numbers


def _blocks(layer: Layer, window: Window) -> Iterator[tuple[int, int, Window]]:
    """Yield the row, column and window of each block that a window touches."""
    high, wide = layer.block
    height, width = layer.dataset.height, layer.dataset.width
    for row in range(window.row // high, (window.row + window.rows - 1) // high + 1):
        for column in range(window.column // wide, (window.column + window.columns - 1) // wide + 1):
            top, left = row * high, column * wide
            yield row, column, Window(top, left, min(high, height - top), min(wide, width - left))


def _reach(block: Window, factor: int) -> Reach:
    """Return what a block has an effect on: with interpolation, up to a pixel beyond."""
    margin = factor if factor > 1 else 0
    top, left = block.row * factor, block.column * factor
    bottom, right = top + block.rows * factor, left + block.columns * factor
    return Reach(max(top - margin, 0), max(left - margin, 0), bottom + margin, right + margin)
