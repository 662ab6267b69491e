"""Mosaic of tiles in several projections, resampled once to the map's grid without gaps or overlaps."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from landloom.core.progress import Progress
from landloom.geo import grids, lattices, rasters
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.maps import cloud_optimized
from landloom.maps.cloud_optimized import MOST_BYTES

WINDOW_SIDE = 2048
FEW_BANDS = 4
SPARE_PX = 8


@dataclass(frozen=True)
class TileLayer:
    """Raster and regions of a tile; the regions separate owned pixels from the margin."""

    raster: Path
    regions: Path


def write(
    layers: Mapping[str, TileLayer],
    grid: Grid,
    path: Path,
    tags: rasters.Tags,
    decorate: Callable[[Any], None],
    overview_resampling: str,
) -> dict[int, int]:
    """Write a Cloud-Optimized GeoTIFF of all tiles.

    Parameters
    ----------
    layers : dict of tile: TileLayer
        All have the same type and number of bands.
    decorate : callable
        Adds colours and names to the open dataset.
    overview_resampling : str
        ``nearest`` for classes, ``average`` for quantities.

    Returns
    -------
    dict of value: pixels
        Counts of all pixels of the map; with several bands, of their largest value. Of fractions: 1 where there is a
        value, else 0.
    """
    with raster_doors.product(next(iter(layers.values())).raster) as first:
        dtype, bands, nodata, names = first.dtypes[0], first.count, first.nodata, first.descriptions
        scales, units = first.scales, first.units
    with cloud_optimized.create(path, grid, dtype, tags, overview_resampling, bands=bands, nodata=nodata) as target:
        for band, name in enumerate(names, 1):
            if name:
                target.set_band_description(band, name)
        if any(scale != 1 for scale in scales):
            target.scales = scales
        if any(units):
            target.units = [unit or "" for unit in units]
        decorate(target)
        return _fill(target, layers, grid)


def _fill(target: Any, layers: Mapping[str, TileLayer], grid: Grid) -> dict[int, int]:
    """Write all windows of the map, each from the tiles that intersect it; return the pixels of each value."""
    least, most = _counted_range(target.dtypes[0])
    counts = np.zeros(most - least + 1, np.int64)
    nothing = target.nodata or 0
    progress = Progress("mosaic", grid.rows * grid.columns)
    side = WINDOW_SIDE if target.count <= FEW_BANDS else WINDOW_SIDE // 4
    # GDAL resamples all bands together and keeps those that fit into its cache.
    side = max(cloud_optimized.side(side, target.count, target.dtypes[0], 4 * MOST_BYTES), rasters.BLOCK)
    reaches = {tile: _reach(layers[tile], grid) for tile in sorted(layers)}
    # Tiles of one row of windows alone are open at a time: few files, of a country of a thousand tiles, too.
    for row, windows in groupby(grid.windows(side), key=lambda window: window.row):
        band = Window(row, 0, side, grid.columns)
        with ExitStack() as files:
            opened = {tile: _open(files, layers[tile], grid) for tile in reaches if _meet(reaches[tile], band)}
            for window in windows:
                near = [pair for tile, pair in opened.items() if _meet(reaches[tile], window)]
                values = _values(near, window, nothing)
                if values is None:
                    counts[_counted(np.full((1, 1, 1), nothing, target.dtypes[0])) - least] += window.pixels
                else:
                    target.write(values, window=window.ranges)
                    counts += np.bincount(_counted(values) - least, minlength=len(counts))
                progress.advance(window.pixels)
    return {int(position) + least: int(counts[position]) for position in np.flatnonzero(counts)}


def _values(near: Sequence[tuple[Any, Any]], window: Window, nothing: float) -> np.ndarray | None:
    """Return the pixels of a window from the tiles that reach into it; None where none does."""
    pairs = [(raster.read(window=window.ranges), regions.read(window=window.ranges)) for raster, regions in near]
    return merge(pairs, nothing) if pairs else None


def _counted_range(dtype: str) -> tuple[int, int]:
    """Return the least and greatest number that pixels are counted by."""
    if np.issubdtype(np.dtype(dtype), np.floating):
        return 0, 1
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


def _counted(values: np.ndarray) -> np.ndarray:
    """Return the number that each pixel is counted by, int64: its largest value, of fractions whether it has one."""
    if np.issubdtype(values.dtype, np.floating):
        return np.asarray((~np.isnan(values)).any(axis=0).ravel().astype(np.int64))
    return np.asarray(values.max(axis=0).ravel().astype(np.int64))


def _reach(layer: TileLayer, grid: Grid) -> Window:
    """Return the window of the map that contains a tile with a margin."""
    with raster_doors.product(layer.raster) as dataset:
        tile = grids.of_dataset(dataset)
    box = lattices.covering([(tile.crs, tile.outline())], grid)
    row = round((grid.top - box.top) / grid.resolution_y) - SPARE_PX
    column = round((box.left - grid.left) / grid.resolution) - SPARE_PX
    return Window(row, column, box.rows + 2 * SPARE_PX, box.columns + 2 * SPARE_PX)


def _meet(one: Window, other: Window) -> bool:
    """Return whether two windows overlap."""
    apart_in_rows = one.row >= other.row + other.rows or other.row >= one.row + one.rows
    apart_in_columns = one.column >= other.column + other.columns or other.column >= one.column + one.columns
    return not (apart_in_rows or apart_in_columns)


def _open(files: ExitStack, layer: TileLayer, grid: Grid) -> tuple[Any, Any]:
    """Open a tile's raster and regions, warped to the map's grid."""
    opened = []
    for path in (layer.raster, layer.regions):
        dataset = files.enter_context(rasters.opened(path))
        vrt = WarpedVRT(dataset, resampling=Resampling.nearest, **_virtual(dataset), **grid.profile())
        opened.append(files.enter_context(vrt))
    return opened[0], opened[1]


def _virtual(dataset: Any) -> dict[str, Any]:
    """Return warp options that fill pixels outside of a tile with nodata (or 0) and keep its zeros."""
    return {"src_nodata": dataset.nodata, "nodata": dataset.nodata if dataset.nodata is not None else 0}


def merge(tiles: Sequence[tuple[np.ndarray, np.ndarray]], nothing: float) -> np.ndarray:
    """Merge the tiles in one window.

    Each map pixel takes the tile pixel with the nearest centre: first from the tile that owns that pixel, in the
    given order; gaps of a fraction of a pixel between owned areas are filled from a tile's margin.

    Parameters
    ----------
    tiles : sequence of (values of shape (bands, rows, columns), regions of shape (2, rows, columns))
        Band 1 of the regions is above 0 where the tile has been mapped, band 2 where it owns the pixel.
    nothing : number
        Value outside of all mapped tiles.
    """
    values = np.full_like(tiles[0][0], nothing)
    empty = np.ones(values.shape[1:], bool)
    for layer in (1, 0):
        for tile, regions in tiles:
            here = empty & (regions[layer] > 0)
            values[:, here] = tile[:, here]
            empty &= ~here
    return values
