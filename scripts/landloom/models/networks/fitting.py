"""Trainer of networks: see :mod:`landloom.training.registry`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.models.networks import members, pytorch, validation
from landloom.models.networks.model import NetworkModel
from landloom.models.networks.settings import CLASS_SCORES, NetworkSettings
from landloom.models.networks.validation import Division
from landloom.models.training_data import FitOptions, TrainingSet

if TYPE_CHECKING:
    from landloom.models.networks.goals import Goal


def fit(samples: TrainingSet, settings: NetworkSettings, options: FitOptions) -> NetworkModel:
    """Fit the members, each on a thread of its own; the number of threads has no influence on them.

    Raises
    ------
    InputError
        Where PyTorch, dates or polygons are missing, or the loss is no number.
    """
    pytorch.require()
    codes, labels = np.unique(samples.codes, return_inverse=True)

    def divided(seed: int) -> Division:
        return validation.divided(samples, settings.validation_share, seed)

    def goal_of(division: Division) -> "Goal":
        from landloom.models.networks.goals import ClassGoal  # with PyTorch

        return ClassGoal.of(labels, len(codes), division, settings)

    how = options.seed, options.threads, options.sensors, options.unfinished
    work = members.Work(samples, settings, *how, codes.astype(np.int32), divided, goal_of)
    return members.fitted(work, options.metadata)


def predict_labels(
    samples: TrainingSet, settings: NetworkSettings, features: np.ndarray, options: FitOptions
) -> np.ndarray:
    """Return the class codes of other samples by one network that is fitted on these."""
    alone = FitOptions(options.seed, 1, options.folds_of, {}, options.sensors)
    model = fit(samples, settings.model_copy(update={"members": 1}), alone)
    labels: np.ndarray = model.classes[model.predict_proba(np.ascontiguousarray(features)).argmax(axis=1)]
    return labels


def united(models: Sequence[NetworkModel]) -> NetworkModel:
    """Return one model of the members of several."""
    first = models[0]
    classes = np.unique(np.concatenate([one.classes for one in models]))
    together = tuple(member for one in models for member in one.members)
    return NetworkModel(first.architecture, first.inputs, together, first.feature_names, classes, first.metadata)


def shares_out(settings: NetworkSettings) -> bool:
    """Return whether the search leaves all threads to one fit: of a network, each fit has one.

    Classes of a user's own are trained one after the other: their random numbers are one stream for all threads.
    """
    return members.has_own_class(settings)


def write_epochs(model: NetworkModel, path: Path | str) -> None:
    """Write what each epoch of each network has come to."""
    members.write_epochs(model.members, CLASS_SCORES, path)
