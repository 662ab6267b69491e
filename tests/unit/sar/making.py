"""A made radar image's geometry: the satellite of the demonstration, and its annotation as arrays."""

from functools import cache
from typing import NamedTuple

import numpy as np

from landloom.demo.radar import orbit
from landloom.geo.grids import Grid
from landloom.sar.geocoding import Scene, Timing
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit

CIRCLE = orbit.Circle(3.0, 43.75)
LINES, PIXELS, SPACING, INTERVAL = 3000, 26000, 10.0, 1.5e-3
START = -LINES / 2 * INTERVAL
NEAR_M = 800e3
GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 400, 400)


def states(times):
    """Earth-fixed positions and velocities at times."""
    return CIRCLE.states(np.atleast_1d(np.asarray(times, float)))


def seen(times, ranges, heights):
    """Points abeam, to the right, at slant ranges and about some heights above the ellipsoid."""
    arrays = (np.atleast_1d(np.asarray(one, float)) for one in (times, ranges, heights))
    return orbit.seen(CIRCLE, *np.broadcast_arrays(*arrays))


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
