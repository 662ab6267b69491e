"""Training of one network: AdamW, one cycle of the learning rate, early stopping on whole polygons."""

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from landloom.core.errors import InputError
from landloom.models.file_arrays import let_go
from landloom.models.networks import building, schedule, training_state
from landloom.models.networks.goals import Goal
from landloom.models.networks.inputs import Inputs
from landloom.models.networks.optimizer import AdamW
from landloom.models.networks.own_class import OwnClass
from landloom.models.networks.settings import NetworkSettings
from landloom.models.networks.tensors import SeriesTensors, tensors_of
from landloom.models.networks.training_state import Arrays, Epoch, State
from landloom.models.networks.validation import Division

LARGEST_GRADIENT = 1.0
"""Norm that all gradients together are cut to."""

LEAST_GAIN = 1e-4
"""Of the criterion: what is better by less counts as no better."""

LEAST_STEPS, LEAST_BATCH = 8, 16
"""Of an epoch: where there are few samples, batches are smaller than asked for, but not below so many samples."""

JUDGED_AT_ONCE = 4096
"""Samples."""

SECONDS_BETWEEN_LINES, SECONDS_BETWEEN_STATES = 5.0, 30.0


@dataclass(frozen=True, eq=False)
class Material:
    """What networks are trained with.

    Attributes
    ----------
    features : ndarray of int16, shape (samples, features)
    goal : Goal
    division : Division
    inputs : Inputs
    architecture : str, or OwnClass
    """

    features: np.ndarray
    goal: Goal
    division: Division
    inputs: Inputs
    architecture: str | OwnClass


@dataclass(frozen=True)
class Purpose:
    """Which network of several is trained, and where what it has reached is kept.

    Attributes
    ----------
    name : str
        For the log.
    seed : int
    digest : str
        Of all that decides the result.
    path : path or None
    """

    name: str
    seed: int
    digest: str
    path: Path | None


class Training:
    """A network while it is trained.

    Parameters
    ----------
    material : Material
    settings : section of the configuration
    scales : dict of name: ndarray
        Means and standard deviations that the network scales by.
    purpose : Purpose
    """

    def __init__(self, material: Material, settings: NetworkSettings, scales: Arrays, purpose: Purpose) -> None:
        self.material, self.settings, self.purpose = material, settings, purpose
        inputs = material.inputs
        size = len(inputs.others), material.goal.outputs
        self.network = building.started(material.architecture, inputs.shapes, *size, purpose.seed)
        self.network.load_arrays(scales)
        self.optimizer = AdamW(self.network.named_parameters(), settings.weight_decay)
        self.state = State(self.network.arrays(), self.network.arrays())
        self._last_line = self._last_state = time.monotonic()

    def run(self) -> tuple[Arrays, list[Epoch]]:
        """Train; return the best weights, and what each epoch has come to.

        Raises
        ------
        InputError
            If the loss is no number any more.
        """
        self._resume()
        while not self._ended():
            number = len(self.state.epochs) + 1
            losses = self._train_epoch(number)
            self._count(self._judged(number, losses))
            self._keep()
        return self.state.best, self.state.epochs

    def _ended(self) -> bool:
        done, settings = len(self.state.epochs), self.settings
        # While the learning rate rises, nothing is settled: batch norm has seen too few batches to be judged by.
        rising = math.ceil(schedule.RISING * settings.epochs)
        waited = done - max(self.state.best_epoch, rising) if len(self.material.division.judging) else 0
        return done >= settings.epochs or waited >= settings.patience

    def _train_epoch(self, number: int) -> float:
        """Fit the weights to all samples once; return the mean loss."""
        settings, fitted = self.settings, self.material.division.fitted
        # Of the epoch alone, whatever was drawn before: so that a stopped training goes on as if it had not been.
        random = np.random.default_rng([self.purpose.seed, number])
        self.network.draw_by(int(random.integers(2**62)))
        self.network.train()
        size = min(settings.batch, max(len(fitted) // LEAST_STEPS, min(LEAST_BATCH, len(fitted))))
        per_epoch = len(fitted) // size
        order, losses = random.permutation(fitted), []
        for start in range(0, per_epoch * size, size):
            rate, momentum = schedule.of_step(self.state.steps, per_epoch * settings.epochs, settings.learning_rate)
            losses.append(self._gradients(order[start : start + size]))
            self.state.steps += 1
            self.optimizer.step(self.state.steps, rate, momentum)
        return float(np.mean(losses))

    def _gradients(self, rows: np.ndarray) -> float:
        """Find the gradients of a batch; return its loss."""
        series, others = self._read(rows)
        if self.settings.dropped:
            series = [(values, self._with_dates_dropped(valid), days) for values, valid, days in series]
        self.optimizer.forget_gradients()
        loss = self.material.goal.loss(self.network(series, others), rows)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        return float(loss.item())

    def _with_dates_dropped(self, valid: torch.Tensor) -> torch.Tensor:
        """Return validity without a share of the dates of each sample; a sample that would lose all keeps them."""
        generator = self.network.generator
        share = torch.rand(len(valid), 1, generator=generator) * self.settings.dropped
        left = valid & (torch.rand(valid.shape, generator=generator) >= share)
        return torch.where(left.any(1, keepdim=True), left, valid)

    def _judged(self, number: int, training_loss: float) -> Epoch:
        """Return what an epoch has come to."""
        rows, goal = self.material.division.judging, self.material.goal
        if not math.isfinite(training_loss):
            raise InputError(
                f"model: {self.purpose.name}: the loss is no number from epoch {number} on; choose a smaller "
                f"`learning_rate` than {self.settings.learning_rate:g}"
            )
        if not len(rows):
            return Epoch(number, training_loss, math.nan, (math.nan,) * len(goal.SCORES))
        self.network.eval()
        with torch.inference_mode():
            found = torch.cat([self._outputs(rows[at : at + JUDGED_AT_ONCE]) for at in _starts(rows)])
            loss = float(goal.loss(found, rows).item())
            return Epoch(number, training_loss, loss, goal.scores(found, rows))

    def _outputs(self, rows: np.ndarray) -> torch.Tensor:
        return self.network(*self._read(rows))

    def _read(self, rows: np.ndarray) -> tuple[list[SeriesTensors], tuple[torch.Tensor, torch.Tensor]]:
        """Return some samples; where all lie in a file, no more of them stay in memory."""
        found = tensors_of(self.material.inputs, self.material.features[rows])
        let_go(self.material.features)
        return found

    def _count(self, epoch: Epoch) -> None:
        """Add an epoch; keep its weights where they are the best."""
        state = self.state
        best = state.epochs[state.best_epoch - 1] if state.best_epoch else None
        state.epochs.append(epoch)
        last = not len(self.material.division.judging)
        if last or best is None or self._badness(epoch) < self._badness(best) - LEAST_GAIN:
            state.best, state.best_epoch = self.network.arrays(), epoch.number
        now = time.monotonic()
        if now - self._last_line >= SECONDS_BETWEEN_LINES or self._ended():
            self._last_line = now
            print(f"{self.purpose.name}: {self._described(epoch)}", file=sys.stderr, flush=True)

    def _badness(self, epoch: Epoch) -> float:
        criterion, goal = self.settings.criterion, self.material.goal
        if criterion == "loss":
            return epoch.validation_loss
        return goal.badness(criterion, epoch.scores[goal.SCORES.index(criterion)])

    def _described(self, epoch: Epoch) -> str:
        text = f"epoch {epoch.number} of {self.settings.epochs}, loss {epoch.training_loss:.4f}"
        if not len(self.material.division.judging):
            return text
        return (
            f"{text}, on validation polygons {epoch.validation_loss:.4f}, "
            f"{self.material.goal.described(epoch.scores)}; best epoch {self.state.best_epoch}"
        )

    def _keep(self) -> None:
        """Write what is reached, from time to time and at the end."""
        now, path = time.monotonic(), self.purpose.path
        if not path or (now - self._last_state < SECONDS_BETWEEN_STATES and not self._ended()):
            return
        self._last_state = now
        state = self.state
        state.weights = self.network.arrays()
        state.first, state.second = self.optimizer.moments()
        training_state.write(state, self.purpose.digest, path)

    def _resume(self) -> None:
        """Go on from what an earlier attempt has reached, if there is one."""
        path = self.purpose.path
        found = training_state.read(self.purpose.digest, path) if path else None
        if not found:
            return
        self.state = found
        self.network.load_arrays(found.weights)
        self.optimizer.load_moments(found.first, found.second)
        print(f"{self.purpose.name}: goes on after epoch {len(found.epochs)}", file=sys.stderr)


def _starts(rows: np.ndarray) -> range:
    return range(0, len(rows), JUDGED_AT_ONCE)
