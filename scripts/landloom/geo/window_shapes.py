"""Of which shape the windows of a tile should be: that which decodes the fewest blocks of its files twice.

Nothing but arithmetic: jobs plan by it, and the Snakefile asks for their memory and time by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

OUTPUT_BLOCK_PX = 256
"""Side of the blocks in which rasters are written."""

MOST_PIXELS, ENOUGH_PIXELS, FEWEST_PIXELS = 2**21, 2**19, 2**16
"""More than enough only where it spares decoding; fewer cost more calls than work."""
FEWEST_WINDOWS = 8
"""Of a small tile, too, so that reading one overlaps with work on another."""

STRIP_ROWS = 32
"""Of a window as wide as the tile: whole strips of any file, and not many calls."""


@dataclass(frozen=True)
class Extent:
    """Rows and columns: of a tile, or of a block of a file."""

    rows: int
    columns: int

    @property
    def pixels(self) -> int:
        """Return the number of pixels."""
        return self.rows * self.columns


@dataclass(frozen=True)
class Shape:
    """Rows and columns of windows.

    Attributes
    ----------
    rows, columns : int
    times_decoded : float
        How often a block of the files is decoded, on average.
    """

    rows: int
    columns: int
    times_decoded: float


def best(
    tile: Extent, blocks: Sequence[tuple[int, int]], most_pixels: int, margin_px: int = 0, least_rows: int = 1
) -> Shape:
    """Return the shape of windows that decode as little as possible twice.

    Parameters
    ----------
    blocks : list of (rows, columns)
        Of the files to read, in pixels of the tile.
    most_pixels : int
        That memory allows in a window with its margin.
    margin_px : int
        Pixels that are read around each window.
    least_rows : int
        Of a window, a power of 2.
    """
    limit = min(most_pixels, MOST_PIXELS)
    possible = [shape for shape in _shapes(tile) if shape[0] >= least_rows]
    shapes = [shape for shape in possible if _pixels(_with_margin(shape, margin_px), tile) <= limit]
    # Where a margin is wide, small windows are little else.
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
    """Return how many pixels a window needs, with its margin, so that little but the margin is decoded twice.

    As many as it may have, at most; and one block of the output, at least.
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
    """Return shapes to choose from: rows of the whole tile, and rectangles of whole columns of the output's blocks.

    Powers of two, so that windows are whole blocks of the output, or even parts of these.
    """
    sides = [2**power for power in range(12)]
    widths = [tile.columns, *(side for side in sides if OUTPUT_BLOCK_PX <= side < tile.columns)]
    return [(rows, columns) for rows in sides for columns in widths]


def _pixels(shape: tuple[int, int], tile: Extent) -> int:
    return min(shape[0], tile.rows) * min(shape[1], tile.columns)


def _with_margin(shape: tuple[int, int], margin_px: int) -> tuple[int, int]:
    return shape[0] + 2 * margin_px, shape[1] + 2 * margin_px


def _times_decoded(shape: tuple[int, int], block: tuple[int, int], tile: Extent, margin_px: int) -> float:
    """Return how often a block is decoded, on average, if nothing stays in the cache from window to window."""
    rows = _touched(shape[0], block[0], tile.rows, margin_px)
    return rows * _touched(shape[1], block[1], tile.columns, margin_px)


def _touched(side: int, block: int, length: int, margin_px: int) -> float:
    """Return how many windows touch a block along one axis, on average."""
    touches = sum(
        (min(start + side + margin_px, length) - 1) // block - max(start - margin_px, 0) // block + 1
        for start in range(0, length, side)
    )
    return touches / -(-length // block)
