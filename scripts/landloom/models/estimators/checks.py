"""Is a classifier of scikit-learn that was read from a file safe to use? Its compiled code checks no index.

That of trees, of boosted trees and of libsvm would read or write wherever the arrays of a crafted file say.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np


def parts_of(thing: Any) -> Iterator[Any]:
    """Yield a classifier and everything that it holds, other than plain values, each once."""
    todo, seen = [thing], set()
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, str | int | float | type | None):
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list | tuple):
            todo += one
        elif isinstance(one, np.ndarray):
            todo += list(one.flat) if one.dtype == object else []
        else:
            todo += getattr(one, "__dict__", {}).values()


def check(classifier: Any, features: int) -> None:
    """Raise ValueError for a classifier whose compiled code could leave its arrays.

    Parameters
    ----------
    classifier : classifier of scikit-learn
        With all that it holds.
    features : int
        That it will be given.
    """
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC, NuSVC
    from sklearn.tree._tree import Tree

    checks = {
        Tree: check_tree,
        TreePredictor: check_predictor,
        SVC: _check_support_vectors,
        NuSVC: _check_support_vectors,
        GradientBoostingClassifier: _check_boosting,
        KNeighborsClassifier: _check_neighbours,
    }
    check_parts(classifier, features, checks)


def check_parts(estimator: Any, features: int, checks: Mapping[type, Callable[[Any, int], None]]) -> None:
    """Check all that an estimator holds by the functions for its types."""
    for part in parts_of(estimator):
        function = checks.get(type(part))
        if function:
            function(part, features)


def check_tree(tree: Any, features: int) -> None:
    """Check that children follow their parents, and features exist."""
    left, right = tree.children_left, tree.children_right
    inner = left != -1
    need(tree.node_count > 0 and len(left) == tree.node_count, "a tree is broken")
    _check_children(left[inner], right[inner], np.flatnonzero(inner), tree.node_count)
    used = tree.feature[inner]
    need(bool(np.all((used >= 0) & (used < features))) and tree.n_features == features, "a tree uses other features")
    need(tree.n_outputs == 1 and len(tree.value) == tree.node_count, "a tree's leaves are broken")


def check_predictor(predictor: Any, features: int) -> None:
    """Check the same of a tree of histogram-based boosting, none of whose features is a category."""
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    nodes = predictor.nodes
    need(nodes.dtype == PREDICTOR_RECORD_DTYPE and nodes.ndim == 1 and nodes.size > 0, "a tree is broken")
    inner = nodes["is_leaf"] == 0
    need(not nodes["is_categorical"].any(), "a tree has categories")
    left, right = nodes["left"][inner].astype(np.int64), nodes["right"][inner].astype(np.int64)
    _check_children(left, right, np.flatnonzero(inner), nodes.size)
    used = nodes["feature_idx"][inner].astype(np.int64)
    need(bool(np.all((used >= 0) & (used < features))), "a tree uses features that it does not have")


def _check_children(left: np.ndarray, right: np.ndarray, parents: np.ndarray, nodes: int) -> None:
    """Check that every way down a tree ends in it."""
    for child in (left, right):
        need(bool(np.all((child > parents) & (child < nodes))), "a tree's nodes are broken")


def _check_support_vectors(machine: Any, features: int) -> None:
    """Check that the arrays that libsvm is given have the sizes that it takes them to have."""
    classes, counts = len(machine.classes_), np.asarray(machine._n_support)
    vectors, total = machine.support_vectors_, int(counts.sum())
    need(counts.dtype == np.int32 and counts.shape == (classes,) and counts.min() >= 0, "support vectors are broken")
    need(vectors.dtype == np.float64 and vectors.shape == (total, features), "support vectors are broken")
    need(machine.support_.shape == (total,), "support vectors are broken")
    need(machine._dual_coef_.shape == (classes - 1, total), "its coefficients are broken")
    need(machine._intercept_.shape == (classes * (classes - 1) // 2,), "its intercepts are broken")
    need(machine._probA.size == 0 and machine._probB.size == 0 and not machine._sparse, "it is of another kind")
    need(machine.kernel in ("linear", "poly", "rbf", "sigmoid"), "its kernel is none that can be used")
    need(machine.shape_fit_[1:] == (features,) or tuple(machine.shape_fit_[1:]) == (features,), "it is broken")


def _check_boosting(boosting: Any, features: int) -> None:
    """Check that there are as many trees at each stage as sums that they are added to."""
    from sklearn.tree import DecisionTreeRegressor

    trees = boosting.estimators_
    classes = len(boosting.classes_)
    need(trees.dtype == object and trees.shape[1:] == (classes if classes > 2 else 1,), "its trees are broken")
    need(boosting.n_trees_per_iteration_ == trees.shape[1], "its trees are broken")
    need(all(type(tree) is DecisionTreeRegressor for tree in trees.flat), "its trees are broken")


def _check_neighbours(neighbours: Any, features: int) -> None:
    """Check that the samples that pixels are compared with have classes, and that no tree says where they are."""
    samples, classes = neighbours._fit_X, neighbours._y
    need(samples.dtype == np.float64 and samples.shape == (len(classes), features), "its samples are broken")
    need(classes.ndim == 1 and classes.dtype.kind == "i" and classes.size > 0, "its samples are broken")
    need(classes.min() >= 0 and classes.max() < len(neighbours.classes_), "its samples are broken")
    need(neighbours._fit_method == "brute" and neighbours._tree is None, "it is of another kind")


def need(truth: bool, message: str) -> None:
    """Raise ValueError where something is not true."""
    if not truth:
        raise ValueError(message)
