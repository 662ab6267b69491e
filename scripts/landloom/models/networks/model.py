"""Networks as models: one, or several whose probabilities are averaged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from landloom.models import padded_blocks
from landloom.models.interface import SingleModel, check_matrix
from landloom.models.networks import pytorch
from landloom.models.networks.inputs import Inputs
from landloom.models.networks.own_class import OwnClass
from landloom.models.own_class_settings import OwnClassSettings

BLOCK = 256
"""Pixels that are predicted at a time."""


@dataclass(frozen=True, eq=False)
class Member:
    """A trained network.

    Attributes
    ----------
    classes : ndarray, (classes,) int32
        Codes that it knows, ascending.
    arrays : dict of name: ndarray of float32
        Weights and scales: see :meth:`landloom.models.networks.architectures.Trained.arrays`.
    epochs : tuple of tuple of float
        What each epoch of its training has come to, as :class:`landloom.models.networks.training_state.Epoch` has it.
    """

    classes: np.ndarray
    arrays: dict[str, np.ndarray]
    epochs: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, eq=False)
class NetworkModel(SingleModel):
    """One or more networks of one architecture.

    Attributes
    ----------
    architecture : str, or OwnClass
    inputs : Inputs
    members : tuple of Member
    feature_names : tuple of str
        Names of the features, in their order.
    classes : ndarray, (classes,) int32
        Class codes that any member knows, ascending.
    metadata : dict of str to str
        Whatever the caller wants to keep with the model.
    """

    family: ClassVar[str] = "networks"

    architecture: str | OwnClass
    inputs: Inputs
    members: tuple[Member, ...]
    feature_names: tuple[str, ...]
    classes: np.ndarray
    metadata: dict[str, str]

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class: see :class:`landloom.models.interface.Model`.

        It is the mean over the members, 0 of those that do not know the class; the classes of a pixel sum to 1 up to
        the rounding of the sixth decimal.
        """
        check_matrix(features, len(self.feature_names))
        networks = self._networks

        def probabilities_of(block: np.ndarray) -> np.ndarray:
            return mean_probabilities(self, networks, block)

        return padded_blocks.predict(features, BLOCK, self.classes.size, probabilities_of, one_thread)

    def allowing(self, own: OwnClassSettings | None) -> Self:
        """Return the model with leave to execute the file that the configuration names for its class, if it is one.

        Raises
        ------
        InputError
            If it is a class of a user's own, and the configuration allows none, or names another.
        """
        if not isinstance(self.architecture, OwnClass):
            return self
        return replace(self, architecture=self.architecture.allowed_by(own))

    @cached_property
    def _networks(self) -> list[Any]:
        """Return the networks of the members, ready to predict."""
        return [built(self, member) for member in self.members]


def built(model: NetworkModel, member: Member) -> Any:
    """Return the network of a member, ready to predict."""
    pytorch.require()
    from landloom.models.networks import building  # with PyTorch, which is loaded where it is used

    network = building.empty(model.architecture, model.inputs.shapes, len(model.inputs.others), len(member.classes))
    if isinstance(model.architecture, OwnClass):
        building.check_fit(network, member.arrays, model.architecture)
    network.load_arrays(member.arrays)
    return network.eval()


def mean_probabilities(model: NetworkModel, networks: list[Any], block: np.ndarray) -> np.ndarray:
    """Return the members' mean probabilities of a block, (pixels, classes) float64."""
    import torch

    return _mean(model, networks, block, lambda logits: torch.softmax(logits, 1))


def mean_outputs(model: NetworkModel, networks: list[Any], block: np.ndarray) -> np.ndarray:
    """Return the members' mean outputs for a block as they are, (pixels, outputs) float64."""
    return _mean(model, networks, block, lambda outputs: outputs)


def _mean(
    model: NetworkModel, networks: list[Any], block: np.ndarray, of_outputs: Callable[[Any], Any]
) -> np.ndarray:
    """Return the mean over the members of what is made of their outputs; 0 of a member that does not know a class."""
    import torch

    from landloom.models.networks.tensors import tensors_of

    total = np.zeros((len(block), model.classes.size))
    with torch.inference_mode():
        given = tensors_of(model.inputs, block)
        for member, network in zip(model.members, networks, strict=True):
            total[:, np.searchsorted(model.classes, member.classes)] += of_outputs(network(*given)).numpy()
    return total / len(networks)


def one_thread() -> None:
    """Keep PyTorch from using threads of its own in a thread of a pool, which begins with as many as there are cores.

    PyTorch rounds otherwise with two threads than with one.
    """
    import torch

    torch.set_num_threads(1)
