"""Shape of windows that decodes the fewest blocks of a tile's files twice.

Pure arithmetic, used by jobs for their windows and by the Snakefile for their memory and time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

OUTPUT_BLOCK_PX = 256
"""Side of the blocks of output rasters."""

MOST_PIXELS, ENOUGH_PIXELS, FEWEST_PIXELS = 2**21, 2**19, 2**16
"""Largest windows, used only where they avoid repeated decoding; far smaller ones cost more in calls than in work."""
FEWEST_WINDOWS = 8
"""Number of windows even of a small tile, so that reading one overlaps with processing another."""

STRIP_ROWS = 32
"""Rows of a window as wide as the tile: whole strips of any file with few calls."""


@dataclass(frozen=True)
class Extent:
    """Rows and columns of a tile or of a block of a file."""

    rows: int
    columns: int

    @property
    def pixels(self) -> int:
        """Return the number of pixels."""
        return self.rows * self.columns


def written_pixels(tile: Extent) -> int:
    """Return the most pixels of a tile that are held until they are written: a row of output blocks, or a window."""
    return max(OUTPUT_BLOCK_PX * tile.columns, min(MOST_PIXELS, tile.pixels))


@dataclass(frozen=True)
class Shape:
    """Rows and columns of windows.

    Attributes
    ----------
    rows, columns : int
    times_decoded : float
        Average number of times that a block of the files is decoded.
    """

    rows: int
    columns: int
    times_decoded: float


def best(
    tile: Extent, blocks: Sequence[tuple[int, int]], most_pixels: int, margin_px: int = 0, least_rows: int = 1
) -> Shape:
    """Return the shape of windows that minimises repeated decoding.

    Parameters
    ----------
    blocks : list of (rows, columns)
        Blocks of the files to read, in pixels of the tile.
    most_pixels : int
        Largest number of pixels of a window with its margin that fits into memory.
    margin_px : int
        Pixels that are read around each window.
    least_rows : int
        Smallest number of rows of a window, a power of 2.
    """
    limit = min(most_pixels, MOST_PIXELS)
    possible = [shape for shape in _shapes(tile) if shape[0] >= least_rows]
    shapes = [shape for shape in possible if _pixels(_with_margin(shape, margin_px), tile) <= limit]
    # With a wide margin, small windows consist mostly of margin.
    block = OUTPUT_BLOCK_PX
    smallest = (least_rows, min(block, tile.columns)) if margin_px == 0 else (max(least_rows, block), block)
    shapes = shapes or [smallest]
    costs = {
        shape: sum(_times_decoded(shape, one, tile, margin_px) for one in blocks) / len(blocks) for shape in shapes
    }
    enough = min(ENOUGH_PIXELS, max(tile.pixels // FEWEST_WINDOWS, FEWEST_PIXELS))

    def merit(shape: tuple[int, int]) -> tuple[int, ...]:
        pixels = _pixels(shape, tile)
        return round(5 * costs[shape]), max(pixels - enough, 0), -pixels, -shape[0]

    rows, columns = min(shapes, key=merit)
    return Shape(rows, columns, costs[rows, columns])


def wanted_pixels(tile: Extent, blocks: Sequence[tuple[int, int]], margin_px: int) -> int:
    """Return the number of pixels of a window with its margin for which little but the margin is decoded twice.

    The result is at least one block of the output and at most the number that is allowed.
    """
    shapes = [(max(_power_of_2(rows), STRIP_ROWS), _width(columns, tile)) for rows, columns in blocks]
    wanted = max(_pixels(_with_margin(shape, margin_px), tile) for shape in shapes)
    least = _with_margin((OUTPUT_BLOCK_PX, OUTPUT_BLOCK_PX), margin_px)
    return max(min(wanted, MOST_PIXELS), _pixels(least, tile))


def _width(columns: int, tile: Extent) -> int:
    return tile.columns if columns >= tile.columns else _power_of_2(columns)


def _power_of_2(side: int) -> int:
    """Return the largest power of 2 that is no larger, as the sides of windows are."""
    found: int = 2 ** (side.bit_length() - 1)
    return found


def _shapes(tile: Extent) -> list[tuple[int, int]]:
    """Return candidate shapes: rows of the whole tile, and rectangles of whole columns of the output's blocks.

    Sides are powers of two, so that windows are whole blocks of the output or equal parts of them.
    """
    sides = [2**power for power in range(12)]
    widths = [tile.columns, *(side for side in sides if OUTPUT_BLOCK_PX <= side < tile.columns)]
    return [(rows, columns) for rows in sides for columns in widths]


def _pixels(shape: tuple[int, int], tile: Extent) -> int:
    return min(shape[0], tile.rows) * min(shape[1], tile.columns)


def _with_margin(shape: tuple[int, int], margin_px: int) -> tuple[int, int]:
    return shape[0] + 2 * margin_px, shape[1] + 2 * margin_px


def _times_decoded(shape: tuple[int, int], block: tuple[int, int], tile: Extent, margin_px: int) -> float:
    """Return the average number of times that a block is decoded if no block is cached between windows."""
    rows = _touched(shape[0], block[0], tile.rows, margin_px)
    return rows * _touched(shape[1], block[1], tile.columns, margin_px)


def _touched(side: int, block: int, length: int, margin_px: int) -> float:
    """Return the average number of windows that touch a block along one axis."""
    touches = sum(
        (min(start + side + margin_px, length) - 1) // block - max(start - margin_px, 0) // block + 1
        for start in range(0, length, side)
    )
    return touches / -(-length // block)
