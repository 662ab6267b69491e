"""Made-up maps of classes."""

import numpy as np


def noisy(rows: int, columns: int, classes: int = 4, seed: int = 0, nothing: float = 0.03) -> np.ndarray:
    """Return ranks with patches of all sizes, of the map's own pixels and of blocks of 3 and 7."""
    rng = np.random.default_rng(seed)
    values = np.zeros((rows, columns), np.int32)
    for side, share in ((7, 1.0), (3, 0.4), (1, 0.15)):
        shape = -(-rows // side), -(-columns // side)
        drawn = np.kron(rng.integers(1, classes + 1, shape), np.ones((side, side), np.int32))[:rows, :columns]
        values = np.where(rng.random((rows, columns)) < share, drawn, values)
    return np.where(rng.random((rows, columns)) < nothing, 0, values).astype(np.int32)
