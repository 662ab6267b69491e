"""Superpixels: small segments of alike pixels, the same whatever window, tile or number of threads finds them.

Simple linear iterative clustering (Achanta et al., 2012: SLIC superpixels compared to state-of-the-art superpixel
methods, IEEE Transactions on Pattern Analysis and Machine Intelligence 34), on cells of the lattice of pixels in
place of a window that moves with each cluster: a cluster starts from the pixels of a square cell, counted from the
origin of the CRS, and a pixel may join the clusters of the nine cells around its own alone. So a superpixel has the
number of its cell, lies within the nine cells around it, and depends on the pixels of few cells around
(:func:`landloom.objects.strip_shapes.margin_px`). Sums are of integers, and distances of a pixel are added in one
order: no order of the work can change a bit.
"""

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks
from landloom.objects.cells import NONE, Cells
from landloom.objects.connected_parts import connect, grow


def find(values: np.ndarray, seen: np.ndarray, cells: Cells, iterations: int, compactness: float) -> np.ndarray:
    """Find the superpixels of a window.

    Parameters
    ----------
    values : ndarray of int16, shape (rows, columns, features)
        In units in which differences of all features count alike.
    seen : ndarray of bool, shape (rows, columns)
        Pixels to segment.
    cells : Cells
        Of the window.
    iterations : int
    compactness : float
        Difference of a feature that counts as much as a distance of one side: the larger, the rounder superpixels
        are. Differences of several features count by their mean square.

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        Number of the superpixel's cell among those of the window, row by row from 0; :data:`NONE` where nothing was
        seen. Up to :func:`landloom.objects.strip_shapes.margin_px` from its edges, a larger window may give others.
    """
    frame = cells.frame
    labels = np.full((cells.rows, cells.columns), NONE, np.int32)
    centres = np.zeros((cells.down * cells.across, values.shape[2] + 2), np.float32)
    sizes = np.zeros(len(centres), np.int32)
    weight = np.float32(compactness**2 * values.shape[2] / cells.side**2)
    run_tasks(begin, cells.down, seen, frame, labels)
    run_tasks(update, cells.down, values, labels, frame, centres, sizes)
    for _ in range(iterations):
        run_tasks(assign, cells.down, values, seen, centres, sizes, weight, frame, labels)
        run_tasks(update, cells.down, values, labels, frame, centres, sizes)
    found = np.full_like(labels, NONE)
    run_tasks(connect, cells.down, labels, sizes, frame, found)
    grow(values, labels, centres, frame, found)
    return found


@njit(cache=True, nogil=True)
def _span(cell, offset, side, length):
    """Return the first pixel of a cell, and that after its last, along one axis of the window."""
    return max(cell * side - offset, 0), min((cell + 1) * side - offset, length)


@njit(cache=True, nogil=True)
def begin(first, last, seen, frame, labels):
    """Give the pixels of some rows of cells the clusters of their own cells."""
    offset, before, side, _, across = frame
    top, bottom = max(first * side - offset, 0), min(last * side - offset, seen.shape[0])
    for row in range(top, bottom):
        base = (row + offset) // side * across
        for column in range(seen.shape[1]):
            if seen[row, column]:
                labels[row, column] = base + (column + before) // side


@njit(cache=True, nogil=True)
def update(first, last, values, labels, frame, centres, sizes):
    """Set the centres of some rows of clusters to the means of their pixels: features, then row and column.

    Rows and columns are counted from the cluster's own cell: small whole numbers wherever the window lies.
    """
    offset, before, side, _, across = frame
    features = values.shape[2]
    start, stop = first * across, last * across
    sums = np.zeros((stop - start, features + 2), np.int64)
    sizes[start:stop] = 0
    for row in range(max((first - 1) * side - offset, 0), min((last + 1) * side - offset, labels.shape[0])):
        for column in range(labels.shape[1]):
            label = labels[row, column]
            if start <= label < stop:
                sizes[label] += 1
                total = sums[label - start]
                for feature in range(features):
                    total[feature] += values[row, column, feature]
                total[features] += row + offset - label // across * side
                total[features + 1] += column + before - label % across * side
    for label in range(start, stop):
        if sizes[label]:
            for feature in range(features + 2):
                centres[label, feature] = np.float32(sums[label - start, feature] / sizes[label])


@njit(cache=True, nogil=True)
def assign(first, last, values, seen, centres, sizes, weight, frame, labels):
    """Give the pixels of some rows of cells the nearest cluster of the nine cells around: the first in a tie.

    A cell's pixels have the same clusters to choose from: distances from one are computed for all of them at once.
    """
    offset, before, side, down, across = frame
    features = values.shape[2]
    block = np.empty((features, side * side), np.float32)
    distance, best = np.empty(side * side, np.float32), np.empty(side * side, np.float32)
    chosen = np.empty(side * side, np.int32)
    for cell_row in range(first, last):
        top, bottom = _span(cell_row, offset, side, seen.shape[0])
        for cell_column in range(across):
            left, right = _span(cell_column, before, side, seen.shape[1])
            wide = right - left
            count = (bottom - top) * wide
            _gather(values, top, bottom, left, right, block)
            best[:count] = np.inf
            for i in range(max(cell_row - 1, 0), min(cell_row + 2, down)):
                for j in range(max(cell_column - 1, 0), min(cell_column + 2, across)):
                    label = i * across + j
                    if sizes[label] == 0:
                        continue
                    centre = centres[label]
                    for row in range(top, bottom):
                        high = np.float32(row + offset - i * side) - centre[features]
                        for column in range(wide):
                            away = np.float32(left + column + before - j * side) - centre[features + 1]
                            distance[(row - top) * wide + column] = weight * (high * high + away * away)
                    _add_distances(block, centre, count, distance)
                    for pixel in range(count):
                        nearer = distance[pixel] < best[pixel]
                        best[pixel] = distance[pixel] if nearer else best[pixel]
                        chosen[pixel] = label if nearer else chosen[pixel]
            for row in range(top, bottom):
                for column in range(wide):
                    if seen[row, left + column]:
                        labels[row, left + column] = chosen[(row - top) * wide + column]


@njit(cache=True, nogil=True)
def _gather(values, top, bottom, left, right, block):
    """Copy the features of a cell's pixels, feature by feature."""
    pixel = 0
    for row in range(top, bottom):
        for column in range(left, right):
            for feature in range(values.shape[2]):
                block[feature, pixel] = values[row, column, feature]
            pixel += 1


@njit(cache=True, nogil=True)
def _add_distances(block, centre, count, distance):
    """Add the squared differences of all features: vectors of pixels, each in the order of the features."""
    for feature in range(block.shape[0]):
        mean = centre[feature]
        numbers = block[feature]
        for pixel in range(count):
            difference = numbers[pixel] - mean
            distance[pixel] += difference * difference


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    find(np.zeros((2, 2, 1), np.int16), np.ones((2, 2), bool), Cells(0, 0, 2, 2, 2), 1, 1.0)
