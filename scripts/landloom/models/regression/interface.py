"""What models of a target have in common: values, half widths of intervals, and what they keep of both.

To those who map, such a model is one of two columns in place of classes: :data:`COLUMNS`. Intervals are value -/+
half width. The half width is a quantile of what models of other folds were wrong by, in units of the spread that the
model itself sees at each pixel. Source: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), Distribution-free
predictive inference for regression, Journal of the American Statistical Association 113 (section 5.2).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np

from landloom.models.interface import SingleModel, StoredModel
from landloom.models.training_data import TrainingSet

TargetFolds = Callable[[TrainingSet, int, int], np.ndarray]
"""Gives the fold of each sample, from 0, by number of folds and seed: what of the ground is alike is in one fold."""

COLUMNS = np.array([1, 2], np.int32)
"""Columns of a prediction, in place of classes: the value, and half the width of its interval."""

TARGET_TAG = "LANDLOOM_TARGET"
"""Where a model keeps the target that it estimates: JSON of ``field``, ``range`` and ``intervals``."""

FLOOR = 0.01
"""Least spread, as a fraction of the target's range: where all trees agree, they are not certain."""

_ROUNDING = 1e-9
"""Of a rank: ten times 0.7 is more than 7 to a computer."""


@dataclass(frozen=True)
class Calibration:
    """How a spread becomes half a width: ``factor`` times the spread, which is at least ``floor``.

    The factor is NaN until residuals of folds have told it.
    """

    floor: float
    factor: float = float("nan")

    def half_widths(self, spreads: np.ndarray) -> np.ndarray:
        """Return half the width of each interval, float32."""
        found: np.ndarray = (self.factor * np.maximum(spreads, self.floor)).astype(np.float32)
        return found

    def fitted(self, errors: np.ndarray, spreads: np.ndarray, level: float) -> Self:
        """Return the calibration by which half a width holds the next error with the probability ``level``.

        Of n errors drawn as the next one, that is the ceil((n + 1) level)-th smallest, the largest of ten for 0.9;
        it is the largest, too, of so few that none promises it.

        Parameters
        ----------
        errors, spreads : ndarray of float, shape (samples,)
            Of samples whose models did not know them; at least one.
        level : float
        """
        ratios = np.sort(np.abs(errors) / np.maximum(spreads, self.floor))
        rank = min(math.ceil((len(ratios) + 1) * level - _ROUNDING), len(ratios))
        return type(self)(self.floor, float(ratios[rank - 1]))

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> Self:
        """Return the calibration that a file holds; raises ValueError where it cannot be one."""
        found = cls(float(content["floor"]), float(content["factor"]))
        if not (0 < found.floor < np.inf and 0 <= found.factor < np.inf):
            raise ValueError("its intervals are broken")
        return found

    def content(self) -> dict[str, float]:
        """Return what a file holds."""
        return asdict(self)


@dataclass(frozen=True)
class ValueOptions:
    """How a regressor is fitted, beside its section of the configuration.

    Attributes
    ----------
    seed : int
        Seed of its random choices, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with; it has no influence on the model.
    calibration : Calibration
    metadata : dict of str to str
        Both kept with the model.
    folds_of : function
        Gives folds of whole polygons or blocks, for what is held out while a regressor is fitted.
    sensors : tuple of str
        All of them, by which the names of features tell band and date: of regressors that know of time.
    unfinished : path or None
        Folder where a long training may keep what it has reached, to go on from after a kill with the same result.
    """

    seed: int
    threads: int
    calibration: Calibration
    metadata: dict[str, str]
    folds_of: TargetFolds
    sensors: tuple[str, ...] = ()
    unfinished: Path | None = None


class Regression(StoredModel, Protocol):
    """A model of a target.

    Attributes
    ----------
    calibration : Calibration
    """

    calibration: Calibration

    def estimate(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the value of each pixel and its spread, both (pixels,) float32, whatever the other pixels are.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous
        """
        ...


class ValueModel(SingleModel):
    """What models of a target inherit."""

    @property
    def classes(self) -> np.ndarray:
        """Return :data:`COLUMNS`."""
        return COLUMNS

    def predict_proba(self: Regression, features: np.ndarray) -> np.ndarray:
        """Give value and half width of each pixel, (pixels, 2) float32, in place of the probabilities of classes."""
        values, spreads = self.estimate(features)
        return np.stack((values, self.calibration.half_widths(spreads)), axis=1).astype(np.float32, copy=False)
