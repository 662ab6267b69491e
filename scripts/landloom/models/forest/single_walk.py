"""The walk of single pixels: what is left of a block's sets when few pixels are together."""

import numpy as np
from numba import njit

from landloom.models.forest.bits import fetch
from landloom.models.forest.blocks import BLOCK, STEP, add_fractions

PIXEL_BITS = np.uint64(16)
"""A walker is its number, shifted by these bits, and its pixel."""


@njit(cache=True)
def walk(columns, nodes, walkers, walking, reached, leaf):
    """Bring walkers to their leaves, a node at a time, those of all trees of a group together.

    Parameters
    ----------
    columns : ndarray of int16
        As :func:`landloom.models.forest.blocks.lay_out` writes them.
    nodes : ndarray of int64
    walkers : int
        Number of them.
    walking, reached : ndarray of uint32 and of int64
        In and scratch: the walkers, and the node that each has reached.
    leaf : ndarray of int64
        Out: the leaf of each, by its number.

    Notes
    -----
    The inner loop has no branch and its turns do not wait for each other, so the processor overlaps their loads.
    """
    pixel_mask = (np.uint64(1) << PIXEL_BITS) - np.uint64(1)
    while walkers > 0:
        kept = np.uint64(0)
        for entry in range(walkers):
            walker = np.uint64(walking[entry])
            node = reached[entry]
            value = columns[np.uint64(node & 0xFFFF) * np.uint64(STEP) + (walker & pixel_mask)]
            node = nodes[np.uint64((node >> 32) + (value > np.int16(node >> 16)))]
            fetch(nodes, np.uint64(max(node, 0) >> 32))
            reached[kept] = node
            walking[kept] = walker
            leaf[walker >> PIXEL_BITS] = node
            kept += np.uint64(node >= 0)
        walkers = kept


@njit(cache=True)
def count_leaves(walkers, pixels, leaf, classes, counts, sums, row_offsets, row_classes, row_shares):
    """Count the votes of walkers that are at leaves of one class, and add the fractions of the others.

    Parameters
    ----------
    walkers : int
    pixels, leaf : ndarray of uint16 and of int64
        The pixel and the leaf of each.
    classes : int
    counts : ndarray, (classes * BLOCK,) uint8
        In and out: votes, class by class.
    sums : ndarray, (BLOCK, classes) int64
        In and out.
    row_offsets, row_classes, row_shares : ndarray
        As in :class:`landloom.models.forest.blocks.Trees`.
    """
    for number in range(walkers):
        pixel = np.uint64(pixels[number])
        row = np.uint64(~(leaf[number] >> 32))
        if row < classes:
            counts[row * np.uint64(BLOCK) + pixel] += np.uint8(1)
        else:
            add_fractions(sums, pixel, row, row_offsets, row_classes, row_shares)
