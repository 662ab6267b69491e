"""Random keys of pixels: what is drawn are those with the smallest.

A key depends on nothing but the seed, the run, the tile and the pixel's place there.
"""

import numpy as np

ALL_DRAWN = 2**53
"""Above every key: where all pixels of a class are drawn."""


def keys(tile: str, rows: np.ndarray, columns: np.ndarray, seed: int, run: int) -> np.ndarray:
    """Return the random keys of a tile's pixels: whole numbers below 2**53, which a table keeps exactly.

    The output function of SplitMix64 (Steele, Lea and Flood, 2014: Fast splittable pseudorandom number generators),
    applied to a pixel's place, as number in a sequence that seed, run and tile begin: any pixel's key comes without
    those before it.

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
