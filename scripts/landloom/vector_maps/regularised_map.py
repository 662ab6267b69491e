"""Raster of a regularised map, window by window."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numba
import numpy as np

from landloom.core import threads
from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.core.nomenclature import Nomenclature
from landloom.core.progress import Progress
from landloom.geo import grids, ground, rasters
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.maps import cloud_optimized
from landloom.vector_maps import areas, class_ranks, filters, minimum_unit, patches, regularisation
from landloom.vector_maps.areas import Areas
from landloom.vector_maps.class_ranks import ClassRanks
from landloom.vector_maps.lattice_cells import coarser, side_of
from landloom.vector_maps.regularisation import Read, Rules
from landloom.vector_maps.settings import VectorSettings

_NEARLY = 0.01


@dataclass(frozen=True)
class Work:
    """What windows of a regularised map are made of.

    Attributes
    ----------
    path : path
        Map of classes.
    ranks : ClassRanks
    grid : Grid
        Of the regularised map.
    offset : (int, int)
        Rows and columns of the map by which that grid begins before it.
    rules : Rules
    sea : Areas or None
        Ground that is left out.
    at_sea : ndarray of bool, shape (classes + 1,)
        Which classes are left out there.
    """

    path: Path | str
    ranks: ClassRanks
    grid: Grid
    offset: tuple[int, int]
    rules: Rules
    sea: Areas | None
    at_sea: np.ndarray

    @classmethod
    def of(cls, path: Path | str, classes: Nomenclature, settings: VectorSettings) -> "Work":
        """Return the work of a configuration.

        Raises
        ------
        InputError
            If the map cannot be used as it is wanted.
        """
        own = grid_of_map(path)
        times = times_larger(own, settings.resolution_m)
        grid, *offset = coarser(own, times)
        high, wide = ground.pixel_m(grid)
        rules = Rules(times, settings.majority_px, class_ranks.units(settings, classes, high * wide))
        sea = areas.sea(settings.sea, grid) if settings.sea else None
        at_sea = _classes_at_sea(settings, classes)
        return cls(path, ClassRanks.of(classes.codes), grid, (offset[0], offset[1]), rules, sea, at_sea)

    def reader(self) -> Read:
        """Return the reader of ranks before any filter."""
        of_map = partial(_read, self.path, self.ranks)
        larger = regularisation.larger_pixels(of_map, self.rules.times, *self.offset, self.ranks.number)
        return partial(self._on_land, larger)

    def _on_land(self, read: Read, window: Window) -> np.ndarray:
        """Return ranks without those of the sea."""
        ranks = read(window)
        if self.sea is None:
            return ranks
        found: np.ndarray = np.where((self.sea.draw(window) > 0) & self.at_sea[ranks], 0, ranks).astype(np.int32)
        return found


def _read(path: Path | str, ranks: ClassRanks, window: Window) -> np.ndarray:
    """Return the ranks of a window of a map; each thread opens it for itself, as GDAL wants it."""
    with raster_doors.opened(path) as dataset:
        return ranks.read(dataset, window)


def grid_of_map(path: Path | str) -> Grid:
    """Return the grid of a map, which may be one of the user's own.

    Raises
    ------
    InputError
        If it has no place, or cannot be read.
    """
    try:
        with rasters.opened_map(path) as dataset:
            if dataset.count != 1:
                raise InputError(f"vectors.map: {path} has {dataset.count} bands; a map of classes has one")
            return grids.of_dataset(dataset)
    except ValueError as error:
        raise InputError(f"vectors.map: {path} {error}") from None


def times_larger(grid: Grid, resolution_m: float | None) -> int:
    """Return how many pixels of a map are along the side of a larger one.

    Raises
    ------
    InputError
        If the resolution is no multiple of the map's.
    """
    if resolution_m is None:
        return 1
    ratios = [resolution_m / side for side in ground.pixel_m(grid)]
    times = round(ratios[0])
    if times < 1 or any(abs(ratio - times) > _NEARLY * times for ratio in ratios):
        high, wide = ground.pixel_m(grid)
        raise InputError(
            f"vectors.resolution_m: {resolution_m:g} m is no multiple of the map's pixels, {wide:g} m x {high:g} m"
        )
    return times


def _classes_at_sea(settings: VectorSettings, classes: Nomenclature) -> np.ndarray:
    """Return which ranks are sea within its polygons."""
    if settings.sea is None or not settings.sea.labels:
        return np.ones(len(classes.codes) + 1, bool)
    known = classes.code_by_label()
    wanted = {known[label] for label in settings.sea.labels}
    return np.array([False, *(code in wanted for code in classes.codes)])


def write(work: Work, classes: Nomenclature, path: Path, tags: rasters.Tags) -> dict[str, int]:
    """Write the regularised map, and return its numbers of pixels: ``classified``, and ``changed`` by filters.

    Raises
    ------
    InputError
        If the map has no class anywhere.
    """
    progress = Progress("regularisation", work.grid.rows * work.grid.columns)
    codes = work.ranks.codes.astype(rasters.label_dtype(classes.codes))
    classified = changed = 0
    read = work.reader()
    with cloud_optimized.create(path, work.grid, str(codes.dtype), tags, "nearest") as target:
        rasters.describe_classes(target, classes)
        windows = list(work.grid.windows(side_of(work.rules.times)))
        for start in range(0, len(windows), numba.get_num_threads()):
            for window, ranks, before in _in_threads(work, read, windows[start : start + numba.get_num_threads()]):
                target.write(codes[ranks], 1, window=window.ranges)
                classified += int((ranks > 0).sum())
                changed += int((ranks != before).sum())
                progress.advance(window.pixels)
        if not classified:
            raise InputError(
                f"vectors.map: {work.path} has no pixel with a class: there is nothing to be made polygons"
            )
    return {"classified": classified, "changed": changed, UNITS: int(work.rules.units.least.max())}


UNITS = "least_pixels"
"""Name of the largest of the smallest patches among the numbers of a regularised map."""


def _in_threads(work: Work, read: Read, windows: Sequence[Window]) -> list[tuple[Window, np.ndarray, np.ndarray]]:
    """Return the ranks of windows after and before the filters."""
    found: dict[Window, tuple[np.ndarray, np.ndarray]] = {}

    def one(window: Window) -> None:
        ranks = regularisation.regularise(read, work.grid, window, work.rules)
        found[window] = ranks, read(window)

    threads.run_all([partial(one, window) for window in windows])
    return [(window, *found[window]) for window in windows]


def write_numbers(numbers: dict[str, int], path: Path | str) -> None:
    """Write the numbers of pixels."""
    write_text(path, json.dumps(numbers) + "\n")


def use_kernels() -> None:
    """Call the kernels once, so that they are compiled before the work."""
    for module in (patches, minimum_unit, filters):
        module.use_kernels()
