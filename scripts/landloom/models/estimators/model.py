"""Classifiers of scikit-learn as models: one, or an ensemble whose probabilities are averaged."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numba
import numpy as np
from threadpoolctl import ThreadpoolController

from landloom.models.interface import SingleModel, check_matrix

BLOCK = 1024
"""Pixels that are predicted at a time: always as many, as the rounding of a product may go by the matrix's shape."""

DECIMALS = 6
"""To which probabilities are rounded: what is left of their rounding errors must not choose between equal classes."""


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
        probabilities = np.empty((len(features), self.classes.size), np.float32)

        def predict(start: int) -> None:
            block = np.zeros((BLOCK, features.shape[1]))
            part = features[start : start + BLOCK]
            block[: len(part)] = part
            probabilities[start : start + BLOCK] = self._mean_probabilities(block)[: len(part)]

        def one_thread() -> None:
            self._libraries.limit(limits=1)  # OpenMP counts them anew for each thread that calls it

        with (
            self._libraries.limit(limits=1),
            ThreadPoolExecutor(numba.get_num_threads(), initializer=one_thread) as pool,
        ):
            list(pool.map(predict, range(0, len(features), BLOCK)))
        return probabilities

    def _mean_probabilities(self, block: np.ndarray) -> np.ndarray:
        """Return the members' mean probabilities, (pixels, classes) float64."""
        total = np.zeros((len(block), self.classes.size))
        for member in self.members:
            total[:, np.searchsorted(self.classes, member.classes_)] += member.predict_proba(block)
        return np.round(total / len(self.members), DECIMALS)

    @cached_property
    def _libraries(self) -> ThreadpoolController:
        """Return the libraries that have threads of their own: finding them takes milliseconds."""
        return ThreadpoolController()
