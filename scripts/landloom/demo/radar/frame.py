"""What a radar image covers, and how its lines and pixels are placed: what annotation says, as numbers.

Times are seconds since the look's own time, at which the circle begins to count. A line is as late as the processor
leaves it: by half of the travel time, against that of one range (the bistatic rest).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from landloom.demo.layout import PLANE_EPSG, Layout
from landloom.demo.radar.orbit import LIGHT_M_S, Circle, seen
from landloom.geo import grids
from landloom.geo.ground import GEOGRAPHIC
from landloom.sar.geocoding import Scene, Timing, abeam
from landloom.sar.ground_range import fit_conversion
from landloom.sar.nodes import on_ellipsoid, upwards
from landloom.sar.orbit import fit_orbit

LINE_S = 1.495e-3
"""From line to line: 10.1 m on the ground, and whole microseconds, as files have them."""

SPACING_M = 10.0
REFERENCE_TRAVEL_S = 5.87e-3
RECORD_TERMS = 9
STATE_TIMES = np.arange(-90.0, 91.0, 10.0)
"""Times of the annotated state vectors; the longest image takes half a minute."""

AROUND_PX = 20
"""Lines and pixels around the tiles."""

BEYOND_SWATH_PX = 24
"""Pixels at the far side of which nothing was recorded."""

_SAMPLES, _OUTLINE_M = 400, 250.0


@dataclass(frozen=True)
class Frame:
    """A radar image's place, without its pixels.

    Parameters
    ----------
    circle
        The orbit.
    first_line
        Number of its first line, whose time is this many times ``LINE_S``.
    lines, samples
        Its size.
    near_m
        Slant range of the first pixel.
    height_m
        Above the ellipsoid, of the ground for which slant range is turned to ground range.
    """

    circle: Circle
    first_line: int
    lines: int
    samples: int
    near_m: float
    height_m: float

    @property
    def start_s(self) -> float:
        """Time of the first line."""
        return self.first_line * LINE_S

    @property
    def end_s(self) -> float:
        """Time of the last line."""
        return (self.first_line + self.lines - 1) * LINE_S

    @cached_property
    def record_times(self) -> NDArray[np.float64]:
        """Times of the records of ground range, every second."""
        return np.arange(np.floor(self.start_s) - 1.0, np.ceil(self.end_s) + 2.0)

    @cached_property
    def records(self) -> NDArray[np.float64]:
        """Coefficients from ground range in m to slant range in m, lowest power first, of shape (records, terms)."""
        return np.array([_record(self, time) for time in self.record_times])

    def slices(self, is_cut: bool) -> tuple["Frame", ...]:
        """Return the frames of slices: two where the image is cut at line 0, else itself."""
        if not is_cut:
            return (self,)
        before = -self.first_line
        after = replace(self, first_line=0, lines=self.lines - before)
        return replace(self, lines=before), after

    def scene(self) -> Scene:
        """Return the frame as geocoding takes it."""
        orbit = fit_orbit(STATE_TIMES, *self.circle.states(STATE_TIMES), self.start_s, self.end_s)
        origins = np.zeros(len(self.record_times))
        conversion = fit_conversion(self.record_times, origins, self.records, self.samples * SPACING_M)
        return Scene(orbit, conversion, Timing(self.start_s, LINE_S, SPACING_M, REFERENCE_TRAVEL_S / 2, -0.5))


def _record(frame: Frame, time: float) -> NDArray[np.float64]:
    """Return the coefficients of one record: ground range along chords at one height."""
    width = frame.samples * SPACING_M
    ranges = frame.near_m + np.linspace(-600.0, width, _SAMPLES)
    there = seen(frame.circle, np.full(_SAMPLES, time), ranges, np.full(_SAMPLES, frame.height_m))
    ground = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(there, axis=0), axis=1)))
    ground -= np.interp(frame.near_m, ranges, ground)
    scaled = np.polynomial.Polynomial.fit(ground, ranges, RECORD_TERMS - 1, domain=[0.0, width], window=[0.0, 1.0])
    found: NDArray[np.float64] = np.asarray(scaled.coef, np.float64) / width ** np.arange(RECORD_TERMS)
    return found


def frame_over(circle: Circle, layout: Layout, heights: tuple[float, float]) -> Frame:
    """Return the frame of an image of all tiles and a little around.

    Parameters
    ----------
    circle
        The orbit.
    layout
        Where the tiles are.
    heights
        Lowest and highest ground, above the ellipsoid.
    """
    outline = layout.extent.segmentize(_OUTLINE_M).exterior.coords
    degrees = grids.transformer(f"EPSG:{PLANE_EPSG}", GEOGRAPHIC).transform(*np.array(outline).T)
    normals = upwards(*degrees)
    points = np.concatenate([on_ellipsoid(normals) + height * normals for height in heights])
    middle_m = float(np.mean(heights))
    times, ranges, _ = abeam(fit_orbit(STATE_TIMES, *circle.states(STATE_TIMES), 0.0, 0.0), points)
    late = (2 * ranges / LIGHT_M_S - REFERENCE_TRAVEL_S) / 2
    lines = (times - late) / LINE_S
    first, last = int(np.floor(lines.min())) - AROUND_PX, int(np.ceil(lines.max())) + AROUND_PX
    near = float(np.floor(ranges.min())) - AROUND_PX * SPACING_M
    sides = seen(circle, np.zeros(2), np.array([near, ranges.max()]), np.full(2, middle_m))
    width = float(np.linalg.norm(sides[1] - sides[0])) / SPACING_M
    samples = int(np.ceil(width)) + AROUND_PX + BEYOND_SWATH_PX
    return Frame(circle, first, last + 1 - first, samples, near, middle_m)


def nearest_record(frame: Frame, times: NDArray[np.float64], pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slant ranges of pixels by the record that is nearest in time, as annotated grids of points do."""
    numbers = np.abs(times[:, None] - frame.record_times).argmin(axis=1)
    powers = (SPACING_M * pixels[:, None]) ** np.arange(RECORD_TERMS)
    found: NDArray[np.float64] = (frame.records[numbers] * powers).sum(axis=1)
    return found
