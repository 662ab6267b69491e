"""Tiles of rasters: squares of 256 pixels of every second, fourth ... pixel, as PNG images of their values."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.enums import Resampling

from landloom.geo.opening import raster_doors
from landloom.viewer.shown_layers import KNOWN
from landloom.viewer.value_images import png

SIDE = 256
LAST_LEVEL = 24
MOST_KEPT_BYTES = 2**26
MOST_AT_ONCE = 2
"""Tiles that are cut at one time, however many are asked for."""

DTYPES = ("uint8", "uint16", "float32")

MOST_READ = 2**28
"""Pixels that are read for a tile, and bytes of a block: rasters of others may be huge, and without overviews."""


class NoTileError(Exception):
    """A tile that a raster does not have, with one line that says why."""


@dataclass(frozen=True)
class Tile:
    """Which tile of a raster: its band from 1, level from 0 (all pixels), row and column from 0."""

    band: int
    level: int
    row: int
    column: int


def cut(path: Path, tile: Tile) -> bytes:
    """Return a tile as a PNG image; the last of a row or column is smaller.

    At level 0, it has the values of the file; above, of classes the nearest one, of quantities the mean. Classes have
    the colours of the file as palette. Floats are the four bytes of each, as red, green, blue and alpha.

    Raises
    ------
    NoTileError
        If the raster has no such tile.
    rasterio.errors.RasterioIOError
        If it cannot be read.
    """
    layer = KNOWN.get(path.stem)
    resampling = Resampling[layer.overviews if layer else "nearest"]
    with raster_doors.product(path) as dataset:
        if not 1 <= tile.band <= dataset.count:
            raise NoTileError(f"the raster has {dataset.count} bands")
        if dataset.dtypes[tile.band - 1] not in DTYPES:
            raise NoTileError(f"rasters of {dataset.dtypes[tile.band - 1]} have no tiles")
        window, shape = _window(dataset.shape, tile)
        _judge(dataset, tile, window)
        values = dataset.read(tile.band, window=window, out_shape=shape, resampling=resampling)
        palette = _palette(dataset, tile.band) if values.dtype == np.uint8 else None
    return png(values, palette, smooth=palette is None and resampling == Resampling.average)


def _judge(dataset: Any, tile: Tile, window: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Raise if a tile would take too long to read, or too much memory."""
    finer = [factor for factor in dataset.overviews(tile.band) if factor <= 2**tile.level]
    pixels = math.prod(end - start for start, end in window) / max(finer, default=1) ** 2
    block = math.prod(dataset.block_shapes[tile.band - 1]) * np.dtype(dataset.dtypes[tile.band - 1]).itemsize
    if max(pixels, block) > MOST_READ:
        raise NoTileError("the raster has too large blocks, or no overviews for a tile as coarse as this")


def _window(size: tuple[int, int], tile: Tile) -> tuple[tuple[tuple[int, int], tuple[int, int]], tuple[int, int]]:
    """Return the pixels of a tile, and its shape."""
    if not 0 <= tile.level <= LAST_LEVEL:
        raise NoTileError(f"levels are 0 to {LAST_LEVEL}")
    times = 2**tile.level
    starts = tile.row * SIDE * times, tile.column * SIDE * times
    if min(starts) < 0 or any(start >= whole for start, whole in zip(starts, size, strict=True)):
        raise NoTileError("outside of the raster")
    ends = [min(start + SIDE * times, whole) for start, whole in zip(starts, size, strict=True)]
    rows, columns = (math.ceil((end - start) / times) for start, end in zip(starts, ends, strict=True))
    return ((starts[0], ends[0]), (starts[1], ends[1])), (rows, columns)


def _palette(dataset: Any, band: int) -> bytes | None:
    """Return red, green and blue of all 256 values; None for a raster without colours."""
    try:
        colors = dataset.colormap(band)
    except ValueError:
        return None
    return bytes(part for value in range(256) for part in colors.get(value, (0, 0, 0, 0))[:3])


class Kept:
    """What was made last, up to a number of bytes; made by few threads at once."""

    def __init__(self, most_bytes: int = MOST_KEPT_BYTES, at_once: int = MOST_AT_ONCE) -> None:
        self._most_bytes = most_bytes
        self._found: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(at_once)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what belongs to a key, made where it is not kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        with self._turns:
            made = make()
        with self._lock:
            self._bytes += len(made) - len(self._found.get(key, b""))
            self._found[key] = made
            self._found.move_to_end(key)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._found.popitem(last=False)[1])
        return made
