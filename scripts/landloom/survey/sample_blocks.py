"""Blocks of a tile's bands that a survey samples: few, and along the blocks of the files.

Reading all bands would take as long as a map. Of each sensor at least 16 blocks with valid pixels are read, over all
dates, and otherwise at most 1 % of a band's pixels. A block of a file is decoded whole: several strips make one block
of the sample, and a large tile, as of JPEG 2000, holds several.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from landloom.geo.grids import Grid, Window

LEAST_BLOCKS, LARGEST_FRACTION = 16, 0.01
ENOUGH_PIXELS = 2**20
"""Pixels of a band beyond which a sample tells nothing more."""

BLOCK_SIDE, BLOCK_PIXELS, MOST_VALUES = 256, 2**16, 2**23
"""Largest columns of a block that is no strip, its pixels, and its values of all bands."""

MOST_PARTS = 8
"""Blocks of the sample that one block of a file gives: as many as leave at least two dates."""

TRIES = 4
"""Blocks of a file that are looked at for each that is wanted, since clouds may hide some."""

_Span = tuple[int, int]
"""First pixel along an axis, and number of pixels."""


@dataclass(frozen=True)
class BlockPlan:
    """Blocks of a sample in an acquisition.

    Attributes
    ----------
    dates : int
        Number of acquisitions on which the sample lies.
    of_date : int
        Blocks with valid pixels that are wanted of each.
    parts : int
        Blocks of the sample in a block of the file.
    rows, columns : list of list of (start, size)
        Parts of each block of the file along the axes of the tile.
    """

    dates: int
    of_date: int
    parts: int
    rows: list[list[_Span]]
    columns: list[list[_Span]]

    def windows(self, seed: int) -> Iterator[Window]:
        """Yield the blocks to try, in their order: those of one block of the file together."""
        rng, across = np.random.default_rng(seed), len(self.columns)
        blocks = len(self.rows) * across
        some = min(TRIES * -(-self.of_date // self.parts), blocks)
        for one in rng.choice(blocks, some, replace=False):
            rows, columns = self.rows[int(one) // across], self.columns[int(one) % across]
            inside = rng.permutation(len(rows) * len(columns))[: self.parts]
            for part in map(int, inside):
                (row, height), (column, width) = rows[part // len(columns)], columns[part % len(columns)]
                yield Window(row, column, height, width)


def planned(grid: Grid, blocks_of_bands: Sequence[tuple[int, int]], dates: int) -> BlockPlan:
    """Plan the sample of acquisitions like one.

    Parameters
    ----------
    grid : Grid
        Of the tile.
    blocks_of_bands : sequence of (rows, columns)
        Blocks of the files of its bands, in pixels of the tile; the sample goes by the first.
    dates : int
        Number of acquisitions of the sensor.
    """
    block_rows, block_columns = min(blocks_of_bands[0][0], grid.rows), min(blocks_of_bands[0][1], grid.columns)
    pixels = min(LARGEST_FRACTION * grid.rows * grid.columns * dates, ENOUGH_PIXELS)
    # In small tiles, one block of a file is enough for one of the sample.
    most = max(int(pixels / LEAST_BLOCKS), block_rows * block_columns)
    most = max(min(most, BLOCK_PIXELS, MOST_VALUES // len(blocks_of_bands)), 1)
    in_strips = block_columns == grid.columns
    width = min(block_columns, most) if in_strips else _fitted(block_columns, min(BLOCK_SIDE, most))
    height = _fitted(block_rows, max(most // width, 1))
    rows, columns = _spans(block_rows, height, grid.rows), _spans(block_columns, width, grid.columns)
    parts = min(len(rows[0]) * len(columns[0]), MOST_PARTS)
    wanted = max(LEAST_BLOCKS, int(pixels / (height * width)))
    used = min(dates, -(-wanted // parts), LEAST_BLOCKS)
    return BlockPlan(used, -(-wanted // used), parts, rows, columns)


def _fitted(block: int, wanted: int) -> int:
    """Return a length of at most ``wanted``, if it is not shorter than a whole number of blocks."""
    return wanted if block >= wanted else block * (wanted // block)


def _spans(block: int, size: int, limit: int) -> list[list[_Span]]:
    """Cut an axis into blocks of a file, or several together, and each into parts of a size."""
    step = max(block, size)
    return [
        [(start, min(start + size, end) - start) for start in range(origin, end, size)]
        for origin in range(0, limit, step)
        for end in [min(origin + step, limit)]
    ]
