"""Random forests as plain arrays, walked by compiled code: see :mod:`landloom.models.forest.walk`."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from landloom.models.forest.blocks import Trees
from landloom.models.forest.nodes import NODE, check_nodes
from landloom.models.forest.walk import mean_fractions, shares
from landloom.models.interface import SingleModel, check_matrix

ARRAYS = {
    "nodes": NODE,
    "roots": np.dtype("<i8"),
    "row_offsets": np.dtype("<i8"),
    "row_classes": np.dtype("<u2"),
    "row_fractions": np.dtype("<f4"),
    "classes": np.dtype("<i4"),
}
"""The type of each array of a forest, by its name."""


@dataclass(frozen=True, eq=False)
class Forest(SingleModel):
    """A fitted random forest.

    Attributes
    ----------
    nodes : ndarray, (nodes,) NODE
        Nodes of all trees, as `nodes.nodes_of_tree` lays them out.
    roots : ndarray, (trees,) int64
        Index of each tree's root.
    row_offsets : ndarray, (rows + 1,) int64
        Where the entries of each row of class fractions begin; each distinct row is kept once. The first
        rows are those of one class alone, in the order of `classes`.
    row_classes : ndarray, (entries,) uint16
        Index into `classes`.
    row_fractions : ndarray, (entries,) float32
        Share of that class in the leaf.
    feature_names : tuple of str
        Names of the features, in their order.
    classes : ndarray, (classes,) int32
        Class codes, ascending. A forest of one class is allowed: it gives every pixel probability 1.
    metadata : dict of str to str
        Whatever the caller wants to keep with the model.
    """

    family: ClassVar[str] = "forest"

    nodes: np.ndarray
    roots: np.ndarray
    row_offsets: np.ndarray
    row_classes: np.ndarray
    row_fractions: np.ndarray
    feature_names: tuple[str, ...]
    classes: np.ndarray
    metadata: dict[str, str]

    def predict_proba(self, features: np.ndarray) -> np.ndarray:
        """Give the probability of each class.

        The caller sets the number of threads with `numba.set_num_threads`; it never changes the result.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous
            Feature vectors, in the order of `feature_names`.

        Returns
        -------
        ndarray, (pixels, classes) float32
            Probabilities, in the order of `classes`; they sum to 1.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        check_matrix(features, len(self.feature_names))
        return mean_fractions(features, self.trees, self.classes.size)

    @cached_property
    def trees(self) -> Trees:
        """Return the forest as kernels take it."""
        fractions = shares(self.row_fractions)
        return Trees(self.nodes.view(np.int64), self.roots, self.row_offsets, self.row_classes, fractions)


def check_arrays(forest: Forest) -> None:
    """Raise ValueError for arrays that are no forest: the compiled code checks no index."""
    for name, dtype in ARRAYS.items():
        array = getattr(forest, name)
        if array.dtype != dtype or array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} is {array.dtype} of shape {array.shape}")
    if not forest.feature_names or not all(isinstance(name, str) for name in forest.feature_names):
        raise ValueError("a feature's name is missing or not text")
    roots, offsets, classes = forest.roots, forest.row_offsets, forest.classes.size
    if np.any(forest.classes[1:] <= forest.classes[:-1]):
        raise ValueError("its classes are not ascending")
    check_nodes(forest.nodes, roots, offsets.size - 1, len(forest.feature_names))
    if offsets[0] != 0 or np.any(offsets[1:] <= offsets[:-1]) or offsets[-1] != forest.row_classes.size:
        raise ValueError("its leaves are broken")
    if forest.row_fractions.size != offsets[-1] or forest.row_classes.max() >= classes:
        raise ValueError("its leaves are broken")
    sums = np.add.reduceat(forest.row_fractions, offsets[:-1], dtype=np.float64)
    positive = np.all(forest.row_fractions > 0)
    if offsets.size <= classes or not positive or np.any(np.abs(sums - 1) > 1e-4):
        raise ValueError("its class fractions are broken")
