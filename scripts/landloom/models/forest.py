"""Random forests as plain arrays: trained by scikit-learn, stored without pickle, walked by compiled code."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

import numpy as np

from landloom.core.errors import InputError
from landloom.models.archives import array_bytes, check_entry, write_archive
from landloom.models.forest_kernels import NODE, check_nodes, mean_fractions, nodes_of_tree, pixels_per_block
from landloom.models.interface import check_matrix

if TYPE_CHECKING:  # scikit-learn takes a second to import, and prediction does without it
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

FORMAT = "landloom forest 1"


@dataclass(frozen=True, eq=False)
class Forest:
    """A fitted random forest.

    Attributes
    ----------
    nodes : ndarray, (nodes,) NODE
        Nodes of all trees, as `forest_kernels.nodes_of_tree` lays them out.
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
        expected = len(self.feature_names)
        check_matrix(features, expected)
        return mean_fractions(
            features,
            self.nodes.view(np.int64),
            self.roots,
            self.row_offsets,
            self.row_classes,
            self.row_fractions,
            self.classes.size,
            pixels_per_block(expected),
        )


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
    cache: the 327,000 leaves of the forest measured in `forest_kernels` have 3,961 distinct rows.

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


def save(forest: Forest, path: str | os.PathLike[str]) -> None:
    """Write a forest as npz: the same forest gives the same bytes.

    The file gets its name when it is whole.

    Parameters
    ----------
    forest : Forest
        The model.
    path : path
        Name of the file.
    """
    write_archive(path, entries(forest))


def entries(forest: Forest) -> dict[str, bytes]:
    """Return what the file of a forest holds, by the names of the entries."""
    description = {"format": FORMAT, "feature_names": forest.feature_names, "metadata": forest.metadata}
    text = json.dumps(description, sort_keys=True, ensure_ascii=False).encode()
    arrays = {name: getattr(forest, name) for name in _array_types()}
    arrays["description"] = np.frombuffer(text, np.uint8)
    return {f"{name}.npy": array_bytes(array) for name, array in arrays.items()}


def load(path: str | os.PathLike[str]) -> Forest:
    """Read a forest; opening the file never runs code, and its nodes are checked before they are walked.

    Parameters
    ----------
    path : path
        File written by `save`.

    Returns
    -------
    Forest
        The model.

    Raises
    ------
    InputError
        If the file cannot be read or is not a whole forest written by `save`.
    """
    try:
        with Path(path).open("rb") as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is not an npz file, or its end is missing")
            check_entry(file, "description.npy")
            file.seek(0)
            content = np.load(file, allow_pickle=False)
            description = json.loads(content["description"].tobytes())
            if description["format"] != FORMAT:
                raise ValueError(f"its format is {description['format']!r}, not {FORMAT!r}")
            for name in _array_types():
                check_entry(file, f"{name}.npy")
            arrays = {name: content[name] for name in _array_types()}
        names, metadata = description["feature_names"], description["metadata"]
        forest = Forest(**arrays, feature_names=tuple(names), metadata=dict(metadata))
        _check_arrays(forest)
    except OSError as error:
        raise InputError(f"the model {path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path} is not a whole model written by landloom: {error}") from error
    except (NotImplementedError, RuntimeError, MemoryError, SyntaxError, OverflowError, TokenError) as error:
        # what zipfile and numpy raise for encrypted entries and for garbage in headers
        raise InputError(f"{path} is not a model written by landloom ({type(error).__name__})") from error
    return forest


def _array_types() -> dict[str, np.dtype]:
    """Give the type of each array of a Forest, by its name."""
    return {
        "nodes": NODE,
        "roots": np.dtype("<i8"),
        "row_offsets": np.dtype("<i8"),
        "row_classes": np.dtype("<u2"),
        "row_fractions": np.dtype("<f4"),
        "classes": np.dtype("<i4"),
    }


def _check_arrays(forest: Forest) -> None:
    """Raise ValueError for arrays that are no forest: the compiled code checks no index."""
    for name, dtype in _array_types().items():
        array = getattr(forest, name)
        if array.dtype != dtype or array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} is {array.dtype} of shape {array.shape}")
    if not all(isinstance(name, str) for name in forest.feature_names):
        raise ValueError("a feature's name is not text")
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
