"""From products of the demonstration to gamma nought on a tile's grid, by the readers and the kernels of others."""

from typing import NamedTuple

import numpy as np
import rasterio

from landloom.geo.grids import Window
from landloom.sar.calibration import AzimuthBlock, Noise, Place, Table, resample
from landloom.sar.geocoding import Scene, Timing, abeam, with_bistatic_rest
from landloom.sar.ground_range import fit_conversion
from landloom.sar.nodes import on_ellipsoid, upwards
from landloom.sar.orbit import fit_orbit
from landloom.sar.preparation import Image, fill_missing, flattening, on_grid, part_of, seen_window, sum_areas
from landloom.sar.terrain import UNITS
from landloom.sensors.sentinel1 import images

MARGIN_PX = 100


class Prepared(NamedTuple):
    """Of a tile: gamma nought, cosines of local incidence, and areas against those of flat ground."""

    power: np.ndarray
    incidence: np.ndarray
    areas: np.ndarray


def points(grid):
    """Earth-fixed points of an annotation's grid."""
    normals = upwards(grid.longitudes, grid.latitudes)
    return on_ellipsoid(normals) + grid.heights[:, None] * normals


def scene_of(annotation):
    timing, orbit, records = annotation.timing, annotation.orbit, annotation.ground_range
    path = fit_orbit(orbit.times, orbit.positions, orbit.velocities, 0.0, timing.last_line)
    width = timing.samples * timing.pixel_spacing
    conversion = fit_conversion(records.times, records.origins, records.coefficients, width)
    times, ranges, _ = abeam(path, points(annotation.grid))
    plain = Timing(0.0, timing.line_interval, timing.pixel_spacing)
    return Scene(path, conversion, with_bistatic_rest(plain, times, ranges, annotation.grid.lines))


def image_of(product, polarisation):
    """An image of a product, with all that calibrates and places it."""
    found = images.load(product, polarisation)
    with rasterio.open(found.measurement) as dataset:
        pixels = dataset.read(1)
    gains = Table(found.calibration.lines, list(found.calibration.pixels), list(found.calibration.beta))
    azimuth = found.noise.azimuth
    blocks = [
        AzimuthBlock(first, last, left, right, lines, factors)
        for (first, last, left, right), lines, factors in zip(
            azimuth.blocks, azimuth.lines, azimuth.factors, strict=True
        )
    ]
    noise = Noise(Table(found.noise.lines, list(found.noise.pixels), list(found.noise.values)), blocks)

    def numbers(place, size):
        return pixels[place.line : place.line + size[0], place.pixel : place.pixel + size[1]]

    return Image(scene_of(found.annotation), *pixels.shape, numbers, gains, noise)


def prepare(products, polarisation, grid, heights_of, spread):
    """Terrain-flattened gamma nought of a tile: the first valid pixel of all slices."""
    whole = Window(0, 0, grid.rows, grid.columns)
    around = Window(-MARGIN_PX, -MARGIN_PX, grid.rows + 2 * MARGIN_PX, grid.columns + 2 * MARGIN_PX)
    found = None
    for product in products:
        image = image_of(product, polarisation)
        box = part_of(image, grid, around, spread)
        sums = sum_areas(image.scene, box, grid, [around], heights_of)
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
