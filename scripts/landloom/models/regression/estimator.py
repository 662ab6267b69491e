"""Regressors of scikit-learn as models of a target."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numba
import numpy as np
from threadpoolctl import ThreadpoolController

from landloom.models.interface import check_matrix
from landloom.models.regression.interface import Calibration, ValueModel

BLOCK = 1024
"""Pixels that are predicted at a time: always as many, as the rounding of a product may go by the matrix's shape."""

DIGITS = 1e6
"""Parts of the target's standard deviation to which values are rounded: not all processors round sums alike."""


@dataclass(frozen=True, eq=False)
class EstimatorRegression(ValueModel):
    """A fitted regressor of scikit-learn, of a target that was brought to mean 0 and deviation 1 where it needs that.

    Attributes
    ----------
    regressor : regressor
        Fitted on float64.
    centre, scale : float
        The value is ``centre`` + ``scale`` times what it predicts.
    feature_names : tuple of str
    calibration : Calibration
        Regressors see no spread: all half widths are one.
    metadata : dict of str to str
    """

    family: ClassVar[str] = "regressors"

    regressor: Any
    centre: float
    scale: float
    feature_names: tuple[str, ...]
    calibration: Calibration
    metadata: dict[str, str]

    def estimate(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give value and spread, which is 0.

        The caller sets the number of threads with `numba.set_num_threads`. Every pixel is predicted in a block of the
        same size by one thread, so that neither threads nor the other pixels change the result.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        check_matrix(features, len(self.feature_names))
        values = np.empty(len(features), np.float32)

        def predict(start: int) -> None:
            block = np.zeros((BLOCK, features.shape[1]))
            part = features[start : start + BLOCK]
            block[: len(part)] = part
            values[start : start + BLOCK] = self._values(block)[: len(part)]

        def one_thread() -> None:
            self._libraries.limit(limits=1)  # OpenMP counts them anew for each thread that calls it

        with (
            self._libraries.limit(limits=1),
            ThreadPoolExecutor(numba.get_num_threads(), initializer=one_thread) as pool,
        ):
            list(pool.map(predict, range(0, len(features), BLOCK)))
        return values, np.zeros(len(features), np.float32)

    def _values(self, block: np.ndarray) -> np.ndarray:
        """Return the values of a block, (pixels,) float64."""
        found = np.asarray(self.regressor.predict(block), np.float64).reshape(-1)
        unit = self.scale / DIGITS
        return np.round((self.centre + self.scale * found) / unit) * unit

    @cached_property
    def _libraries(self) -> ThreadpoolController:
        """Return the libraries that have threads of their own: finding them takes milliseconds."""
        return ThreadpoolController()
