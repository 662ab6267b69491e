"""Prediction in blocks of one size, each by one thread, so that neither threads nor the other pixels count.

The rounding of a product of matrices may go by their shapes, and by the number of threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

DECIMALS = 6
"""To which probabilities are rounded: what is left of their rounding errors must not choose between equal classes."""


def predict(
    features: np.ndarray,
    size: int,
    classes: int,
    probabilities_of: Callable[[np.ndarray], np.ndarray],
    initializer: Callable[[], object],
) -> np.ndarray:
    """Return the probabilities of all pixels, on as many threads as `numba.set_num_threads` allows.

    Parameters
    ----------
    features : ndarray, (pixels, features)
    size : int
        Pixels of a block; what is left of the last one is filled with zeros.
    classes : int
    probabilities_of : function
        Gives the probabilities of a block, (size, classes).
    initializer : function
        Called by each thread first, as to keep a library from using threads of its own.

    Returns
    -------
    ndarray, (pixels, classes) float32
        Rounded to `DECIMALS`.
    """
    found = np.empty((len(features), classes), np.float32)

    def of_block(start: int) -> None:
        block = np.zeros((size, features.shape[1]), features.dtype)
        part = features[start : start + size]
        block[: len(part)] = part
        found[start : start + size] = np.round(probabilities_of(block), DECIMALS)[: len(part)]

    with ThreadPoolExecutor(numba.get_num_threads(), initializer=initializer) as pool:
        list(pool.map(of_block, range(0, len(features), size)))
    return found
