"""Connected parts of clusters of pixels: of each the largest stays, and what is loose joins what lies beside it."""

import numpy as np
from numba import njit

_LOOSE = -2
"""Of a pixel that is not connected with its cluster, until one beside it takes it."""


@njit(cache=True, nogil=True)
def connect(first, last, labels, sizes, frame, found):
    """Keep the largest connected part of each cluster of some rows of cells: the first of equal ones.

    Pixels are connected by their sides. Those of other parts become loose.
    """
    offset, before, side, _, across = frame
    parts, stack = np.zeros((3 * side, 3 * side), np.int32), np.empty(9 * side * side, np.int32)
    for cell_row in range(first, last):
        top, bottom = max((cell_row - 1) * side - offset, 0), min((cell_row + 2) * side - offset, labels.shape[0])
        for cell_column in range(across):
            label = cell_row * across + cell_column
            left = max((cell_column - 1) * side - before, 0)
            box = labels[top:bottom, left : min((cell_column + 2) * side - before, labels.shape[1])]
            parts[:] = 0
            number, largest, most, left_over = 0, 0, 0, sizes[label]
            for row in range(box.shape[0]):
                if left_over == 0:
                    break
                for column in range(box.shape[1]):
                    if box[row, column] == label and parts[row, column] == 0:
                        number += 1
                        size = _fill(box, row, column, label, number, parts, stack)
                        left_over -= size
                        largest, most = (number, size) if size > most else (largest, most)
            for row in range(box.shape[0]):
                for column in range(box.shape[1]):
                    if parts[row, column]:
                        kept = parts[row, column] == largest
                        found[top + row, left + column] = label if kept else _LOOSE


@njit(cache=True, nogil=True)
def _fill(box, row, column, label, number, parts, stack):
    """Mark the part of a cluster around a pixel with a number, and return its size."""
    rows, columns = box.shape
    parts[row, column] = number
    stack[0] = row * columns + column
    height, size = 1, 0
    while height:
        height -= 1
        size += 1
        row, column = stack[height] // columns, stack[height] % columns
        for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0)):
            r, c = row + down, column + right
            inside = 0 <= r < rows and 0 <= c < columns
            if inside and box[r, c] == label and parts[r, c] == 0:
                parts[r, c] = number
                stack[height] = r * columns + c
                height += 1
    return size


@njit(cache=True, nogil=True)
def grow(values, labels, centres, frame, found):
    """Give loose pixels the most alike cluster beside them, all at once in each pass; as many passes as a side has.

    They may join the clusters that they could choose from alone. What is then still loose, as an island in what
    nothing was seen of, stays with the cluster that it had.
    """
    side = frame[2]
    loose = np.flatnonzero(found.reshape(-1) == _LOOSE)
    taken = np.empty(len(loose), np.int32)
    count = len(loose)
    for _ in range(side):
        for position in range(count):
            taken[position] = _most_alike(values, centres, frame, found, loose[position])
        left = 0
        for position in range(count):
            row, column = loose[position] // found.shape[1], loose[position] % found.shape[1]
            if taken[position] >= 0:
                found[row, column] = taken[position]
            else:
                loose[left] = loose[position]
                left += 1
        if left == count:
            break
        count = left
    for position in range(count):
        row, column = loose[position] // found.shape[1], loose[position] % found.shape[1]
        found[row, column] = labels[row, column]


@njit(cache=True, nogil=True)
def _most_alike(values, centres, frame, found, place):
    """Return the cluster beside a pixel whose features are nearest, the first in a tie; loose without any."""
    offset, before, side, _, across = frame
    row, column = place // found.shape[1], place % found.shape[1]
    best, chosen = np.float32(np.inf), _LOOSE
    for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0)):
        r, c = row + down, column + right
        if not (0 <= r < found.shape[0] and 0 <= c < found.shape[1]) or found[r, c] < 0:
            continue
        label = found[r, c]
        near = abs(label // across - (row + offset) // side) <= 1
        if not near or abs(label % across - (column + before) // side) > 1:
            continue
        distance = np.float32(0)
        for feature in range(values.shape[2]):
            difference = np.float32(values[row, column, feature]) - centres[label, feature]
            distance += difference * difference
        if distance < best:
            best, chosen = distance, label
    return chosen
