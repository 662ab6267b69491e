"""Fusion of several maps of a tile, window by window."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from landloom.accuracy.class_counts import TileCounts
from landloom.core.errors import InputError
from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.core.text import shortened
from landloom.fusion import combination
from landloom.geo import grids, rasters
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.maps.layers import MOSAICS
from landloom.maps.tally import Tally

WINDOW_SIDE = 1024
CERTAIN = 100
"""Confidence of a map without confidence."""


@dataclass(frozen=True)
class MapFiles:
    """Map of a tile: class codes and, optionally, the confidence in percent."""

    classification: Path | str
    confidence: Path | str | None


@dataclass(frozen=True)
class Rule:
    """Fusion rule.

    Attributes
    ----------
    beliefs : ndarray of float64, shape (maps, classes)
    ties : str
        Both as in :func:`landloom.fusion.combination.fuse`.
    """

    beliefs: np.ndarray
    ties: str


def write_tile(
    maps: Sequence[MapFiles],
    rule: Rule,
    nomenclature: Nomenclature,
    regions: Path | str,
    outputs: MapFiles,
    tags: rasters.Tags,
) -> TileCounts:
    """Fuse maps of a tile.

    Parameters
    ----------
    maps : sequence of MapFiles
    regions : path
        As written by :func:`landloom.geo.ownership.write_tile_regions`.
    outputs : MapFiles
        Output files.

    Returns
    -------
    TileCounts
        Owned pixels of the tile, and their areas.

    Raises
    ------
    InputError
        If a map is on another grid, or has labels that are not in the nomenclature.
    """
    assert outputs.confidence is not None
    grid = grids.of_raster(regions)
    dtype = rasters.label_dtype(nomenclature.codes)
    with ExitStack() as files:
        region_file = files.enter_context(rasters.opened(regions))
        tally = Tally(grid, _numbers(region_file, grid), nomenclature.codes)
        opened = [_open(files, one, grid) for one in maps]
        labels_file = files.enter_context(rasters.create(outputs.classification, grid, dtype, tags))
        confidence_file = files.enter_context(rasters.create(outputs.confidence, grid, "uint8", tags))
        confidence_file.units = (MOSAICS["confidence"].unit,)
        for window in grid.windows(WINDOW_SIDE):
            found = _fuse(opened, rule, nomenclature, window)
            labels, confidence = (values.reshape(window.rows, window.columns) for values in found)
            labels_file.write(labels.astype(dtype), 1, window=window.ranges)
            confidence_file.write(confidence, 1, window=window.ranges)
            tally.add(labels, region_file.read(window=window.ranges), window)
    return tally.counts()


def _numbers(region_file: Any, grid: Grid) -> list[int]:
    """Return the numbers of the regions in a tile."""
    found: set[int] = set()
    for window in grid.windows(WINDOW_SIDE):
        found.update(np.unique(region_file.read(1, window=window.ranges)).tolist())
    return sorted(found - {0})


def check_raster(path: Path | str, grid: Grid) -> None:
    """Raise if a raster cannot be read, is on another grid, or is not of integer type.

    Raises
    ------
    InputError
    """
    try:
        with raster_doors.opened(path) as dataset:
            found, dtype = grids.of_dataset(dataset), dataset.dtypes[0]
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if found != grid:
        raise InputError(f"{path}: has {found.described()}, the tile {grid.described()}; maps are not resampled")
    if np.dtype(dtype).kind not in "iu":
        raise InputError(f"{path}: holds {dtype}; class codes and percentages are whole numbers")


def _open(files: ExitStack, one: MapFiles, grid: Grid) -> tuple[Any, Any]:
    """Open a map on a given grid."""
    for path in (one.classification, *([one.confidence] if one.confidence else [])):
        check_raster(path, grid)
    confidence = files.enter_context(rasters.opened_map(one.confidence)) if one.confidence else None
    return files.enter_context(rasters.opened_map(one.classification)), confidence


def _fuse(
    opened: Sequence[tuple[Any, Any]], rule: Rule, nomenclature: Nomenclature, window: Window
) -> tuple[np.ndarray, np.ndarray]:
    """Return the fused labels and confidence of a window, flattened."""
    labels = np.stack([_labels(file, nomenclature, window) for file, _ in opened])
    confidence = np.full(labels.shape, CERTAIN, np.uint8)
    for position, (_, file) in enumerate(opened):
        if file is not None:
            confidence[position] = np.minimum(rasters.read_or_0(file, window.ranges), CERTAIN).ravel()
    return combination.fuse(labels, confidence, rule.beliefs, nomenclature.codes, rule.ties)


def _labels(file: Any, nomenclature: Nomenclature, window: Window) -> np.ndarray:
    """Return the class codes of a map in a window, flattened."""
    labels = rasters.read_or_0(file, window.ranges).astype(np.int32).ravel()
    unknown = set(np.unique(labels).tolist()) - {UNCLASSIFIED, *nomenclature.codes}
    if unknown:
        raise InputError(f"{file.name}: has the labels {shortened(sorted(unknown))}, which the nomenclature lacks")
    found: np.ndarray = labels
    return found
