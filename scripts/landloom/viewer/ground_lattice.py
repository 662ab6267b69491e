"""Where a map lies on Earth, at the nodes of a lattice between which the page interpolates: it has no projections."""

from dataclasses import dataclass

import numpy as np

from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.geo.ground import ELLIPSOID, GEOGRAPHIC

NODES = 33
"""Nodes along each side: over 1000 km, places between them are off by some 20 m, over 100 km by 0.2 m."""

_DEGREE_DIGITS, _METRE_DIGITS = 6, 6


@dataclass(frozen=True)
class GroundLattice:
    """Longitude, latitude and ground metres of a unit of x, at nodes row by row from the upper left corner.

    Longitudes run on over the 180th meridian. Nodes that the CRS places nowhere have None.
    """

    nodes: int
    longitude: list[float | None]
    latitude: list[float | None]
    metres: list[float | None]


def of_grid(grid: Grid, nodes: int = NODES) -> GroundLattice:
    """Return the lattice over a grid's footprint."""
    x, y = np.meshgrid(np.linspace(grid.left, grid.right, nodes), np.linspace(grid.top, grid.bottom, nodes))
    longitude, latitude = _degrees(grid.crs, x, y)
    half = (grid.right - grid.left) / (4 * nodes)
    west, east = (_degrees(grid.crs, x + shift, y) for shift in (-half, half))
    distance = np.asarray(ELLIPSOID.inv(west[0], west[1], east[0], east[1])[2])
    return GroundLattice(
        nodes,
        _plain(_unwrapped(longitude), _DEGREE_DIGITS),
        _plain(latitude, _DEGREE_DIGITS),
        _plain(distance / (2 * half), _METRE_DIGITS),
    )


def _degrees(crs: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    longitude, latitude = grids.transformer(crs, GEOGRAPHIC).transform(x, y)
    known = np.isfinite(longitude) & np.isfinite(latitude)
    return np.where(known, longitude, np.nan), np.where(known, latitude, np.nan)


def _unwrapped(longitude: np.ndarray) -> np.ndarray:
    """Return longitudes within half a turn of that of the first node that has one."""
    known = longitude[np.isfinite(longitude)]
    if not known.size:
        return longitude
    found: np.ndarray = known[0] + (longitude - known[0] + 180) % 360 - 180
    return found


def _plain(values: np.ndarray, digits: int) -> list[float | None]:
    return [round(float(one), digits) if np.isfinite(one) else None for one in values.ravel()]
