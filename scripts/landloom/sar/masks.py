"""What of a radar image on a grid is not to be used: shadow, layover, the image's noisy border, and what has no data.

A mask is a byte of flags, 0 where the pixel is good. Shadow is what the radar does not see, behind a ridge (cast) or
on a slope that is turned away: from the satellite outwards, the angle from its vertical down to the ground grows all
the time, but for ground in shadow. Layover is where ground has the distance of other ground of its line: outwards,
slant range grows all the time, but for such ground; and ground so foreshortened that it has nearly fallen together
counts as such.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.geo.grids import Grid, Window
from landloom.sar.calibration import Place, resample
from landloom.sar.geocoding import Geometry, abeam
from landloom.sar.nodes import STEP, nodes_around
from landloom.sar.orbit import Orbit
from landloom.sar.terrain import UNITS, Facets, Sums

SHADOW, LAYOVER, BORDER, NO_DATA = 1, 2, 4, 8
"""Flags of a mask."""

MOST_AREA = 4.0
"""Area against that of flat ground, above which ground has fallen together."""

RIM_PX = 3
"""Pixels around ground without heights, whose sums of areas lack facets there: up to two beside a pixel of the image,
and the heights beside these."""

BORDER_PX, BORDER_LINES = 1000, 1600
TESTED_LINE, MOST_ZEROS = 100, 2000
"""Products before IPF 2.90: their sides have numbers that are not 0 and mean nothing, as S1Tiling cuts them; their
first or last lines, too, if the line so far inside has more zeros."""

_UNSEEN = np.float32(1e9)
"""More than any cosine or slant range: nothing is known before the window."""


class Seen(NamedTuple):
    """What masks and images need of the geometry of a window, each array of shape (rows, columns).

    Attributes
    ----------
    line, pixel : ndarray of float64
    slant_range : ndarray of float32
        In m.
    nadir, incidence : ndarray of float32
        See :class:`landloom.sar.geocoding.Geometry`.
    turned_away : ndarray of bool
        Whether the radar cannot see the slope.
    """

    line: np.ndarray
    pixel: np.ndarray
    slant_range: np.ndarray
    nadir: np.ndarray
    incidence: np.ndarray
    turned_away: np.ndarray


def seen(geometry: Geometry, facets: Facets) -> Seen:
    """Return what is needed of a window's geometry and facets."""
    ranges = geometry.slant_range.astype(np.float32)
    away: np.ndarray = facets.incidence <= 0
    return Seen(geometry.line, geometry.pixel, ranges, geometry.nadir, geometry.incidence, away)


class Way(NamedTuple):
    """A way over a window, step by step, along lines of the image.

    Attributes
    ----------
    is_across : bool
        Whether steps are columns; otherwise rows.
    is_from_end : bool
        Whether it begins at the last of them.
    slopes : ndarray of float32, shape (rows, columns)
        How many rows (or columns) aside one goes on a step back.
    """

    is_across: bool
    is_from_end: bool
    slopes: np.ndarray

    def back(self) -> "Way":
        """Return the opposite way."""
        return Way(self.is_across, not self.is_from_end, -self.slopes)


class Extent(NamedTuple):
    """Part of a radar image, from first to before last lines and pixels."""

    first_line: int
    last_line: int
    first_pixel: int
    last_pixel: int


def trusted_extent(lines: int, pixels: int, zeros: tuple[int, int]) -> Extent:
    """Return the part of an image before IPF 2.90 that has no border noise.

    Parameters
    ----------
    lines, pixels : int
        Of the image.
    zeros : (int, int)
        How many numbers are 0 in line ``TESTED_LINE``, and in the one so far from the end.
    """
    start, end = (BORDER_LINES if count > MOST_ZEROS else 0 for count in zeros)
    return Extent(start, lines - end, BORDER_PX, pixels - BORDER_PX)


def outside(ground: Seen, extent: Extent) -> np.ndarray:
    """Return which pixels of a window lie outside of a part of the image, as bool."""
    lines, pixels = ground.line, ground.pixel
    inside = (lines >= extent.first_line) & (lines <= extent.last_line - 1)
    found: np.ndarray = ~(inside & (pixels >= extent.first_pixel) & (pixels <= extent.last_pixel - 1))
    return found


def layover(ground: Seen, way: Way) -> np.ndarray:
    """Return where ground has the distance of other ground of its line, as bool, shape (rows, columns).

    Such is ground that is not farther from the satellite than what lies before it, and all that is as far as other
    ground of its line. Windows want a margin on both sides, as for :func:`shadow`.

    Parameters
    ----------
    ground : Seen
        Of a window.
    way : Way
        Over it: :func:`outwards`.
    """
    found: np.ndarray = _out_of_order(-ground.slant_range, way)
    found |= _out_of_order(ground.slant_range, way.back())
    return found


def foreshortened(ground: Seen, sums: Sums) -> np.ndarray:
    """Return where areas add up to several times that of flat ground, as bool, shape (rows, columns).

    Parameters
    ----------
    ground : Seen
        Of a window.
    sums : Sums
        Complete for the window: see :class:`landloom.sar.walk.Walk`.
    """
    part = _around(ground, sums)
    place = Place(part.line, part.pixel)
    shares = resample(part.units.astype(np.float32) / np.float32(UNITS), place, ground.line, ground.pixel)
    cosine = ground.incidence
    with np.errstate(invalid="ignore"):
        found: np.ndarray = shares * np.sqrt(1 - cosine * cosine) > MOST_AREA * cosine
    return found


def beside_void(ground: Seen) -> np.ndarray:
    """Return ground without heights and what is beside it, whose sums of areas are too small, as bool.

    Windows want a margin of ``RIM_PX``.
    """
    found: np.ndarray = np.isnan(ground.line)
    if found.any():
        for axis in (0, 1):
            padded = np.pad(found, [(RIM_PX, RIM_PX) if one == axis else (0, 0) for one in (0, 1)])
            found = np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * RIM_PX + 1, axis).any(axis=-1))
    return found


def _around(ground: Seen, sums: Sums) -> Sums:
    """Return the sums around a window's pixels: those of a whole tile are many."""
    spans = []
    for part, first in ((ground.line, sums.line), (ground.pixel, sums.pixel)):
        known = part[np.isfinite(part)]
        start = max(int(known.min()) - 1 - first, 0) if known.size else 0
        spans.append(slice(start, max(int(known.max()) + 3 - first, start + 1) if known.size else 1))
    return Sums(sums.line + spans[0].start, sums.pixel + spans[1].start, sums.units[spans[0], spans[1]])


def shadow(ground: Seen, way: Way) -> np.ndarray:
    """Return what the radar does not see, as bool, shape (rows, columns).

    A ridge outside of the window shades nothing: windows want a margin on the satellite's side
    (:func:`landloom.sar.terrain.margin_px`).

    Parameters
    ----------
    ground : Seen
        Of a window.
    way : Way
        Over it: :func:`outwards`.
    """
    found: np.ndarray = _out_of_order(ground.nadir, way) | ground.turned_away
    return found


def outwards(orbit: Orbit, grid: Grid, window: Window) -> Way:
    """Return the way away from the satellite over a window: by columns or rows, as is nearer to it.

    Parameters
    ----------
    orbit : Orbit
    grid : Grid
        Of the tile.
    window : Window
        It may reach beyond the grid.
    """
    down, right = _to_satellite(orbit, grid, Window(grid.rows // 2, grid.columns // 2, 1, 1))
    is_across = bool(abs(right[0, 0]) >= abs(down[0, 0]))
    down, right = _to_satellite(orbit, grid, window)
    step, side = (right, down) if is_across else (down, right)
    return Way(is_across, bool(step[0, 0] > 0), _per_pixel(side / np.abs(step), window))


def steps_to_satellite(orbit: Orbit, grid: Grid) -> tuple[float, float]:
    """Return how many rows and columns one goes towards the satellite with a step of one pixel, at most in a tile."""
    places = ((row, column) for row in (0, grid.rows - 1) for column in (0, grid.columns - 1))
    ways = [_to_satellite(orbit, grid, Window(*place, 1, 1)) for place in places]
    steps = [np.abs([down[0, 0], right[0, 0]]) / np.hypot(down[0, 0], right[0, 0]) for down, right in ways]
    rows, columns = np.max(steps, axis=0)
    return float(rows), float(columns)


def _out_of_order(values: np.ndarray, way: Way) -> np.ndarray:
    """Return what is not less than all before it on the way, as bool, shape (rows, columns)."""
    ordered, slopes = (_turned(image, way) for image in (values, way.slopes))
    marked = np.empty(ordered.shape, bool)
    _sweep(ordered, slopes, marked)
    marked = marked[::-1] if way.is_from_end else marked
    return np.ascontiguousarray(marked.T if way.is_across else marked)


def _turned(image: np.ndarray, way: Way) -> np.ndarray:
    """Return an image whose first axis is the way."""
    turned = image.T if way.is_across else image
    return np.ascontiguousarray(turned[::-1] if way.is_from_end else turned)


def _to_satellite(orbit: Orbit, grid: Grid, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return the horizontal way to the satellite at nodes around a window, in rows down and columns to the right.

    Its length is the sine of incidence, in pixels.
    """
    nodes = nodes_around(grid, window)
    looks = abeam(orbit, nodes.places.reshape(-1, 3))[2].reshape(nodes.places.shape)[:-1, :-1]
    found = []
    for axis in (0, 1):
        pixel = np.diff(nodes.places, axis=axis)[:, :-1] if axis == 0 else np.diff(nodes.places, axis=axis)[:-1]
        pixel = pixel / STEP
        found.append((looks * pixel).sum(axis=-1) / (pixel**2).sum(axis=-1))
    return found[0], found[1]


def _per_pixel(values: np.ndarray, window: Window) -> np.ndarray:
    """Return a window's pixels of values of cells, as float32."""
    rows = np.arange(window.row, window.row + window.rows) // STEP - window.row // STEP
    columns = np.arange(window.column, window.column + window.columns) // STEP - window.column // STEP
    found: np.ndarray = values[np.ix_(rows, columns)].astype(np.float32)
    return found


@njit(cache=True, nogil=True)
def _sweep(values, slopes, marked):
    """Mark what is not less than all before it.

    Parameters
    ----------
    values : ndarray of float32, shape (steps, places)
        Where they are NaN, nothing is marked.
    slopes : ndarray of float32, shape (steps, places)
        How many places aside one goes on a step back.
    marked : ndarray of bool, shape (steps, places)
        Out.
    """
    steps, places = values.shape
    before, now = np.full(places, _UNSEEN), np.full(places, _UNSEEN)
    for step in range(steps):
        for place in range(places):
            aside = place + slopes[step, place]
            nearer = int(np.floor(aside))
            least = _UNSEEN
            if 0 <= nearer < places - 1:
                part = np.float32(aside - nearer)
                least = before[nearer] + (before[nearer + 1] - before[nearer]) * part
            own = values[step, place]
            marked[step, place] = own >= least
            now[place] = own if own < least else least
        before, now = now, before


def flags(
    image: np.ndarray, shaded: np.ndarray | None, laid: np.ndarray | None, border: np.ndarray | None
) -> np.ndarray:
    """Return the mask of an image on a grid, as uint8, of shape (rows, columns).

    Parameters
    ----------
    image : ndarray of float32, shape (rows, columns)
        NaN where there is no data.
    shaded, laid, border : ndarray of bool or None, shape (rows, columns)
        None: it is not asked for.
    """
    found: np.ndarray = np.isnan(image).astype(np.uint8) * np.uint8(NO_DATA)
    for flag, where in ((SHADOW, shaded), (LAYOVER, laid), (BORDER, border)):
        if where is not None:
            found |= where.astype(np.uint8) * np.uint8(flag)
    return found
