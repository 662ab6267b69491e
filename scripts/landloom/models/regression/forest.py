"""Forests of regression trees, walked by the kernels of :mod:`landloom.models.forest`.

These add up, exactly, what the leaves that a pixel comes to hold of each class. Here a leaf holds two numbers in
place of fractions of classes: its value and the square of it, both brought to 0 to 1. Their means over the trees are
the forest's value and, with it, the trees' standard deviation: the same to the bit for any number of threads.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from landloom.models.forest.blocks import ONE_SHARE, Trees
from landloom.models.forest.nodes import NODE, check_nodes, nodes_of_tree
from landloom.models.forest.walk import mean_fractions
from landloom.models.interface import check_matrix
from landloom.models.regression.interface import Calibration, ValueModel

ARRAYS = {"nodes": NODE, "roots": np.dtype("<i8"), "leaf_values": np.dtype("<f4")}
"""The type of each array of a forest, by its name."""

NUMBERS = 2
"""Of a leaf: its value, and the square of it. The kernels take them for classes."""


@dataclass(frozen=True, eq=False)
class RegressionForest(ValueModel):
    """A fitted forest of regression trees.

    Attributes
    ----------
    nodes : ndarray, (nodes,) NODE
        Nodes of all trees; at a leaf, ``child`` is the complement (~) of the position of its value.
    roots : ndarray, (trees,) int64
        Index of each tree's root.
    leaf_values : ndarray, (values,) float32
        Distinct values of leaves, ascending.
    feature_names : tuple of str
    calibration : Calibration
    metadata : dict of str to str
    """

    family: ClassVar[str] = "regression_forest"

    nodes: np.ndarray
    roots: np.ndarray
    leaf_values: np.ndarray
    feature_names: tuple[str, ...]
    calibration: Calibration
    metadata: dict[str, str]

    def estimate(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give value and spread: mean and standard deviation over the trees.

        The caller sets the number of threads with `numba.set_num_threads`; it never changes the result.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        check_matrix(features, len(self.feature_names))
        means = mean_fractions(features, self._trees, NUMBERS).astype(np.float64)
        variances = np.maximum(means[:, 1] - means[:, 0] ** 2, 0)
        least, span = self._scale
        return (least + span * means[:, 0]).astype(np.float32), (span * np.sqrt(variances)).astype(np.float32)

    @property
    def _scale(self) -> tuple[float, float]:
        """Return the least value of a leaf, and by how much the greatest is larger (1 where all are one)."""
        least, greatest = float(self.leaf_values[0]), float(self.leaf_values[-1])
        return least, (greatest - least) or 1.0

    @cached_property
    def _trees(self) -> Trees:
        """Return the forest as kernels take it: their first rows, of one class alone, are no leaf's here."""
        least, span = self._scale
        scaled = (self.leaf_values.astype(np.float64) - least) / span
        numbers = np.stack((scaled, scaled**2), axis=1).reshape(-1)
        shares = np.concatenate((np.full(NUMBERS, ONE_SHARE), np.rint(numbers * ONE_SHARE))).astype(np.int64)
        nodes = self.nodes.copy()
        nodes["child"][nodes["child"] < 0] -= NUMBERS
        offsets = np.concatenate((np.arange(NUMBERS), NUMBERS * np.arange(1, self.leaf_values.size + 2)))
        columns = np.tile(np.arange(NUMBERS, dtype=np.uint16), self.leaf_values.size + 1)
        return Trees(nodes.view(np.int64), self.roots, offsets.astype(np.int64), columns, shares)


def from_sklearn(
    forest: Any, feature_names: tuple[str, ...], calibration: Calibration, metadata: dict[str, str]
) -> RegressionForest:
    """Convert a forest of regression trees that scikit-learn has fitted on features with int16 values.

    Parameters
    ----------
    forest : RandomForestRegressor or ExtraTreesRegressor
        Of one output.
    """
    trees = [estimator.tree_ for estimator in forest.estimators_]
    values = [tree.value[tree.children_left < 0, 0, 0].astype(np.float32) for tree in trees]
    distinct, positions = np.unique(np.concatenate(values), return_inverse=True)
    roots = np.concatenate(([0], np.cumsum([tree.node_count for tree in trees])[:-1])).astype(np.int64)
    ends = np.cumsum([len(part) for part in values])[:-1]
    parts = zip(trees, np.split(positions.reshape(-1).astype(np.int32), ends), roots, strict=True)
    nodes = np.concatenate([nodes_of_tree(tree, rows, int(root)) for tree, rows, root in parts])
    return RegressionForest(nodes, roots, distinct, feature_names, calibration, dict(metadata))


def check_arrays(forest: RegressionForest) -> None:
    """Raise ValueError for arrays that are no forest: the compiled code checks no index."""
    for name, dtype in ARRAYS.items():
        array = getattr(forest, name)
        if array.dtype != dtype or array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} is {array.dtype} of shape {array.shape}")
    if not forest.feature_names or not all(isinstance(name, str) for name in forest.feature_names):
        raise ValueError("a feature's name is missing or not text")
    values = forest.leaf_values
    if not np.isfinite(values).all() or np.any(values[1:] <= values[:-1]):
        raise ValueError("its leaves are broken")
    check_nodes(forest.nodes, forest.roots, values.size, len(forest.feature_names))
