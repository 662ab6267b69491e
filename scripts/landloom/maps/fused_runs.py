"""One map from those of all runs, made in the pass that makes them.

A vote needs the labels and confidences of the runs' output blocks, and gives what fusing their rasters would
(:mod:`landloom.maps.fused`, for which others' maps and Dempster-Shafer's masses have to be there first). The mean of
the probabilities needs those of each chunk, which are never written.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from landloom.accuracy.class_counts import TileCounts
from landloom.core.nomenclature import Nomenclature
from landloom.fusion import combination
from landloom.geo.grids import Grid, Window
from landloom.maps import output_block
from landloom.maps.output_block import Block, Pixels
from landloom.maps.prediction import Prediction
from landloom.maps.run_map import Run, RunMap

LAYERS = ("classification", "confidence")
"""Layers of a fused map."""

VOTED_PIXELS = 2**18
"""Pixels whose labels of all runs are together in memory."""


@dataclass(frozen=True)
class Fusion:
    """How the maps of runs become one.

    Attributes
    ----------
    method : str
        One of :data:`METHODS`.
    ties : str
        Of votes, as in :func:`landloom.fusion.combination.fuse`.
    target : Run
        Regions, rasters and tags of the fused map.
    """

    method: str
    ties: str
    target: Run


class FusedMap(Protocol):
    """Fused map, made area by area beside the maps of the runs."""

    def begin(self, area: Window) -> None:
        """Begin an area."""
        ...

    def add(self, pixels: Pixels, predictions: Sequence[Prediction]) -> None:
        """Take what all runs predict of some pixels of the area, by their positions in the block."""
        ...

    def finish(self, area: Window, regions: np.ndarray, blocks: Sequence[Block]) -> list[Callable[[], None]]:
        """Count the labels of the area; return calls that write its layers, each into a file of its own.

        Parameters
        ----------
        area : Window
        regions : ndarray of int, shape (2, rows, columns)
            Both bands of the tile's regions.
        blocks : sequence of Block
            Complete blocks of all runs.
        """
        ...

    def counts(self) -> TileCounts:
        """Return the owned pixels and their areas so far."""
        ...


class Votes:
    """Most frequent class of the runs' labels."""

    def __init__(self, files: ExitStack, fusion: Fusion, grid: Grid, nomenclature: Nomenclature) -> None:
        self._map = RunMap(files, fusion.target, grid, nomenclature)
        self._ties, self._codes = fusion.ties, nomenclature.codes
        self.begin, self.counts = self._map.begin, self._map.counts

    def add(self, pixels: Pixels, predictions: Sequence[Prediction]) -> None:
        """Take nothing: votes are counted when the runs' blocks are complete."""

    def finish(self, area: Window, regions: np.ndarray, blocks: Sequence[Block]) -> list[Callable[[], None]]:
        """Vote and count: see :class:`FusedMap`."""
        beliefs = np.ones((len(blocks), len(self._codes)))
        rows_at_once = max(VOTED_PIXELS // area.columns, 1)
        for first in range(0, area.rows, rows_at_once):
            rows = slice(first, first + rows_at_once)
            labels, confidence = (np.stack([block[layer][rows].ravel() for block in blocks]) for layer in LAYERS)
            for layer, values in zip(
                LAYERS, combination.fuse(labels, confidence, beliefs, self._codes, self._ties), strict=True
            ):
                self._map.block[layer][rows] = values.reshape(-1, area.columns)
        return self._map.finish(area, regions)


class MeanProbabilities:
    """Most probable class of the mean of the runs' probabilities."""

    def __init__(self, files: ExitStack, fusion: Fusion, grid: Grid, nomenclature: Nomenclature) -> None:
        self._map = RunMap(files, fusion.target, grid, nomenclature)
        self._codes = np.array(nomenclature.codes, np.int32)
        self.begin, self.counts = self._map.begin, self._map.counts

    def add(self, pixels: Pixels, predictions: Sequence[Prediction]) -> None:
        """Write the mean: see :class:`FusedMap`."""
        self._map.add(pixels, mean_of(predictions, self._codes))

    def finish(self, area: Window, regions: np.ndarray, blocks: Sequence[Block]) -> list[Callable[[], None]]:
        """Count: see :class:`FusedMap`."""
        return self._map.finish(area, regions)


METHODS: Mapping[str, Callable[[ExitStack, Fusion, Grid, Nomenclature], FusedMap]] = {
    "majority": Votes,
    "mean_probability": MeanProbabilities,
}
"""Fused maps by the method of the section `fusion`."""


def mean_of(predictions: Sequence[Prediction], codes: np.ndarray) -> Prediction:
    """Return the mean of the probabilities of several predictions of the same pixels, by all codes.

    A class that a run does not know has the probability 0 there. The sum is in the order of the predictions.
    """
    pixels = len(predictions[0].probabilities)
    total, weight_sum = np.zeros((pixels, len(codes)), np.float32), np.zeros(pixels, np.float32)
    every, alike = np.arange(pixels), np.ones(pixels, np.float32)
    for one in predictions:
        bands = np.searchsorted(codes, one.classes)
        output_block.add_weighted(total, weight_sum, one.probabilities, every, alike, bands)
    return Prediction(total / np.float32(len(predictions)), codes)


def use_kernels() -> None:
    """Call every kernel once with the types of blocks, so that it is compiled before the work."""
    combination.use_kernels()
