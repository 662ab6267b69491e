"""Where a map lies on Earth, at the nodes of a lattice between which the page interpolates: it has no projections."""

from dataclasses import dataclass

import numpy as np

from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.geo.ground import ELLIPSOID, GEOGRAPHIC

NODES = 17
"""Nodes along each side: places between them are off by less than 0.1 m, over a continent as over a tile."""

_UP_DIGITS, _METRE_DIGITS = 9, 6
"""The last digit of a unit vector is 6 mm on the ground."""


@dataclass(frozen=True)
class GroundLattice:
    """Directions of the vertical and ground metres of a unit of x, at nodes row by row from the upper left corner.

    A vertical is a unit vector, which is smooth where longitudes jump: at the poles and at the 180th meridian. Nodes
    that the CRS places nowhere have None.

    Attributes
    ----------
    nodes : int
    up : tuple of three lists
        Towards 0 and 90 degrees of longitude on the equator, and towards the north pole.
    metres : list
    """

    nodes: int
    up: tuple[list[float | None], ...]
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
        tuple(_plain(one, _UP_DIGITS) for one in _verticals(longitude, latitude)),
        _plain(distance / (2 * half), _METRE_DIGITS),
    )


def _degrees(crs: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    longitude, latitude = grids.transformer(crs, GEOGRAPHIC).transform(x, y)
    known = np.isfinite(longitude) & np.isfinite(latitude)
    return np.where(known, longitude, np.nan), np.where(known, latitude, np.nan)


def _verticals(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    east, north = np.radians(longitude), np.radians(latitude)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


def _plain(values: np.ndarray, digits: int) -> list[float | None]:
    return [round(float(one), digits) if np.isfinite(one) else None for one in values.ravel()]
