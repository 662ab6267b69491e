"""Made-up forests, of any shape: faster than to train one."""

import numpy as np

from landloom.models.forest.model import Forest, check_arrays
from landloom.models.forest.nodes import NODE

SPREAD = 1000
"""Thresholds and values of features lie between -SPREAD and SPREAD."""


def made(*, trees=30, depth=8, features=20, classes=5, mixed=0.1, leaf=0.1, seed=0):
    """Make a forest at random.

    Parameters
    ----------
    mixed : float
        Share of the leaves that hold several classes.
    leaf : float
        Chance of a node to be a leaf before the greatest depth.
    """
    rng = np.random.default_rng([seed, 7])
    table = rows_of(classes, rng)
    nodes, roots = [], []
    for _ in range(trees):
        roots.append(len(nodes))
        nodes.extend(grown(len(nodes), (depth, features, classes, len(table), mixed, leaf), rng))
    row, kind = np.nonzero(table)
    forest = Forest(
        nodes=np.array(nodes, NODE),
        roots=np.array(roots, np.int64),
        row_offsets=np.searchsorted(row, np.arange(len(table) + 1)).astype(np.int64),
        row_classes=kind.astype(np.uint16),
        row_fractions=table[row, kind],
        feature_names=tuple(f"feature_{number}" for number in range(features)),
        classes=np.arange(1, classes + 1, dtype=np.int32),
        metadata={},
    )
    check_arrays(forest)
    return forest


def rows_of(classes, rng):
    """Give rows of fractions: each class alone, then 40 of several classes."""
    several = rng.integers(0, 4, (40, classes)) * (rng.random((40, classes)) < 4 / classes)
    several[:, 0] += 1
    several[:, -1] += 1
    return np.concatenate((np.eye(classes), several / several.sum(axis=1, keepdims=True))).astype(np.float32)


def grown(start, shape, rng):
    """Grow a tree from a node number on, level by level."""
    depth, features, classes, rows, mixed, leaf = shape
    nodes, levels = [], [0]
    while len(nodes) < len(levels):
        level = levels[len(nodes)]
        if level == depth or rng.random() < leaf:
            row = rng.integers(classes, rows) if rng.random() < mixed else rng.integers(0, classes)
            nodes.append((0, 0, ~int(row)))
        else:
            nodes.append((rng.integers(0, features), rng.integers(-SPREAD, SPREAD), start + len(levels)))
            levels += [level + 1] * 2
    return nodes


def pixels_for(forest, count, seed=1):
    """Draw pixels that are similar in groups, as those of an image are."""
    rng = np.random.default_rng([seed, 8])
    width = len(forest.feature_names)
    kinds = rng.integers(-SPREAD, SPREAD, (12, width))
    return (kinds[rng.integers(0, 12, count)] + rng.normal(0, SPREAD / 4, (count, width))).astype(np.int16)
