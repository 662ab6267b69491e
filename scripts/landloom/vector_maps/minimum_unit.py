"""Minimum unit: small patches take the class around them, by a rule that is the same in any window.

All patches below the smallest size change at once, each to the class that has the longest common border with it among
the larger patches around; then again, until no patch changes. A patch is larger than another where it has more pixels
(counted up to the smallest size), else the smaller class, else the first pixel further north, or further west in one
row: of two small patches, never both take the other's class. Ties between classes go to the larger patch, then to the
smaller class.

Whatever depends on ground outside of a window has an unknown class: a small patch at the window's edge, or beside
such a one. What is not unknown is therefore the same in every window, and a window is read with as much margin as
leaves nothing unknown in it. GDAL's sieve goes by the order of scanning and depends on the cut.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from landloom.vector_maps import patches

NOTHING = 0
"""Rank of pixels without a class: they neither change, nor does a patch take it."""

LARGEST = 2**20 - 1
"""Largest smallest size of a patch, in pixels."""


@dataclass(frozen=True)
class Units:
    """Smallest patches by class; classes are ranks from 1, the last rank is that of unknown pixels.

    Attributes
    ----------
    least : ndarray of int64, shape (classes + 2,)
        Smallest number of pixels of a patch of each class; 0 of `NOTHING` and of unknown pixels.
    groups : ndarray of int32, shape (classes + 2,)
        Number of each class' group.
    groups_first : bool
        Whether patches take a class of their own group, where there is one around.
    """

    least: np.ndarray
    groups: np.ndarray
    groups_first: bool

    @property
    def unknown(self) -> int:
        """Return the rank of unknown pixels."""
        return len(self.least) - 1


def apply(values: np.ndarray, units: Units) -> np.ndarray:
    """Return a window in which no patch is too small that has another around it to join.

    Parameters
    ----------
    values : ndarray of int32, shape (rows, columns)
        Ranks of classes. A rim of unknown pixels says where the map goes on, one of `NOTHING` where it ends.

    Returns
    -------
    ndarray of int32
        Pixels that depend on unknown ones are unknown.
    """
    everywhere = np.ones_like(units.groups)
    for groups in [units.groups, everywhere] if units.groups_first else [everywhere]:
        changed = 1
        while changed:
            values, changed = merge_small(values, units.least, groups)
    return values


@njit(nogil=True, cache=True)
def merge_small(values, least, groups):
    """Give all small patches their new class at once.

    Parameters
    ----------
    values : ndarray of int32, shape (rows, columns)
    least, groups
        As those of :class:`Units`; a patch only takes classes of its own group.

    Returns
    -------
    values : ndarray of int32
    changed : int
        Number of patches that change.
    """
    numbers, value, size, first = patches.label(values)
    small = np.zeros(len(size), np.bool_)
    pixels = 0
    for patch in range(len(size)):
        if size[patch] < least[value[patch]]:
            small[patch] = True
            pixels += size[patch]
    if pixels == 0:
        return values, 0
    unknown = len(least) - 1
    reach_out = _beside(values, numbers, unknown, len(size))
    votes = np.empty(4 * pixels, np.int64)
    count = _votes(numbers, (value, size, first, small), least, groups, reach_out, votes)
    new = value.copy()
    _elect(np.sort(votes[:count]), len(least), new)
    changed = 0
    for patch in range(len(size)):
        if small[patch] and reach_out[patch]:
            new[patch] = unknown
        small[patch] = new[patch] != value[patch]
        changed += small[patch]
    found = values.copy()
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            patch = numbers[row, column]
            if small[patch]:
                found[row, column] = new[patch]
    return found, changed


@njit(nogil=True, cache=True)
def _beside(values, numbers, unknown, patches_there):
    """Return which patches have unknown pixels beside them: they may be larger than they seem."""
    found = np.zeros(patches_there, np.bool_)
    rows, columns = numbers.shape
    for row in range(rows):
        for column in range(columns):
            if values[row, column] == unknown:
                found[numbers[max(row - 1, 0), column]] = True
                found[numbers[min(row + 1, rows - 1), column]] = True
                found[numbers[row, max(column - 1, 0)]] = True
                found[numbers[row, min(column + 1, columns - 1)]] = True
    return found


@njit(nogil=True, cache=True)
def _votes(numbers, there, least, groups, reach_out, votes):
    """Note each side of a pixel that a small patch has in common with a larger one; return how many there are.

    A vote holds the small patch, the class of the larger one, and its size up to the smallest, in this order, so that
    sorted votes stand together by patch and class. Small patches whose neighbour's size is not known reach out, too.

    Parameters
    ----------
    there : tuple of ndarray
        Value, size and first pixel of each patch, and whether it is small.
    """
    value, size, first, small = there
    known = reach_out.copy()
    rows, columns = numbers.shape
    count = 0
    for row in range(rows):
        for column in range(columns):
            patch = numbers[row, column]
            if not small[patch]:
                continue
            own, enough = value[patch], least[value[patch]]
            for side in range(4):
                y, x = row + (side == 1) - (side == 0), column + (side == 3) - (side == 2)
                if not (0 <= y < rows and 0 <= x < columns):
                    continue
                other = numbers[y, x]
                if other == patch or value[other] == NOTHING or groups[value[other]] != groups[own]:
                    continue
                size_there = min(size[other], enough)
                if known[other] and size_there < enough:
                    reach_out[patch] = True
                elif size_there > size[patch] or (
                    size_there == size[patch] and (value[other], first[other]) < (own, first[patch])
                ):
                    votes[count] = (np.int64(patch) * len(least) + value[other]) << 20 | size_there
                    count += 1
    return count


@njit(nogil=True, cache=True)
def _elect(votes, classes, new):
    """Give each patch the class with most votes; of several, that of the largest patch, then the smallest class."""
    place = 0
    while place < len(votes):
        patch = (votes[place] >> 20) // classes
        most, largest = 0, 0
        while place < len(votes) and (votes[place] >> 20) // classes == patch:
            candidate = votes[place] >> 20
            number = 0
            while place < len(votes) and votes[place] >> 20 == candidate:
                number += 1
                size = votes[place] & 0xFFFFF
                place += 1
            if (number, size) > (most, largest):
                most, largest = number, size
                new[patch] = candidate % classes


def use_kernels() -> None:
    """Call the kernels once, so that they are compiled before the work."""
    one = np.ones(3, np.int64)
    merge_small(np.array([[1, 2]], np.int32), one * 2, one.astype(np.int32))
