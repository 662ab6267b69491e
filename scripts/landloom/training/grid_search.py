"""Parameters chosen by cross-validation over all combinations of a grid."""

import csv
import io
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import cohen_kappa_score, make_scorer
from sklearn.model_selection import GridSearchCV

from landloom.core.files import write_text
from landloom.training import sklearn_classifiers
from landloom.training.settings import AnyTrained


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
        return np.round(self.scores.mean(axis=1), 12)

    def write(self, path: Path | str) -> None:
        """Write a table: a line for each combination with its rank, mean, standard deviation and fold scores."""
        rank = 1 + np.array([np.sum(self._means > mean) for mean in self._means])
        folds = [f"fold{number}" for number in range(self.scores.shape[1])]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["rank", "mean", "std", *self.candidates[0], *folds])
        for number, candidate in enumerate(self.candidates):
            values = [json.dumps(value) if isinstance(value, list | dict) else value for value in candidate.values()]
            numbers = [self._means[number], self.scores[number].std(), *self.scores[number]]
            mean, std, *each = (f"{value:.6f}" for value in numbers)
            writer.writerow([rank[number], mean, std, *values, *each])
        write_text(path, text.getvalue())


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
    return float(cohen_kappa_score(true, predicted))


def search(
    settings: AnyTrained, matrix: np.ndarray, codes: np.ndarray, folds: np.ndarray, seed: int, threads: int
) -> Result:
    """Try all combinations of a grid.

    Parameters
    ----------
    settings : section of the configuration
        With a grid.
    matrix : ndarray, (samples, features)
    codes : ndarray, (samples,) of integers
        Class codes.
    folds : ndarray, (samples,) of integers
        Fold of each sample, from 0.
    seed, threads : int
    """
    assert settings.search
    paths = {sklearn_classifiers.parameter_path(settings, name): name for name in settings.search.grid}
    grid = dict(zip(paths, settings.search.grid.values(), strict=True))
    own_threads = sklearn_classifiers.has_threads(settings)
    scoring = make_scorer(kappa) if settings.search.score == "kappa" else settings.search.score
    tried = GridSearchCV(
        sklearn_classifiers.build(settings, {}, seed, threads),
        grid,
        scoring=scoring,
        cv=sklearn_classifiers.splits(folds),
        refit=False,
        error_score="raise",
    )
    with warnings.catch_warnings(), joblib.parallel_config("threading", n_jobs=1 if own_threads else threads):
        warnings.simplefilter("ignore", UndefinedMetricWarning)  # of classes that a fold lacks
        tried.fit(matrix, codes)
    results = tried.cv_results_
    scores = [results[f"split{number}_test_score"] for number in range(tried.n_splits_)]
    candidates = [{paths[path]: value for path, value in one.items()} for one in results["params"]]
    return Result(candidates, np.stack(scores, axis=1))
