"""Patches: connected pixels of one value, numbered in one sweep over an array.

Pixels are connected by their sides (4-connected), so that a patch is one polygon with one outer ring. Trees of runs
that meet are joined as they are found (union-find, Hoshen and Kopelman 1976).
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def label(values):
    """Give the patches of an array numbers in the order of their first pixels, row by row.

    Parameters
    ----------
    values : ndarray of int32, shape (rows, columns)

    Returns
    -------
    numbers : ndarray of int32, shape (rows, columns)
        Number of each pixel's patch, from 0.
    value, size : ndarray of int32 and int64, shape (patches,)
        Value and pixels of each patch.
    first : ndarray of int64, shape (patches,)
        Position of its first pixel: row times columns plus column.
    """
    rows, columns = values.shape
    numbers = np.empty((rows, columns), np.int32)
    parent = np.empty(rows * columns, np.int32)
    runs = _join_runs(values, numbers, parent)
    patches = 0
    for run in range(runs):  # a parent is never behind its children
        if parent[run] == run:
            parent[run] = patches
            patches += 1
        else:
            parent[run] = parent[parent[run]]
    value = np.empty(patches, np.int32)
    size = np.zeros(patches, np.int64)
    first = np.empty(patches, np.int64)
    for row in range(rows):
        for column in range(columns):
            patch = parent[numbers[row, column]]
            numbers[row, column] = patch
            if size[patch] == 0:
                first[patch] = row * columns + column
                value[patch] = values[row, column]
            size[patch] += 1
    return numbers, value, size, first


@njit(nogil=True, cache=True)
def _join_runs(values, numbers, parent):
    """Give each pixel a run, and each run the parent that it is joined to; return the number of runs."""
    rows, columns = values.shape
    runs = 0
    for row in range(rows):
        for column in range(columns):
            value = values[row, column]
            above = row > 0 and values[row - 1, column] == value
            if column > 0 and values[row, column - 1] == value:
                run = numbers[row, column - 1]
                # Where the pixel above left is of the patch, too, both runs are joined already.
                if above and values[row - 1, column - 1] != value:
                    run = _join(parent, run, numbers[row - 1, column])
            elif above:
                run = numbers[row - 1, column]
            else:
                run = runs
                parent[run] = run
                runs += 1
            numbers[row, column] = run
    return runs


@njit(nogil=True, cache=True)
def _join(parent, one, other):
    """Join the trees of two runs; return the root, which is the earlier one."""
    one, other = _root(parent, one), _root(parent, other)
    if one < other:
        parent[other] = one
        return one
    parent[one] = other
    return other


@njit(nogil=True, cache=True)
def _root(parent, run):
    """Return the root of a run, and shorten the way to it."""
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


def use_kernels() -> None:
    """Call the kernel once, so that it is compiled before the work."""
    label(np.zeros((1, 1), np.int32))
