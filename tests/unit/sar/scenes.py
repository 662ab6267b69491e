"""Made scenes: backscatter of classes on hills, seen by the radar, with speckle and noise, as numbers of an image."""

from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.sar.calibration import NO_BLOCKS, Noise, Place, Table
from landloom.sar.geocoding import Geometry, geocode
from landloom.sar.speckle import LOOKS
from landloom.sar.terrain import UNITS, Facets, add_facets, empty_sums, facets
from unit.sar.making import GRID, scene

SIDE, MARGIN, FINER = 280, 40, 3
CLASSES_DB = np.array([-6.0, -11.0, -16.0, -24.0])
GAIN = 474.0
NOISE_POWER = 10**-2.4 * 0.82
"""Of beta0: -26.4 dB as gamma0 at 35 degrees of incidence, more on slopes that are turned away."""

GAINS = Table(np.zeros(1), np.zeros((1, 1)), np.full((1, 1), GAIN))
NOISE = Noise(Table(np.zeros(1), np.zeros((1, 1)), np.full((1, 1), NOISE_POWER * GAIN**2)), NO_BLOCKS)


def relief(grid, window, height):
    """Heights of a window with one pixel around, the same of any grid: waves of 1.2 and 0.7 km."""
    around = Window(window.row - 1, window.column - 1, window.rows + 2, window.columns + 2)
    x, y = grid.centres(around)
    x, y = (x - GRID.left) / 190, (y - GRID.top) / 190
    waves = np.sin(x) * np.cos(0.8 * y) + 0.35 * np.sin(1.7 * (0.6 * x + y))
    return (height * waves + 300).astype(np.float32)


def slopes(height):
    """Slope of each pixel in degrees."""
    high = relief(GRID, Window(0, 0, SIDE, SIDE), height)
    return np.degrees(np.arctan(np.hypot(*np.gradient(high.astype(float), 10))))[1:-1, 1:-1]


def seen(grid, window, height):
    """Geometry and facets of a window on the relief."""
    heights = relief(grid, window, height)
    geometry = geocode(scene(), grid, window, np.ascontiguousarray(heights[1:-1, 1:-1]))
    return geometry, facets(grid, window, heights, geometry)


class Made(NamedTuple):
    """An image in the radar's geometry, and the grid's."""

    numbers: np.ndarray
    place: Place
    geometry: Geometry
    facets: Facets
    classes: np.ndarray


def classes_of(rows, columns):
    """Parcels of 40 x 40 pixels."""
    row, column = np.floor(np.asarray(rows) / 40).astype(int), np.floor(np.asarray(columns) / 40).astype(int)
    return (row[:, None] * 3 + column[None] * 2 + (row[:, None] * column[None]) % 3) % 4


def make(height, seed=1):
    """Look at classes on a relief three times finer than the grid, and a margin around."""
    around = Window(-MARGIN, -MARGIN, SIDE + 2 * MARGIN, SIDE + 2 * MARGIN)
    geometry, _ = seen(GRID, around, height)
    lines, pixels = ((int(np.floor(part.min())) - 2, int(np.ceil(part.max())) + 3) for part in geometry[:2])
    size = GRID.resolution / FINER
    fine = Grid(GRID.crs, GRID.left, GRID.top, size, size, GRID.rows * FINER, GRID.columns * FINER)
    window = Window(*(side * FINER for side in around))
    geometry, found = seen(fine, window, height)
    axes = [(np.arange(window.rows) + 0.5) / FINER - MARGIN - 0.5] * 2
    power = 10 ** (CLASSES_DB[classes_of(*(np.floor(axis + 0.5) for axis in axes))] / 10)
    sums = empty_sums(lines, pixels)
    add_facets(sums, geometry, (found.share * power * 100).astype(np.float32))
    beta0 = sums.units / (100 * UNITS)
    rng = np.random.default_rng(seed)
    speckled = beta0 * rng.gamma(LOOKS, 1 / LOOKS, beta0.shape) + NOISE_POWER * rng.gamma(
        LOOKS, 1 / LOOKS, beta0.shape
    )
    numbers = np.clip(np.rint(np.sqrt(speckled) * GAIN), 1, 65535).astype(np.uint16)
    own = seen(GRID, Window(0, 0, SIDE, SIDE), height)
    return Made(numbers, Place(lines[0], pixels[0]), *own, classes_of(np.arange(SIDE), np.arange(SIDE)))
