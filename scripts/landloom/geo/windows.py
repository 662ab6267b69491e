"""In which windows a tile is worked on: as its files are cut into blocks, and as memory allows.

A block of a file is decoded whole, however little of it is wanted. Files in strips (THEIA's) want windows as wide
as the tile, files in square blocks (JPEG 2000) windows of whole blocks; where memory does not allow that, some
blocks are decoded again for the next window, and as few as possible should be.
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
        How often a block of the files is decoded, on average.
    """

    windows: list[Window]
    times_decoded: float

    def __str__(self) -> str:
        first = self.windows[0]
        text = f"windows of {first.rows} x {first.columns} pixels"
        if self.times_decoded > 1.5:
            text += f" (the files' blocks are decoded {self.times_decoded:.1f} times: more memory would spare that)"
        return text


def most_pixels(memory_mb: int, series_bytes: int, other_bytes: int = 0, feature_bytes: int = 0) -> int:
    """Return how many pixels a window may have to stay within a memory limit.

    Parameters
    ----------
    memory_mb : int
        Of the job.
    series_bytes : int
        For a pixel of the series (see :attr:`landloom.features.pipeline.TilePipeline.bytes_per_pixel`), of which two
        windows are in memory: one being read, one in work.
    other_bytes : int
        What the job needs whatever the window.
    feature_bytes : int
        For a pixel, of features that are made of whole windows.
    """
    per_pixel = 2 * series_bytes + BYTES_PER_PIXEL + feature_bytes
    return int(max((memory_mb - BASE_MB) * 1e6 - other_bytes, 10e6) / per_pixel)


def plan(
    grid: Grid, blocks: Sequence[tuple[int, int]], most_pixels: int, margin_px: int = 0, least_rows: int = 1
) -> Plan:
    """Cut a grid into windows that decode as little as possible twice.

    Parameters
    ----------
    grid : Grid
    blocks : list of (rows, columns)
        Of the files to read, in pixels of the grid.
    most_pixels : int
        That memory allows in a window.
    margin_px : int
        Pixels that are read around each window.
    least_rows : int
        Of a window, a power of 2.
    """
    shape = window_shapes.best(Extent(grid.rows, grid.columns), blocks, most_pixels, margin_px, least_rows)
    windows = [
        Window(row, column, min(shape.rows, grid.rows - row), min(shape.columns, grid.columns - column))
        for row in range(0, grid.rows, shape.rows)
        for column in range(0, grid.columns, shape.columns)
    ]
    return Plan(windows, shape.times_decoded)
