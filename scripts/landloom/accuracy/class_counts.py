"""How many pixels of each region and class a tile owns: a small file that several rules read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from landloom.core.files import write_text

Counts = Mapping[int, Mapping[int, int]]
"""Region number: class code: pixels; the code 0 counts unclassified ones."""


class Tally:
    """Counts of the pixels that a tile owns, added up window by window.

    Parameters
    ----------
    regions : iterable of int
        Their numbers.
    codes : sequence of int
        Of the classes.
    """

    def __init__(self, regions: Iterable[int], codes: Sequence[int]) -> None:
        self._codes = list(codes)
        self._pixels = {region: np.zeros(max(codes) + 1, np.int64) for region in regions}

    def add(self, labels: np.ndarray, regions: np.ndarray) -> None:
        """Count the labels of each region where the tile owns the ground.

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
        """Return the counts of the regions that have any pixel."""
        return {
            region: {code: int(pixels[code]) for code in [0, *self._codes]}
            for region, pixels in self._pixels.items()
            if pixels.any()
        }


def write(counts: Counts, path: Path | str) -> None:
    """Write the counts of a tile."""
    write_text(path, json.dumps(counts) + "\n")


def read(path: Path | str) -> dict[int, dict[int, int]]:
    """Read the counts that :func:`write` wrote."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    return {
        int(region): {int(code): int(pixels) for code, pixels in classes.items()}
        for region, classes in content.items()
    }


def add(parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Add up counts by class, as of several regions."""
    total: dict[int, float] = {}
    for part in parts:
        for code, pixels in part.items():
            total[code] = total.get(code, 0) + pixels
    return total


def disagreement(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """Return the quantity disagreement of two distributions, each of at least one pixel: 0 to 1."""
    of_one, of_other = sum(one.values()), sum(other.values())
    codes = {*one, *other}
    return sum(abs(one.get(code, 0) / of_one - other.get(code, 0) / of_other) for code in codes) / 2
