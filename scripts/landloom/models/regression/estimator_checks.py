"""Is a regressor of scikit-learn that was read from a file safe to use? Its compiled code checks no index."""

from typing import Any

import numpy as np

from landloom.models.estimators.checks import check_parts, check_predictor, check_tree, need


def check(regressor: Any, features: int) -> None:
    """Raise ValueError for a regressor whose compiled code could leave its arrays.

    Parameters
    ----------
    regressor : regressor of scikit-learn
        With all that it holds.
    features : int
        That it will be given.
    """
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.svm import SVR, NuSVR
    from sklearn.tree._tree import Tree

    checks = {
        Tree: check_tree,
        TreePredictor: check_predictor,
        SVR: _check_support_vectors,
        NuSVR: _check_support_vectors,
        GradientBoostingRegressor: _check_boosting,
        KNeighborsRegressor: _check_neighbours,
    }
    check_parts(regressor, features, checks)


def _check_support_vectors(machine: Any, features: int) -> None:
    """Check that the arrays that libsvm is given have the sizes that it takes them to have."""
    vectors, counts = machine.support_vectors_, np.asarray(machine._n_support)
    total = len(machine.support_)
    need(counts.dtype == np.int32 and counts.shape in ((1,), (2,)), "support vectors are broken")
    need(counts.min() >= 0 and int(counts[0]) == total, "support vectors are broken")
    need(vectors.dtype == np.float64 and vectors.shape == (total, features), "support vectors are broken")
    need(machine._dual_coef_.shape == (1, total), "its coefficients are broken")
    need(machine._intercept_.shape == (1,), "its intercept is broken")
    need(machine._probA.size == 0 and machine._probB.size == 0 and not machine._sparse, "it is of another kind")
    need(machine.kernel in ("linear", "poly", "rbf", "sigmoid"), "its kernel is none that can be used")
    need(tuple(machine.shape_fit_[1:]) == (features,), "it is broken")


def _check_boosting(boosting: Any, features: int) -> None:
    """Check that there is one tree at each stage."""
    from sklearn.tree import DecisionTreeRegressor

    trees = boosting.estimators_
    need(trees.dtype == object and trees.shape[1:] == (1,), "its trees are broken")
    need(boosting.n_trees_per_iteration_ == 1, "its trees are broken")
    need(all(type(tree) is DecisionTreeRegressor for tree in trees.flat), "its trees are broken")


def _check_neighbours(neighbours: Any, features: int) -> None:
    """Check that the samples that pixels are compared with have values, and that no tree says where they are."""
    samples, values = neighbours._fit_X, neighbours._y
    need(samples.dtype == np.float64 and samples.shape == (len(values), features), "its samples are broken")
    need(values.ndim == 1 and values.dtype.kind == "f" and values.size > 0, "its samples are broken")
    need(neighbours._fit_method == "brute" and neighbours._tree is None, "it is of another kind")
