"""What a network is trained for: classes, or the values of a target; which loss falls, and how it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import torch
from torch import nn

from landloom.models.networks import validation
from landloom.models.networks.settings import CLASS_SCORES, VALUE_SCORES, NetworkSettings
from landloom.models.networks.validation import Division

POWERS = {"none": 0.0, "root": 0.5, "full": 1.0}
"""Of (mean count / count of a class), which is its weight."""

VALUE_LOSSES = {"huber": nn.functional.huber_loss, "mse": nn.functional.mse_loss}
"""Of values with mean 0 and standard deviation 1; that of Huber grows with the error itself beyond 1."""


class Goal(Protocol):
    """What a network is trained for.

    Attributes
    ----------
    SCORES : tuple of str
        Names of what :meth:`scores` gives.
    outputs : int
        Numbers that the network gives for each sample.
    """

    SCORES: ClassVar[tuple[str, ...]]

    @property
    def outputs(self) -> int:
        """Return how many numbers the network gives for each sample."""
        ...

    def loss(self, found: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        """Return the mean loss of what a network gives for some samples, (samples, outputs) float32."""
        ...

    def scores(self, found: torch.Tensor, rows: np.ndarray) -> tuple[float, ...]:
        """Return how well it does on them, in the order of `SCORES`."""
        ...

    def badness(self, criterion: str, score: float) -> float:
        """Return what is to be least of a score, on a scale that does not go by the unit of a target."""
        ...

    def described(self, scores: Sequence[float]) -> str:
        """Return the scores in words, for the log."""
        ...


@dataclass(frozen=True, eq=False)
class ClassGoal:
    """Classes are to be told apart: cross entropy.

    Attributes
    ----------
    labels : ndarray of int64, shape (samples,)
        Positions of the classes, from 0.
    outputs : int
        Classes.
    weights : Tensor of float32, shape (classes,)
    smoothing : float
    """

    SCORES: ClassVar[tuple[str, ...]] = CLASS_SCORES

    labels: np.ndarray
    outputs: int
    weights: torch.Tensor
    smoothing: float

    @classmethod
    def of(cls, labels: np.ndarray, classes: int, division: Division, settings: NetworkSettings) -> "ClassGoal":
        """Return the goal, with the weights of the classes that a section of the configuration wants."""
        counts = np.bincount(labels[division.fitted], minlength=classes)
        weights = (counts[counts > 0].mean() / np.maximum(counts, 1)) ** POWERS[settings.class_weights]
        return cls(labels, classes, torch.tensor(weights, dtype=torch.float32), settings.label_smoothing)

    def loss(self, found: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        """Return the cross entropy: see :class:`Goal`."""
        labels = torch.from_numpy(self.labels[rows])
        return nn.functional.cross_entropy(found, labels, self.weights, label_smoothing=self.smoothing)

    def scores(self, found: torch.Tensor, rows: np.ndarray) -> tuple[float, ...]:
        """Return overall accuracy, macro F1 and kappa."""
        one = validation.scores(self.labels[rows], found.argmax(1).numpy(), self.outputs)
        return one.oa, one.f1, one.kappa

    def badness(self, criterion: str, score: float) -> float:
        """Return the negative: all scores are the better the higher."""
        return -score

    def described(self, scores: Sequence[float]) -> str:
        """Return accuracy and macro F1 in words."""
        return f"accuracy {scores[0]:.4f}, macro F1 {scores[1]:.4f}"


@dataclass(frozen=True, eq=False)
class ValueGoal:
    """Values are to be estimated: one output, which is the value in standard deviations from the mean.

    Attributes
    ----------
    standardised : ndarray of float32, shape (samples,)
    scale : float
        Standard deviation of the values.
    loss_name : str
        Of `VALUE_LOSSES`.
    """

    SCORES: ClassVar[tuple[str, ...]] = VALUE_SCORES

    standardised: np.ndarray
    scale: float
    loss_name: str

    @property
    def outputs(self) -> int:
        """Return 1: the value."""
        return 1

    def loss(self, found: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        """Return the mean loss of the errors: see :class:`Goal`."""
        return VALUE_LOSSES[self.loss_name](found[:, 0], torch.from_numpy(self.standardised[rows]))

    def scores(self, found: torch.Tensor, rows: np.ndarray) -> tuple[float, ...]:
        """Return root mean square error and mean absolute error in the unit of the target, and R2.

        R2 is 1 minus the mean square error over the variance of the true values; 0 where all of them are one.
        """
        truth = self.standardised[rows].astype(np.float64)
        errors = found[:, 0].numpy().astype(np.float64) - truth
        square, variance = float(np.mean(errors**2)), float(truth.var())
        r2 = 1 - square / variance if variance else 0.0
        return self.scale * square**0.5, self.scale * float(np.abs(errors).mean()), r2

    def badness(self, criterion: str, score: float) -> float:
        """Return errors in standard deviations of the target, and the negative of R2."""
        return -score if criterion == "r2" else score / self.scale

    def described(self, scores: Sequence[float]) -> str:
        """Return the root mean square error and R2 in words."""
        return f"RMSE {scores[0]:.4g}, R2 {scores[2]:.4f}"
