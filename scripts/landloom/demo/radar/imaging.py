"""From patches to the numbers of a radar image: areas of facets, speckle, thermal noise, amplitudes.

Each facet of the ground, of 5 m, adds its power to the line and pixel where it is seen, by its area across the look:
so slopes that face the satellite are bright and narrow, and what falls together adds up, as in a real image.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d
from scipy.special import gammaincinv, ndtr

from landloom.demo.radar.frame import BEYOND_SWATH_PX, Frame
from landloom.demo.radar.tables import BETA_GAIN
from landloom.geo.grids import Grid, Window
from landloom.sar.geocoding import geocode
from landloom.sar.speckle import LOOKS
from landloom.sar.terrain import UNITS, add_facets, empty_sums, facets

POWER_STEPS = 16
"""Sums of areas are counted in units; sums of powers in this many times as many."""

NEIGHBOUR = 0.35
"""Weight of each of the two neighbours along lines and pixels: the image's resolution is twice its pixel."""

STRIP_PX = 1_000_000


@dataclass(frozen=True)
class Ground:
    """The ground as a radar sees it.

    Parameters
    ----------
    grid
        Of facets.
    patches
        Number of the patch of each facet, int32, shape (rows, columns).
    heights
        Of the facets, metres above the ellipsoid, float32, shape (rows, columns).
    """

    grid: Grid
    patches: NDArray[np.int32]
    heights: NDArray[np.float32]

    def strips(self) -> Iterator[Window]:
        """Cut the facets into windows of whole rows, without the rim, which lacks neighbours."""
        columns, end = self.grid.columns - 2, self.grid.rows - 1
        rows = max(STRIP_PX // columns, 1)
        for row in range(1, end, rows):
            yield Window(row, 1, min(rows, end - row), columns)


def beta0(ground: Ground, frame: Frame, gamma0: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return beta nought of an image without speckle and noise.

    Parameters
    ----------
    ground
        The facets.
    frame
        Of the image.
    gamma0
        Power of each patch, shape (polarisations, patches).

    Returns
    -------
    NDArray[np.float32]
        Power, shape (polarisations, lines, samples).
    """
    scene, size = frame.scene(), ((0, frame.lines), (0, frame.samples))
    sums = [empty_sums(*size) for _ in gamma0]
    for window in ground.strips():
        heights = ground.heights[window.row - 1 : window.row + window.rows + 1]
        geometry = geocode(scene, ground.grid, window, heights[1:-1, 1:-1])
        share = facets(ground.grid, window, heights, geometry).share * np.float32(POWER_STEPS)
        patches = ground.patches[window.slices]
        for own, powers in zip(sums, gamma0, strict=True):
            add_facets(own, geometry, share * powers[patches])
    return np.stack([own.units for own in sums]).astype(np.float32) / np.float32(POWER_STEPS * UNITS)


@dataclass(frozen=True)
class Speckle:
    """Speckle of some looks, whose neighbours are alike.

    Parameters
    ----------
    looks
        Mean squared over variance of the power.
    """

    looks: float = LOOKS

    @cached_property
    def _quantiles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Normal numbers, and the gamma numbers that are as rare."""
        normal = np.linspace(-6.0, 6.0, 4001)
        return normal, gammaincinv(self.looks, ndtr(normal)) / self.looks

    def draw(self, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
        """Return factors of power of mean 1: gamma distributed, by normal numbers that are alike in neighbours."""
        field = rng.standard_normal(shape, dtype=np.float32)
        weights = np.array([NEIGHBOUR, 1.0, NEIGHBOUR])
        weights /= np.sqrt((weights**2).sum())
        for axis in (0, 1):
            field = convolve1d(field, weights, axis=axis, mode="wrap")
        found: NDArray[np.float64] = np.interp(field, *self._quantiles)
        return found


def numbers_of(
    power: NDArray[np.float32], noise: NDArray[np.float64], speckle: Speckle, rng: np.random.Generator
) -> NDArray[np.uint16]:
    """Return the numbers of an image: amplitudes of at least 1, and 0 beyond the swath.

    Parameters
    ----------
    power
        Beta nought, shape (lines, samples).
    noise
        In squares of numbers, shape (lines, samples).
    speckle
        Its distribution.
    rng
        Source of the speckle.
    """
    # Signal and noise come through one channel: they have one speckle.
    squares = (power * BETA_GAIN**2 + noise) * speckle.draw(power.shape, rng)
    found = np.clip(np.rint(np.sqrt(squares)), 1, 65535).astype(np.uint16)
    found[:, -BEYOND_SWATH_PX:] = 0
    return found
