"""What a training has reached: kept in a file from time to time, so that another attempt goes on from there.

The file is an archive of arrays, as models are. Random numbers follow from the seed and the epoch: a training that
goes on gives the same weights as one that was never stopped.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np

from landloom.models.archives import BROKEN, array_bytes, write_archive

Arrays: TypeAlias = dict[str, np.ndarray]

DESCRIPTION = "state.json"


@dataclass(frozen=True)
class Epoch:
    """What an epoch has come to.

    Attributes
    ----------
    number : int
        From 1.
    training_loss : float
        Mean over its steps.
    validation_loss : float
        On the validation polygons; NaN without any.
    scores : tuple of float
        Likewise, as the network's goal has them (:mod:`landloom.models.networks.goals`).
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "training_loss", "validation_loss")
    """Of :attr:`row`, before the scores."""

    number: int
    training_loss: float
    validation_loss: float
    scores: tuple[float, ...]

    @property
    def row(self) -> tuple[float, ...]:
        """Return all of it as numbers, side by side."""
        return float(self.number), self.training_loss, self.validation_loss, *self.scores

    @classmethod
    def of_row(cls, row: Sequence[float]) -> "Epoch":
        """Return an epoch from its :attr:`row`."""
        number, training_loss, validation_loss, *scores = map(float, row)
        return cls(int(number), training_loss, validation_loss, tuple(scores))


@dataclass
class State:
    """What a training has reached.

    Attributes
    ----------
    weights, best : dict of name: ndarray
        Of the network, now and in the best epoch.
    first, second : dict of name: ndarray
        Moments of AdamW.
    steps : int
        That were made.
    epochs : list of Epoch
    best_epoch : int
        Its number; 0 before there is one.
    """

    weights: Arrays
    best: Arrays
    first: Arrays = field(default_factory=dict)
    second: Arrays = field(default_factory=dict)
    steps: int = 0
    epochs: list[Epoch] = field(default_factory=list)
    best_epoch: int = 0

    GROUPS = ("weights", "best", "first", "second")


def write(state: State, purpose: str, path: Path) -> None:
    """Write what a training has reached; ``purpose`` is a digest of all that decides its result."""
    content = {
        "purpose": purpose,
        "steps": state.steps,
        "epochs": [one.row for one in state.epochs],
        "best_epoch": state.best_epoch,
        "names": {group: sorted(getattr(state, group)) for group in State.GROUPS},
    }
    entries = {DESCRIPTION: json.dumps(content).encode()}
    for group in State.GROUPS:
        entries |= {f"{group}/{name}.npy": array_bytes(one) for name, one in sorted(getattr(state, group).items())}
    write_archive(path, entries)


def read(purpose: str, path: Path) -> State | None:
    """Return what an earlier attempt has reached; None without one, or where it had another purpose or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            content = json.loads(archive.read(DESCRIPTION))
            if content["purpose"] != purpose:
                return None
            groups = {
                group: {name: _array(archive.read(f"{group}/{name}.npy")) for name in content["names"][group]}
                for group in State.GROUPS
            }
        epochs = [Epoch.of_row(one) for one in content["epochs"]]
        return State(**groups, steps=content["steps"], epochs=epochs, best_epoch=content["best_epoch"])
    except (OSError, zipfile.BadZipFile, zlib.error, *BROKEN):
        return None


def _array(content: bytes) -> Any:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
