"""A made-up slice of Sentinel-1: its orbit, and which ground it sees.

The orbit is that of the demonstration. Ground and slant range belong together by its forward solution at one height.
"""

import datetime
from dataclasses import dataclass

import numpy as np

from landloom.demo.radar.orbit import LIGHT_M_S as SPEED_OF_LIGHT
from landloom.demo.radar.orbit import TO_DEGREES, Circle, seen
from landloom.demo.radar.orbit import angles_deg as angles

__all__ = ["SPEED_OF_LIGHT", "TO_DEGREES", "Scene", "angles"]

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
    return Circle(scene.node, scene.argument).states(times)


def points(scene, times, ranges, heights):
    """Return the points (n, 3) that the satellite sees at some times, slant ranges and heights, to the right."""
    return seen(Circle(scene.node, scene.argument), times, ranges, heights)


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
