"""Pixels and hectares of a tile's classes, accumulated during classification."""

from collections.abc import Iterable, Sequence

import numpy as np
from numba import njit

from landloom.accuracy.class_counts import TileCounts
from landloom.geo import ground
from landloom.geo.grids import Grid, Window


class Tally:
    """Counts of a tile's owned pixels, accumulated window by window.

    Parameters
    ----------
    grid : Grid
        Grid of the tile.
    regions : iterable of int
        Numbers of the regions.
    codes : sequence of int
        Class codes.
    """

    def __init__(self, grid: Grid, regions: Iterable[int], codes: Sequence[int]) -> None:
        self._areas = ground.pixel_areas(grid)
        self._codes = [0, *codes]
        self._regions = sorted(regions)
        self._positions = np.full(max(self._regions, default=0) + 1, -1)
        self._positions[self._regions] = np.arange(len(self._regions))
        self._pixels = np.zeros((len(self._regions), max(self._codes) + 1), np.int64)
        self._parts = np.zeros_like(self._pixels)

    def add(self, labels: np.ndarray, regions: np.ndarray, window: Window) -> None:
        """Count the labels of owned pixels by region.

        Parameters
        ----------
        labels : ndarray of int, shape (rows, columns)
        regions : ndarray of int, shape (2, rows, columns)
            Both bands of the tile's regions.
        window : Window
            Where the labels lie in the tile.
        """
        areas = self._areas
        count(
            labels.astype(np.int32, copy=False),
            regions.astype(np.uint16, copy=False),
            self._positions,
            (window.row, window.column),
            (areas.rows_per_block, areas.columns_per_block),
            areas.parts,
            self._pixels,
            self._parts,
        )

    def counts(self) -> TileCounts:
        """Return the counts of regions with pixels."""
        found = [(row, region) for row, region in enumerate(self._regions) if self._pixels[row].any()]
        pixels = {region: {code: int(self._pixels[row, code]) for code in self._codes} for row, region in found}
        hectares = {
            region: {code: round(int(self._parts[row, code]) * self._areas.part_ha, 6) for code in self._codes}
            for row, region in found
        }
        return TileCounts(pixels, hectares)


@njit(cache=True)
def count(labels, regions, positions, corner, block, parts, pixels, sums):
    """Count pixels, and sum their areas, by region and label.

    Parameters
    ----------
    labels : ndarray of int32, shape (rows, columns)
    regions : ndarray of uint16, shape (2, rows, columns)
        Region of each pixel, and whether it is owned.
    positions : ndarray of int64
        Row in the sums of each region; -1 for others.
    corner : (int, int)
        Row and column of the first pixel in the tile.
    block : (int, int)
        Rows and columns of the blocks of equal area.
    parts : ndarray of int64, shape (row blocks, column blocks)
        Area of a pixel of each block.
    pixels, sums : ndarray of int64, shape (regions, labels)
    """
    for row in range(labels.shape[0]):
        areas = parts[(corner[0] + row) // block[0]]
        for column in range(labels.shape[1]):
            region = regions[0, row, column]
            if regions[1, row, column] == 0 or region >= len(positions) or positions[region] < 0:
                continue
            position, label = positions[region], labels[row, column]
            pixels[position, label] += 1
            sums[position, label] += areas[(corner[1] + column) // block[1]]


def use_kernels() -> None:
    """Call the kernel once, so that it is compiled before the work."""
    tally = Tally(Grid("EPSG:32631", 0.0, 0.0, 10.0, 10.0, 1, 1), [1], [1])
    tally.add(np.ones((1, 1), np.int32), np.ones((2, 1, 1), np.uint16), Window(0, 0, 1, 1))
