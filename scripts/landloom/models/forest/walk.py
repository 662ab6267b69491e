"""Class probabilities of a forest: chunks are sorted, and their blocks walk through all trees, on several threads."""

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks
from landloom.core.transposition import SIDE, turn
from landloom.models.forest import bits, list_walk
from landloom.models.forest.bits import fetch
from landloom.models.forest.blocks import (
    BLOCK,
    ONE_SHARE,
    STEP,
    Trees,
    lay_out,
    sorted_pixels,
    write_keys,
    write_means,
)
from landloom.models.forest.set_walk import add_trees, new_scratch


def shares(fractions: np.ndarray) -> np.ndarray:
    """Return class fractions as integers, in units of 1 / ONE_SHARE, int64."""
    return np.rint(fractions.astype(np.float64) * ONE_SHARE).astype(np.int64)


def mean_fractions(features: np.ndarray, trees: Trees, class_count: int) -> np.ndarray:
    """Average the class fractions of the leaves of all trees.

    The result is the same to the bit for any number of threads, any cut into calls and any order of pixels.

    Parameters
    ----------
    features : ndarray, (pixels, features) int16, C-contiguous
        Feature vectors.
    trees : Trees
    class_count : int
        Number of classes.

    Returns
    -------
    ndarray, (pixels, classes) float32
        Class probabilities.
    """
    blocks = -(-len(features) // BLOCK)
    keys = np.empty(len(features), np.uint16)
    run_tasks(write_keys, blocks, features, trees.nodes, trees.roots, keys)
    probabilities = np.empty((len(features), class_count), np.float32)
    kernel = walk_blocks if bits.are_fast() else list_walk.walk_blocks
    run_tasks(kernel, blocks, features, sorted_pixels(keys), trees, probabilities)
    return probabilities


@njit(cache=True, nogil=True)
def walk_blocks(first, last, features, order, trees, probabilities):
    """Write the mean class fractions of some blocks.

    Parameters
    ----------
    first, last : int
        Blocks: from the first to before the last.
    features : ndarray, (pixels, features) int16
    order : ndarray, (pixels,) int64
        Pixels in the order in which blocks are made of them.
    trees : Trees
    probabilities : ndarray, (pixels, classes) float32
        Out.
    """
    scratch = new_scratch(features.shape[1], probabilities.shape[1])
    places = np.empty(SIDE, np.int64)
    for block in range(first, last):
        pixels = order[block * BLOCK : min((block + 1) * BLOCK, order.size)]
        lay_out_squares(features, pixels, places, scratch.columns)
        add_trees(trees, scratch, pixels.size)
        write_means(scratch.sums, pixels, trees.roots.size, probabilities)


@njit(cache=True)
def lay_out_squares(features, pixels, places, columns):
    """Lay out the features of a block by columns: :func:`landloom.models.forest.blocks.lay_out` by squares.

    Parameters
    ----------
    features, pixels, columns : ndarray
        As there.
    places : ndarray, (SIDE,) int64
        Scratch.
    """
    flat = features.reshape(-1)
    width = features.shape[1]
    whole = pixels.size // SIDE * SIDE if width >= SIDE else 0
    for first in range(0, whole, SIDE):
        for begin in range(0, width, SIDE):
            start = min(begin, width - SIDE)  # the last square overlaps the one before
            for line in range(SIDE):
                places[line] = pixels[first + line] * width + start
            if begin % (2 * SIDE) == 0 and first + 2 * SIDE <= pixels.size:
                for line in range(SIDE):
                    fetch(flat, np.uint64(pixels[first + SIDE + line] * width + start))
            turn(flat, places, columns, np.uint64(start * STEP + first), np.uint64(STEP))
    lay_out(features, pixels, whole, columns)
