"""A made-up slice of Sentinel-1: its orbit, and which ground it sees.

The orbit is a circle of 7071 km in a frame that turns with the Earth. Ground and slant range belong together by the
forward solution at one height: the point at right angles to the velocity, to the right, at a range.
"""

import datetime
from dataclasses import dataclass

import numpy as np
from pyproj import Transformer

SPEED_OF_LIGHT = 299792458.0
RADIUS, GRAVITY, TURN = 7_071_000.0, 3.986004418e14, 7.292115e-5
INCLINATION = np.radians(98.18)
TO_DEGREES = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
TERMS = 9
"""Coefficients of a record of ground range."""


@dataclass(frozen=True)
class Scene:
    """A made-up slice.

    Attributes
    ----------
    start : datetime.datetime
        Of line 0.
    node, argument : float
        Degrees: longitude of the ascending node at the start, and way from it along the orbit.
    """

    start: datetime.datetime = datetime.datetime(2021, 8, 9, 17, 39, 53, 153776)
    node: float = 3.0
    argument: float = 44.0
    mission: str = "S1A"
    polarisations: tuple[str, ...] = ("VV", "VH")
    lines: int = 2000
    samples: int = 3000
    line_interval: float = 1.5e-3
    near_range: float = 860_000.0
    height: float = 300.0
    orbit: int = 39156
    data_take: str = "049F13"
    identifier: str = "6FF8"
    ipf: str = "003.31"
    processed: str = "2021-08-09T20:19:58.000000"
    code: str = "DV"

    @property
    def seconds(self) -> float:
        return (self.lines - 1) * self.line_interval

    @property
    def stop(self) -> datetime.datetime:
        return self.start + datetime.timedelta(seconds=self.seconds)

    @property
    def direction(self) -> str:
        return "Ascending" if np.cos(np.radians(self.argument)) > 0 else "Descending"

    @property
    def relative_orbit(self) -> int:
        return (self.orbit - {"S1A": 73, "S1B": 27}[self.mission]) % 175 + 1

    @property
    def name(self) -> str:
        times = "_".join(f"{one:%Y%m%dT%H%M%S}" for one in (self.start, self.stop + datetime.timedelta(seconds=1)))
        return f"{self.mission}_IW_GRDH_1S{self.code}_{times}_{self.orbit:06d}_{self.data_take}_{self.identifier}"


def states(scene, times):
    """Return positions and velocities (n, 3) at seconds since the start."""
    rate = np.sqrt(GRAVITY / RADIUS**3)
    way = np.radians(scene.argument) + rate * times
    node = np.radians(scene.node) - TURN * times
    cos_i, sin_i = np.cos(INCLINATION), np.sin(INCLINATION)
    ahead = np.stack([np.cos(way), np.sin(way) * cos_i, np.sin(way) * sin_i], -1)
    moving = rate * np.stack([-np.sin(way), np.cos(way) * cos_i, np.cos(way) * sin_i], -1)
    position, velocity = (RADIUS * _turned(one, node) for one in (ahead, moving))
    spin = TURN * np.stack([-position[:, 1], position[:, 0], np.zeros(len(times))], -1)
    return position, velocity - spin


def _turned(vectors, angle):
    x, y, z = vectors.T
    return np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle), z], -1)


def points(scene, times, ranges, heights):
    """Return the points (n, 3) that the satellite sees at some times, slant ranges and heights, to the right."""
    position, velocity = states(scene, times)
    ahead = velocity / np.linalg.norm(velocity, axis=1, keepdims=True)
    up = position - (position * ahead).sum(1, keepdims=True) * ahead
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    right = np.cross(ahead, up)

    def at(angle):
        return position + ranges[:, None] * (np.sin(angle)[:, None] * right - np.cos(angle)[:, None] * up)

    low, high = np.full(len(times), np.radians(15.0)), np.full(len(times), np.radians(60.0))
    for _ in range(60):
        middle = (low + high) / 2
        too_high = TO_DEGREES.transform(*at(middle).T)[2] > heights
        low, high = np.where(too_high, low, middle), np.where(too_high, middle, high)
    return at((low + high) / 2)


def angles(position, point):
    """Return incidence and elevation angle in degrees, from the geocentric direction."""
    look = position - point
    distance = np.linalg.norm(look, axis=1)
    at_ground = (look * point).sum(1) / distance / np.linalg.norm(point, axis=1)
    at_satellite = (look * position).sum(1) / distance / np.linalg.norm(position, axis=1)
    return np.degrees(np.arccos(at_ground)), np.degrees(np.arccos(at_satellite))


def record(scene, time):
    """Return the coefficients from ground range (m, along the ellipsoid's height) to slant range of one time."""
    width = scene.samples * 10.0
    ranges = np.linspace(scene.near_range - 200.0, scene.near_range + width, 400)
    there = points(scene, np.full(400, time), ranges, np.full(400, scene.height))
    ground = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(there, axis=0), axis=1)))
    ground -= np.interp(scene.near_range, ranges, ground)
    scaled = np.polynomial.Polynomial.fit(ground, ranges, TERMS - 1, domain=[0.0, width], window=[0.0, 1.0])
    return scaled.coef / width ** np.arange(TERMS)


def record_times(scene):
    return np.arange(-1.9, scene.seconds + 1.0, 1.0)


def grid(scene, rows=5, columns=7):
    """Return lines, pixels, times, slant ranges, points and heights of a grid, by the record nearest in time."""
    line, pixel = (
        one.ravel()
        for one in np.meshgrid(
            np.linspace(0, scene.lines - 1, rows).round(),
            np.linspace(0, scene.samples - 1, columns).round(),
            indexing="ij",
        )
    )
    times, recorded = line * scene.line_interval, record_times(scene)
    nearest = {time: record(scene, recorded[np.abs(recorded - time).argmin()]) for time in np.unique(times)}
    ranges = np.array([np.polyval(nearest[t][::-1], 10.0 * p) for t, p in zip(times, pixel, strict=True)])
    heights = scene.height + 50.0 * np.sin(np.arange(line.size))
    return line, pixel, times, ranges, points(scene, times, ranges, heights), heights
