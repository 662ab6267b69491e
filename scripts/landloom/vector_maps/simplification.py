"""Simplified and smoothed borders that neighbours still share.

GEOS simplifies the borders of a coverage once for both sides (Visvalingam and Whyatt 1993), and leaves corners where
three borders meet, and the outline of the whole. Douglas and Peucker's way, border by border, would let one in three
polygons of a noisy map cross itself.

Smoothing cuts corners (Chaikin 1974): each gives way to two points at a quarter of its edges. Whether a corner is cut
depends on the corner alone, so that both neighbours get the same points. There is no proof that no border crosses
another one then: the coverage is checked, and corners of polygons that are no longer valid are left as they were.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from landloom.core.errors import InputError

OLDEST_GEOS = (3, 12)
"""The first that simplifies coverages."""

SHARE = 0.25
"""Part of an edge that is cut off at each of its ends."""

MOST_TRIALS = 4
"""How often corners are left uncut around what is not valid; then none of the cell is cut."""

FINENESS = 4**2
"""Corners are whole multiples of this part of a pixel, after as many rounds as there may be."""


@dataclass(frozen=True)
class Generalisation:
    """How borders are simplified: tolerance in pixels, 0 for not at all, and rounds of smoothing."""

    tolerance_px: float
    rounds: int


@dataclass(frozen=True)
class Corners:
    """Corners of all rings of polygons, each ring without its last, which is its first.

    Attributes
    ----------
    xy : ndarray of float64, shape (corners, 2)
    kept : ndarray of bool, shape (corners,)
        Those that are not cut.
    rings : ndarray of int64, shape (rings + 1,)
        Where each ring begins.
    """

    xy: np.ndarray
    kept: np.ndarray
    rings: np.ndarray


def check_geos(version: tuple[int, ...] = shapely.geos_version) -> None:
    """Raise if GEOS cannot simplify coverages.

    Raises
    ------
    InputError
    """
    if tuple(version[:2]) < OLDEST_GEOS:
        there, needed = (".".join(map(str, one)) for one in (version, OLDEST_GEOS))
        raise InputError(f"vectors: needs GEOS {needed} or newer, and shapely has {there}; install a newer shapely")


def generalise(polygons: np.ndarray, size: tuple[int, int], how: Generalisation) -> np.ndarray:
    """Return the polygons of a whole cell with simplified and smoothed borders.

    Parameters
    ----------
    polygons : ndarray of Polygon
        Coverage of a rectangle from (0, 0), in pixels: its outline stays as it is.
    size : (int, int)
        Columns and rows of the rectangle.
    """
    if not how.tolerance_px or not len(polygons):
        return polygons
    simple = shapely.coverage_simplify(polygons, how.tolerance_px, simplify_boundary=False)
    return smoothed(simple, size, how.rounds) if how.rounds else simple


def smoothed(polygons: np.ndarray, size: tuple[int, int], rounds: int) -> np.ndarray:
    """Return polygons with cut corners, but for those around what would not be valid; see :func:`generalise`."""
    kind, xy, (rings, parts) = shapely.to_ragged_array(polygons)
    corners = _without_last(xy, rings)
    keys = _keys(corners.xy, size[0])
    kept = _meeting(keys, corners.rings) | _on_outline(corners.xy, size)
    for _ in range(MOST_TRIALS):
        found = _cut(Corners(corners.xy, kept, corners.rings), rounds)
        cut = shapely.from_ragged_array(kind, *_closed(found, parts))
        odd = ~shapely.is_empty(shapely.coverage_invalid_edges(cut)) | ~shapely.is_valid(cut)
        if not odd.any():
            return np.asarray(cut)
        of_odd = np.repeat(np.repeat(odd, np.diff(parts)), np.diff(corners.rings))
        kept = kept | np.isin(keys, keys[of_odd])
    return polygons


def _without_last(xy: np.ndarray, rings: np.ndarray) -> Corners:
    """Return the corners of closed rings."""
    inner = np.ones(len(xy), bool)
    inner[rings[1:] - 1] = False
    return Corners(xy[inner], np.zeros(int(inner.sum()), bool), rings - np.arange(len(rings)))


def _keys(xy: np.ndarray, columns: int) -> np.ndarray:
    """Return a number for each corner of pixels."""
    whole = np.rint(xy).astype(np.int64)
    found: np.ndarray = whole[:, 1] * (columns + 1) + whole[:, 0]
    return found


def _meeting(keys: np.ndarray, rings: np.ndarray) -> np.ndarray:
    """Return the corners at which more than two edges meet."""
    after = keys[_next(rings)]
    most = keys.max() + 1
    edges = np.unique(np.minimum(keys, after) * most + np.maximum(keys, after))
    ends, number = np.unique(np.concatenate([edges // most, edges % most]), return_counts=True)
    found: np.ndarray = np.isin(keys, ends[number > 2])
    return found


def _on_outline(xy: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the corners on the outline of the rectangle."""
    found: np.ndarray = ((xy == 0) | (xy == np.array(size))).any(axis=1)
    return found


def _next(rings: np.ndarray) -> np.ndarray:
    """Return the position of the corner after each, around its ring."""
    found = np.arange(1, rings[-1] + 1)
    found[rings[1:] - 1] = rings[:-1]
    return found


def _cut(corners: Corners, rounds: int) -> Corners:
    """Return the corners after some rounds of cutting."""
    for _ in range(rounds):
        after = _next(corners.rings)
        before = np.empty_like(after)
        before[after] = np.arange(len(after))
        number = np.where(corners.kept, 1, 2)
        first = np.cumsum(number) - number
        xy = np.empty((int(number.sum()), 2))
        kept = np.zeros(len(xy), bool)
        kept[first] = corners.kept
        share = np.where(corners.kept, 0.0, SHARE)[:, None]
        xy[first] = corners.xy + share * (corners.xy[before] - corners.xy)
        second = ~corners.kept
        xy[first[second] + 1] = corners.xy[second] + SHARE * (corners.xy[after[second]] - corners.xy[second])
        ends = np.concatenate([[0], np.cumsum(number)])
        corners = Corners(xy, kept, ends[corners.rings])
    return corners


def _closed(corners: Corners, parts: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return coordinates and offsets of closed rings, as shapely takes them."""
    lengths = np.diff(corners.rings)
    rings = np.concatenate([[0], np.cumsum(lengths + 1)])
    positions = np.arange(len(corners.xy)) + np.repeat(np.arange(len(lengths)), lengths)
    xy = np.empty((rings[-1], 2))
    xy[positions] = corners.xy
    xy[rings[1:] - 1] = corners.xy[corners.rings[:-1]]
    return xy, (rings, parts)
