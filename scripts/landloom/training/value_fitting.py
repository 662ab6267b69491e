"""Training the model of a target in a region: a regressor, and the width of its intervals from residuals of folds."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.interface import StoredModel
from landloom.models.reduced import Reduced
from landloom.models.regression.interface import (
    FLOOR,
    TARGET_TAG,
    Calibration,
    Regression,
    TargetFolds,
    ValueOptions,
)
from landloom.models.regression.naming import RegressorSettings
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import TrainingSet
from landloom.reference.target_settings import TargetSettings
from landloom.training import reduction
from landloom.training.fitting import errors_of, limited, metadata_of
from landloom.training.registry import REGRESSORS


@dataclass(frozen=True, eq=False)
class ValuePlan:
    """How a model of a target is trained.

    Attributes
    ----------
    settings : section of the configuration
    target : section of the configuration
    folds_of : function
        Gives the folds whose residuals tell the width of intervals, and those that judge a regressor while it is
        fitted (:data:`landloom.models.regression.interface.TargetFolds`).
    seed : int
        0 to 2**32 - 1.
    threads : int
        Number of threads to train with; it has no influence on the model.
    sensors : sequence of str
        All of them: features are reduced by sensors, and the name of one may begin with that of another.
    metadata : dict of str to str
        Kept with the model.
    unfinished : path or None
        See :class:`landloom.models.regression.interface.ValueOptions`.
    """

    settings: TrainedSettings
    target: TargetSettings
    folds_of: TargetFolds
    seed: int
    threads: int
    sensors: Sequence[str]
    metadata: Mapping[str, str]
    unfinished: Path | None = None

    @property
    def calibration(self) -> Calibration:
        """Return the calibration before residuals have told its factor."""
        return Calibration(FLOOR * self.target.span)

    @property
    def options(self) -> ValueOptions:
        """Return how the regressor is fitted."""
        kept = (
            dict(self.metadata) | metadata_of(RegressorSettings(self.settings), 1) | {TARGET_TAG: tag_of(self.target)}
        )
        sensors = tuple(self.sensors)
        return ValueOptions(self.seed, self.threads, self.calibration, kept, self.folds_of, sensors, self.unfinished)


def tag_of(target: TargetSettings) -> str:
    """Return what a model keeps of its target, as JSON."""
    content: dict[str, Any] = target.model_dump(mode="json", include={"field", "range", "intervals"})
    return json.dumps(content, sort_keys=True)


def fit(samples: TrainingSet, plan: ValuePlan) -> StoredModel:
    """Train a model whose intervals are calibrated.

    Raises
    ------
    InputError
        Where all values are one, the regressor cannot be trained with these parameters or samples, or samples cannot
        be cut into folds.
    """
    check_values(samples.known_values())
    found = reduction.fit(samples, plan.settings, plan.sensors)
    given = reduction.reduced(samples, found) if found else samples
    plan = replace(plan, metadata=dict(plan.metadata) | reduction.metadata(found)) if found else plan
    fold_of_sample = plan.folds_of(samples, plan.target.folds, plan.seed)
    if len(np.unique(fold_of_sample)) < 2:
        raise InputError(
            "target: the samples lie in one polygon or block and cannot be cut into the folds that tell the width of "
            "intervals; give a smaller `target.block_m`, or more polygons"
        )
    values, spreads = out_of_fold(given, fold_of_sample, plan)
    errors = values - samples.known_values()
    calibration = plan.calibration.fitted(errors, spreads, plan.target.intervals)
    model = replace(fit_alone(given, plan), calibration=calibration)  # type: ignore[type-var]
    rmse = float(np.sqrt(np.mean(errors.astype(np.float64) ** 2)))
    print(
        f"residuals of {len(np.unique(fold_of_sample))} folds: RMSE {rmse:.4g}; half widths are "
        f"{calibration.factor:.3g} times the spread, at least {calibration.floor:g}",
        file=sys.stderr,
    )
    return Reduced(found.reduction, model) if found else model


def fit_alone(samples: TrainingSet, plan: ValuePlan) -> Regression:
    """Train a regressor on all samples; its intervals are not calibrated, and features are not reduced."""
    name = RegressorSettings(plan.settings).classifier_name
    with errors_of(name), limited(plan.threads):
        found: Regression = REGRESSORS.load(plan.settings.family).fit(samples, plan.settings, plan.options)
    return found


def out_of_fold(samples: TrainingSet, fold_of_sample: np.ndarray, plan: ValuePlan) -> tuple[np.ndarray, np.ndarray]:
    """Return value and spread of each sample, cut to the range, by models of the other folds.

    Parameters
    ----------
    fold_of_sample : ndarray of int64, shape (samples,)

    Returns
    -------
    values, spreads : ndarray of float32, shape (samples,)
    """
    values, spreads = np.empty((2, len(samples.codes)), np.float32)
    for fold in np.unique(fold_of_sample):
        known, unseen = np.flatnonzero(fold_of_sample != fold), np.flatnonzero(fold_of_sample == fold)
        model = fit_alone(samples.subset(known), plan)
        values[unseen], spreads[unseen] = model.estimate(np.ascontiguousarray(samples.features[unseen]))
    least, greatest = plan.target.range
    return np.clip(values, least, greatest), spreads


def check_values(values: np.ndarray) -> None:
    """Raise InputError where all samples have one value: nothing tells them apart."""
    if (values == values[0]).all():
        raise InputError(f"all training samples of this region have the value {values[0]:g}; nothing to estimate")
