"""Backscatter as it is kept in prepared images: the root of the power, with the sign of the power, as int16.

After noise removal, dark ground has powers of both signs, whose mean is right; decibels could not hold them. Steps
are 0.09 dB at -30 dB and finer above; the greatest power is 20.8 dB.
"""

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks

SCALE = 3000.0
"""Stored number of the power 1."""

NONE = -32768
"""Stored number where there is no data."""

MOST = 32767

_ROWS_PER_TASK = 16


def to_stored(power: np.ndarray) -> np.ndarray:
    """Return powers as int16: ``sign(p) sqrt(|p|) 3000``, rounded, and -32768 for NaN.

    Parameters
    ----------
    power : ndarray of float32, shape (rows, columns)
    """
    out = np.empty(power.shape, np.int16)
    run_tasks(_store, -(-len(power) // _ROWS_PER_TASK), np.ascontiguousarray(power), out)
    return out


@njit(cache=True, nogil=True)
def _store(first, last, power, out):
    for row in range(first * _ROWS_PER_TASK, min(last * _ROWS_PER_TASK, len(out))):
        values, results = power[row], out[row]
        for column in range(len(values)):
            value = float(values[column])
            root = min(np.floor(np.sqrt(abs(value)) * SCALE + 0.5), float(MOST))
            number = root if value > 0.0 else -root
            results[column] = np.int16(number if value == value else float(NONE))


def to_power(stored: np.ndarray) -> np.ndarray:
    """Return the powers of stored numbers, as float32, NaN where there is no data.

    Parameters
    ----------
    stored : ndarray of int16, any shape
    """
    numbers = stored.astype(np.float32)
    found = numbers * np.abs(numbers) / np.float32(SCALE**2)
    return np.where(stored == NONE, np.float32(np.nan), found).astype(np.float32, copy=False)
