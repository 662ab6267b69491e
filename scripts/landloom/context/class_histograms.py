"""Class histograms of superpixels: what a model says of all pixels of each, as features of the next.

They are integers. Sums are of integers, so that histograms are the same in whatever order pixels come.
"""

from collections.abc import Callable, Mapping

import numpy as np

SCALE = 1000
"""Stored number of a share of 1."""


def of_labels(groups: np.ndarray, count: int, probabilities: np.ndarray) -> np.ndarray:
    """Return the share of each superpixel's pixels for which a class is the most probable, the first in a tie.

    Parameters
    ----------
    groups : ndarray of int, shape (pixels,)
        Superpixel of each pixel, from 0.
    count : int
        Number of superpixels.
    probabilities : ndarray of float32, shape (pixels, classes)

    Returns
    -------
    ndarray of int16, shape (count, classes)
        Shares times 1000, rounded half up; 0 where a superpixel has no pixel.
    """
    classes = probabilities.shape[1]
    cells = groups * classes + probabilities.argmax(axis=1)
    counts = np.bincount(cells, minlength=count * classes).reshape(count, classes)
    return _rounded(SCALE * counts, counts.sum(axis=1))


def of_probabilities(groups: np.ndarray, count: int, probabilities: np.ndarray) -> np.ndarray:
    """Return the mean probability of each class in each superpixel, of probabilities rounded to a thousandth.

    Parameters and result are those of :func:`of_labels`.
    """
    stored = np.floor(probabilities * np.float32(SCALE) + np.float32(0.5))
    # Whole numbers below 2^53: their sums are exact in whatever order.
    sums = [np.bincount(groups, weights=of_class, minlength=count) for of_class in stored.T]
    return _rounded(np.stack(sums, axis=1).astype(np.int64), np.bincount(groups, minlength=count))


def _rounded(sums: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return sums divided by the pixels of each superpixel, rounded half up."""
    sizes = np.maximum(sizes, 1)[:, np.newaxis]
    found: np.ndarray = ((2 * sums + sizes) // (2 * sizes)).astype(np.int16)
    return found


HISTOGRAMS: Mapping[str, Callable[[np.ndarray, int, np.ndarray], np.ndarray]] = {
    "labels": of_labels,
    "probabilities": of_probabilities,
}
"""By the key `histogram` of the section `context`."""
