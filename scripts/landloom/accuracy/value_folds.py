"""Cross-validation of a target: values of the training samples by models that have not seen them.

Half widths of a fold are told by the residuals of the other folds, so that the coverage of intervals is tested, too.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from landloom.accuracy.cross_validation import observed, thinned
from landloom.accuracy.fold_schemes import SCHEMES
from landloom.core.errors import InputError
from landloom.models.interface import Model
from landloom.models.reduced import Reduced
from landloom.models.regression.interface import Calibration
from landloom.models.training_data import TrainingSet
from landloom.training import reduction, value_fitting
from landloom.training.value_fitting import ValuePlan


@dataclass(frozen=True, eq=False)
class Estimates:
    """Out-of-fold estimates of samples, float32 of shape (samples,); NaN where there is none."""

    values: np.ndarray
    spreads: np.ndarray

    @classmethod
    def empty(cls, samples: int) -> "Estimates":
        """Return what is known before anything is estimated."""
        return cls(*np.full((2, samples), np.nan, np.float32))


Examine = Callable[[Model, np.ndarray], None]
"""Takes the model of a fold, and the positions of its samples, which the model does not know."""


def estimate(
    samples: TrainingSet,
    fold_of_sample: np.ndarray,
    plan: ValuePlan,
    most_per_bin: int,
    examine: Examine | None = None,
) -> Estimates:
    """Estimate each fold with a model trained on samples of the others.

    Parameters
    ----------
    samples : TrainingSet
    fold_of_sample : ndarray of int64, shape (samples,)
    plan : ValuePlan
        Features are reduced, if they are, by the samples that each model is trained with.
    most_per_bin : int
        Samples of a bin that a model is trained with, drawn by the plan's seed.
    examine : function
        Called with each model.

    Returns
    -------
    Estimates
        Without estimates where all samples are in one fold, for folds whose complement cannot train, and for samples
        that no sensor saw (:func:`landloom.accuracy.cross_validation.observed`).
    """
    found, seen = Estimates.empty(len(samples.codes)), observed(samples, plan.sensors)
    folds, (least, greatest) = np.unique(fold_of_sample), plan.target.range
    for fold in folds if len(folds) > 1 else ():
        known, unseen = np.flatnonzero(fold_of_sample != fold), np.flatnonzero(seen & (fold_of_sample == fold))
        if not len(unseen):
            continue
        random = np.random.default_rng([plan.seed, int(fold)])
        chosen = known[thinned(samples.codes[known], most_per_bin, random)]
        try:
            model = _trained(samples.subset(chosen), plan)
        except InputError as error:  # what is learnt of the accuracy must not end what makes the map
            print(f"a fold is left out: {error}", file=sys.stderr)
            continue
        values, spreads = _estimated(model, np.ascontiguousarray(samples.features[unseen]))
        found.values[unseen], found.spreads[unseen] = np.clip(values, least, greatest), spreads
        if examine:
            examine(model, unseen)
    return found


def _trained(samples: TrainingSet, plan: ValuePlan) -> Model:
    """Return a model of some samples, which reduces features itself where they are reduced."""
    value_fitting.check_values(samples.known_values())
    found = reduction.fit(samples, plan.settings, plan.sensors)
    if found is None:
        return value_fitting.fit_alone(samples, plan)
    return Reduced(found.reduction, value_fitting.fit_alone(reduction.reduced(samples, found), plan))


def _estimated(model: Any, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return values and spreads by a model of :func:`_trained`."""
    if isinstance(model, Reduced):
        return _estimated(model.inner, model.reduction.apply(features))
    found: tuple[np.ndarray, np.ndarray] = model.estimate(features)
    return found


def half_widths(
    truth: np.ndarray, found: Estimates, fold_of_sample: np.ndarray, calibration: Calibration, level: float
) -> np.ndarray:
    """Return half the width of each sample's interval, by the residuals of the other folds; NaN without any.

    Parameters
    ----------
    truth : ndarray of float32, shape (samples,)
    found : Estimates
    fold_of_sample : ndarray of int64, shape (samples,)
    calibration : Calibration
        Its floor counts.
    level : float
        Fraction of true values that intervals are to contain.
    """
    widths = np.full(len(truth), np.nan, np.float32)
    known = ~np.isnan(found.values)
    for fold in np.unique(fold_of_sample):
        others, here = known & (fold_of_sample != fold), known & (fold_of_sample == fold)
        if others.any() and here.any():
            fitted = calibration.fitted((found.values - truth)[others], found.spreads[others], level)
            widths[here] = fitted.half_widths(found.spreads[here])
    return widths


def table(
    samples: TrainingSet,
    folds: Mapping[str, np.ndarray],
    weights: np.ndarray,
    plan: ValuePlan,
    most_per_bin: int,
    examine: Mapping[str, Examine],
) -> pd.DataFrame:
    """Estimate the samples of a region and run by each scheme of folds.

    Parameters
    ----------
    folds : dict of scheme: ndarray of int64
    weights : ndarray of float, shape (samples,)
        Reference pixels that each sample represents.
    examine : dict of scheme: function
        Called with each model of a scheme.

    Returns
    -------
    DataFrame
        ``polygon``, ``code``, ``value``, ``weight``, and for each scheme ``fold_pixels`` ..., ``estimate_pixels`` ...
        and ``half_width_pixels`` ...
    """
    truth = samples.known_values()
    columns = {"polygon": samples.polygons, "code": samples.codes, "value": truth, "weight": weights}
    for scheme, fold in folds.items():
        found = estimate(samples, fold, plan, most_per_bin, examine.get(scheme))
        widths = half_widths(truth, found, fold, plan.calibration, plan.target.intervals)
        columns |= {f"fold_{scheme}": fold, f"estimate_{scheme}": found.values, f"half_width_{scheme}": widths}
    return pd.DataFrame(columns)


def nothing() -> pd.DataFrame:
    """Return the table of a region whose samples cannot be split into folds."""
    whole, real = np.zeros(0, np.int64), np.zeros(0, np.float32)
    columns: dict[str, np.ndarray] = {"polygon": whole, "code": whole, "value": real, "weight": real}
    for scheme in SCHEMES:
        columns |= {f"fold_{scheme}": whole, f"estimate_{scheme}": real, f"half_width_{scheme}": real}
    return pd.DataFrame(columns)


def of_scheme(tables: Sequence[pd.DataFrame], scheme: str) -> pd.DataFrame:
    """Return the estimates of all regions of a run by one scheme, for :func:`landloom.accuracy.value_scores.rows`.

    Parameters
    ----------
    tables : sequence of DataFrame
        Of the regions, in the order of their numbers.
    """
    parts = [
        one[["polygon", "code", "value", "weight"]].assign(
            number=number,
            fold=one[f"fold_{scheme}"],
            estimate=one[f"estimate_{scheme}"],
            half_width=one[f"half_width_{scheme}"],
        )
        for number, one in enumerate(tables, 1)
    ]
    return pd.concat(parts, ignore_index=True)
