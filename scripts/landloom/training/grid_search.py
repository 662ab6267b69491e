"""Parameters chosen by cross-validation over all combinations of a grid."""

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from landloom.core import tables
from landloom.models.settings import TrainedSettings
from landloom.models.training_data import FitOptions, TrainingSet
from landloom.training.registry import TRAINERS


@dataclass(frozen=True, eq=False)
class Result:
    """What became of each combination of a grid.

    Attributes
    ----------
    candidates : list of dict
        The combinations, by the names that the configuration has.
    scores : ndarray, (candidates, folds) float64
    """

    candidates: list[dict[str, Any]]
    scores: np.ndarray

    @property
    def best(self) -> int:
        """Return the number of the combination with the best mean; of equals, the first."""
        return int(np.argmax(self._means))

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the best combination."""
        return self.candidates[self.best]

    @property
    def _means(self) -> np.ndarray:
        found: np.ndarray = np.round(self.scores.mean(axis=1), 12)
        return found

    def write(self, path: Path | str) -> None:
        """Write a table: a line for each combination with its rank, mean, standard deviation and fold scores."""
        rank = 1 + np.array([np.sum(self._means > mean) for mean in self._means])
        folds = [f"fold{number}" for number in range(self.scores.shape[1])]
        rows = []
        for number, candidate in enumerate(self.candidates):
            values = [json.dumps(value) if isinstance(value, list | dict) else value for value in candidate.values()]
            numbers = [self._means[number], self.scores[number].std(), *self.scores[number]]
            mean, std, *each = (f"{value:.6f}" for value in numbers)
            rows.append([rank[number], mean, std, *values, *each])
        tables.write(path, ["rank", "mean", "std", *self.candidates[0], *folds], rows)


def kappa(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return Cohen's kappa; 1 where it is undefined, since there is one class and all samples are recognised as it.

    In the mean of folds, NaN would pass for the best score of all, or hide that of the others.

    Parameters
    ----------
    true, predicted : ndarray, (samples,) of integers
        Class codes.
    """
    if len(np.unique(np.concatenate((true, predicted)))) == 1:
        return 1.0
    return float(metrics.cohen_kappa_score(true, predicted))


def accuracy(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the fraction of samples that are recognised."""
    return float(metrics.accuracy_score(true, predicted))


def balanced_accuracy(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean over the classes of the fraction of their samples that are recognised."""
    return float(metrics.balanced_accuracy_score(true, predicted))


def f1_macro(true: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean of the classes' F1 scores."""
    return float(metrics.f1_score(true, predicted, average="macro"))


SCORES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "f1_macro": f1_macro,
    "kappa": kappa,
}
"""By their names in the configuration."""


def search(
    samples: TrainingSet, settings: TrainedSettings, fold_of_sample: np.ndarray, options: FitOptions
) -> Result:
    """Try all combinations of a grid.

    Parameters
    ----------
    samples : TrainingSet
    settings : section of the configuration
        With a grid.
    fold_of_sample : ndarray, (samples,) of integers
        From 0.
    options : FitOptions
    """
    assert settings.search
    grid = dict(sorted(settings.search.grid.items()))
    candidates = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    folds = np.unique(fold_of_sample)
    score = SCORES[settings.search.score]
    trainer = TRAINERS.load(settings.family)

    def score_of(candidate: dict[str, Any], fold: int) -> float:
        known, unseen = np.flatnonzero(fold_of_sample != fold), np.flatnonzero(fold_of_sample == fold)
        tried = settings.with_parameters(candidate)
        found = trainer.predict_labels(samples.subset(known), tried, samples.features[unseen], options)
        return score(samples.codes[unseen], found)

    jobs = 1 if trainer.shares_out(settings) else options.threads
    with warnings.catch_warnings(), joblib.parallel_config("threading", n_jobs=jobs):
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # of classes that a fold lacks
        scores = joblib.Parallel()(
            joblib.delayed(score_of)(candidate, fold) for candidate in candidates for fold in folds
        )
    return Result(candidates, np.array(scores).reshape(len(candidates), len(folds)))
