"""Several forests as one: the mean of their probabilities, over the classes that any of them knows."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from landloom.models.forest.model import Forest


def united(forests: Sequence[Forest]) -> Forest:
    """Put all trees of some forests into one forest.

    Parameters
    ----------
    forests : sequence of Forest
        Of the same features and number of trees; the first one's metadata is kept.

    Returns
    -------
    Forest
        Its probabilities are the mean of theirs, where a class that a forest does not know has 0, up to the
        rounding of float32.

    Raises
    ------
    ValueError
        If the forests differ in their features or numbers of trees.
    """
    first = forests[0]
    if any(one.feature_names != first.feature_names or one.roots.size != first.roots.size for one in forests):
        raise ValueError("the forests differ in their features or numbers of trees")
    classes = np.unique(np.concatenate([one.classes for one in forests]))
    if sum(one.nodes.size for one in forests) > np.iinfo(np.int32).max:
        raise ValueError("the forests have more than 2**31 - 1 nodes together")
    nodes, roots, lengths, row_classes, row_fractions = [], [], [], [], []
    node_count, row_count = 0, classes.size
    for one in forests:
        position = np.searchsorted(classes, one.classes)
        nodes.append(_moved(one, position, node_count, row_count))
        roots.append(one.roots + node_count)
        mixed = one.row_offsets[one.classes.size]
        lengths.append(np.diff(one.row_offsets[one.classes.size :]))
        row_classes.append(position[one.row_classes[mixed:]])
        row_fractions.append(one.row_fractions[mixed:])
        node_count += one.nodes.size
        row_count += lengths[-1].size
    single = np.arange(classes.size)
    all_lengths = np.concatenate([np.ones(classes.size, np.int64), *lengths])
    return replace(
        first,
        nodes=np.concatenate(nodes),
        roots=np.concatenate(roots),
        row_offsets=np.concatenate(([0], np.cumsum(all_lengths))).astype(np.int64),
        row_classes=np.concatenate([single, *row_classes]).astype(np.uint16),
        row_fractions=np.concatenate([np.ones(classes.size, np.float32), *row_fractions]),
        classes=classes.astype(np.int32),
    )


def _moved(forest: Forest, position: np.ndarray, node_count: int, row_count: int) -> np.ndarray:
    """Return a forest's nodes as they are behind others.

    Parameters
    ----------
    position : ndarray, (classes of the forest,) int64
        Of each of its classes among all classes: the row of that class alone.
    node_count, row_count : int
        Numbers of nodes and rows before its own.
    """
    nodes = forest.nodes.copy()
    leaf = nodes["child"] < 0
    mixed = forest.row_offsets.size - 1 - position.size
    rows = np.concatenate((position, row_count + np.arange(mixed)))
    nodes["child"][leaf] = ~rows[~nodes["child"][leaf]]
    nodes["child"][~leaf] += node_count
    return nodes
