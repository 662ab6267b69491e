"""The walk of a block of pixels through trees as lists, without vectors: where sets of bits can't be had.

Level by level, every node splits the list of its pixels by one column of features; few pixels walk on one by one.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.models.forest.blocks import BLOCK, ONE_SHARE, STEP, add_fractions, lay_out, write_means

CUT = 16
"""Lists of fewer pixels are not split any more."""


class Scratch(NamedTuple):
    """Working memory of a thread.

    Attributes
    ----------
    columns : ndarray of int16, shape (features * STEP,)
        Features of the block.
    lists : ndarray of int64, shape (2, BLOCK)
        Of two levels that take turns: pixels, those at the same node side by side.
    queue, first, last : ndarray of int64, shape (2, BLOCK + 2)
        Nodes to split, and where their lists begin and end.
    walking, reached : ndarray of int64, shape (BLOCK,)
        Pixels that walk one by one, and the node that each has reached.
    leaf : ndarray of int64, shape (BLOCK,)
        Leaf of each pixel.
    sums : ndarray of int64, shape (BLOCK, classes)
    """

    columns: np.ndarray
    lists: np.ndarray
    queue: np.ndarray
    first: np.ndarray
    last: np.ndarray
    walking: np.ndarray
    reached: np.ndarray
    leaf: np.ndarray
    sums: np.ndarray


@njit(cache=True, nogil=True)
def walk_blocks(first, last, features, order, trees, probabilities):
    """Write the mean class fractions of some blocks: see :func:`landloom.models.forest.walk.walk_blocks`."""
    scratch = Scratch(
        np.empty(features.shape[1] * STEP, np.int16),
        np.empty((2, BLOCK), np.int64),
        np.empty((2, BLOCK + 2), np.int64),
        np.empty((2, BLOCK + 2), np.int64),
        np.empty((2, BLOCK + 2), np.int64),
        np.empty(BLOCK, np.int64),
        np.empty(BLOCK, np.int64),
        np.empty(BLOCK, np.int64),
        np.empty((BLOCK, probabilities.shape[1]), np.int64),
    )
    for block in range(first, last):
        pixels = order[block * BLOCK : min((block + 1) * BLOCK, order.size)]
        lay_out(features, pixels, 0, scratch.columns)
        scratch.sums[:] = 0
        for tree in range(trees.roots.size):
            walk_tree(trees.nodes, trees.nodes[trees.roots[tree]], pixels.size, scratch)
            add_leaves(trees, pixels.size, scratch.leaf, scratch.sums)
        write_means(scratch.sums, pixels, trees.roots.size, probabilities)


@njit(cache=True)
def walk_tree(nodes, root, pixels, scratch):
    """Bring the first pixels of a block to their leaves of one tree."""
    for pixel in range(pixels):
        scratch.lists[0, pixel] = pixel
    scratch.queue[0, 0], scratch.first[0, 0], scratch.last[0, 0] = root, 0, pixels
    queued, walkers, side = 1, 0, 0
    if root < 0:
        scratch.leaf[:pixels] = root
        queued = 0
    while queued > 0:
        found = 0
        for number in range(queued):
            start, stop = scratch.first[side, number], scratch.last[side, number]
            node = scratch.queue[side, number]
            middle = split(scratch.columns, node, scratch.lists[side], scratch.lists[1 - side], start, stop)
            child = node >> 32
            for part, begin, end in ((0, start, middle), (1, middle, stop)):
                new = nodes[child + part]
                if new >= 0 and end - begin >= CUT:
                    scratch.queue[1 - side, found] = new
                    scratch.first[1 - side, found], scratch.last[1 - side, found] = begin, end
                    found += 1
                else:
                    walkers = leave(scratch, scratch.lists[1 - side, begin:end], new, walkers)
        queued, side = found, 1 - side
    walk(scratch.columns, nodes, walkers, scratch.walking, scratch.reached, scratch.leaf)


@njit(cache=True)
def split(columns, node, source, target, start, stop):
    """Write a list with the pixels that go left before those that go right; return where the latter begin."""
    column, threshold = (node & 0xFFFF) * STEP, (node << 32) >> 48
    low, high = start, stop - 1
    for entry in range(start, stop):
        pixel = source[entry]
        right = np.int64(columns[column + pixel] > threshold)
        target[low] = pixel  # at one of the two places it is overwritten by a later pixel
        target[high] = pixel
        high -= right
        low += 1 - right
    return low


@njit(cache=True)
def leave(scratch, pixels, node, walkers):
    """Take pixels out of the lists: they are at a leaf, or walk on; return the number of walkers."""
    if node < 0:
        for pixel in pixels:
            scratch.leaf[pixel] = node
        return walkers
    for pixel in pixels:
        scratch.walking[walkers] = pixel
        scratch.reached[walkers] = node
        walkers += 1
    return walkers


@njit(cache=True)
def walk(columns, nodes, walkers, walking, reached, leaf):
    """Bring walkers to their leaves, one node at a time, all of them together."""
    while walkers > 0:
        kept = 0
        for entry in range(walkers):
            pixel, node = walking[entry], reached[entry]
            value = columns[(node & 0xFFFF) * STEP + pixel]
            node = nodes[(node >> 32) + (value > (node << 32) >> 48)]
            reached[kept], walking[kept], leaf[pixel] = node, pixel, node
            kept += node >= 0
        walkers = kept


@njit(cache=True)
def add_leaves(trees, pixels, leaf, sums):
    """Add the class fractions of the leaves that the first pixels of a block have reached."""
    classes = sums.shape[1]
    for pixel in range(pixels):
        row = ~(leaf[pixel] >> 32)
        if row < classes:
            sums[pixel, row] += ONE_SHARE
        else:
            add_fractions(sums, pixel, np.uint64(row), trees.row_offsets, trees.row_classes, trees.row_shares)
