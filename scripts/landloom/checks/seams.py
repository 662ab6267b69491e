"""Seams: agreement of neighbouring tiles in the edge band that both map.

A tile maps its owned pixels and a margin of some pixels around them, which its neighbours own (see
:func:`landloom.geo.ownership.write_tile_regions`). Only pixels of the margins are therefore mapped by two tiles.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core import tables
from landloom.core.nomenclature import UNCLASSIFIED
from landloom.geo import grids, rasters
from landloom.geo.grids import Window

WINDOW_SIDE = 1024


@dataclass(frozen=True)
class TileMap:
    """Map and regions of a tile; the regions separate owned pixels from the margin."""

    classification: Path | str
    regions: Path | str


@dataclass(frozen=True)
class Seam:
    """Agreement of two tiles: pixels that both classify, and disagreeing pixels among them."""

    tile: str
    neighbour: str
    compared: int
    differing: int


@dataclass(frozen=True)
class _Opened:
    """A tile's open files."""

    grid: grids.Grid
    classification: Any
    regions: Any


def compare(maps: Mapping[str, TileMap], neighbours: Mapping[str, Sequence[str]]) -> list[Seam]:
    """Compare all tiles with their neighbours.

    Every pixel of a tile's margin is compared with the neighbour's pixel that contains its centre, so that each
    position of the edge band counts once, on the grid of the tile that does not own it. Pixels that one of the two
    leaves unclassified are ignored.

    Parameters
    ----------
    maps : dict of tile: TileMap
    neighbours : dict of tile: list of tiles

    Returns
    -------
    list of Seam
        One entry per pair of neighbours with common classified pixels, sorted by name.
    """
    totals: dict[tuple[str, str], np.ndarray] = {}
    for tile in sorted(maps):
        with ExitStack() as files:
            own = _open(files, maps[tile])
            others = {name: _open(files, maps[name]) for name in sorted(neighbours[tile])}
            for x, y, labels in _margin(own):
                for name, other in others.items():
                    pair = (tile, name) if tile < name else (name, tile)
                    found = _labels_at(other, own.grid.crs, x, y)
                    totals[pair] = totals.get(pair, np.zeros(2, np.int64)) + differences(labels, found)
    return [Seam(*pair, *map(int, total)) for pair, total in sorted(totals.items()) if total[0]]


def differences(one: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Return the number of positions with a class in both maps, and the number of disagreements."""
    both = (one != UNCLASSIFIED) & (other != UNCLASSIFIED)
    return int(both.sum()), int((both & (one != other)).sum())


def _open(files: ExitStack, tile: TileMap) -> _Opened:
    regions = files.enter_context(rasters.opened(tile.regions))
    return _Opened(grids.of_dataset(regions), files.enter_context(rasters.opened(tile.classification)), regions)


def _margin(tile: _Opened) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the margin's pixels window by window: x and y of their centres, and labels, each of shape (pixels,)."""
    for window in tile.grid.windows(WINDOW_SIDE):
        region, owned = tile.regions.read(window=window.ranges)
        margin = (region > 0) & (owned == 0)
        if margin.any():
            x, y = tile.grid.centres(window)
            labels = tile.classification.read(1, window=window.ranges)
            yield x[margin], y[margin], labels[margin]


def _labels_at(tile: _Opened, crs: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the labels of the pixels in which points lie; 0 outside of what the tile maps.

    The points come from a window of another tile, so that the window around them is not much larger.
    """
    labels = np.zeros(len(x), np.int64)
    if crs != tile.grid.crs:
        x, y = grids.transformer(crs, tile.grid.crs).transform(x, y)
    rows = np.floor((tile.grid.top - y) / tile.grid.resolution_y).astype(np.int64)
    columns = np.floor((x - tile.grid.left) / tile.grid.resolution).astype(np.int64)
    inside = (rows >= 0) & (rows < tile.grid.rows) & (columns >= 0) & (columns < tile.grid.columns)
    if inside.any():
        rows, columns = rows[inside], columns[inside]
        top, left = int(rows.min()), int(columns.min())
        window = Window(top, left, int(rows.max()) - top + 1, int(columns.max()) - left + 1)
        mapped = tile.regions.read(1, window=window.ranges)[rows - top, columns - left] > 0
        found = tile.classification.read(1, window=window.ranges)[rows - top, columns - left]
        labels[inside] = np.where(mapped, found, UNCLASSIFIED)
    return labels


def as_csv(seams: Sequence[Seam]) -> str:
    """Return a table of seams as CSV."""
    return tables.csv_text([field.name for field in fields(Seam)], map(astuple, seams))


def read(path: Path | str) -> list[Seam]:
    """Read a table written by :func:`as_csv`.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "seams", _of_row)


def _of_row(row: Mapping[str, str]) -> Seam:
    return Seam(row["tile"], row["neighbour"], int(row["compared"]), int(row["differing"]))
