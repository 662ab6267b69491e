"""Permutation importance where a target is mapped: by how much R2 drops if features are shuffled among samples."""

from dataclasses import dataclass

import numpy as np

from landloom.accuracy.permutation_importance import Scored
from landloom.models.interface import Model
from landloom.models.training_data import TrainingSet
from landloom.reference.target_settings import TargetSettings


@dataclass(frozen=True)
class Explained:
    """Scores samples so that the mean of all scores is R2.

    R2 is 1 minus the mean square error over the variance of the true values: each sample adds 1 minus its own square
    error over the variance of all, so that R2 of folds and what it loses are sums of what samples add.

    Attributes
    ----------
    variance : float
        Of the true values of all samples that are cross-validated, by their weights.
    least, greatest : float
        Estimates are cut to them, as those of a map.
    """

    variance: float
    least: float
    greatest: float

    @classmethod
    def of(cls, samples: TrainingSet, weights: np.ndarray, target: TargetSettings) -> "Explained":
        """Return what scores these samples; their values must not all be one."""
        values = samples.known_values().astype(np.float64)
        mean = float(np.average(values, weights=weights))
        return cls(float(np.average((values - mean) ** 2, weights=weights)), *target.range)

    def __call__(self, samples: TrainingSet, positions: np.ndarray) -> Scored:
        """Return the scores of some samples, by the features that a model is given."""
        truth = samples.known_values()[positions].astype(np.float64)

        def scored(model: Model, features: np.ndarray) -> np.ndarray:
            values = model.predict_proba(features)[:, 0].astype(np.float64)
            found: np.ndarray = 1 - (np.clip(values, self.least, self.greatest) - truth) ** 2 / self.variance
            return found

        return scored
