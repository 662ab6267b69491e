"""Trainer of networks of a target: see :data:`landloom.training.registry.REGRESSORS`."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landloom.core.errors import InputError
from landloom.models.networks import members, pytorch
from landloom.models.networks.settings import VALUE_SCORES, NetworkSettings
from landloom.models.networks.validation import Division
from landloom.models.regression.interface import ValueOptions
from landloom.models.regression.network import OUTPUTS, NetworkRegression
from landloom.models.training_data import TrainingSet

if TYPE_CHECKING:
    from landloom.models.networks.goals import Goal


def fit(samples: TrainingSet, settings: NetworkSettings, options: ValueOptions) -> NetworkRegression:
    """Fit networks to the samples' values, which are brought to mean 0 and standard deviation 1.

    Raises
    ------
    InputError
        Where PyTorch, dates or polygons are missing, or the loss is no number.
    """
    pytorch.require()
    values = samples.known_values().astype(np.float64)
    centre, scale = float(values.mean()), float(values.std()) or 1.0

    def divided(seed: int) -> Division:
        return _divided(samples, settings.validation_share, seed, options)

    def goal_of(division: Division) -> "Goal":
        from landloom.models.networks.goals import ValueGoal  # with PyTorch

        return ValueGoal(((values - centre) / scale).astype(np.float32), scale, settings.loss)

    how = options.seed, options.threads, options.sensors, options.unfinished
    work = members.Work(samples, settings, *how, OUTPUTS, divided, goal_of)
    return NetworkRegression(members.fitted(work, dict(options.metadata)), centre, scale, options.calibration)


def _divided(samples: TrainingSet, share: float, seed: int, options: ValueOptions) -> Division:
    """Choose samples that no weights are fitted to: whole polygons or blocks, of all bins of values alike.

    Raises
    ------
    InputError
        If all samples lie in one polygon or block.
    """
    places = np.arange(len(samples.codes))
    if not share:
        return Division(places, places[:0])
    folds = min(round(1 / share), len(np.unique(samples.polygons)))
    fold_of_sample = options.folds_of(samples, max(folds, 2), seed)
    held = fold_of_sample == fold_of_sample.min()
    if held.all():
        raise InputError(
            "model.validation_share: all training samples here lie in one polygon or block, and none of them could "
            "judge the network; give more polygons, a smaller `target.block_m`, or `validation_share: 0`"
        )
    return Division(np.flatnonzero(~held), np.flatnonzero(held))


def write_epochs(model: NetworkRegression, path: Path | str) -> None:
    """Write what each epoch of each network has come to."""
    members.write_epochs(model.networks.members, VALUE_SCORES, path)
