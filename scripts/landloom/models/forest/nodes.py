"""The nodes of a random forest in memory: eight bytes each, siblings side by side."""

from typing import Any

import numpy as np

NODE = np.dtype([("feature", "<u2"), ("threshold", "<i2"), ("child", "<i4")])


def nodes_of_tree(tree: Any, leaf_rows: np.ndarray, root: int) -> np.ndarray:
    """Lay out the nodes of a scikit-learn tree breadth-first, siblings side by side.

    A pixel whose `feature` is at most `threshold` goes to node `child`, any other to node `child` + 1. At a
    leaf, `child` is the complement (~) of its row of class fractions.

    Parameters
    ----------
    tree : sklearn.tree._tree.Tree
        The tree.
    leaf_rows : ndarray, (leaves,) int32
        Row of class fractions of each leaf, in the tree's order.
    root : int
        Index of the tree's first node among those of the forest.

    Returns
    -------
    ndarray, (nodes of the tree,) NODE
        The nodes.

    Notes
    -----
    Features are integers, so a feature is at most the threshold when it is at most its floor. A threshold
    beyond int16 sends all pixels one way: 32767 sends them left, and where they all go right the children
    change places.
    """
    limits = np.iinfo(np.int16)
    leaf = tree.children_left < 0
    threshold = np.floor(tree.threshold)
    all_right = ~leaf & (threshold < limits.min)
    left = np.where(all_right, tree.children_right, tree.children_left)
    right = np.where(all_right, tree.children_left, tree.children_right)
    threshold = np.where(all_right | (threshold > limits.max), limits.max, threshold)
    position = _breadth_first(left, right)
    child = np.empty(tree.node_count, np.int64)
    child[leaf] = ~leaf_rows
    child[~leaf] = root + position[left[~leaf]]
    nodes = np.zeros(tree.node_count, NODE)
    nodes["feature"][position] = np.where(leaf, 0, tree.feature)
    nodes["threshold"][position] = np.where(leaf, 0, threshold)
    nodes["child"][position] = child
    return nodes


def _breadth_first(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give each node's place, level by level, from the children of each (negative at leaves)."""
    position = np.zeros(left.size, np.int64)
    level = np.zeros(1, np.int64)
    placed = 1
    while level.size:
        parents = level[left[level] >= 0]
        level = np.stack((left[parents], right[parents]), axis=1).reshape(-1)
        position[level] = placed + np.arange(level.size)
        placed += level.size
    return position


def check_nodes(nodes: np.ndarray, roots: np.ndarray, row_count: int, feature_count: int) -> None:
    """Make sure that every walk stays within the arrays and ends: the compiled code checks no index.

    Parameters
    ----------
    nodes : ndarray, (nodes,) NODE
        Nodes of all trees.
    roots : ndarray, (trees,) int64
        Index of each tree's root.
    row_count, feature_count : int
        Numbers of rows of class fractions and of features.

    Raises
    ------
    ValueError
        Unless children follow their parents within their tree, and rows and features exist.
    """
    if roots[0] != 0 or np.any(roots[1:] <= roots[:-1]) or roots[-1] >= nodes.size:
        raise ValueError("its trees are broken")
    child = nodes["child"].astype(np.int64)
    ends = np.append(roots[1:], nodes.size)
    last = np.repeat(ends - 1, ends - roots)
    inner = child >= 0
    if np.any(child[inner] <= np.nonzero(inner)[0]) or np.any(child[inner] + 1 > last[inner]):
        raise ValueError("its nodes are broken")
    if np.any(~child[~inner] >= row_count):
        raise ValueError("its leaves are broken")
    if np.any(nodes["feature"][inner] >= feature_count):
        raise ValueError("its nodes use features that it does not name")
