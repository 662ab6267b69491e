"""The orbit of a radar image: one polynomial through the annotated positions and velocities of the satellite.

Annotations give a position and a velocity every second or every ten seconds. Within a scene, half a minute, a
polynomial of degree 6 follows them to less than a millimetre; velocities and accelerations are its derivatives, so
that all three agree.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.errors import InputError

DEGREE = 6
MARGIN_S = 40.0
"""How long before and after the scene vectors count: further ones would bend the polynomial inside."""

VELOCITY_WEIGHT_S = 4.0
"""The half span of the vectors divided by this is the weight of velocities: metres per second count as metres."""


class Orbit(NamedTuple):
    """Orbit of a satellite around a moment.

    Attributes
    ----------
    centre : float
        The moment, in seconds of the scene's clock.
    coefficients : ndarray of float64, shape (3, degree + 1)
        Earth-fixed x, y, z in metres: of powers of the seconds since the moment, lowest first.
    """

    centre: float
    coefficients: np.ndarray


def fit_orbit(times: np.ndarray, positions: np.ndarray, velocities: np.ndarray, start: float, end: float) -> Orbit:
    """Return the orbit that fits state vectors around a scene, by least squares.

    Parameters
    ----------
    times : ndarray of float64, shape (vectors,)
        In seconds of the scene's clock, ascending.
    positions, velocities : ndarray of float64, shape (vectors, 3)
        Earth-fixed, in m and m/s.
    start, end : float
        Times of the first and the last line.

    Raises
    ------
    InputError
        If too few vectors are around the scene; that they cover it without a gap, the annotation's reader has seen.
    """
    used = (times > start - MARGIN_S) & (times < end + MARGIN_S)
    # A vector gives two equations of the seven unknowns.
    if used.sum() < DEGREE // 2 + 1:
        raise InputError(
            f"orbit: {used.sum()} state vectors are around a scene of {end - start:.1f} s, where {DEGREE // 2 + 1} "
            "are needed; the annotation is not complete, download the product again"
        )
    centre = (start + end) / 2
    since = times[used] - centre
    scale = max(float(np.abs(since).max()), 1.0)
    powers = np.arange(DEGREE + 1)
    position = (since[:, None] / scale) ** powers
    velocity = powers * (since[:, None] / scale) ** np.maximum(powers - 1, 0) / scale
    weight = scale / VELOCITY_WEIGHT_S
    system = np.vstack([position, velocity * weight])
    wanted = np.vstack([positions[used], velocities[used] * weight])
    found = np.linalg.lstsq(system, wanted, rcond=None)[0].T
    return Orbit(centre, np.ascontiguousarray(found / scale**powers))


@njit(cache=True, nogil=True)
def move(coefficients, since, out):
    """Write position, velocity, acceleration and jerk at a time: Horner's scheme and its derivatives.

    Parameters
    ----------
    coefficients : ndarray of float64, shape (3, degree + 1)
    since : float
        Seconds since the orbit's centre.
    out : ndarray of float64, shape (12,)
        x, y, z of each, one after the other, in m, m/s, m/s2, m/s3.
    """
    for axis in range(3):
        position, velocity, acceleration, jerk = 0.0, 0.0, 0.0, 0.0
        for power in range(coefficients.shape[1] - 1, -1, -1):
            jerk = jerk * since + 3.0 * acceleration
            acceleration = acceleration * since + 2.0 * velocity
            velocity = velocity * since + position
            position = position * since + coefficients[axis, power]
        out[axis], out[3 + axis], out[6 + axis], out[9 + axis] = position, velocity, acceleration, jerk


def states(orbit: Orbit, times: np.ndarray) -> np.ndarray:
    """Return position, velocity, acceleration and jerk at times, of shape (times, 12): see :func:`move`."""
    found = np.empty((len(times), 12))
    for row, time in zip(found, times, strict=True):
        move(orbit.coefficients, time - orbit.centre, row)
    return found
