"""The interface of fitted models: what those who map know of them."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from landloom.core.errors import InputError


class Model(Protocol):
    """A fitted classifier.

    Attributes
    ----------
    feature_names : tuple of str
        Names of the features, in their order.
    classes : ndarray, (classes,) int32
        Class codes, ascending.
    metadata : dict of str to str
        Whatever was kept with the model.
    """

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of the features, in their order."""
        ...

    @property
    def classes(self) -> np.ndarray:
        """Return the class codes, ascending, (classes,) int32."""
        ...

    @property
    def metadata(self) -> dict[str, str]:
        """Return what was kept with the model."""
        ...

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class, (pixels, classes) float32, whatever the other pixels are.

        The caller sets the number of threads with `numba.set_num_threads`; it never changes the result.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous
            Feature vectors, in the order of `feature_names`.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        ...

    def decide(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Give the probabilities and, of a model of several opinions, which of these decided, (pixels,) uint8."""
        ...


class StoredModel(Model, Protocol):
    """A model that a file can hold.

    Attributes
    ----------
    family : str
        Name among :data:`landloom.models.registry.FAMILIES`, whose module writes and reads it.
    """

    @property
    def family(self) -> str:
        """Return the name of the family."""
        ...


class SingleModel:
    """What models of one opinion inherit."""

    def decide(self: Model, features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Give the probabilities: see :class:`Model`. Nobody else could have decided."""
        return self.predict_proba(features), None


def check_matrix(features: np.ndarray, expected: int) -> None:
    """Raise ValueError for feature vectors of another type, shape or memory layout.

    Parameters
    ----------
    features : ndarray
        What should be int16 of shape (pixels, `expected`), C-contiguous.
    expected : int
        Number of features of the model.
    """
    if features.dtype != np.int16 or features.ndim != 2 or features.shape[1] != expected:
        found = f"{features.dtype} of shape {features.shape}"
        raise ValueError(f"features must be int16 of shape (pixels, {expected}), not {found}")
    if not features.flags.c_contiguous:
        raise ValueError("features must be C-contiguous: pixel-major")


def check_features(trained: Sequence[str], names: Sequence[str]) -> None:
    """Make sure that features are those that the model was trained with.

    Parameters
    ----------
    trained : sequence of str
        Names of the features that the model was trained with.
    names : sequence of str
        Names of the features to predict from, in their order.

    Raises
    ------
    InputError
        If they differ; the message names the missing and unexpected features, or the first out of order.
    """
    names, trained = tuple(names), tuple(trained)
    if names == trained:
        return
    known, given = set(trained), set(names)
    missing = [name for name in trained if name not in given]
    unexpected = [name for name in names if name not in known]
    differences = [
        f"{len(found)} {kind} ({', '.join(found[:5])}{', ...' if len(found) > 5 else ''})"
        for kind, found in (("missing", missing), ("unexpected", unexpected))
        if found
    ]
    if not differences and len(names) != len(trained):
        differences = [f"{len(names)} of them instead of {len(trained)}, some repeated"]
    if not differences:
        pairs = zip(names, trained, strict=True)
        position, (found_name, expected) = next((i, p) for i, p in enumerate(pairs, 1) if p[0] != p[1])
        differences = [f"in another order, from number {position} on: {found_name} instead of {expected}"]
    raise InputError(f"the features are not those the model was trained with: {'; '.join(differences)}")
