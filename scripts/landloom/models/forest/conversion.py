"""Forests of scikit-learn turned into plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.forest.model import Forest
from landloom.models.forest.nodes import nodes_of_tree

if TYPE_CHECKING:  # scikit-learn takes a second to import
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier


def fit(
    features: np.ndarray,
    labels: np.ndarray,
    feature_names: Sequence[str],
    seed: int,
    threads: int,
    parameters: dict[str, Any],
    metadata: dict[str, str],
) -> Forest:
    """Train a random forest: 100 trees of depth at most 25, unless the parameters say otherwise.

    The number of threads has no influence on the result.

    Parameters
    ----------
    features : ndarray, (samples, features) int16
        Feature vectors.
    labels : ndarray, (samples,) of integers
        Class codes.
    feature_names : sequence of str
        Names of the features.
    seed : int
        Seed of the random choices, 0 to 2**32 - 1.
    threads : int
        Number of threads to train with.
    parameters : dict
        Keyword arguments of scikit-learn's RandomForestClassifier, other than `random_state` and `n_jobs`.
    metadata : dict of str to str
        Kept with the model.

    Returns
    -------
    Forest
        The fitted forest.

    Raises
    ------
    InputError
        If there is no sample, or scikit-learn does not accept the parameters.
    """
    from sklearn.ensemble import RandomForestClassifier

    if features.dtype != np.int16 or features.shape != (len(labels), len(feature_names)):
        expected = f"({len(labels)}, {len(feature_names)})"
        raise ValueError(f"features must be int16 {expected}, not {features.dtype} {features.shape}")
    if len(labels) == 0:
        raise InputError("there is no sample to train a random forest with")
    reserved = sorted({"random_state", "n_jobs"} & parameters.keys())
    if reserved:
        raise InputError(f"parameters of the random forest: {', '.join(reserved)} cannot be set here")
    chosen = {"n_estimators": 100, "max_depth": 25} | parameters
    try:
        classifier = RandomForestClassifier(**chosen, random_state=seed, n_jobs=threads).fit(features, labels)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"parameters of the random forest: {error}") from error
    return from_sklearn(classifier, feature_names, metadata)


def from_sklearn(
    classifier: RandomForestClassifier | ExtraTreesClassifier,
    feature_names: Sequence[str],
    metadata: dict[str, str],
) -> Forest:
    """Convert a forest fitted by scikit-learn.

    Parameters
    ----------
    classifier : RandomForestClassifier or ExtraTreesClassifier
        Fitted on integer class codes and on features with int16 values (of any type).
    feature_names : sequence of str
        Names of its features.
    metadata : dict of str to str
        Kept with the model.

    Returns
    -------
    Forest
        The same forest: probabilities differ from scikit-learn's by float32 rounding only.

    Raises
    ------
    ValueError
        If the classifier is of another type or has several outputs, or its features or classes do not fit.
    """
    _check_classifier(classifier, len(feature_names))
    trees = [estimator.tree_ for estimator in classifier.estimators_]
    fractions = [tree.value[tree.children_left < 0, 0, :] for tree in trees]
    leaf_rows, table = _distinct_rows(np.concatenate(fractions).astype(np.float32))
    counts = np.array([tree.node_count for tree in trees], np.int64)
    roots = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    ends = np.cumsum([len(part) for part in fractions])[:-1]
    parts = zip(trees, np.split(leaf_rows, ends), roots, strict=True)
    nodes = np.concatenate([nodes_of_tree(tree, rows, int(root)) for tree, rows, root in parts])
    row_of_entry, class_of_entry = np.nonzero(table)
    return Forest(
        nodes=nodes,
        roots=roots,
        row_offsets=np.searchsorted(row_of_entry, np.arange(len(table) + 1)).astype(np.int64),
        row_classes=class_of_entry.astype(np.uint16),
        row_fractions=table[row_of_entry, class_of_entry],
        feature_names=tuple(feature_names),
        classes=np.asarray(classifier.classes_).astype(np.int32),
        metadata=dict(metadata),
    )


def _check_classifier(classifier: RandomForestClassifier | ExtraTreesClassifier, feature_count: int) -> None:
    """Raise ValueError for a classifier that the arrays of a Forest cannot hold."""
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(classifier, (RandomForestClassifier, ExtraTreesClassifier)):
        raise ValueError(f"{type(classifier).__name__} is neither a random forest nor extra trees")
    check_is_fitted(classifier)
    if classifier.n_outputs_ != 1:
        raise ValueError(f"the classifier has {classifier.n_outputs_} outputs, not one")
    if classifier.n_features_in_ != feature_count:
        raise ValueError(f"{feature_count} names for {classifier.n_features_in_} features")
    if feature_count > 2**16:
        raise ValueError(f"{feature_count} features; a forest holds at most 65536")
    classes = np.asarray(classifier.classes_)
    limits = np.iinfo(np.int32)
    if classes.dtype.kind not in "iu" or classes[0] < limits.min or classes[-1] > limits.max:
        raise ValueError("class codes must be integers that fit int32")
    if len(classes) > 2**16:
        raise ValueError(f"{len(classes)} classes; a forest holds at most 65536")
    if sum(estimator.tree_.node_count for estimator in classifier.estimators_) > limits.max:
        raise ValueError("the forest has more than 2**31 - 1 nodes")


def _distinct_rows(fractions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List the distinct rows of class fractions, those of a single class first.

    Most leaves hold one class and the others often the same fractions, so the list is short and stays in
    cache: the 327,000 leaves of the forest of the benchmark have 3,961 distinct rows.

    Parameters
    ----------
    fractions : ndarray, (leaves, classes) float32
        Class fractions of all leaves.

    Returns
    -------
    leaf_rows : ndarray, (leaves,) int32
        Row of each leaf.
    table : ndarray, (rows, classes) float32
        The rows; the first of them are the identity matrix.
    """
    leaves, classes = fractions.shape
    mixed = np.count_nonzero(fractions, axis=1) > 1
    leaf_rows = np.empty(leaves, np.int32)
    leaf_rows[~mixed] = fractions[~mixed].argmax(axis=1)
    rows, inverse = np.unique(fractions[mixed], axis=0, return_inverse=True)
    leaf_rows[mixed] = classes + inverse.reshape(-1)
    return leaf_rows, np.concatenate((np.eye(classes, dtype=np.float32), rows))
