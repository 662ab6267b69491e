"""From products of the demonstration to gamma nought on a tile's grid, by the readers and the kernels of others."""

from typing import NamedTuple

import numpy as np

from landloom.geo.grids import Window
from landloom.sar.calibration import Place, resample
from landloom.sar.preparation import fill_missing, flattening, on_grid, part_of, seen_window, sum_areas
from landloom.sar.products import image_of
from landloom.sar.terrain import UNITS
from landloom.sensors.sentinel1 import images

MARGIN_PX = 100


class Prepared(NamedTuple):
    """Of a tile: gamma nought, cosines of local incidence, and areas against those of flat ground."""

    power: np.ndarray
    incidence: np.ndarray
    areas: np.ndarray


def prepare(products, polarisation, grid, heights_of, spread):
    """Terrain-flattened gamma nought of a tile: the first valid pixel of all slices."""
    whole = Window(0, 0, grid.rows, grid.columns)
    around = Window(-MARGIN_PX, -MARGIN_PX, grid.rows + 2 * MARGIN_PX, grid.columns + 2 * MARGIN_PX)
    found = None
    for product in products:
        image = image_of(images.load(product, polarisation), "gamma_terrain", without_noise=True)
        sums = sum_areas(image.scene, part_of(image, grid, around, spread), grid, [around], heights_of)
        geometry, seen = seen_window(image.scene, grid, whole, heights_of)
        power = on_grid(image, geometry, flattening(sums))
        areas = relative_areas(sums, geometry)
        if found is None:
            found = Prepared(power, seen.incidence, areas)
        else:
            fill_missing(found.power, power)
            fill_missing(found.areas, areas)
    return found


def relative_areas(sums, geometry):
    shares = resample(sums.units.astype(np.float32) / UNITS, Place(sums.line, sums.pixel), *geometry[:2])
    return shares * np.sqrt(1 - geometry.incidence**2) / geometry.incidence
