"""Rings of positions in degrees, in plain Python: catalogues and archives are listed before any library loads.

Across the 180th meridian, a ring has corners at 179.9 and -179.9 degrees. It is meant to be narrow, not to girdle the
Earth.
"""

from collections.abc import Sequence

Point = tuple[float, float]
"""Longitude and latitude."""

_HALF, _WHOLE_TURN = 180.0, 360.0

_ALL_LONGITUDES = 359.0
"""Rings at least as wide, in degrees, cover all longitudes."""


def as_meant(ring: Sequence[Point]) -> list[Point]:
    """Return a ring as it is meant: one that seems to girdle the Earth, but not all of it, crosses the meridian.

    Such a ring has longitudes from 0 to 360.
    """
    longitudes = [longitude for longitude, _ in ring]
    if _HALF < max(longitudes, default=0) - min(longitudes, default=0) < _ALL_LONGITUDES:
        return [(longitude % _WHOLE_TURN, latitude) for longitude, latitude in ring]
    return list(ring)


def area_within(ring: Sequence[Point], box: Sequence[float]) -> float:
    """Return the area, in square degrees, that a ring shares with a box.

    The ring is clipped by Sutherland and Hodgman's method, which gives correct areas for any polygon.

    Parameters
    ----------
    ring : list of (float, float)
        As of :func:`as_meant`.
    box : list of float
        West, south, east, north; west is above east across the 180th meridian.
    """
    west, south, east, north = box
    across = [(west, south, _HALF, north), (-_HALF, south, east, north)]
    boxes = [(west, south, east, north)] if west <= east else across
    return sum(
        _area(_cut_to([(x + turn, y) for x, y in ring], part)) for part in boxes for turn in _turns(ring, part)
    )


def _turns(ring: Sequence[Point], box: Sequence[float]) -> list[float]:
    """Return the turns around the Earth after which the bounds of a ring meet a box; most rings are far from it."""
    if not ring or max(y for _, y in ring) < box[1] or min(y for _, y in ring) > box[3]:
        return []
    first, last = min(x for x, _ in ring), max(x for x, _ in ring)
    turns = (-_WHOLE_TURN, 0.0, _WHOLE_TURN)
    return [turn for turn in turns if last + turn >= box[0] and first + turn <= box[2]]


def _cut_to(ring: list[Point], box: Sequence[float]) -> list[Point]:
    """Return the part of a polygon within a box."""
    for axis, limit, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        ring = _cut(ring, axis, limit, sign)
    return ring


def _cut(ring: list[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """Return the part of a polygon on one side of a line across an axis."""
    kept: list[Point] = []
    for one, other in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside = [(point[axis] - limit) * sign >= 0 for point in (one, other)]
        if inside[0] != inside[1]:
            fraction = (limit - one[axis]) / (other[axis] - one[axis])
            crossing = [one[0] + fraction * (other[0] - one[0]), one[1] + fraction * (other[1] - one[1])]
            crossing[axis] = limit
            kept.append((crossing[0], crossing[1]))
        if inside[1]:
            kept.append(other)
    return kept


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2
