"""Stratified split of units with several classes, such as spatial blocks.

Source: Sechidis, Tsoumakas and Vlahavas (2011), On the stratification of multi-label data, ECML PKDD: the rarest
class first, each of its units to the side that needs most of the class. In addition, the first side gets every class.
"""

import numpy as np


def divide(counts: np.ndarray, fraction: float, least: int, random: np.random.Generator) -> np.ndarray:
    """Split units into a first and a second side.

    Parameters
    ----------
    counts : ndarray of int, shape (units, classes)
        Amount of each class in each unit; no unit and no class is empty.
    fraction : float
        Fraction of each class for the first side, as far as whole units allow.
    least : int
        Smallest number of units of each class on the first side, or all of them if there are fewer. The second side
        then gets one of each class, if possible.
    random : Generator
        Determines the order in which units of a class are assigned.

    Returns
    -------
    ndarray of bool, shape (units,)
        Whether a unit is on the first side.
    """
    present = counts > 0
    wanted = np.outer((fraction, 1 - fraction), counts.sum(axis=0))
    assigned, left = np.zeros(wanted.shape, np.int64), present.sum(axis=0)
    side = np.full(len(counts), -1)
    order = random.permutation(len(counts))
    while (left > 0).any():
        rarest = int(np.argmin(np.where(left > 0, left, len(counts) + 1)))
        for unit in order[present[order, rarest] & (side[order] < 0)]:
            here = present[unit]
            reachable = (assigned + left - 1)[:, here]
            side[unit] = _side(reachable, wanted[:, rarest], wanted.sum(axis=1), least)
            wanted[side[unit]] -= counts[unit]
            assigned[side[unit]] += here
            left -= here
    found: np.ndarray = side == 0
    return found


def _side(reachable: np.ndarray, wanted: np.ndarray, wanted_in_all: np.ndarray, least: int) -> int:
    """Return the side, 0 or 1, of a unit.

    Parameters
    ----------
    reachable : ndarray of int, shape (2, classes of the unit)
        Number of units of its classes that each side has or could still get without this one.
    wanted, wanted_in_all : ndarray of float, shape (2,)
        Amount that each side still needs of the current class, and of all classes.
    """
    if (reachable[0] < least).any():
        return 0
    if (reachable[1] < 1).any():
        return 1
    first, second = wanted if wanted[0] != wanted[1] else wanted_in_all
    return 0 if first >= second else 1
