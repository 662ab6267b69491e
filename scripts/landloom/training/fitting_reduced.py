"""Training models on components of features where the configuration wants it, and else on the features themselves."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from landloom.models.interface import Model
from landloom.models.reduced import Reduced
from landloom.training import component_analysis, fitting
from landloom.training.component_analysis import Found, Reducing
from landloom.training.component_groups import groups_of
from landloom.training.fitting import Fitted, Folds, Seeds
from landloom.training.settings import AnyTrained
from landloom.training_set.training_set import TrainingSet

REDUCTION_TAG = "LANDLOOM_REDUCTION"
"""Where a model keeps how many components each group of features has, and which share of its variance they hold."""


def how_to_reduce(settings: AnyTrained, names: Sequence[str], sensors: Sequence[str]) -> Reducing | None:
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


def fit(
    settings: AnyTrained,
    samples: TrainingSet,
    how: Reducing | None,
    members: list[np.ndarray],
    folds_of: Folds,
    seeds: Seeds,
    threads: int,
    metadata: dict[str, str],
) -> Fitted:
    """Train a model: see :func:`landloom.training.fitting.fit`.

    All members and the search share components, of all samples.

    Parameters
    ----------
    how : Reducing or None
        How features are reduced, if they are.
    """
    if how is None:
        return fitting.fit(settings, samples, members, folds_of, seeds, threads, metadata)
    found = component_analysis.fit(samples.features, samples.names, how)
    print(_described(found), file=sys.stderr)
    kept = metadata | {REDUCTION_TAG: _metadata(found)}
    fitted = fitting.fit(settings, _reduced(samples, found), members, folds_of, seeds, threads, kept)
    assert not isinstance(fitted.model, Reduced)
    return Fitted(Reduced(found.reduction, fitted.model), fitted.search)


def fit_alone(settings: AnyTrained, samples: TrainingSet, how: Reducing | None, seed: int, threads: int) -> Model:
    """Train one classifier on all samples: see :func:`landloom.training.fitting.fit_alone`."""
    if how is None:
        return fitting.fit_alone(settings, samples, seed, threads)
    found = component_analysis.fit(samples.features, samples.names, how)
    return Reduced(found.reduction, fitting.fit_alone(settings, _reduced(samples, found), seed, threads))


def _reduced(samples: TrainingSet, found: Found) -> TrainingSet:
    """Return samples with components in place of features."""
    reduction = found.reduction
    return replace(samples, features=reduction.apply(samples.features), names=reduction.component_names)


def _counts(found: Found) -> dict[str, int]:
    """Return the number of components of each group."""
    return dict(zip(found.kept, np.diff(found.reduction.component_offsets).tolist(), strict=True))


def _metadata(found: Found) -> str:
    groups = {
        group: {"components": count, "share_of_variance": round(found.kept[group], 4)}
        for group, count in _counts(found).items()
    }
    return json.dumps(groups, sort_keys=True)


def _described(found: Found) -> str:
    features, components = len(found.reduction.feature_names), len(found.reduction.component_names)
    least = min(found.kept, key=lambda group: found.kept[group])
    return (
        f"{features} features reduced to {components} components in {len(found.kept)} groups, which keep at least "
        f"{found.kept[least]:.1%} (of {least}) of the variance"
    )
