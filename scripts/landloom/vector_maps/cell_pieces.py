"""Pieces of a cell of a vector map, from its rasters."""

import hashlib
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core.digests import digest
from landloom.geo.grids import Window
from landloom.geo.ground import PixelAreas
from landloom.geo.opening import raster_doors
from landloom.vector_maps import attributes, class_ranks, patches, pieces, simplification, tracing
from landloom.vector_maps.attributes import AREA, PIXELS, MapPixels
from landloom.vector_maps.class_ranks import ClassRanks
from landloom.vector_maps.lattice_cells import Cell, Lattice
from landloom.vector_maps.pieces import Pieces
from landloom.vector_maps.simplification import Generalisation


@dataclass(frozen=True)
class Rasters:
    """Rasters of a vector map: regularised, the map itself and its layers, and zones; None of those there are not.

    All but the regularised one and the zones have the map's own pixels.
    """

    regularised: Path | str
    classification: Path | str
    confidence: Path | str | None
    validity: Path | str | None
    zones: Path | str | None


@dataclass(frozen=True)
class CellWork:
    """What pieces are made of.

    Attributes
    ----------
    rasters : Rasters
    ranks : ClassRanks
    level : ndarray of int32, shape (classes + 1,)
        Rank of the class or group that polygons of each rank show.
    lattice : Lattice
        Of the regularised map.
    times : int
        Pixels of the map along the side of one of the regularised map.
    offset : (int, int)
        Rows and columns of the map by which that begins before it.
    areas : PixelAreas
        Of the regularised map's pixels.
    how : Generalisation
    made_by : str
        Digest of the code.
    """

    rasters: Rasters
    ranks: ClassRanks
    level: np.ndarray
    lattice: Lattice
    times: int
    offset: tuple[int, int]
    areas: PixelAreas
    how: Generalisation
    made_by: str


@dataclass(frozen=True)
class CellPixels:
    """Pixels of a cell.

    Attributes
    ----------
    values : ndarray of int32, shape (rows + 2, columns + 2)
        Zone and class of each pixel with a rim, as one number; 0 where there is no polygon.
    ranks, confidence, validity : ndarray of shape (times * rows, times * columns), or None
        The map's pixels.
    """

    values: np.ndarray
    ranks: np.ndarray
    confidence: np.ndarray | None
    validity: np.ndarray | None


def finish(work: CellWork, cell: Cell, path: Path) -> bool:
    """Make the file of a cell's pieces, unless it is there, of the same pixels; return whether it had to be made."""
    pixels = read(work, cell)
    digest_now = _digest(work, cell, pixels)
    if pieces.load(path, digest_now) is not None:
        return False
    pieces.save(make(work, cell, pixels), digest_now, path)
    return True


def read(work: CellWork, cell: Cell) -> CellPixels:
    """Read the pixels of a cell."""
    row, column, rows, columns = cell.window
    around = Window(row - 1, column - 1, rows + 2, columns + 2)
    of_map = Window(
        row * work.times - work.offset[0],
        column * work.times - work.offset[1],
        rows * work.times,
        columns * work.times,
    )
    with ExitStack() as files:
        opened = {
            name: files.enter_context(raster_doors.opened(path))
            for name, path in zip(Rasters.__annotations__, astuple(work.rasters), strict=True)
            if path
        }
        ranks = work.level[work.ranks.read(opened["regularised"], around)]
        values = _with_zones(ranks, work.ranks.number, opened.get("zones"), around)
        layers = [
            class_ranks.read(opened[name], of_map) if name in opened else None for name in ("confidence", "validity")
        ]
        return CellPixels(values, work.ranks.read(opened["classification"], of_map), *layers)


def _with_zones(ranks: np.ndarray, classes: int, zones: Any, window: Window) -> np.ndarray:
    """Return class and zone as one number; 0 outside of all zones."""
    if zones is None:
        return ranks.astype(np.int32)
    zone = class_ranks.read(zones, window).astype(np.int32)
    found: np.ndarray = np.where((zone > 0) & (ranks > 0), zone * (classes + 1) + ranks, 0).astype(np.int32)
    return found


def _digest(work: CellWork, cell: Cell, pixels: CellPixels) -> str:
    """Return the digest of all that a cell's pieces depend on."""
    content = hashlib.sha256()
    for array in (pixels.values, pixels.ranks, pixels.confidence, pixels.validity, work.level, work.areas.parts):
        if array is not None:
            content.update(f"{array.dtype} {array.shape}".encode())
            content.update(np.ascontiguousarray(array).data)
    parts = [cell, work.lattice, work.times, work.how, work.made_by, work.ranks.codes.tolist()]
    return digest([content.hexdigest(), *map(str, parts), work.areas.rows_per_block, work.areas.columns_per_block])


def make(work: CellWork, cell: Cell, pixels: CellPixels) -> Pieces:
    """Make the pieces of a cell.

    Ground without a class is traced and simplified like any other, and left out then: only the cell's own outline
    stays as it is.
    """
    inner = np.ascontiguousarray(pixels.values[1:-1, 1:-1])
    numbers, value, size, first = patches.label(inner)
    traced = -1 - pixels.values
    traced[1:-1, 1:-1] = numbers
    rows, columns = inner.shape
    shapes = tracing.polygons(tracing.outlines(traced))
    shapes = simplification.generalise(shapes, (columns, rows), work.how)
    kept = value > 0
    new = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    numbers = new[numbers]
    sums = _sums(work, cell, numbers, value[kept], pixels)
    sums[:, PIXELS] = size[kept]
    row, column = (first[kept] // columns + cell.window.row), (first[kept] % columns + cell.window.column)
    return pieces.of_polygons(
        shapes[kept], value[kept], work.lattice.place(row, column), sums, _rims(work.lattice, cell, numbers)
    )


def _sums(work: CellWork, cell: Cell, numbers: np.ndarray, value: np.ndarray, pixels: CellPixels) -> np.ndarray:
    """Return the sums of pieces."""
    of_map = np.repeat(np.repeat(numbers, work.times, 0), work.times, 1) if work.times > 1 else numbers
    found = MapPixels(of_map, pixels.ranks, pixels.confidence, pixels.validity)
    classes = work.ranks.number
    alike = work.level[None, :] == (value % (classes + 1))[:, None]
    sums = attributes.sums_of(found, classes, alike, len(value))
    row, column, rows, columns = cell.window
    blocks = np.ix_(
        np.arange(row, row + rows) // work.areas.rows_per_block,
        np.arange(column, column + columns) // work.areas.columns_per_block,
    )
    inside = numbers >= 0
    areas = work.areas.parts[blocks][inside].astype(np.float64)
    sums[:, AREA] = np.bincount(numbers[inside], areas, len(value)).astype(np.int64)
    return sums


def _rims(lattice: Lattice, cell: Cell, numbers: np.ndarray) -> np.ndarray:
    """Return the pieces along the cell's sides, where the map goes on behind them."""
    row = lattice.row + cell.window.row - cell.row * lattice.side
    column = lattice.column + cell.window.column - cell.column * lattice.side
    rows, columns = numbers.shape
    rims = np.full((4, lattice.side), -1, np.int32)
    if row == 0:
        rims[0, column : column + columns] = numbers[0]
    if column + columns == lattice.side:
        rims[1, row : row + rows] = numbers[:, -1]
    if row + rows == lattice.side:
        rims[2, column : column + columns] = numbers[-1]
    if column == 0:
        rims[3, row : row + rows] = numbers[:, 0]
    return rims
