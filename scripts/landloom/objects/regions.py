"""The region of each object, whose model classifies it."""

from collections.abc import Sequence

import numpy as np


def regions_of(pixels: np.ndarray, first: Sequence[int] = ()) -> np.ndarray:
    """Return the number of the region of each object, int32 of shape (objects,).

    Parameters
    ----------
    pixels : ndarray of int64, shape (objects, regions)
        Pixels of each object in each region, by the regions' numbers.
    first : sequence of int
        Numbers of regions that come before others where an object touches them, in that order. Else it is the region
        with most pixels, the lower number in a tie.
    """
    found: np.ndarray = pixels.argmax(axis=1).astype(np.int32) + 1
    for number in reversed(first):
        found[pixels[:, number - 1] > 0] = number
    return found
