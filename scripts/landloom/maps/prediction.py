"""Chunks of a window with their features, and what the models of a run say of them.

Features of a chunk are computed once; the models of any number of runs are then applied to them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from landloom.core.progress import Stopwatch
from landloom.features import vectors as features
from landloom.features.vectors import Layout, WindowFeatures
from landloom.geo.grids import Grid, Window
from landloom.maps import output_block
from landloom.maps.applied_models import AreaReader, model_of
from landloom.maps.layers import NOT_SEPARATE
from landloom.models.interface import Model
from landloom.reading.series_reader import TileReader


@dataclass(frozen=True)
class Prediction:
    """What the models of a run say of a chunk.

    Attributes
    ----------
    probabilities : ndarray of float32, shape (pixels, classes)
    classes : ndarray of int32, shape (classes,)
        Codes of the probabilities, ascending.
    decider : ndarray of uint8, shape (pixels,), or None
        Deciding sensor group of each pixel's own region's model; None where models have one opinion.
    separate : ndarray of int32, shape (pixels,), or None
        Label of each pixel's own region's model, :data:`~landloom.maps.layers.NOT_SEPARATE` where that model has no
        weight; None where no other model has a weight, so that it is the label of the map.
    """

    probabilities: np.ndarray
    classes: np.ndarray
    decider: np.ndarray | None = None
    separate: np.ndarray | None = None


class Chunk(Protocol):
    """Some thousand pixels of a window with their features."""

    @property
    def pixels(self) -> np.ndarray:
        """Return the positions of the pixels in the window, ascending, int64 of shape (pixels,)."""
        ...

    def predict(self, models: Mapping[int, Model], codes: np.ndarray) -> Prediction:
        """Apply models, by region.

        Parameters
        ----------
        models : dict of region number: Model
        codes : ndarray of int32
            All codes of the nomenclature, ascending.

        Raises
        ------
        InputError
            If a region of the chunk has no model.
        """
        ...


@dataclass(frozen=True)
class PlainChunk:
    """Pixels of one region, where its model alone is applied.

    Attributes
    ----------
    pixels : ndarray of int64, shape (pixels,)
    matrix : ndarray of int16, shape (pixels, features)
    region : int
    """

    pixels: np.ndarray
    matrix: np.ndarray
    region: int

    def predict(self, models: Mapping[int, Model], codes: np.ndarray) -> Prediction:
        """Apply the region's model: see :class:`Chunk`."""
        model = model_of(models, self.region)
        probabilities, decider = model.decide(self.matrix)
        return Prediction(probabilities, model.classes, decider)


@dataclass(frozen=True)
class BorderChunk:
    """Pixels near borders of regions, where the probabilities of several models are averaged.

    Attributes
    ----------
    pixels : ndarray of int64, shape (pixels,)
    matrix : ndarray of int16, shape (pixels, features)
    numbers : ndarray of int, shape (pixels,)
        Region of each pixel.
    weights : dict of region: ndarray of shape (pixels,)
        Weights of the models; each pixel has a weight of several.
    """

    pixels: np.ndarray
    matrix: np.ndarray
    numbers: np.ndarray
    weights: Mapping[int, np.ndarray]

    def predict(self, models: Mapping[int, Model], codes: np.ndarray) -> Prediction:
        """Apply all weighted models: see :class:`Chunk`. The classes are all codes."""
        total = np.zeros((len(self.pixels), len(codes)), np.float32)
        weight_sum = np.zeros(len(self.pixels), np.float32)
        deciders = np.zeros(len(self.pixels), np.uint8)
        separate = np.full(len(self.pixels), NOT_SEPARATE, np.int32)
        for region, weight in self.weights.items():
            positions = np.flatnonzero(weight > 0)
            if not len(positions):
                continue
            model = model_of(models, region)
            probabilities, decider = model.decide(np.ascontiguousarray(self.matrix[positions]))
            bands = np.searchsorted(codes, model.classes)
            output_block.add_weighted(total, weight_sum, probabilities, positions, weight[positions], bands)
            own = self.numbers[positions] == region
            separate[positions[own]] = model.classes[probabilities[own].argmax(axis=1)]
            if decider is not None:
                deciders[positions[own]] = decider[own]
        return Prediction(total / weight_sum[:, np.newaxis], codes, deciders, separate)


class Part(Protocol):
    """A window to classify."""

    @property
    def window(self) -> Window:
        """Return the window."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Yield all its mapped pixels with a valid observation."""
        ...


class Parts(Protocol):
    """How the windows of a tile are read and cut into chunks."""

    def stream(self, place: "Place", windows: Sequence[Window], stopwatch: Stopwatch) -> Iterator[Part]:
        """Yield the windows in their order."""
        ...


@dataclass(frozen=True)
class Place:
    """What is classified: a tile's series, and the regions of its pixels.

    Attributes
    ----------
    reader : TileReader
    layout : Layout
    grid : Grid
    areas : AreaReader
    """

    reader: TileReader
    layout: Layout
    grid: Grid
    areas: AreaReader


@dataclass(frozen=True)
class PlainParts:
    """Windows as they are, of which each pixel is classified for itself."""

    def stream(self, place: Place, windows: Sequence[Window], stopwatch: Stopwatch) -> Iterator[Part]:
        """Yield the windows: see :class:`Parts`."""
        areas = place.areas
        found = features.stream(
            place.reader, place.layout, place.grid, windows, lambda window: areas.numbers(window) > 0
        )
        for vectors in found:
            yield WindowPart(vectors, areas.numbers(vectors.window), areas.weights(vectors.window), stopwatch)


@dataclass(frozen=True)
class WindowPart:
    """A window with its features and with the regions whose models are applied.

    Attributes
    ----------
    vectors : WindowFeatures
    numbers : ndarray of int, shape (rows, columns)
        Region of each pixel; 0 where the tile is not mapped.
    weights : dict of region: ndarray of shape (rows, columns)
        Weights of the models, if several are weighted.
    stopwatch : Stopwatch
    """

    vectors: WindowFeatures
    numbers: np.ndarray
    weights: Mapping[int, np.ndarray]
    stopwatch: Stopwatch

    @property
    def window(self) -> Window:
        """Return the window."""
        return self.vectors.window

    def chunks(self) -> Iterator[Chunk]:
        """Yield all mapped pixels with a valid observation: those of each region, then those near borders."""
        numbers, near = self.numbers.ravel(), near_borders(self.numbers, self.weights).ravel()
        for region in np.unique(numbers[(numbers > 0) & ~near]):
            for pixels, matrix in self._with_features((numbers == region) & ~near):
                yield PlainChunk(pixels, matrix, int(region))
        for pixels, matrix in self._with_features(near):
            weights = {region: weight.ravel()[pixels] for region, weight in self.weights.items()}
            yield BorderChunk(pixels, matrix, numbers[pixels], weights)

    def _with_features(self, where: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield some thousand pixels at a time with their features, which stay in the cache."""
        pixels = np.flatnonzero(where)
        for part in features.chunks(len(pixels)):
            chunk = pixels[part]
            matrix, seen = self.vectors.stack(chunk)
            self.stopwatch.lap("gap filling and features")
            yield (chunk, matrix) if seen.all() else (chunk[seen], matrix[seen])
            self.stopwatch.lap("predicting")


def near_borders(numbers: np.ndarray, weights: Mapping[int, np.ndarray]) -> np.ndarray:
    """Return the pixels with several weighted models, bool, by their regions and the weights of models there."""
    models = [(weight > 0).astype(np.uint8) for weight in weights.values()]
    return (numbers > 0) & (sum(models) > 1) if models else np.zeros(numbers.shape, bool)
