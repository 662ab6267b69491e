"""Classifiers of scikit-learn as models: one, or an ensemble whose probabilities are averaged."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from threadpoolctl import ThreadpoolController

from landloom.models import padded_blocks
from landloom.models.interface import SingleModel, check_matrix

BLOCK = 1024
"""Pixels that are predicted at a time."""


@dataclass(frozen=True, eq=False)
class EstimatorModel(SingleModel):
    """One or more fitted classifiers of scikit-learn.

    Attributes
    ----------
    members : tuple of classifiers
        Each with `classes_` and `predict_proba`, fitted on float64.
    feature_names : tuple of str
        Names of the features, in their order.
    classes : ndarray, (classes,) int32
        Class codes that any member knows, ascending.
    metadata : dict of str to str
        Whatever the caller wants to keep with the model.
    """

    family: ClassVar[str] = "estimators"

    members: tuple[Any, ...]
    feature_names: tuple[str, ...]
    classes: np.ndarray
    metadata: dict[str, str]

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class: the mean over the members, 0 of those that do not know it.

        The caller sets the number of threads with `numba.set_num_threads`. Every pixel is predicted in a block of the
        same size by one thread, so that neither threads nor the other pixels change the result.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous
            Feature vectors, in the order of `feature_names`.

        Returns
        -------
        ndarray, (pixels, classes) float32
            Probabilities, in the order of `classes`; they sum to 1 up to the rounding of the sixth decimal.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        check_matrix(features, len(self.feature_names))

        def one_thread() -> None:
            self._libraries.limit(limits=1)  # OpenMP counts them anew for each thread that calls it

        with self._libraries.limit(limits=1):
            return padded_blocks.predict(features, BLOCK, self.classes.size, self._mean_probabilities, one_thread)

    def _mean_probabilities(self, block: np.ndarray) -> np.ndarray:
        """Return the members' mean probabilities, (pixels, classes) float64."""
        total, values = np.zeros((len(block), self.classes.size)), block.astype(np.float64)
        for member in self.members:
            total[:, np.searchsorted(self.classes, member.classes_)] += member.predict_proba(values)
        return total / len(self.members)

    @cached_property
    def _libraries(self) -> ThreadpoolController:
        """Return the libraries that have threads of their own: finding them takes milliseconds."""
        return ThreadpoolController()
