"""From products of the demonstration to gamma nought on a tile's grid, by the readers and the kernels of others."""

from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Window
from landloom.sar.calibration import Place, resample
from landloom.sar.measurement import numbers_of
from landloom.sar.preparation import fill_missing, flattening, on_grid, part_of, seen_window
from landloom.sar.products import image_of, scene_of, size_of
from landloom.sar.terrain import UNITS, empty_sums
from landloom.sar.walk import Reach, Walk
from landloom.sensors.sentinel1 import images

MARGIN_PX = 100


class Prepared(NamedTuple):
    """Of a tile: gamma nought, cosines of local incidence, and areas against those of flat ground."""

    power: np.ndarray
    incidence: np.ndarray
    areas: np.ndarray


def prepare(products, polarisation, grid, heights_of, spread):
    """Terrain-flattened gamma nought of a tile: the first valid pixel of all slices."""
    found = None
    for product in products:
        image = images.load(product, polarisation)
        one = of_slice(image, scene_of(image.annotation), size_of(image.annotation), grid, heights_of, spread)
        if found is None:
            found = one
        else:
            fill_missing(found.power, one.power)
            fill_missing(found.areas, one.areas)
    return found


def of_slice(product, scene, size, grid, heights_of, spread):
    around = Window(-MARGIN_PX, -MARGIN_PX, grid.rows + 2 * MARGIN_PX, grid.columns + 2 * MARGIN_PX)
    sums = empty_sums(*zip(*part_of(scene, size, grid, around, spread), strict=True))
    Walk(scene, grid, Reach(MARGIN_PX, MARGIN_PX), heights_of, sums).seen(0, grid.rows)
    geometry, seen = seen_window(scene, grid, Window(0, 0, grid.rows, grid.columns), heights_of)
    with numbers_of(product.measurement, size) as numbers:
        image = image_of(product, scene, numbers, "gamma_terrain", without_noise=True)
        power = on_grid(image, geometry.line, geometry.pixel, flattening(sums))
    return Prepared(power, seen.incidence, relative_areas(sums, geometry))


def relative_areas(sums, geometry):
    shares = resample(sums.units.astype(np.float32) / UNITS, Place(sums.line, sums.pixel), *geometry[:2])
    return shares * np.sqrt(1 - geometry.incidence**2) / geometry.incidence
