"""The nodes of a random forest in memory, and the compiled walk of pixels through them.

Measured on an AMD EPYC (Zen 5), one thread unless told, 100 trees of depth 25 (653,000 nodes, 17.5 steps per walk),
481 features, 17 classes, against `RandomForestClassifier.predict_proba`:

- one pixel after the other: 1.1 to 1.6 times;
- 4, 8, 12 or 16 pixels in lockstep until all stand at leaves that loop to themselves: 2.1 to 5.5 times;
- all pixels of a block one level down at a time, those at a leaf leaving the list (here): 8 to 10 times
  (2 threads: 7.5 to 8.3), 4 to 6 while other programs fill the caches; 295,000 nodes: 9 to 11 times;
- the same with the block of features transposed, with addresses of pixels instead of their numbers, or with groups of
  trees per small block: no faster. A step takes 1.4 ns (6 cycles) where all lies in the first-level cache, 2.0 to 2.5
  in a whole forest, up to 5 while neighbours on the machine use the caches: memory is what is left to gain.
"""

from typing import Any

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks

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


def pixels_per_block(feature_count: int) -> int:
    """Count the pixels that walk through one tree together.

    Parameters
    ----------
    feature_count : int
        Number of int16 features of a pixel.

    Returns
    -------
    int
        Number of pixels whose features take about 192 KiB, between 64 and 512.

    Notes
    -----
    With 481 features, 192 to 256 pixels measured best: 64 pixels ran at 0.7 of that speed (the nodes of a
    tree are fetched for too few pixels), 512 at 0.5 to 0.8 (features and nodes no longer fit the L2
    cache). With 60 features, 256 to 512 were best and 1638 ran at 0.85 of that speed.
    """
    return min(max(192 * 1024 // (2 * max(feature_count, 1)), 64), 512)


@njit(cache=True)
def walk_tree(features, nodes, root, walking, reached, leaf):
    """Bring every pixel of a block to its leaf of one tree.

    Parameters
    ----------
    features : ndarray, (pixels, features) int16
        The block.
    nodes : ndarray, (nodes,) int64
        NODEs of all trees, each read at once as one integer: bits 0-15 the feature, 16-31 the threshold,
        32-63 the child; so it is negative at leaves.
    root : int
        Index of the tree's root in `nodes`.
    walking, reached : ndarray, (at least pixels,) uint16 and int64
        Scratch: the pixels not yet at a leaf and the node that each has reached.
    leaf : ndarray, (at least pixels,) int64
        Out: the leaf node of each pixel.

    Notes
    -----
    The inner loop has no branch and its turns do not wait for each other, so the processor overlaps their
    loads. Unsigned indices spare numba's test for negative ones.
    """
    count = features.shape[0]
    for pixel in range(count):
        walking[pixel] = pixel
        reached[pixel] = nodes[root]
        leaf[pixel] = nodes[root]
    if nodes[root] < 0:
        count = 0
    while count > 0:
        kept = 0
        for entry in range(count):
            walker = np.uint64(walking[entry])
            node = reached[entry]
            value = features[walker, np.uint64(node & 0xFFFF)]
            node = nodes[np.uint64((node >> 32) + (value > np.int16(node >> 16)))]
            leaf[walker] = node
            reached[np.uint64(kept)] = node
            walking[np.uint64(kept)] = walker
            kept += node >= 0
        count = kept


@njit(cache=True)
def add_leaves(sums, leaf, row_offsets, row_classes, row_fractions):
    """Add the class fractions of the leaves that a block of pixels has reached.

    Parameters
    ----------
    sums : ndarray, (pixels, classes) float32
        In and out: sums of fractions.
    leaf : ndarray, (at least pixels,) int64
        Leaf node of each pixel; its upper half is the complement of its row.
    row_offsets : ndarray, (rows + 1,) int64
        Where the entries of each row begin. Row c, for the first rows, is class c alone.
    row_classes, row_fractions : ndarray, (entries,) uint16 and float32
        Class index and fraction of each entry.
    """
    pixels, classes = sums.shape
    for pixel in range(pixels):
        row = np.uint64(~(leaf[pixel] >> 32))
        if row < np.uint64(classes):  # 98 % of the leaves of a forest of depth 25 hold one class
            sums[pixel, row] += np.float32(1)
        else:
            for entry in range(row_offsets[row], row_offsets[row + np.uint64(1)]):
                sums[pixel, row_classes[entry]] += row_fractions[entry]


def mean_fractions(
    features: np.ndarray,
    nodes: np.ndarray,
    roots: np.ndarray,
    row_offsets: np.ndarray,
    row_classes: np.ndarray,
    row_fractions: np.ndarray,
    class_count: int,
    block: int,
) -> np.ndarray:
    """Average the class fractions of the leaves of all trees.

    Every pixel adds up its trees in their order, whatever the block it is in and the thread that has it, so
    the result is the same to the bit for any number of threads and any cut into calls.

    Parameters
    ----------
    features : ndarray, (pixels, features) int16, C-contiguous
        Feature vectors.
    nodes : ndarray, (nodes,) int64
        Nodes, as `walk_tree` takes them.
    roots : ndarray, (trees,) int64
        Index of each tree's root.
    row_offsets, row_classes, row_fractions : ndarray
        Rows of class fractions, as `add_leaves` takes them.
    class_count : int
        Number of classes.
    block : int
        Number of pixels that walk together, at most 65536.

    Returns
    -------
    ndarray, (pixels, classes) float32
        Class probabilities.
    """
    probabilities = np.zeros((len(features), class_count), np.float32)
    forest = (nodes, roots, row_offsets, row_classes, row_fractions)
    run_tasks(average_blocks, -(-len(features) // block), features, *forest, block, probabilities)
    return probabilities


@njit(cache=True, nogil=True)
def average_blocks(
    first, last, features, nodes, roots, row_offsets, row_classes, row_fractions, block, probabilities
):
    """Write the mean class fractions of some blocks of pixels."""
    trees = np.float32(roots.size)
    walking = np.empty(block, np.uint16)
    reached = np.empty(block, np.int64)
    leaf = np.empty(block, np.int64)
    for number in range(first, last):
        start = number * block
        stop = min(start + block, len(features))
        sums = probabilities[start:stop]
        for tree in range(roots.size):
            walk_tree(features[start:stop], nodes, roots[tree], walking, reached, leaf)
            add_leaves(sums, leaf, row_offsets, row_classes, row_fractions)
        for pixel in range(stop - start):
            for index in range(sums.shape[1]):
                sums[pixel, index] /= trees
