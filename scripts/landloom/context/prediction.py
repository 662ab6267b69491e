"""Classification with auto-context: chunks of whole superpixels, through all models of a run one after another.

Features of a chunk are made once; what a model says of its superpixels then joins them for the next model. Nothing is
written in between, and no pixel beyond the superpixels counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from landloom.context.class_histograms import HISTOGRAMS
from landloom.core.errors import InputError
from landloom.maps.applied_models import model_of
from landloom.maps.layers import NOT_SEPARATE
from landloom.maps.prediction import BorderChunk, PlainChunk, Prediction, near_borders
from landloom.models.contextual import Contextual
from landloom.models.interface import Model, StoredModel


@dataclass(frozen=True)
class Member:
    """A model of an iteration, which takes its columns of features and of what is known of all classes.

    Attributes
    ----------
    model : StoredModel
    columns : ndarray of int, or None
        None where it takes all.
    """

    model: StoredModel
    columns: np.ndarray | None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features that the model takes."""
        return self.model.feature_names

    @property
    def classes(self) -> np.ndarray:
        """Return the class codes of the model."""
        return self.model.classes

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        return self.model.metadata

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class: see :class:`landloom.models.interface.Model`."""
        return self.decide(features)[0]

    def decide(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Give the probabilities: see :class:`landloom.models.interface.Model`."""
        return self.model.decide(
            features if self.columns is None else np.ascontiguousarray(features[:, self.columns])
        )


@dataclass(frozen=True)
class SuperpixelChunk:
    """Whole superpixels, of which some pixels are written.

    Attributes
    ----------
    pixels : ndarray of int64, shape (written pixels,)
        Positions in the window of what is written, ascending.
    written : ndarray of bool, shape (pixels,)
        Which pixels these are: others lie in other windows.
    parts : list of (positions, chunk)
        The pixels of each region and those near borders, by their positions among all pixels.
    groups : ndarray of int64, shape (pixels,)
        Superpixel of each pixel, from 0.
    superpixels : int
        Their number.
    histogram : str
        Kind of class histograms: one of :data:`landloom.context.class_histograms.HISTOGRAMS`.
    """

    pixels: np.ndarray
    written: np.ndarray
    parts: Sequence[tuple[np.ndarray, PlainChunk | BorderChunk]]
    groups: np.ndarray
    superpixels: int
    histogram: str

    def predict(self, models: Mapping[int, Model], codes: np.ndarray) -> Prediction:
        """Apply the models of all iterations; the classes are all codes.

        See :class:`landloom.maps.prediction.Chunk`.
        """
        histogram, last = HISTOGRAMS[self.histogram], 0
        members = self._members(models, 0, codes)
        found = self._predict(members, codes, None)
        while members := self._members(models, last := last + 1, codes):
            found = self._predict(members, codes, histogram(self.groups, self.superpixels, found.probabilities))
        separate = None if found.separate is None else found.separate[self.written]
        return Prediction(found.probabilities[self.written], codes, None, separate)

    def _members(self, models: Mapping[int, Model], iteration: int, codes: np.ndarray) -> dict[int, Model]:
        """Return the models of an iteration, by region; none after the last."""
        found: dict[int, Model] = {}
        for region in models:
            model = _contextual(models, region)
            if iteration < len(model.members):
                found[region] = Member(model.members[iteration], _columns(model, codes) if iteration else None)
        return found

    def _predict(self, members: Mapping[int, Model], codes: np.ndarray, shares: np.ndarray | None) -> Prediction:
        """Apply the models of an iteration to all pixels; ``shares`` are the class histograms of the superpixels."""
        probabilities = np.zeros((len(self.groups), len(codes)), np.float32)
        separate = None
        for positions, part in self.parts:
            chunk = (
                part if shares is None else replace(part, matrix=_joined(part.matrix, shares, self.groups[positions]))
            )
            found = chunk.predict(members, codes)
            probabilities[positions[:, np.newaxis], np.searchsorted(codes, found.classes)] = found.probabilities
            if found.separate is not None:
                separate = np.full(len(self.groups), NOT_SEPARATE, np.int32) if separate is None else separate
                separate[positions] = found.separate
        return Prediction(probabilities, codes, None, separate)


def _contextual(models: Mapping[int, Model], region: int) -> Contextual:
    """Return the model of a region, which has iterations."""
    model = model_of(models, region)
    if not isinstance(model, Contextual):
        raise InputError(f"the model of region number {region} was trained without `context`; train it again with it")
    return model


def _columns(model: Contextual, codes: np.ndarray) -> np.ndarray | None:
    """Return the columns that a model takes of a pixel's features and of what is known of all classes."""
    if len(model.classes) == len(codes):
        return None
    features = len(model.feature_names)
    return np.concatenate([np.arange(features), features + np.searchsorted(codes, model.classes)])


def _joined(matrix: np.ndarray, shares: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the features of pixels and, behind them, what is known of their superpixels."""
    return np.concatenate([matrix, shares[groups]], axis=1)


def parts_of(
    matrix: np.ndarray, numbers: np.ndarray, weights: Mapping[int, np.ndarray]
) -> list[tuple[np.ndarray, PlainChunk | BorderChunk]]:
    """Return the pixels of each region and those near borders, by their positions among all.

    Parameters
    ----------
    matrix : ndarray of int16, shape (pixels, features)
    numbers : ndarray of int, shape (pixels,)
        Region of each pixel.
    weights : dict of region: ndarray of shape (pixels,)
        Weights of the models, if several are weighted.
    """
    near = near_borders(numbers, weights)
    found: list[tuple[np.ndarray, PlainChunk | BorderChunk]] = []
    for region in np.unique(numbers[~near]):
        positions = np.flatnonzero((numbers == region) & ~near)
        found.append((positions, PlainChunk(positions, _rows(matrix, positions), int(region))))
    if near.any():
        positions = np.flatnonzero(near)
        of_pixels = {region: weight[positions] for region, weight in weights.items()}
        found.append((positions, BorderChunk(positions, _rows(matrix, positions), numbers[positions], of_pixels)))
    return found


def _rows(matrix: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return some rows of a matrix; all of them without a copy."""
    return matrix if len(positions) == len(matrix) else matrix[positions]
