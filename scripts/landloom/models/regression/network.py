"""Networks as models of a target: one, or several whose values are averaged."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from landloom.models import padded_blocks
from landloom.models.interface import check_matrix
from landloom.models.networks.model import BLOCK, NetworkModel, built, mean_outputs, one_thread
from landloom.models.own_class_settings import OwnClassSettings
from landloom.models.regression.interface import COLUMNS, Calibration, ValueModel

OUTPUTS = COLUMNS[:1]
"""Of the networks: the value alone, in standard deviations from the mean of the training samples."""


@dataclass(frozen=True, eq=False)
class NetworkRegression(ValueModel):
    """One or more networks of one architecture, each of which has one output.

    Attributes
    ----------
    networks : NetworkModel
        Whose members know :data:`OUTPUTS` in place of classes.
    centre, scale : float
        The value is ``centre`` + ``scale`` times the mean of what they give.
    calibration : Calibration
        Networks see no spread: all half widths are one.
    """

    family: ClassVar[str] = "regression_networks"

    networks: NetworkModel
    centre: float
    scale: float
    calibration: Calibration

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features, in their order."""
        return self.networks.feature_names

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        return self.networks.metadata

    def estimate(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give value and spread, which is 0, in padded blocks, so that neither threads nor the other pixels count.

        It raises and is called as :meth:`landloom.models.regression.estimator.EstimatorRegression.estimate`.
        """
        check_matrix(features, len(self.feature_names))
        networks = self._networks

        def mean_of(block: np.ndarray) -> np.ndarray:
            return mean_outputs(self.networks, networks, block)

        found = padded_blocks.predict(features, BLOCK, len(OUTPUTS), mean_of, one_thread)[:, 0]
        values = (self.centre + self.scale * found.astype(np.float64)).astype(np.float32)
        return values, np.zeros(len(features), np.float32)

    def allowing(self, own: OwnClassSettings | None) -> Self:
        """Return the model with leave to execute a class of the user's own: see :meth:`NetworkModel.allowing`."""
        return replace(self, networks=self.networks.allowing(own))

    @cached_property
    def _networks(self) -> list[Any]:
        """Return the networks of the members, ready to predict."""
        return [built(self.networks, member) for member in self.networks.members]
