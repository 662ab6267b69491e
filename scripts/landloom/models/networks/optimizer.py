"""AdamW: steps along gradients, scaled by their moments, with decoupled weight decay.

Loshchilov and Hutter 2019, Decoupled weight decay regularization. The same numbers as PyTorch's own, whose first step
loads its compiler: seconds and a hundred megabytes of each job, which nothing here uses.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import torch
from torch import nn

SECOND_DECAY = 0.999
"""Of the second moment, for each step."""

LEAST = 1e-8
"""Added to the root of the second moment."""


class AdamW:
    """Steps of the parameters of a network.

    Parameters
    ----------
    parameters : iterable of (str, Parameter)
    weight_decay : float
    """

    def __init__(self, parameters: Iterable[tuple[str, nn.Parameter]], weight_decay: float) -> None:
        self.weight_decay = weight_decay
        self._parameters = dict(parameters)
        self._first = {name: torch.zeros_like(one) for name, one in self._parameters.items()}
        self._second = {name: torch.zeros_like(one) for name, one in self._parameters.items()}

    def forget_gradients(self) -> None:
        """Begin a step: gradients are those of one batch."""
        for one in self._parameters.values():
            one.grad = None

    @torch.no_grad()
    def step(self, number: int, rate: float, first_decay: float) -> None:
        """Change all parameters that have a gradient.

        Parameters
        ----------
        number : int
            Of the step, from 1.
        rate : float
            Learning rate.
        first_decay : float
            Of the first moment, the momentum.
        """
        size = rate / (1 - first_decay**number)
        root = math.sqrt(1 - SECOND_DECAY**number)
        for name, one in self._parameters.items():
            if one.grad is None:
                continue
            first, second = self._first[name], self._second[name]
            one.mul_(1 - rate * self.weight_decay)
            first.lerp_(one.grad, 1 - first_decay)
            second.mul_(SECOND_DECAY).addcmul_(one.grad, one.grad, value=1 - SECOND_DECAY)
            one.addcdiv_(first, (second.sqrt() / root).add_(LEAST), value=-size)

    def moments(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Return copies of the first and second moments by parameter."""
        first, second = (
            {name: one.numpy().copy() for name, one in several.items()} for several in (self._first, self._second)
        )
        return first, second

    def load_moments(self, first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> None:
        """Take what :meth:`moments` gave."""
        for several, found in ((self._first, first), (self._second, second)):
            several.update({name: torch.tensor(found[name]) for name in several})
