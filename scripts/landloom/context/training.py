"""Training of auto-context: the models of all iterations, by class histograms of models that did not know the ground.

A model predicts its own training polygons far better than others: histograms of these would be too pure, and the
next model would trust them too much. So models are trained twice more, each time without one of two halves of the
polygons, and tell the histograms of the superpixels of that half.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landloom.context.class_histograms import HISTOGRAMS
from landloom.core import parquet, tables
from landloom.core.errors import InputError
from landloom.models.contextual import Contextual, context_names
from landloom.models.interface import Model, StoredModel
from landloom.models.training_data import TrainingSet, superpixel_keys
from landloom.training import fitting, folds, grid_search
from landloom.training.fitting import TrainingPlan

FOLDS = 2

Filters = Sequence[tuple[str, str, Any]]
"""Of the rows of a table that are read."""

_PIXELS_AT_ONCE = 16384
"""Pixels that are predicted at a time: their features are copied beside what is known of their superpixels."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Pixels of the superpixels that samples lie in.

    Attributes
    ----------
    features : ndarray of int16, shape (pixels, features)
    superpixels : ndarray of int64, shape (pixels,)
        As of :class:`landloom.models.training_data.TrainingSet`.
    """

    features: np.ndarray
    superpixels: np.ndarray


@dataclass(frozen=True)
class Step:
    """What an iteration came to.

    Attributes
    ----------
    iteration : int
        0 for the model of pixels alone.
    accuracy : float
        Share of samples that models label right which were trained without their half of the polygons.
    changed : float
        Share of the pixels around samples with another label than in the iteration before; 1 at first.
    """

    iteration: int
    accuracy: float
    changed: float


@dataclass(frozen=True, eq=False)
class FittedContext:
    """A trained model, what a search for its parameters found, and what each iteration came to."""

    model: Contextual
    search: grid_search.Result | None
    steps: Sequence[Step]


def surroundings(samples: TrainingSet, files: Mapping[str, Path | str]) -> Surroundings:
    """Read the pixels around samples.

    Parameters
    ----------
    samples : TrainingSet
    files : dict of tile: path
        Tables of all pixels around samples of any run and region.

    Raises
    ------
    InputError
        If a table lacks features, or a sample has no pixels around.
    """
    assert samples.superpixels is not None
    wanted = np.unique(samples.superpixels)
    keys, filters = [np.empty(0, np.int64)], []
    for position, tile in enumerate(samples.tiles):
        numbers = wanted[wanted >> 32 == position] - (position << 32)
        filters.append((("superpixel", "in", numbers.tolist()),))
        found = parquet.read_columns(files[tile], ["superpixel"], filters[-1])["superpixel"].to_numpy()
        keys.append(superpixel_keys(position, found))
    superpixels = np.concatenate(keys)
    if not np.isin(wanted, superpixels).all():
        raise InputError("a sample lies in no superpixel: make the samples of all tiles again")
    # One matrix for all: there may be millions, of which no copies should be made.
    features, ends = np.empty((len(superpixels), len(samples.names)), np.int16), np.cumsum([len(one) for one in keys])
    for position, tile in enumerate(samples.tiles):
        rows = features[ends[position] : ends[position + 1]]
        _read_features(files[tile], samples.names, filters[position], rows)
    return Surroundings(features, superpixels)


def _read_features(path: Path | str, names: Sequence[str], wanted: Filters, out: np.ndarray) -> None:
    """Read the features of some rows of a table."""
    lacking = sorted(set(names) - set(parquet.names(path)))
    if lacking:
        raise InputError(f"{path}: lacks {len(lacking)} of the features of the samples, as {lacking[0]}")
    table = parquet.read_columns(path, names, wanted)
    for column, name in enumerate(names):
        out[:, column] = table[name].to_numpy()


def fit(samples: TrainingSet, around: Surroundings, plan: TrainingPlan, how: Mapping[str, Any]) -> FittedContext:
    """Train the models of all iterations.

    Parameters
    ----------
    samples : TrainingSet
        With superpixels.
    around : Surroundings
    plan : TrainingPlan
        Of each model; a search for parameters is done for the first, and holds for all.
    how : dict
        ``iterations``, ``histogram`` and ``superpixels``, as the model keeps them.

    Raises
    ------
    InputError
        Where a classifier cannot be trained with these parameters or samples.
    """
    training = _Training(samples, around, plan, str(how["histogram"]))
    first = fitting.fit(samples, plan)
    chosen = plan.settings.with_parameters(first.search.chosen) if first.search else plan.settings
    training.plan = replace(plan, settings=chosen.model_copy(update={"search": None}))
    members, steps = [first.model], [training.next_step(0)]
    for iteration in range(1, int(how["iterations"]) + 1):
        members.append(fitting.fit(training.samples(), training.plan).model)
        steps.append(training.next_step(iteration))
    return FittedContext(Contextual(tuple(members), dict(how)), first.search, steps)


class _Training:
    """Samples and the pixels around them, with the class histograms of the iteration.

    Attributes
    ----------
    plan : TrainingPlan
        Of the models of an iteration.
    """

    def __init__(self, samples: TrainingSet, around: Surroundings, plan: TrainingPlan, histogram: str) -> None:
        assert samples.superpixels is not None
        self.plan = plan
        self._samples, self._around, self._histogram = samples, around, HISTOGRAMS[histogram]
        self._codes = np.unique(samples.codes)
        self._fold = folds.of_whole_polygons(samples.codes, samples.polygons, FOLDS, plan.seeds(0))
        known, self._superpixel = np.unique(samples.superpixels, return_inverse=True)
        self._count, self._pixel_superpixel = len(known), np.searchsorted(known, around.superpixels)
        self._pixels = [self._pixels_of(fold) for fold in range(FOLDS)]
        self._shares: list[np.ndarray] = []
        self._labels: list[np.ndarray] = []
        self._check()

    def _check(self) -> None:
        """Raise where a half of the polygons has a single class; tell of classes with a single polygon."""
        for fold in range(FOLDS):
            if len(np.unique(self._samples.codes[self._fold != fold])) < 2:
                raise InputError(
                    "context: half of the training polygons have to be of two classes; add polygons, or leave out "
                    "`context`"
                )
        alone = [
            code for code in self._codes if len(np.unique(self._samples.polygons[self._samples.codes == code])) < 2
        ]
        if alone:
            print(
                f"warning: classes {', '.join(map(str, alone))} have one training polygon: without it, no model "
                "names them, so that context may work against them",
                file=sys.stderr,
            )

    def _pixels_of(self, fold: int) -> np.ndarray:
        """Return the pixels around the samples of a half."""
        there = np.zeros(self._count, bool)
        there[self._superpixel[self._fold == fold]] = True
        return np.flatnonzero(there[self._pixel_superpixel])

    def samples(self) -> TrainingSet:
        """Return the samples with what the models of the iteration before say of their superpixels."""
        if not self._shares:
            return self._samples
        names = self._samples.names + context_names(self._codes)
        shares = np.stack(self._shares)[self._fold, self._superpixel]
        return replace(self._samples, features=np.concatenate([self._samples.features, shares], axis=1), names=names)

    def next_step(self, iteration: int) -> Step:
        """Train the models of both halves of an iteration, and let them tell the histograms of the next."""
        samples = self.samples()
        models = [self._without(samples, fold) for fold in range(FOLDS)]
        right = sum(self._right(model, samples, fold) for fold, model in enumerate(models))
        found = [self._around_told(model, fold) for fold, model in enumerate(models)]
        labels = [probabilities.argmax(axis=1) for probabilities in found]
        changed = self._changed(labels)
        self._shares = [
            self._histogram(self._pixel_superpixel[self._pixels[fold]], self._count, probabilities)
            for fold, probabilities in enumerate(found)
        ]
        self._labels = labels
        step = Step(iteration, right / len(samples.codes), changed)
        print(
            f"iteration {iteration}: {step.accuracy:.4f} of the samples right without their half of the polygons; "
            f"{changed:.1%} of the labels around them changed",
            file=sys.stderr,
        )
        return step

    def _without(self, samples: TrainingSet, fold: int) -> StoredModel:
        """Train a model without a half of the polygons."""
        kept = self._fold != fold
        place = np.cumsum(kept) - 1
        members = [place[positions[kept[positions]]] for positions in self.plan.members]
        plan = replace(self.plan, members=[positions for positions in members if len(positions)])
        return fitting.fit(samples.subset(np.flatnonzero(kept)), plan).model

    def _around_told(self, model: Model, fold: int) -> np.ndarray:
        """Return the probabilities of the pixels around the samples of a half, by a model that does not know it."""
        pixels = self._pixels[fold]
        shares = self._shares[fold] if self._shares else np.empty((self._count, 0), np.int16)
        found = np.empty((len(pixels), len(self._codes)), np.float32)
        for part in _parts(len(pixels)):
            some = pixels[part]
            matrix = np.concatenate([self._around.features[some], shares[self._pixel_superpixel[some]]], axis=1)
            found[part] = self._of_all_classes(model, matrix)
        return found

    def _right(self, model: Model, samples: TrainingSet, fold: int) -> int:
        """Return how many samples of a half a model labels right that does not know it."""
        own, right = np.flatnonzero(self._fold == fold), 0
        for part in _parts(len(own)):
            some = own[part]
            labels = self._of_all_classes(model, samples.features[some]).argmax(axis=1)
            right += int((self._codes[labels] == samples.codes[some]).sum())
        return right

    def _of_all_classes(self, model: Model, matrix: np.ndarray) -> np.ndarray:
        """Return a model's probabilities, with 0 for classes that it does not know."""
        found = np.zeros((len(matrix), len(self._codes)), np.float32)
        found[:, np.searchsorted(self._codes, model.classes)] = model.predict_proba(np.ascontiguousarray(matrix))
        return found

    def _changed(self, labels: Sequence[np.ndarray]) -> float:
        """Return which part of the labels is not that of the iteration before."""
        if not self._labels:
            return 1.0
        changes = sum(int((new != old).sum()) for new, old in zip(labels, self._labels, strict=True))
        return changes / max(sum(map(len, labels)), 1)


def _parts(count: int) -> Iterator[slice]:
    """Split a number of pixels into parts."""
    for start in range(0, count, _PIXELS_AT_ONCE):
        yield slice(start, min(start + _PIXELS_AT_ONCE, count))


def write_steps(steps: Sequence[Step], path: Path | str) -> None:
    """Write what iterations came to as CSV: ``iteration``, ``accuracy``, ``changed``."""
    rows = ((one.iteration, f"{one.accuracy:.6f}", f"{one.changed:.6f}") for one in steps)
    tables.write(path, ("iteration", "accuracy", "changed"), rows)
