"""Means and standard deviations of the valid values of training samples, by which a network scales."""

from collections.abc import Iterator

import numpy as np

from landloom.models.file_arrays import let_go
from landloom.models.networks.inputs import Inputs

AT_ONCE = 16384
"""Samples."""

LEAST = 1e-3
"""Of a standard deviation, in stored units: a channel that is the same everywhere is not divided by its rounding."""


def scales_of(inputs: Inputs, features: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the scales of a network, by the names of its arrays.

    Parameters
    ----------
    inputs : Inputs
    features : ndarray of int16, shape (samples, features)
    rows : ndarray of int64
        Positions of the samples that weights are fitted to: those that judge them have no part in it.

    Returns
    -------
    dict of str to ndarray of float32, shape (channels,) or (others,)
        Where a channel has no valid value, or is the same everywhere, the standard deviation is 1.
    """
    sums: dict[str, np.ndarray] = {}
    for start in range(0, len(rows), AT_ONCE):
        for name, values, known in _parts(inputs, features[rows[start : start + AT_ONCE]]):
            # Values are integers: as doubles, their sums and the sums of their squares are exact.
            found = np.stack((known.sum(axis=0), values.sum(axis=0), (values**2).sum(axis=0)))
            sums[name] = sums.get(name, 0) + found
        let_go(features)
    scales = {}
    for name, (count, total, squares) in sums.items():
        mean = total / np.maximum(count, 1)
        deviation = np.sqrt(np.maximum(squares / np.maximum(count, 1) - mean**2, 0))
        scales[f"{name}.mean"] = mean.astype(np.float32)
        scales[f"{name}.std"] = np.where(deviation < LEAST, 1.0, deviation).astype(np.float32)
    return scales


def _parts(inputs: Inputs, matrix: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield each scaling of a network: its name, values (0 where not known), and which of them are known."""
    for number, one in enumerate(inputs.series):
        values, valid = one.read(matrix)
        pixels_and_dates, channels = valid.size, len(one.channels)
        known = np.broadcast_to(valid.reshape(-1, 1), (pixels_and_dates, channels))
        yield f"encoders.{number}.scaling", values.reshape(pixels_and_dates, channels).astype(np.float64), known
    values, known = inputs.others_of(matrix)
    yield "others", values.astype(np.float64), known
