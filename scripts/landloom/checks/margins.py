"""What two tiles say of the same ground: the edge band that both map.

A tile maps its owned pixels and a margin of some pixels around them, which its neighbours own (see
:func:`landloom.geo.ownership.write_tile_regions`). Only pixels of the margins are therefore mapped by two tiles.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landloom.geo import grids, ownership, rasters, vectors
from landloom.geo.grids import Window

WINDOW_SIDE = 1024


@dataclass(frozen=True)
class TileMap:
    """A layer of the map and the regions of a tile; the regions separate owned pixels from the margin."""

    layer: Path | str
    regions: Path | str


def of_files(
    territory: Path | str, tiles: Sequence[str], layers: Sequence[Path | str], regions: Sequence[Path | str]
) -> tuple[dict[str, TileMap], dict[str, list[str]]]:
    """Return the maps of tiles, and their neighbours in ``territory.gpkg``: the parameters of :func:`shared`."""
    footprints = vectors.read_layer(territory, "footprints")
    maps = {tile: TileMap(*paths) for tile, *paths in zip(tiles, layers, regions, strict=True)}
    return maps, {tile: list(ownership.neighbours(footprints, tile)) for tile in tiles}


@dataclass(frozen=True)
class _Opened:
    """A tile's open files."""

    grid: grids.Grid
    layer: Any
    regions: Any


def shared(
    maps: Mapping[str, TileMap], neighbours: Mapping[str, Sequence[str]], empty: float
) -> Iterator[tuple[tuple[str, str], np.ndarray, np.ndarray]]:
    """Yield what each two neighbours say of the pixels that both map, some at a time.

    Every pixel of a tile's margin meets the neighbour's pixel that contains its centre, so that each position of the
    edge band counts once, on the grid of the tile that does not own it.

    Parameters
    ----------
    maps : dict of tile: TileMap
    neighbours : dict of tile: list of tiles
    empty : number
        What the layer holds where nothing is known: taken where a tile maps nothing.

    Yields
    ------
    pair : (str, str)
        The tiles, by name.
    first, second : ndarray, shape (pixels,)
        What the layer of each of the two says, of the layer's type.
    """
    for tile in sorted(maps):
        with ExitStack() as files:
            own = _open(files, maps[tile])
            others = {name: _open(files, maps[name]) for name in sorted(neighbours[tile])}
            for x, y, values in _margin(own):
                for name, other in others.items():
                    found = _values_at(other, own.grid.crs, x, y, empty)
                    yield ((tile, name), values, found) if tile < name else ((name, tile), found, values)


def _open(files: ExitStack, tile: TileMap) -> _Opened:
    regions = files.enter_context(rasters.opened(tile.regions))
    return _Opened(grids.of_dataset(regions), files.enter_context(rasters.opened(tile.layer)), regions)


def _margin(tile: _Opened) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the margin's pixels window by window: x and y of centres, and the layer, each of shape (pixels,)."""
    for window in tile.grid.windows(WINDOW_SIDE):
        region, owned = tile.regions.read(window=window.ranges)
        margin = (region > 0) & (owned == 0)
        if margin.any():
            x, y = tile.grid.centres(window)
            values = tile.layer.read(1, window=window.ranges)
            yield x[margin], y[margin], values[margin]


def _values_at(tile: _Opened, crs: str, x: np.ndarray, y: np.ndarray, empty: float) -> np.ndarray:
    """Return the layer at the pixels in which points lie; ``empty`` outside of what the tile maps.

    The points come from a window of another tile, so that the window around them is not much larger.
    """
    values = np.full(len(x), empty, tile.layer.dtypes[0])
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
        found = tile.layer.read(1, window=window.ranges)[rows - top, columns - left]
        values[inside] = np.where(mapped, found, values[inside])
    return values
