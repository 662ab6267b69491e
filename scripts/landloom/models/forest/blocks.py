"""Blocks of similar pixels: in which order pixels are taken, how a block lies in memory, what comes out of it.

The first decisions of two trees sort the pixels of a chunk. A block then holds pixels that go the same ways, so its
sets stay large: half of the speed of a walk by sets comes from that. The result does not depend on it: fractions are
added up as integers, and in whatever order, their sum is the same.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

BLOCK = 256
"""Pixels that go through the trees together: their features, 200 to 300 kB, stay in the second-level cache."""

STEP = BLOCK + 32
"""Values from one feature's column to the next. A power of two would put all columns on the same cache sets."""

CHUNK = 65536
"""Pixels that are sorted together, at most: with 16,384 the walk takes 12 to 15 % longer."""

DECISIONS = 7
"""Decisions of each of two trees that pixels are sorted by."""

ONE_SHARE = 2**40
"""What a vote of one tree for one class counts; fractions of leaves are multiples of its unit."""


class Trees(NamedTuple):
    """A forest as kernels take it.

    Attributes
    ----------
    nodes : ndarray, (nodes,) int64
        NODEs of all trees, each read at once as one integer: bits 0-15 the feature, 16-31 the threshold, 32-63 the
        child; so it is negative at leaves.
    roots : ndarray, (trees,) int64
        Index of each tree's root.
    row_offsets : ndarray, (rows + 1,) int64
        Where the entries of each row of class fractions begin. Row c, for the first rows, is class c alone.
    row_classes : ndarray, (entries,) uint16
        Class index of each entry.
    row_shares : ndarray, (entries,) int64
        Fraction of each entry, in units of 1 / ONE_SHARE.
    """

    nodes: np.ndarray
    roots: np.ndarray
    row_offsets: np.ndarray
    row_classes: np.ndarray
    row_shares: np.ndarray


@njit(cache=True, nogil=True)
def write_keys(first, last, features, nodes, roots, keys):
    """Write the first decisions that the pixels of some blocks take in two trees.

    Parameters
    ----------
    first, last : int
        Blocks: from the first to before the last.
    features : ndarray, (pixels, features) int16
    nodes, roots : ndarray
        As in :class:`Trees`.
    keys : ndarray, (pixels,) uint16
        Out: the decisions as bits, 1 where a pixel goes right.
    """
    reached = np.empty(BLOCK, np.int64)
    for block in range(first, last):
        part = slice(block * BLOCK, min((block + 1) * BLOCK, len(features)))
        keys[part] = 0
        for tree in range(2):
            add_decisions(features[part], nodes, nodes[roots[tree % roots.size]], reached, keys[part])


@njit(cache=True)
def add_decisions(features, nodes, root, reached, keys):
    """Append a tree's decisions to the keys of a block; level by level, so that pixels do not wait for each other."""
    for pixel in range(len(keys)):
        reached[pixel] = root
    for _ in range(DECISIONS):
        for pixel in range(np.uint64(len(keys))):
            node = reached[pixel]
            inner = node >= 0
            at = np.uint64(node if inner else 0)
            value = features[pixel, at & np.uint64(0xFFFF)]
            right = np.uint64(inner & (value > np.int16(node >> 16)))
            keys[pixel] = (np.uint64(keys[pixel]) << np.uint64(1)) | right
            reached[pixel] = nodes[(at >> np.uint64(32)) + right] if inner else node


def sorted_pixels(keys: np.ndarray) -> np.ndarray:
    """Return the pixels of each chunk in the order of their keys, (pixels,) int64."""
    order = np.empty(len(keys), np.int64)
    for start in range(0, len(keys), CHUNK):
        part = slice(start, min(start + CHUNK, len(keys)))
        order[part] = np.argsort(keys[part], kind="stable")
        order[part] += start
    return order


@njit(cache=True)
def lay_out(features, pixels, first, columns):
    """Lay out the features of some pixels of a block by columns.

    Parameters
    ----------
    features : ndarray, (pixels, features) int16
    pixels : ndarray, (pixels of the block,) int64
    first : int
        The first of them that is wanted.
    columns : ndarray, (features * STEP,) int16
        Out.
    """
    for place in range(first, pixels.size):
        for feature in range(features.shape[1]):
            columns[feature * STEP + place] = features[pixels[place], feature]


@njit(cache=True)
def add_fractions(sums, pixel, row, row_offsets, row_classes, row_shares):
    """Add the fractions of a leaf of several classes to the sums of a pixel of the block."""
    for entry in range(row_offsets[row], row_offsets[row + np.uint64(1)]):
        sums[pixel, row_classes[entry]] += row_shares[entry]


@njit(cache=True)
def write_means(sums, pixels, trees, probabilities):
    """Write the mean fractions of a block.

    Parameters
    ----------
    sums : ndarray, (BLOCK, classes) int64
    pixels : ndarray, (pixels of the block,) int64
    trees : int
    probabilities : ndarray, (pixels, classes) float32
        Out.
    """
    whole = np.float64(ONE_SHARE) * trees
    for place in range(pixels.size):
        for row in range(sums.shape[1]):
            probabilities[pixels[place], row] = np.float32(np.float64(sums[place, row]) / whole)
