"""Zero-Doppler geocoding: in which line and pixel of a radar image each point of a grid is.

A point P is imaged when the satellite S passes it abeam: f(t) = (P - S(t)) . V(t) = 0. Times are solved exactly at
the nodes of a grid, on the ellipsoid; at a pixel, one step of Newton's method from there is exact to 1e-10 s. Line
and pixel are counted from 0 at the centres.

Formulas: Small and Schubert (2019), Guide to Sentinel-1 geocoding, RSL-ZH / ESA; the bistatic rest as the geolocation
grids of the products show it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.threads import run_tasks
from landloom.geo.grids import Grid, Window
from landloom.sar.ground_range import Conversion, convert_row
from landloom.sar.nodes import STEP, Nodes, interpolate, nodes_around, open_cell
from landloom.sar.orbit import Orbit, move

LIGHT_M_S = 299792458.0
EARTH_M = 6371000.0
"""Mean radius: tracks on the ground are longer in the heights."""

_ITERATIONS = 20
_SOLVED_S = 1e-12
_ROWS_PER_TASK = 16


class Timing(NamedTuple):
    """When lines were taken, and how far pixels are apart.

    Attributes
    ----------
    start : float
        Zero-Doppler time of line 0, in seconds of the scene's clock.
    interval : float
        Seconds from line to line.
    spacing : float
        Metres of ground range from pixel to pixel.
    bistatic_constant, bistatic_slope : float
        Lines are as late as constant + slope * two-way travel time, in s: see :func:`with_bistatic_rest`.
    """

    start: float
    interval: float
    spacing: float
    bistatic_constant: float = 0.0
    bistatic_slope: float = 0.0


class Scene(NamedTuple):
    """What geocoding needs to know of a radar image."""

    orbit: Orbit
    conversion: Conversion
    timing: Timing


class Geometry(NamedTuple):
    """Where the pixels of a window are in a radar image, each array of shape (rows, columns).

    Attributes
    ----------
    line, pixel : ndarray of float64
    slant_range : ndarray of float64
        In m.
    look : ndarray of float32, shape (rows, columns, 3)
        Unit vector to the satellite, Earth-fixed.
    incidence : ndarray of float32
        Cosine of the angle between the look and the ellipsoid's normal.
    nadir : ndarray of float32
        Cosine of the angle between the direction down to the point and to the Earth's centre, at the satellite: it
        shrinks outwards on any ground that the radar sees.
    beta_area : ndarray of float32
        Area in m2 of an image's pixel in azimuth and slant range, by the true distance of lines on the ground.
    """

    line: np.ndarray
    pixel: np.ndarray
    slant_range: np.ndarray
    look: np.ndarray
    incidence: np.ndarray
    nadir: np.ndarray
    beta_area: np.ndarray


class _Passage(NamedTuple):
    """Of each node: seconds since the orbit's centre, the satellite's motion then, and the track's speed in m/s."""

    times: np.ndarray
    motions: np.ndarray
    speeds: np.ndarray


def geocode(scene: Scene, grid: Grid, window: Window, heights: np.ndarray) -> Geometry:
    """Return where a window's pixels are in a radar image.

    Parameters
    ----------
    scene : Scene
    grid : Grid
        Of the tile.
    window : Window
        It may reach beyond the grid.
    heights : ndarray of float32, shape (rows, columns)
        Metres above the ellipsoid; NaN gives NaN.
    """
    nodes = nodes_around(grid, window)
    passage = _passage(scene.orbit, nodes)
    shape = heights.shape
    line, pixel, slant_range = (np.empty(shape) for _ in range(3))
    incidence, nadir, beta_area = (np.empty(shape, np.float32) for _ in range(3))
    look = np.empty((*shape, 3), np.float32)
    found = Geometry(line, pixel, slant_range, look, incidence, nadir, beta_area)
    tasks = -(-shape[0] // _ROWS_PER_TASK)
    run_tasks(
        _geocode, tasks, scene, nodes, passage, (window.row, window.column), np.ascontiguousarray(heights), found
    )
    return found


def _passage(orbit: Orbit, nodes: Nodes) -> _Passage:
    shape = nodes.places.shape[:2]
    found = _Passage(np.empty(shape), np.empty((*shape, 12)), np.empty(shape))
    run_tasks(_solve_nodes, shape[0], orbit.coefficients, nodes, found)
    return found


@njit(cache=True, nogil=True)
def solve(coefficients, point, motion):
    """Return when a point is abeam, in seconds since the orbit's centre, and leave the satellite's motion then."""
    since = 0.0
    for _ in range(_ITERATIONS):
        move(coefficients, since, motion)
        value, slope = 0.0, 0.0
        for axis in range(3):
            away = point[axis] - motion[axis]
            value += away * motion[3 + axis]
            slope += away * motion[6 + axis] - motion[3 + axis] ** 2
        since -= value / slope
        if abs(value / slope) < _SOLVED_S:
            break
    move(coefficients, since, motion)
    return since


@njit(cache=True, nogil=True)
def _solve_nodes(first, last, coefficients, nodes, passage):
    for row in range(first, last):
        for column in range(nodes.places.shape[1]):
            motion = passage.motions[row, column]
            passage.times[row, column] = solve(coefficients, nodes.places[row, column], motion)
            passage.speeds[row, column] = _track_speed(nodes.places[row, column], nodes.normals[row, column], motion)


@njit(cache=True, nogil=True)
def _track_speed(point, normal, motion):
    """Return how fast the point abeam at the same range moves along the ground.

    It moves across look and normal, along e, with a speed k such that the point stays abeam: k e . V = V . V - (P -
    S) . A.
    """
    dx, dy, dz = point[0] - motion[0], point[1] - motion[1], point[2] - motion[2]
    ex, ey, ez = dy * normal[2] - dz * normal[1], dz * normal[0] - dx * normal[2], dx * normal[1] - dy * normal[0]
    size = np.sqrt(ex * ex + ey * ey + ez * ez)
    turning = motion[3] ** 2 + motion[4] ** 2 + motion[5] ** 2 - dx * motion[6] - dy * motion[7] - dz * motion[8]
    return abs(turning / (ex * motion[3] + ey * motion[4] + ez * motion[5])) * size


@njit(cache=True, nogil=True)
def _geocode(first, last, scene, nodes, passage, corner, heights, found):
    """Geocode the rows of some tasks."""
    rows, columns = heights.shape
    cell, scratch = np.empty((4, 3)), np.empty((4, columns))
    for row in range(first * _ROWS_PER_TASK, min(last * _ROWS_PER_TASK, rows)):
        start = np.int64(0)  # of a literal 0, what is called would be compiled once more
        while start < columns:
            place, down, offset, stop = open_cell(nodes, corner, row, start, columns, cell)
            _see_cell(passage, place, down, offset, cell, heights[row], start, stop, scratch[0], row, found)
            start = stop
        _count_row(scene, scratch, row, found)


@njit(cache=True, nogil=True, error_model="numpy")
def _see_cell(passage, place, down, offset, cell, heights, start, stop, times, row, found):
    """Find time, range and look of the pixels of a row that lie in one cell, by the motion at its first node."""
    m, base = passage.motions[place[0], place[1]], passage.times[place[0], place[1]]
    left, change = interpolate(passage.times, place[0], place[1], down)
    speed, speed_change = interpolate(passage.speeds, place[0], place[1], down)
    ranges, look = found.slant_range[row], found.look[row]
    incidence, nadir, areas = found.incidence[row], found.nadir[row], found.beta_area[row]
    for column in range(start, stop):
        across = (offset + column - start) / STEP
        height = float(heights[column])
        nx = cell[2, 0] + cell[3, 0] * across
        ny = cell[2, 1] + cell[3, 1] * across
        nz = cell[2, 2] + cell[3, 2] * across
        px = cell[0, 0] + cell[1, 0] * across + height * nx
        py = cell[0, 1] + cell[1, 1] * across + height * ny
        pz = cell[0, 2] + cell[1, 2] * across + height * nz
        # The satellite's motion by Taylor's series from the cell's first node: some hundredths of a second.
        s = left - base + change * across
        dx = px - (m[0] + s * (m[3] + s * (m[6] / 2 + s * (m[9] / 6))))
        dy = py - (m[1] + s * (m[4] + s * (m[7] / 2 + s * (m[10] / 6))))
        dz = pz - (m[2] + s * (m[5] + s * (m[8] / 2 + s * (m[11] / 6))))
        vx, ax = m[3] + s * (m[6] + s * (m[9] / 2)), m[6] + s * m[9]
        vy, ay = m[4] + s * (m[7] + s * (m[10] / 2)), m[7] + s * m[10]
        vz, az = m[5] + s * (m[8] + s * (m[11] / 2)), m[8] + s * m[11]
        step = -(dx * vx + dy * vy + dz * vz) / (dx * ax + dy * ay + dz * az - (vx * vx + vy * vy + vz * vz))
        dx -= step * (vx + step * (ax / 2))
        dy -= step * (vy + step * (ay / 2))
        dz -= step * (vz + step * (az / 2))
        far = np.sqrt(dx * dx + dy * dy + dz * dz)
        ux, uy, uz = -dx / far, -dy / far, -dz / far
        sx, sy, sz = px - dx, py - dy, pz - dz
        times[column], ranges[column] = base + s + step, far
        look[column, 0], look[column, 1], look[column, 2] = ux, uy, uz
        incidence[column] = ux * nx + uy * ny + uz * nz
        nadir[column] = (ux * sx + uy * sy + uz * sz) / np.sqrt(sx * sx + sy * sy + sz * sz)
        areas[column] = (speed + speed_change * across) * (1 + height / EARTH_M)


@njit(cache=True, nogil=True)
def _count_row(scene, scratch, row, found):
    """Turn times and slant ranges of a row into lines and pixels, and speeds on the ground into areas."""
    timing, times, growths = scene.timing, scratch[0], scratch[1]
    lines, pixels, ranges, areas = found.line[row], found.pixel[row], found.slant_range[row], found.beta_area[row]
    late, slope = scene.orbit.centre + timing.bistatic_constant - timing.start, timing.bistatic_slope * 2 / LIGHT_M_S
    for column in range(len(times)):
        lines[column] = (times[column] + slope * ranges[column] + late) / timing.interval
        times[column] += scene.orbit.centre
    convert_row(scene.conversion, times, ranges, scratch[2:], pixels, growths)
    for column in range(len(times)):
        areas[column] *= timing.interval * timing.spacing / growths[column]
        pixels[column] /= timing.spacing


@njit(cache=True, nogil=True)
def _solve_points(first, last, coefficients, points, times, ranges, looks):
    motion = np.empty(12)
    for number in range(first, last):
        times[number] = solve(coefficients, points[number], motion)
        total = 0.0
        for axis in range(3):
            looks[number, axis] = motion[axis] - points[number, axis]
            total += looks[number, axis] ** 2
        ranges[number] = np.sqrt(total)
        for axis in range(3):
            looks[number, axis] /= ranges[number]


def abeam(orbit: Orbit, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return when points are abeam, how far, and the way to the satellite then; for single points, exactly.

    Parameters
    ----------
    orbit : Orbit
    points : ndarray of float64, shape (points, 3)
        Earth-fixed, in m.

    Returns
    -------
    times : ndarray of float64, shape (points,)
        In seconds of the scene's clock.
    slant_ranges : ndarray of float64, shape (points,)
        In m.
    looks : ndarray of float64, shape (points, 3)
        Unit vectors.
    """
    count = len(points)
    times, ranges, looks = np.empty(count), np.empty(count), np.empty((count, 3))
    run_tasks(_solve_points, count, orbit.coefficients, points, times, ranges, looks)
    return times + orbit.centre, ranges, looks


def with_bistatic_rest(timing: Timing, times: np.ndarray, slant_ranges: np.ndarray, lines: np.ndarray) -> Timing:
    """Return a timing by which points of known lines are in these: the processor leaves a rest of the travel time.

    Its half, against that of one reference range, is 0.2 lines at most (2 m). Orbits that are off in time, by 0.1 to
    0.4 ms in products before 2016, are taken in, too.

    Parameters
    ----------
    timing : Timing
    times, slant_ranges : ndarray of float64, shape (points,)
        By :func:`abeam`.
    lines : ndarray of float64, shape (points,)
        As the annotation's grid of points has them.
    """
    late = timing.start + lines * timing.interval - times
    travel = 2 * slant_ranges / LIGHT_M_S
    slope, constant = np.polyfit(travel, late, 1)
    return timing._replace(bistatic_constant=float(constant), bistatic_slope=float(slope))
