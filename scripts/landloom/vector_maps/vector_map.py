"""Vector map of a regularised raster: pieces of its cells, made once, then joined and written."""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from landloom.core import tables, threads
from landloom.core.errors import InputError
from landloom.core.files import REMAKE, broken
from landloom.core.nomenclature import Nomenclature
from landloom.core.progress import Progress
from landloom.geo import ground
from landloom.geo.grids import Grid
from landloom.vector_maps import attributes, cell_pieces, joining, outputs, patches, pieces, tracing
from landloom.vector_maps.attributes import FieldNames, Legend
from landloom.vector_maps.cell_pieces import CellWork, Rasters
from landloom.vector_maps.class_ranks import ClassRanks
from landloom.vector_maps.lattice_cells import Cell, Lattice, coarser, side_of
from landloom.vector_maps.outputs import Table, Targets
from landloom.vector_maps.pieces import Pieces
from landloom.vector_maps.regularised_map import grid_of_map, times_larger
from landloom.vector_maps.settings import VectorSettings
from landloom.vector_maps.simplification import Generalisation

GROUPS = "groups"
SUMMARY = ("code", "polygons", "hectares", "largest_hectares")


@dataclass(frozen=True)
class Order:
    """What is asked for: the section of the configuration, all classes, and the level, `classes` or `groups`."""

    settings: VectorSettings
    classes: Nomenclature
    level: str

    @property
    def zones(self) -> Sequence[str]:
        """Return the names of the zones."""
        return self.settings.zones.names if self.settings.zones else ()


def cell_work(order: Order, rasters: Rasters, made_by: str, side: int | None = None) -> CellWork:
    """Return what pieces are made of.

    Parameters
    ----------
    made_by : str
        Digest of the code.
    side : int, optional
        Rows and columns of a cell.
    """
    settings, own = order.settings, grid_of_map(rasters.classification)
    times = times_larger(own, settings.resolution_m)
    grid, *offset = coarser(own, times)
    for path, wanted in (
        (rasters.regularised, grid),
        (rasters.zones, grid),
        (rasters.confidence, own),
        (rasters.validity, own),
    ):
        if path and grid_of_map(path) != wanted:
            raise InputError(f"{path}: is not on the grid of {rasters.classification}; {REMAKE}")
    ranks = ClassRanks.of(order.classes.codes)
    return CellWork(
        rasters,
        ranks,
        level_of(order, ranks),
        Lattice.of(grid, side or side_of(times)),
        times,
        (offset[0], offset[1]),
        ground.pixel_areas(grid),
        Generalisation(_tolerance_px(settings, grid), settings.smoothing),
        made_by,
    )


def level_of(order: Order, ranks: ClassRanks) -> np.ndarray:
    """Return the rank that polygons of each rank show: its own, or that of its group's first class."""
    own = np.arange(ranks.number + 1, dtype=np.int32)
    if order.level != GROUPS:
        return own
    groups = order.classes.code_of_group()
    own[1:] = ranks.ranks[[groups[code] for code in order.classes.codes]]
    return own


def _tolerance_px(settings: VectorSettings, grid: Grid) -> float:
    """Return the tolerance in pixels; by default one."""
    if settings.tolerance_m is None:
        return 1.0
    return settings.tolerance_m / float(np.mean(ground.pixel_m(grid)))


def shown_classes(order: Order) -> Nomenclature:
    """Return the classes or groups that polygons show."""
    return order.classes.groups() if order.level == GROUPS else order.classes


def legend_of(order: Order) -> Legend:
    """Return what values of pieces mean."""
    classes = order.classes
    names, groups = shown_classes(order).names_by_code(), classes.group_by_code()
    codes = [0, *classes.codes]
    shown = [names.get(code, "") for code in codes]
    return Legend(np.array(codes, np.int32), shown, [groups.get(code, "") for code in codes], order.zones)


def names_of(order: Order, layers: bool) -> FieldNames:
    """Return the names of fields; `layers` says whether there are a confidence and numbers of valid observations."""
    zones = bool(order.zones)
    if order.settings.fields == "oso":
        return attributes.oso_names(order.classes, zones=zones, layers=layers)
    groups = bool(order.classes.group_by_code()) and order.level != GROUPS
    return attributes.own_names(order.classes, zones=zones, groups=groups, layers=layers)


def code_field(order: Order) -> str:
    """Return the name of the field of the class' code."""
    return names_of(order, layers=False).code


def cut_of(settings: VectorSettings, lattice: Lattice) -> int | None:
    """Return the rows and columns of cells between lines on which polygons are cut."""
    if settings.cut_km is None:
        return None
    cell_m = lattice.side * float(np.mean(ground.pixel_m(lattice.grid)))
    return max(round(settings.cut_km * 1000 / cell_m), 1)


def finish_cells(work: CellWork, folder: Path) -> None:
    """Make the files of all cells that are missing, or of other pixels, and remove those of no cell."""
    cells = list(work.lattice.cells())
    progress = Progress("vectors", work.lattice.grid.rows * work.lattice.grid.columns)
    counting, made = threading.Lock(), 0

    def one(cell: Cell) -> None:
        nonlocal made
        new = cell_pieces.finish(work, cell, path_of(folder, cell))
        with counting:
            made += new
            progress.advance(cell.window.pixels)

    threads.run_all([partial(one, cell) for cell in cells])
    known = {path_of(folder, cell).name for cell in cells}
    for path in folder.iterdir():
        if path.name not in known:
            path.unlink()
    print(f"{made} of {len(cells)} cells made, the others were finished before", file=sys.stderr)


def path_of(folder: Path, cell: Cell) -> Path:
    """Return the file of a cell's pieces."""
    return folder / f"{cell.row}_{cell.column}.npz"


def write(order: Order, work: CellWork, folder: Path, targets: Targets, summary: Path) -> int:
    """Join the pieces of all cells, write all files, and return the number of polygons."""

    def load(cell: Cell) -> Pieces:
        found = pieces.load(path_of(folder, cell))
        if found is None:
            raise broken(path_of(folder, cell), ValueError("it cannot be read"))
        return found

    cells = list(work.lattice.cells())
    joints = joining.find_joints(cells, load, cut_of(order.settings, work.lattice))
    layers = bool(work.rasters.confidence and work.rasters.validity)
    table = Table(names_of(order, layers), legend_of(order), work.areas.part_ha, work.lattice.grid)
    rows = outputs.write(joining.join(cells, load, joints), table, order.level, targets)
    if not rows:
        raise InputError("vectors.zones: no pixel with a class lies in a zone: there is nothing to make polygons of")
    tables.write(summary, SUMMARY, rows)
    return sum(row[1] for row in rows)


def use_kernels() -> None:
    """Call the kernels once, so that they are compiled before the work."""
    patches.use_kernels()
    tracing.use_kernels()
