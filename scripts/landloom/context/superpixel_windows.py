"""Windows of a tile with all superpixels that touch them: what classification with auto-context reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landloom.context.prediction import SuperpixelChunk, parts_of
from landloom.core.progress import Stopwatch
from landloom.features import vectors as features
from landloom.features.vectors import CHUNK, WindowFeatures
from landloom.geo import rasters
from landloom.geo.grids import Window
from landloom.maps.prediction import Part, Place


@dataclass(frozen=True)
class SuperpixelParts:
    """Windows with the superpixels that touch them: see :class:`landloom.maps.prediction.Parts`.

    Attributes
    ----------
    superpixels : path
        Raster of the tile's superpixels.
    reach_px : int
        How far superpixels reach beyond a window at most.
    histogram : str
        Kind of class histograms.
    """

    superpixels: Path | str
    reach_px: int
    histogram: str

    def stream(self, place: Place, windows: Sequence[Window], stopwatch: Stopwatch) -> Iterator[Part]:
        """Yield the windows in their order."""
        with rasters.opened(self.superpixels) as dataset:
            around = [place.grid.padded(window, self.reach_px) for window in windows]
            # The reader asks for the pixels of each window in order; of a small tile, some may be equal.
            asked, own = iter(windows), iter(windows)

            def wanted(wide: Window) -> np.ndarray:
                return self._touching(dataset, place, next(asked), wide) > 0

            def counted(wide: Window) -> np.ndarray:
                window = next(own)
                return features.placed_within(place.areas.numbers(window) > 0, window, wide)

            found = place.vectors(around, wanted, counted)
            for window, vectors in zip(windows, found, strict=True):
                ids = self._touching(dataset, place, window, vectors.window)
                numbers, weights = place.areas.numbers(vectors.window), place.areas.weights(vectors.window)
                yield SuperpixelPart(window, vectors, ids, numbers, weights, self.histogram, stopwatch)

    def _touching(self, dataset: Any, place: Place, window: Window, wide: Window) -> np.ndarray:
        """Return the superpixels that touch a window, of the mapped pixels of a wider one; 0 elsewhere."""
        ids: np.ndarray = dataset.read(1, window=wide.ranges)
        ids[place.areas.numbers(wide) == 0] = 0
        row, column = window.row - wide.row, window.column - wide.column
        touched = np.zeros(int(ids.max()) + 1, bool)
        touched[ids[row : row + window.rows, column : column + window.columns]] = True
        ids[~touched[ids]] = 0
        return ids


@dataclass(frozen=True)
class SuperpixelPart:
    """A window with the superpixels that touch it.

    Attributes
    ----------
    window : Window
    vectors : WindowFeatures
        Features of a wider window, in which they lie.
    superpixels, numbers : ndarray of int, shape (rows, columns) of the wider window
        Superpixel of each pixel that is needed, 0 elsewhere; its region.
    weights : dict of region: ndarray of shape (rows, columns)
        Weights of the models, if several are weighted.
    histogram : str
    stopwatch : Stopwatch
    """

    window: Window
    vectors: WindowFeatures
    superpixels: np.ndarray
    numbers: np.ndarray
    weights: Mapping[int, np.ndarray]
    histogram: str
    stopwatch: Stopwatch

    def chunks(self) -> Iterator[SuperpixelChunk]:
        """Yield the pixels with a valid observation: some thousand at a time, of whole superpixels."""
        for pixels in whole_superpixels(self.superpixels.ravel(), CHUNK):
            matrix, seen = self.vectors.stack(pixels)
            self.stopwatch.lap("gap filling and features")
            if seen.any():
                yield self._chunk(pixels, matrix) if seen.all() else self._chunk(pixels[seen], matrix[seen])
            self.stopwatch.lap("predicting")

    def _chunk(self, pixels: np.ndarray, matrix: np.ndarray) -> SuperpixelChunk:
        """Return some pixels of the wider window as a chunk."""
        wide, window = self.vectors.window, self.window
        rows, columns = np.divmod(pixels, wide.columns)
        rows += wide.row - window.row
        columns += wide.column - window.column
        inside = (rows >= 0) & (rows < window.rows) & (columns >= 0) & (columns < window.columns)
        found, groups = np.unique(self.superpixels.ravel()[pixels], return_inverse=True)
        weights = {region: weight.ravel()[pixels] for region, weight in self.weights.items()}
        parts = parts_of(matrix, self.numbers.ravel()[pixels], weights)
        written = (rows * window.columns + columns)[inside]
        return SuperpixelChunk(written, inside, parts, groups.reshape(-1), len(found), self.histogram)


def whole_superpixels(ids: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Yield the positions of the pixels of whole superpixels, some at a time, each time ascending.

    Parameters
    ----------
    ids : ndarray of int, shape (pixels,)
        Superpixel of each pixel, 0 for none.
    most : int
        Pixels at a time, unless one superpixel has more.
    """
    pixels = np.flatnonzero(ids)
    order = pixels[np.argsort(ids[pixels], kind="stable")]
    ends = np.flatnonzero(np.diff(ids[order], append=ids.dtype.type(0))) + 1
    first, start = 0, 0
    while first < len(ends):
        stop = max(int(np.searchsorted(ends, start + most, side="right")), first + 1)
        yield np.sort(order[start : ends[stop - 1]])
        first, start = stop, int(ends[stop - 1])
