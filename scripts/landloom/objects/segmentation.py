"""Superpixels of a tile, found strip by strip while its features are made once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.core.progress import Progress
from landloom.features import vectors as features
from landloom.features.vectors import Layout, WindowFeatures
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.objects import superpixels
from landloom.objects.cells import Cells
from landloom.objects.segmentation_features import UNIT, SegmentationFeatures
from landloom.objects.strip_shapes import STRIP_ROWS, margin_px
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.reading.series_reader import TileReader


@dataclass(frozen=True)
class Segmentation:
    """How a tile is segmented.

    Attributes
    ----------
    grid : Grid
    layout : Layout
        Of the feature vectors.
    chosen : SegmentationFeatures
        Of these.
    settings : section of the configuration
    """

    grid: Grid
    layout: Layout
    chosen: SegmentationFeatures
    settings: SuperpixelSettings


def write(
    segmentation: Segmentation, windows: Sequence[Window], reader: TileReader, path: Path | str, tags: rasters.Tags
) -> None:
    """Write the superpixel of each pixel of a tile: uint32, the number of its cell in the tile plus 1; 0 for none.

    Parameters
    ----------
    windows : list of Window
        Row by row.
    """
    grid = segmentation.grid
    progress = Progress("superpixels", grid.rows * grid.columns)
    with rasters.create(path, grid, "uint32", tags) as target:
        strips = _Strips(segmentation, max(window.rows for window in windows))
        for vectors in features.stream(reader, segmentation.layout, grid, windows):
            strips.add(vectors)
            while strips.are_ready():
                window, found = strips.next()
                target.write(found, 1, window=window.ranges)
                progress.advance(window.pixels)


class _Strips:
    """Rows of a tile that the next strip needs, of its whole width.

    Parameters
    ----------
    segmentation : Segmentation
    window_rows : int
        Rows of the highest window: rows are used when all windows beside each other are there.
    """

    def __init__(self, segmentation: Segmentation, window_rows: int) -> None:
        grid, settings = segmentation.grid, segmentation.settings
        self._segmentation = segmentation
        self._margin = margin_px(settings.side_px, settings.iterations)
        self._first = self._complete = self._start = 0
        shape = min(STRIP_ROWS + 2 * self._margin + window_rows, grid.rows), grid.columns
        self._values = np.zeros((*shape, len(segmentation.chosen)), np.int16)
        self._seen = np.zeros(shape, bool)

    def add(self, vectors: WindowFeatures) -> None:
        """Take the pixels of a window."""
        window, grid = vectors.window, self._segmentation.grid
        values = np.zeros((window.pixels, len(self._segmentation.chosen)), np.int16)
        seen = np.zeros(window.pixels, bool)
        for part in features.chunks(window.pixels):
            matrix, seen[part] = vectors.stack(np.arange(part.start, part.stop))
            values[part] = self._segmentation.chosen.of(matrix)
        rows, columns = Window(window.row - self._first, *window[1:]).slices
        self._values[rows, columns] = values.reshape(window.rows, window.columns, -1)
        self._seen[rows, columns] = seen.reshape(window.rows, window.columns)
        if window.column + window.columns == grid.columns:
            self._complete = window.row + window.rows

    @property
    def _stop(self) -> int:
        """Return the row after the next strip."""
        return min(self._start + STRIP_ROWS, self._segmentation.grid.rows)

    def are_ready(self) -> bool:
        """Return whether all rows are there that the next strip depends on."""
        rows = self._segmentation.grid.rows
        return self._start < rows and self._complete >= min(self._stop + self._margin, rows)

    def next(self) -> tuple[Window, np.ndarray]:
        """Return the next strip and its superpixels, and let rows go that no other strip needs."""
        segmentation, grid = self._segmentation, self._segmentation.grid
        top, bottom = max(self._start - self._margin, 0), min(self._stop + self._margin, grid.rows)
        settings, part = segmentation.settings, slice(top - self._first, bottom - self._first)
        cells = Cells.of_window(grid, Window(top, 0, bottom - top, grid.columns), settings.side_px)
        found = superpixels.find(
            self._values[part], self._seen[part], cells, settings.iterations, settings.compactness * UNIT
        )
        strip = Window(self._start, 0, self._stop - self._start, grid.columns)
        inner = found[self._start - top : self._stop - top]
        self._start = self._stop
        self._let_go(max(self._start - self._margin, 0))
        return strip, (cells.within(Cells.of_grid(grid, settings.side_px), inner) + 1).astype(np.uint32)

    def _let_go(self, first: int) -> None:
        """Move the rows from a row of the tile on to the top."""
        kept = self._complete - first
        for rows in (self._values, self._seen):
            rows[:kept] = rows[first - self._first : first - self._first + kept].copy()
        self._first = first
