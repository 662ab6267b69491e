"""Windows of a tile, adapted to the blocks of its files and to the available memory.

A block of a file is always decoded as a whole, even if few of its pixels are needed. Files in strips (THEIA's) want
windows as wide as the tile, files in square blocks (JPEG 2000) need windows of whole blocks. If memory does not allow
that, some blocks are decoded again for the next window; their number is minimised.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from landloom.core.memory import BASE_MB, BYTES_PER_PIXEL
from landloom.geo import window_shapes
from landloom.geo.grids import Grid, Window
from landloom.geo.window_shapes import Extent


@dataclass(frozen=True)
class Plan:
    """Windows of one shape.

    Attributes
    ----------
    windows : list of Window
        Row by row.
    times_decoded : float
        Average number of times that a block of the files is decoded.
    """

    windows: list[Window]
    times_decoded: float

    def __str__(self) -> str:
        first = self.windows[0]
        text = f"windows of {first.rows} x {first.columns} pixels"
        if self.times_decoded > 1.5:
            text += f" (files' blocks are decoded up to {self.times_decoded:.1f} times: more memory would avoid that)"
        return text


def most_pixels(memory_mb: int, series_bytes: int, other_bytes: int = 0, feature_bytes: int = 0) -> int:
    """Return the largest number of pixels of a window within a memory limit.

    Parameters
    ----------
    memory_mb : int
        Memory of the job.
    series_bytes : int
        Memory of a pixel of the series (see :attr:`landloom.features.pipeline.TilePipeline.bytes_per_pixel`). Two
        windows are in memory: one being read, one being processed.
    other_bytes : int
        Memory of the job that does not depend on the window.
    feature_bytes : int
        Memory of a pixel of features that are computed for whole windows.
    """
    per_pixel = 2 * series_bytes + BYTES_PER_PIXEL + feature_bytes
    return int(max((memory_mb - BASE_MB) * 1e6 - other_bytes, 10e6) / per_pixel)


def plan(
    grid: Grid, blocks: Sequence[tuple[int, int]], most_pixels: int, margin_px: int = 0, least_rows: int = 1
) -> Plan:
    """Cut a grid into windows that minimise repeated decoding.

    Parameters
    ----------
    grid : Grid
    blocks : list of (rows, columns)
        Blocks of the files to read, in pixels of the grid.
    most_pixels : int
        Largest number of pixels of a window.
    margin_px : int
        Pixels that are read around each window.
    least_rows : int
        Smallest number of rows of a window, a power of 2.
    """
    shape = window_shapes.best(Extent(grid.rows, grid.columns), blocks, most_pixels, margin_px, least_rows)
    windows = [
        Window(row, column, min(shape.rows, grid.rows - row), min(shape.columns, grid.columns - column))
        for row in range(0, grid.rows, shape.rows)
        for column in range(0, grid.columns, shape.columns)
    ]
    return Plan(windows, shape.times_decoded)
