"""In which windows a tile is worked on: as its files are cut into blocks, and as memory allows.

A block of a file is decoded whole, however little of it is wanted. Files in strips (THEIA's) want windows as wide
as the tile, files in square blocks (JPEG 2000) windows of whole blocks; where memory does not allow that, some
blocks are decoded again for the next window, and as few as possible should be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from landloom.grids import Grid, Window
from landloom.limits import BASE_MB, BYTES_PER_PIXEL
from landloom.rasters import BLOCK

MOST_PIXELS, ENOUGH_PIXELS, FEWEST_PIXELS = 2**21, 2**19, 2**16
"""More than enough only where it spares decoding; fewer cost more calls than work."""
FEWEST_WINDOWS = 8
"""Of a small tile, too, so that reading one overlaps with work on another."""


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
        For a pixel of the series (see :attr:`landloom.tiles.Chain.bytes_per_pixel`), of which two windows are in
        memory: one being read, one in work.
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
    limit = min(most_pixels, MOST_PIXELS)
    possible = [shape for shape in _shapes(grid) if shape[0] >= least_rows]
    shapes = [shape for shape in possible if _pixels(_with_margin(shape, margin_px), grid) <= limit]
    # Where a margin is wide, small windows are little else.
    smallest = (least_rows, min(BLOCK, grid.columns)) if margin_px == 0 else (max(least_rows, BLOCK), BLOCK)
    shapes = shapes or [smallest]
    costs = {
        shape: sum(_times_decoded(shape, one, grid, margin_px) for one in blocks) / len(blocks) for shape in shapes
    }
    enough = min(ENOUGH_PIXELS, max(grid.rows * grid.columns // FEWEST_WINDOWS, FEWEST_PIXELS))

    def merit(shape: tuple[int, int]) -> tuple[int, ...]:
        pixels = _pixels(shape, grid)
        return round(5 * costs[shape]), max(pixels - enough, 0), -pixels, -shape[0]

    rows, columns = min(shapes, key=merit)
    windows = [
        Window(row, column, min(rows, grid.rows - row), min(columns, grid.columns - column))
        for row in range(0, grid.rows, rows)
        for column in range(0, grid.columns, columns)
    ]
    return Plan(windows, costs[rows, columns])


def _shapes(grid: Grid) -> list[tuple[int, int]]:
    """Return shapes to choose from: rows of the whole grid, and rectangles of whole columns of the output's blocks.

    Powers of two, so that windows are whole blocks of the output, or even parts of these.
    """
    sides = [2**power for power in range(12)]
    widths = [grid.columns, *(side for side in sides if BLOCK <= side < grid.columns)]
    return [(rows, columns) for rows in sides for columns in widths]


def _pixels(shape: tuple[int, int], grid: Grid) -> int:
    return min(shape[0], grid.rows) * min(shape[1], grid.columns)


def _with_margin(shape: tuple[int, int], margin_px: int) -> tuple[int, int]:
    return shape[0] + 2 * margin_px, shape[1] + 2 * margin_px


def _times_decoded(shape: tuple[int, int], block: tuple[int, int], grid: Grid, margin_px: int) -> float:
    """Return how often a block is decoded, on average, if nothing stays in the cache from window to window."""
    rows = _touched(shape[0], block[0], grid.rows, margin_px)
    return rows * _touched(shape[1], block[1], grid.columns, margin_px)


def _touched(side: int, block: int, length: int, margin_px: int) -> float:
    """Return how many windows touch a block along one axis, on average."""
    touches = sum(
        (min(start + side + margin_px, length) - 1) // block - max(start - margin_px, 0) // block + 1
        for start in range(0, length, side)
    )
    return touches / -(-length // block)
