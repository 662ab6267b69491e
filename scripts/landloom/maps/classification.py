"""Classification of a tile in one pass over its windows: features once, then the models of all runs and regions."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

import numpy as np

from landloom.accuracy.class_counts import TileCounts
from landloom.core import threads
from landloom.core.progress import Progress, Stopwatch
from landloom.features.vectors import Layout
from landloom.geo import rasters, window_shapes
from landloom.geo.grids import Grid, Window
from landloom.maps import class_maps, layers
from landloom.maps.applied_models import AreaReader, Areas
from landloom.maps.fused_runs import FusedMap, Fusion
from landloom.maps.output_block import Pixels
from landloom.maps.prediction import Chunk, Parts, Place, PlainParts
from landloom.maps.run_map import Run, RunMap
from landloom.models import files as model_files
from landloom.reading.series_reader import TileReader

PLAIN = PlainParts()


@dataclass(frozen=True)
class Tile:
    """What all runs of a tile have in common.

    Attributes
    ----------
    grid : Grid
    layout : Layout
        Features of its pixels.
    areas : Areas
    nomenclature : Nomenclature or TargetSettings
        What its maps show.
    kind : module
        How such maps are made: a member of :data:`landloom.maps.kinds.KINDS`.
    """

    grid: Grid
    layout: Layout
    areas: Areas
    nomenclature: Any
    kind: Any = class_maps


@dataclass(frozen=True)
class _Maps:
    """All maps of a tile while they are made."""

    runs: Sequence[RunMap]
    fused: Sequence[FusedMap]
    codes: np.ndarray

    @classmethod
    def of(cls, files: ExitStack, tile: Tile, runs: Sequence[Run], fusions: Sequence[Fusion]) -> Self:
        """Open the rasters of all maps."""
        return cls(
            [tile.kind.open_run(files, run, tile.grid, tile.nomenclature) for run in runs],
            [tile.kind.open_fused(files, one, tile.grid, tile.nomenclature) for one in fusions],
            tile.kind.codes_of(tile.nomenclature),
        )

    def begin(self, area: Window) -> None:
        """Begin an area with empty blocks."""
        for run in self.runs:
            run.begin(area)
        for one in self.fused:
            one.begin(area)

    def add(self, chunk: Chunk, pixels: Pixels) -> None:
        """Predict with the models of all runs, one after another, while the chunk's features are in the cache."""
        predictions = []
        for run in self.runs:
            predictions.append(chunk.predict(run.models, self.codes))
            run.add(pixels, predictions[-1])
        for one in self.fused:
            one.add(pixels, predictions)

    def finish(self, area: Window, regions: np.ndarray) -> None:
        """Write an area of all maps and count its labels."""
        blocks = [run.block for run in self.runs]
        writes = [write for run in self.runs for write in run.finish(area, regions)]
        threads.run_all(writes + [write for one in self.fused for write in one.finish(area, regions, blocks)])

    def counts(self) -> list[TileCounts]:
        """Return the counts of all maps."""
        return [*(run.counts() for run in self.runs), *(one.counts() for one in self.fused)]


def block_bytes(grid: Grid, classes: int, names: Collection[str]) -> int:
    """Return the memory of the largest output blocks of some layers; a layer counts once for each of its runs."""
    extent = window_shapes.Extent(grid.rows, grid.columns)
    return window_shapes.written_pixels(extent) * layers.block_bytes(names, classes)


def classify(
    tile: Tile,
    windows: Sequence[Window],
    reader: TileReader | None,
    runs: Sequence[Run],
    fusions: Sequence[Fusion] = (),
    parts: Parts = PLAIN,
) -> tuple[list[TileCounts], Stopwatch]:
    """Classify a tile and write the rasters of all runs, and of maps that they are fused into.

    Parameters
    ----------
    tile : Tile
    windows : list of Window
        Windows with owned pixels, row by row.
    reader : TileReader or None
        None where ``parts`` read none of the tile's series.
    runs : list of Run
    fusions : list of Fusion
    parts : Parts
        How windows are cut into chunks: by default each pixel is classified for itself.

    Returns
    -------
    counts : list of TileCounts
        Owned pixels of the tile and their areas, of each run and each fused map; 0 counts pixels without valid
        observation.
    stopwatch : Stopwatch

    Raises
    ------
    InputError
        If a region has no model, or a model has classes that the nomenclature lacks or labels otherwise.
    """
    for run in runs:
        tile.kind.check_models(run.models, tile.nomenclature)
    stopwatch = Stopwatch()
    with ExitStack() as files:
        areas = AreaReader(files, tile.areas)
        maps = _Maps.of(files, tile, runs, fusions)
        progress = Progress("classification", sum(window.pixels for window in windows))
        stream = parts.stream(Place(reader, tile.layout, tile.grid, areas), windows, stopwatch)
        for area, group in groupby(stream, key=lambda part: _output_area(part.window, tile.grid)):
            maps.begin(area)
            for part in group:
                stopwatch.lap("waiting for reading")
                for chunk in part.chunks():
                    maps.add(chunk, _positions(chunk.pixels, part.window, area))
                progress.advance(part.window.pixels)
            maps.finish(area, areas.regions(area))
            stopwatch.lap("writing")
    return maps.counts(), stopwatch


def _output_area(window: Window, grid: Grid) -> Window:
    """Return the output blocks of a window; each is written once, when it is complete."""
    if window.rows >= rasters.BLOCK or window.columns < grid.columns:
        return window
    top = window.row // rasters.BLOCK * rasters.BLOCK
    return Window(top, window.column, min(rasters.BLOCK, grid.rows - top), window.columns)


def _positions(pixels: np.ndarray, window: Window, area: Window) -> Pixels:
    """Return the rows and columns in the block of an area of some pixels of a window within it."""
    rows, columns = np.divmod(pixels, window.columns)
    return rows + (window.row - area.row), columns + (window.column - area.column)


def use_kernels(kind: Any = class_maps) -> None:
    """Call every kernel once, with the types of models and of the blocks of a kind: compiled ahead of the work."""
    model_files.use_kernels()
    kind.use_kernels()
