"""Random keys of pixels; draws take the pixels with the smallest keys.

A key depends only on the seed, the run, the tile and the pixel's position in the tile.
"""

import numpy as np

ALL_DRAWN = 2**53
"""Limit above every key, for classes whose pixels are all drawn."""


def keys(tile: str, rows: np.ndarray, columns: np.ndarray, seed: int, run: int) -> np.ndarray:
    """Return the random keys of a tile's pixels: integers below 2**53, which are exact in tables.

    The output function of SplitMix64 (Steele, Lea and Flood, 2014: Fast splittable pseudorandom number generators),
    applied to a pixel's position in a sequence that starts from seed, run and tile, so that any key can be computed
    independently.

    Parameters
    ----------
    rows, columns : ndarray of int, shape (pixels,)

    Returns
    -------
    ndarray of int64, shape (pixels,)
    """
    start = np.random.default_rng([seed, run, *tile.encode()]).integers(2**64, dtype=np.uint64)
    position = (rows.astype(np.uint64) << np.uint64(32)) | columns.astype(np.uint64)
    state = start + (position + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((state ^ (state >> np.uint64(31))) >> np.uint64(11)).astype(np.int64)
