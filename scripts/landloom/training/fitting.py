"""Training the model of a region: one classifier or, of much ground, several whose probabilities are averaged."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from landloom.core.errors import InputError
from landloom.models.interface import Model, StoredModel
from landloom.models.reduced import Reduced
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import FitOptions, TrainingSet
from landloom.training import folds, grid_search, reduction
from landloom.training.registry import TRAINERS

CLASSIFIER_TAG, MEMBERS_TAG = "LANDLOOM_CLASSIFIER", "LANDLOOM_MEMBERS"
"""Where a model keeps its classifier with all parameters that were given or chosen, and of how many it consists."""

Seeds = Callable[[int], int]
"""Gives the seed of each member, by its number."""

Folds = Callable[[TrainingSet], np.ndarray]
"""Gives the fold of each sample, from 0."""


class Named(Protocol):
    """A section of the configuration, as far as a model's metadata tell of it."""

    @property
    def classifier_name(self) -> str:
        """Return the name of the classifier or regressor."""
        ...

    @property
    def scaled(self) -> bool:
        """Return whether features are scaled."""
        ...

    def all_parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        ...


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """How a model is trained.

    Attributes
    ----------
    settings : section of the configuration
    members : sequence of ndarray of int64
        Positions of the samples of each member.
    folds_of : function
        Gives the folds of the search for parameters, if there is one: it is done on the samples of the first member
        that were not made from others, and holds for all.
    seeds : function
        Gives the seed of each member, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with; it has no influence on the model.
    sensors : sequence of str
        All of them: features are reduced by sensors, and the name of one may begin with that of another.
    metadata : dict of str to str
        Kept with the model.
    unfinished : path or None
        See :class:`landloom.models.training_data.FitOptions`.
    """

    settings: TrainedSettings
    members: Sequence[np.ndarray]
    folds_of: Folds
    seeds: Seeds
    threads: int
    sensors: Sequence[str]
    metadata: dict[str, str]
    unfinished: Path | None = None

    def options(self, member: int, metadata: dict[str, str]) -> FitOptions:
        """Return how a member is fitted."""
        seed, sensors = self.seeds(member), tuple(self.sensors)
        return FitOptions(seed, self.threads, folds.of_polygons, metadata, sensors, self.unfinished)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained model, and what the search for its parameters found, if there was one."""

    model: StoredModel
    search: grid_search.Result | None


def fit(samples: TrainingSet, plan: TrainingPlan) -> Fitted:
    """Train a model.

    All members and the search share the components that features are reduced to, if they are: those of all samples.

    Raises
    ------
    InputError
        Where the classifier cannot be trained with these parameters or samples.
    """
    found = reduction.fit(samples, plan.settings, plan.sensors)
    if found is None:
        return _fit(samples, plan, plan.metadata)
    print(reduction.described(found), file=sys.stderr)
    fitted = _fit(reduction.reduced(samples, found), plan, plan.metadata | reduction.metadata(found))
    return Fitted(Reduced(found.reduction, fitted.model), fitted.search)


def fit_alone(
    samples: TrainingSet, settings: TrainedSettings, sensors: Sequence[str], seed: int, threads: int
) -> Model:
    """Train one classifier on all samples, with the parameters as they stand in the configuration.

    Parameters
    ----------
    samples : TrainingSet
    settings : section of the configuration
    sensors : sequence of str
        As of :class:`TrainingPlan`.
    seed, threads : int

    Raises
    ------
    InputError
        Where the classifier cannot be trained with these parameters or samples.
    """
    found = reduction.fit(samples, settings, sensors)
    options = FitOptions(seed, threads, folds.of_polygons, metadata_of(settings, 1), tuple(sensors))
    given = reduction.reduced(samples, found) if found else samples
    with errors_of(settings.classifier_name), limited(threads):
        model: StoredModel = TRAINERS.load(settings.family).fit(given, settings, options)
    return Reduced(found.reduction, model) if found else model


def _fit(samples: TrainingSet, plan: TrainingPlan, metadata: dict[str, str]) -> Fitted:
    """Train a model on features as they are."""
    with errors_of(plan.settings.classifier_name), limited(plan.threads):
        found = _search(samples, plan) if plan.settings.search else None
        settings = plan.settings.with_parameters(found.chosen) if found else plan.settings
        trainer = TRAINERS.load(settings.family)
        kept = metadata | metadata_of(settings, len(plan.members))
        models: list[StoredModel] = []
        for number, positions in enumerate(plan.members):
            models.append(trainer.fit(samples.subset(positions), settings, plan.options(number, kept)))
            if len(plan.members) > 1:
                print(f"model {number + 1} of {len(plan.members)}: {len(positions)} samples", file=sys.stderr)
        return Fitted(trainer.united(models) if len(models) > 1 else models[0], found)


def _search(samples: TrainingSet, plan: TrainingPlan) -> grid_search.Result:
    """Choose parameters, and say in the log which."""
    first = plan.members[0]
    real = samples.subset(first[first < len(samples.codes) - samples.made])
    fold_of_sample = plan.folds_of(real)
    if len(np.unique(fold_of_sample)) < 2:
        raise InputError(
            "model.search: the samples lie in one polygon or block and cannot be cut into folds; "
            "choose `groups: polygon` or a smaller `block_m`"
        )
    found = grid_search.search(real, plan.settings, fold_of_sample, plan.options(0, {}))
    score = found.scores[found.best]
    print(
        f"search: best of {len(found.candidates)} combinations: {found.chosen}, "
        f"{plan.settings.search.score if plan.settings.search else ''} {score.mean():.4f} (std {score.std():.4f})",
        file=sys.stderr,
    )
    return found


def metadata_of(settings: Named, members: int) -> dict[str, str]:
    """Return what a model keeps of how it was trained."""
    content = {"classifier": settings.classifier_name, "scaled": settings.scaled}
    content["parameters"] = settings.all_parameters()
    return {CLASSIFIER_TAG: json.dumps(content, sort_keys=True), MEMBERS_TAG: str(members)}


@contextmanager
def limited(threads: int) -> Iterator[None]:
    """Keep numerical libraries from using more threads than they are given."""
    with threadpool_limits(1, "blas"), threadpool_limits(threads, "openmp"):
        yield


@contextmanager
def errors_of(name: str) -> Iterator[None]:
    """Turn what a classifier refuses into an error in the user's words."""
    try:
        yield
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError, ArithmeticError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"model: {name} cannot be trained with these parameters and samples: {reason[0]}") from error
