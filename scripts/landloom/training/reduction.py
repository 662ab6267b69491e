"""Reduction of the features of samples to components, as a step before training, where the configuration wants it."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from landloom.models.settings import TrainedSettings
from landloom.models.training_data import TrainingSet
from landloom.training import component_analysis
from landloom.training.component_analysis import Found, Reducing
from landloom.training.component_groups import groups_of

REDUCTION_TAG = "LANDLOOM_REDUCTION"
"""Where a model keeps how many components each group of features has, and which share of its variance they hold."""


def how_to_reduce(settings: TrainedSettings, names: Sequence[str], sensors: Sequence[str]) -> Reducing | None:
    """Return how features are reduced, if they are.

    Parameters
    ----------
    settings : section of the configuration
    names : sequence of str
        Of the features.
    sensors : sequence of str
        All of them: the name of one may begin with that of another.
    """
    wanted = settings.reduction
    return Reducing(groups_of(names, sensors, wanted.groups), wanted.components) if wanted else None


def fit(samples: TrainingSet, settings: TrainedSettings, sensors: Sequence[str]) -> Found | None:
    """Find what reduces the features of samples, if the section wants that: see :func:`how_to_reduce`."""
    how = how_to_reduce(settings, samples.names, sensors)
    return component_analysis.fit(samples.features, samples.names, how) if how else None


def reduced(samples: TrainingSet, found: Found) -> TrainingSet:
    """Return samples with components in place of features."""
    reduction = found.reduction
    return replace(samples, features=reduction.apply(samples.features), names=reduction.component_names)


def _counts(found: Found) -> dict[str, int]:
    """Return the number of components of each group."""
    return dict(zip(found.kept, np.diff(found.reduction.component_offsets).tolist(), strict=True))


def metadata(found: Found) -> dict[str, str]:
    """Return what a model keeps of its reduction."""
    groups = {
        group: {"components": count, "share_of_variance": round(found.kept[group], 4)}
        for group, count in _counts(found).items()
    }
    return {REDUCTION_TAG: json.dumps(groups, sort_keys=True)}


def described(found: Found) -> str:
    """Return a line of the log."""
    features, components = len(found.reduction.feature_names), len(found.reduction.component_names)
    least = min(found.kept, key=lambda group: found.kept[group])
    return (
        f"{features} features reduced to {components} components in {len(found.kept)} groups, which keep at least "
        f"{found.kept[least]:.1%} (of {least}) of the variance"
    )
