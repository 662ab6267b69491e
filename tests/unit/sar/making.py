"""A made radar image's geometry: a satellite on a circle, its annotation as arrays, and points solved forwards."""

from functools import cache
from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Grid
from landloom.sar.geocoding import Scene, Timing
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit

RADIUS_M, INCLINATION, NODE, ARGUMENT = 7071e3, np.radians(98.18), np.radians(3.0), np.radians(43.75)
GRAVITY, TURNING = 3.986004418e14, 7.2921159e-5
A, B = 6378137.0, 6356752.314245
LIGHT = 299792458.0
LINES, PIXELS, SPACING, INTERVAL = 3000, 26000, 10.0, 1.5e-3
START = -LINES / 2 * INTERVAL
NEAR_M = 800e3
GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 400, 400)


def states(times):
    """Earth-fixed positions and velocities at times."""
    times = np.atleast_1d(np.asarray(times, float))
    rate = np.sqrt(GRAVITY / RADIUS_M**3)
    angle = ARGUMENT + rate * times
    tilt = np.array([[1, 0], [0, np.cos(INCLINATION)], [0, np.sin(INCLINATION)]])
    position = RADIUS_M * np.stack([np.cos(angle), np.sin(angle)], -1) @ tilt.T
    velocity = RADIUS_M * rate * np.stack([-np.sin(angle), np.cos(angle)], -1) @ tilt.T
    east = NODE - TURNING * times
    position, velocity = _turned(position, east), _turned(velocity, east)
    return position, velocity - np.cross([0, 0, TURNING], position)


def _turned(vectors, angles):
    c, s = np.cos(angles), np.sin(angles)
    x, y, z = vectors.T
    return np.stack([c * x - s * y, s * x + c * y, z], -1)


def seen(times, ranges, heights):
    """Points abeam, to the right, at slant ranges and about some heights above the ellipsoid."""
    times, ranges, heights = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(a, float)) for a in (times, ranges, heights))
    )
    position, velocity = states(times)
    right = np.cross(velocity, position)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    down = -position / np.linalg.norm(position, axis=1, keepdims=True)
    points = position + ranges[:, None] * (0.8 * down + 0.6 * right)
    axes = np.stack([A + heights, A + heights, B + heights], -1)
    for _ in range(30):
        away = points - position
        wrong = np.stack(
            [
                (away * velocity).sum(1),
                (away**2).sum(1) - ranges**2,
                ((points / axes) ** 2).sum(1) - 1,
            ],
            -1,
        )
        slopes = np.stack([velocity, 2 * away, 2 * points / axes**2], 1)
        points = points - np.linalg.solve(slopes, wrong[..., None])[..., 0]
    return points


class Annotation(NamedTuple):
    """What an annotation says, as arrays."""

    times: np.ndarray
    positions: np.ndarray
    velocities: np.ndarray
    record_times: np.ndarray
    starts: np.ndarray
    grsr: np.ndarray


@cache
def annotation():
    times = np.arange(-80.0, 81.0, 10.0)
    record_times = np.arange(-3.0, 4.0)
    ranges = np.linspace(NEAR_M - 2e3, NEAR_M + 190e3, 400)
    grsr = []
    for number, time in enumerate(record_times):
        points = seen(time, ranges, 100.0 * number)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        ground = np.r_[0.0, np.cumsum(steps)]
        ground -= np.interp(NEAR_M, ranges, ground)
        fit = np.polynomial.Polynomial.fit(ground, ranges, 8)
        grsr.append(fit.convert().coef)
    return Annotation(times, *states(times), record_times, np.zeros(len(grsr)), np.array(grsr))


@cache
def scene():
    made = annotation()
    orbit = fit_orbit(made.times, made.positions, made.velocities, START, START + (LINES - 1) * INTERVAL)
    conversion = fit_conversion(made.record_times, made.starts, made.grsr, PIXELS * SPACING)
    return Scene(orbit, conversion, Timing(START, INTERVAL, SPACING))


def hills(rows, columns, height, wave=40.0):
    """Smooth heights in m."""
    i, j = np.arange(rows)[:, None], np.arange(columns)
    found = np.sin(i / wave) * np.cos(j / (0.7 * wave)) + 0.4 * np.sin((i + 2 * j) / (0.5 * wave))
    return (height * found).astype(np.float32)
