"""Whether a mosaic shows at each place what its tile shows there.

Pixels of a finished mosaic are read back and compared with the tiles. Numbers of pixels cannot tell a mosaic that
lies beside its tiles from one that does not.
"""

import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from landloom.geo import grids, lattices
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.maps.mosaic import TileLayer
from landloom.maps.mosaic_counts import Agreement

SIDE_PX = 64
_WINDOWS, _TRIALS = 16, 128
_EDGE_PX = 2
"""Pixels along the border of the owned area, which a neighbour may fill."""
_NEAREST_PX = 0.15
"""GDAL places pixels of other projections with an error of up to 1/8 of a pixel: either neighbour is the nearest."""
_SAME_PX = 0.25
"""Pixels of a map that could have had those of its tiles lie closer to them."""


def compare(layers: Mapping[str, TileLayer], mosaic: Path | str) -> dict[str, Agreement]:
    """Compare a sample of a mosaic's pixels with the pixels of the tiles at their places.

    The sample consists of random squares of each tile, the same in every run.
    """
    tile_grids = {tile: grids.of_raster(layer.raster) for tile, layer in layers.items()}
    with raster_doors.product(mosaic) as target:
        on = grids.of_dataset(target)
        alike = lattices.alike(list(tile_grids.values()), on)
        return {
            tile: _of_tile(tile, layers[tile], grid, target, on, grid in alike) for tile, grid in tile_grids.items()
        }


def _of_tile(tile: str, layer: TileLayer, grid: Grid, target: Any, on: Grid, keeps: bool) -> Agreement:
    """Compare random squares of a tile's owned pixels."""
    right = [np.empty(0, bool)]
    to_map, to_tile = grids.transformer(grid.crs, on.crs), grids.transformer(on.crs, grid.crs)
    with raster_doors.product(layer.raster) as raster, raster_doors.product(layer.regions) as regions:
        for window in _squares(tile, grid, regions):
            around = _window_around(to_map.transform(*grid.cut(window).outline().exterior.xy), on)
            x, y = to_tile.transform(*on.centres(around))
            wide = grid.padded(window, _EDGE_PX)
            place = (grid.top - y) / grid.resolution_y - wide.row, (x - grid.left) / grid.resolution - wide.column
            inside = _inside(place, _inner(regions, window, wide))
            rows, columns = place[0][inside], place[1][inside]
            shown, expected = target.read(window=around.ranges)[:, inside], raster.read(window=wide.ranges)
            same = _shows(shown, expected, rows, columns, 0.0 if keeps else _NEAREST_PX)
            right.append(same & _beside(rows, columns) if keeps else same)
    found = np.concatenate(right)
    return Agreement(len(found), int((~found).sum()))


def _squares(tile: str, grid: Grid, regions: Any) -> Iterator[Window]:
    """Yield random squares of a tile that hold owned pixels."""
    draw = np.random.default_rng(zlib.crc32(tile.encode()))
    found = 0
    for _ in range(_TRIALS):
        row = int(draw.integers(max(grid.rows - SIDE_PX, 0) + 1))
        column = int(draw.integers(max(grid.columns - SIDE_PX, 0) + 1))
        window = Window(row, column, min(SIDE_PX, grid.rows), min(SIDE_PX, grid.columns))
        if found < _WINDOWS and regions.read(2, window=window.ranges).any():
            found += 1
            yield window
        if window.pixels == grid.rows * grid.columns:
            return


def _inner(regions: Any, window: Window, wide: Window) -> np.ndarray:
    """Return which pixels of a wider window are in a window and owned, with all around them."""
    owned = regions.read(2, window=wide.ranges) > 0
    within: np.ndarray = np.zeros(owned.shape, bool)
    side = 2 * _EDGE_PX + 1
    beyond = np.pad(owned, _EDGE_PX, constant_values=True)
    inner = np.lib.stride_tricks.sliding_window_view(beyond, (side, side)).all(axis=(2, 3))
    top, left = window.row - wide.row, window.column - wide.column
    within[top : top + window.rows, left : left + window.columns] = True
    within &= inner
    return within


def _window_around(points: Any, on: Grid) -> Window:
    """Return the window of the map that contains points, x and y."""
    columns = (np.array(points[0]) - on.left) / on.resolution
    rows = (on.top - np.array(points[1])) / on.resolution_y
    top, left = max(math.floor(rows.min()), 0), max(math.floor(columns.min()), 0)
    bottom, right = min(math.ceil(rows.max()), on.rows), min(math.ceil(columns.max()), on.columns)
    return Window(top, left, max(bottom - top, 0), max(right - left, 0))


def _inside(place: tuple[np.ndarray, np.ndarray], inner: np.ndarray) -> np.ndarray:
    """Return which centres of map pixels lie in such a pixel."""
    rows, columns = (np.floor(part).astype(np.int64) for part in place)
    found: np.ndarray = (rows >= 0) & (rows < inner.shape[0]) & (columns >= 0) & (columns < inner.shape[1])
    found[found] = inner[rows[found], columns[found]]
    return found


def _beside(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return which places are near the centre of their pixel."""
    away = np.maximum(np.abs(rows % 1 - 0.5), np.abs(columns % 1 - 0.5))
    found: np.ndarray = away < _SAME_PX
    return found


def _shows(
    shown: np.ndarray, expected: np.ndarray, rows: np.ndarray, columns: np.ndarray, error_px: float
) -> np.ndarray:
    """Return which places show the value of a pixel that is nearest within an error; NaN is a value, too."""
    found = np.zeros(len(rows), bool)
    for down in {-error_px, error_px}:
        for right in {-error_px, error_px}:
            row = np.clip(np.floor(rows + down).astype(np.int64), 0, expected.shape[1] - 1)
            column = np.clip(np.floor(columns + right).astype(np.int64), 0, expected.shape[2] - 1)
            there = expected[:, row, column]
            found |= ((shown == there) | ((shown != shown) & (there != there))).all(axis=0)
    return found
