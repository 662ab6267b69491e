"""Class counts of a tile's owned pixels, accumulated during classification."""

from collections.abc import Iterable, Sequence

import numpy as np


class Tally:
    """Counts of a tile's owned pixels, accumulated window by window.

    Parameters
    ----------
    regions : iterable of int
        Numbers of the regions.
    codes : sequence of int
        Class codes.
    """

    def __init__(self, regions: Iterable[int], codes: Sequence[int]) -> None:
        self._codes = list(codes)
        self._pixels = {region: np.zeros(max(codes) + 1, np.int64) for region in regions}

    def add(self, labels: np.ndarray, regions: np.ndarray) -> None:
        """Count the labels of owned pixels by region.

        Parameters
        ----------
        labels : ndarray of int, shape (rows, columns)
        regions : ndarray of int, shape (2, rows, columns)
            Both bands of the tile's regions.
        """
        owned = regions[1] > 0
        for region, pixels in self._pixels.items():
            pixels += np.bincount(labels[owned & (regions[0] == region)], minlength=len(pixels))

    def counts(self) -> dict[int, dict[int, int]]:
        """Return the counts of regions with pixels."""
        return {
            region: {code: int(pixels[code]) for code in [0, *self._codes]}
            for region, pixels in self._pixels.items()
            if pixels.any()
        }
