"""The satellite of the demonstration: a circle around the Earth, and which ground it sees to its right.

Positions and velocities are Earth-fixed: the velocity is that in the frame that turns with the Earth. A point on the
ground is solved forwards, from a time and a slant range, so that geocoding, which solves backwards, has something to
be compared with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.optimize import fsolve

RADIUS_M = 7_071_000.0
INCLINATION = np.radians(98.18)
GRAVITY_M3_S2, TURNING_PER_S = 3.986004418e14, 7.2921159e-5
LIGHT_M_S = 299_792_458.0
EQUATOR_M, POLE_M = 6_378_137.0, 6_356_752.314245
TO_DEGREES = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
TO_EARTH = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
# Where the search for a circle begins: place of a satellite that looks to its right, far enough from the ground.
ARGUMENTS_DEG = {"ascending": 44.0, "descending": 136.0}
NODES_DEG = {"ascending": 2.0, "descending": 178.0}
SOLVER_STEPS = 10


@dataclass(frozen=True)
class Circle:
    """An orbit around a moment, time 0.

    Parameters
    ----------
    node_deg
        Longitude of the ascending node at the moment.
    argument_deg
        Way from there along the orbit.
    """

    node_deg: float
    argument_deg: float

    def states(self, times: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return positions (m) and velocities (m/s) at times in seconds, each of shape (times, 3)."""
        rate = np.sqrt(GRAVITY_M3_S2 / RADIUS_M**3)
        angle = np.radians(self.argument_deg) + rate * times
        east = np.radians(self.node_deg) - TURNING_PER_S * times
        tilt = np.array([[1, 0], [0, np.cos(INCLINATION)], [0, np.sin(INCLINATION)]])
        position = RADIUS_M * np.stack([np.cos(angle), np.sin(angle)], -1) @ tilt.T
        velocity = RADIUS_M * rate * np.stack([-np.sin(angle), np.cos(angle)], -1) @ tilt.T
        position, velocity = _turned(position, east), _turned(velocity, east)
        return position, velocity - np.cross([0, 0, TURNING_PER_S], position)


def _turned(vectors: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    cosine, sine = np.cos(angles), np.sin(angles)
    x, y, z = vectors.T
    found: NDArray[np.float64] = np.stack([cosine * x - sine * y, sine * x + cosine * y, z], -1)
    return found


def circle_over(place: tuple[float, float, float], direction: str, slant_range_m: float) -> Circle:
    """Return the circle from which a place is seen abeam at time 0, to the right.

    Parameters
    ----------
    place
        Longitude and latitude in degrees, metres above the ellipsoid; near the demonstration.
    direction
        ``ascending`` or ``descending``.
    slant_range_m
        How far away.
    """
    point = np.array(TO_EARTH.transform(*place))

    def misses(angles: NDArray[np.float64]) -> NDArray[np.float64]:
        (position,), (velocity,) = Circle(angles[0], angles[1]).states(np.zeros(1))
        away = point - position
        ahead = away @ velocity / np.linalg.norm(velocity)
        return np.array([ahead, np.linalg.norm(away) - slant_range_m]) / 1e5

    node, argument = fsolve(misses, [NODES_DEG[direction], ARGUMENTS_DEG[direction]], xtol=1e-12)
    # A hundredth of a metre; beyond, machines may differ.
    return Circle(round(float(node), 7), round(float(argument), 7))


def seen(
    circle: Circle, times: NDArray[np.float64], slant_ranges: NDArray[np.float64], heights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the points abeam at times and slant ranges, to the right, Earth-fixed, of shape (points, 3).

    Three equations by Newton's method: at right angles to the velocity, at the slant range, and on an ellipsoid whose
    axes are longer by the height, which is off the true height by 2 mm for each km.

    Parameters
    ----------
    circle
        The orbit.
    times, slant_ranges, heights
        Seconds, metres, and metres above the ellipsoid, each of shape (points,).
    """
    position, velocity = circle.states(times)
    right = np.cross(velocity, position)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    down = -position / np.linalg.norm(position, axis=1, keepdims=True)
    points = position + slant_ranges[:, None] * (0.8 * down + 0.6 * right)
    axes = np.stack([EQUATOR_M + heights, EQUATOR_M + heights, POLE_M + heights], -1)
    for _ in range(SOLVER_STEPS):
        away = points - position
        misses = [
            (away * velocity).sum(1),
            (away**2).sum(1) - slant_ranges**2,
            ((points / axes) ** 2).sum(1) - 1,
        ]
        slopes = np.stack([velocity, 2 * away, 2 * points / axes**2], 1)
        points = points - np.linalg.solve(slopes, np.stack(misses, -1)[..., None])[..., 0]
    found: NDArray[np.float64] = points
    return found


def angles_deg(
    positions: NDArray[np.float64], points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return angles of incidence and of elevation in degrees, from the direction of the Earth's centre."""
    look = positions - points
    far = np.linalg.norm(look, axis=1)
    at_ground = (look * points).sum(1) / far / np.linalg.norm(points, axis=1)
    at_satellite = (look * positions).sum(1) / far / np.linalg.norm(positions, axis=1)
    return np.degrees(np.arccos(at_ground)), np.degrees(np.arccos(at_satellite))
