"""From a Sentinel-1 product, as it has been read, to what the kernels of this room take."""

import numpy as np

from landloom.sar.calibration import NO_NOISE, Blocks, Noise, Table
from landloom.sar.geocoding import LIGHT_M_S, Scene, Timing, abeam, with_bistatic_rest
from landloom.sar.ground_range import fit_conversion
from landloom.sar.nodes import on_ellipsoid, upwards
from landloom.sar.orbit import fit_orbit
from landloom.sar.preparation import Image, Numbers
from landloom.sensors.sentinel1 import images
from landloom.sensors.sentinel1.annotation import Annotation, GeolocationGrid
from landloom.sensors.sentinel1.tables import CalibrationTable, NoiseTable

TABLES = {"gamma_terrain": "beta", "gamma": "gamma", "sigma": "sigma"}
"""Calibration of each radiometry: terrain flattening starts from beta nought."""


def scene_of(annotation: Annotation) -> Scene:
    """Return the geometry of an image: orbit, ground range, and timing with the bistatic rest that its grid has."""
    timing, orbit, records = annotation.timing, annotation.orbit, annotation.ground_range
    fitted = fit_orbit(orbit.times, orbit.positions, orbit.velocities, 0.0, timing.last_line)
    width = timing.samples * timing.pixel_spacing
    conversion = fit_conversion(records.times, records.origins, records.coefficients, width)
    plain = Timing(0.0, timing.line_interval, timing.pixel_spacing)
    times, ranges, _ = abeam(fitted, points_of(annotation.grid))
    return Scene(fitted, conversion, with_bistatic_rest(plain, times, ranges, annotation.grid.lines))


def points_of(grid: GeolocationGrid) -> np.ndarray:
    """Return the points of an annotation's grid, Earth-fixed in m, of shape (points, 3)."""
    normals = upwards(grid.longitudes, grid.latitudes)
    found: np.ndarray = on_ellipsoid(normals) + grid.heights[:, None] * normals
    return found


def slant_ranges(grid: GeolocationGrid) -> np.ndarray:
    """Return the slant ranges of an annotation's grid in m."""
    found: np.ndarray = grid.slant_range_times * (LIGHT_M_S / 2)
    return found


def image_of(product: images.Image, scene: Scene, numbers: Numbers, radiometry: str, *, without_noise: bool) -> Image:
    """Return an image of a product for :mod:`landloom.sar.preparation`.

    Parameters
    ----------
    product : landloom.sensors.sentinel1.images.Image
    scene : Scene
        Of its slice: :func:`scene_of`.
    numbers : function
        Of its measurement: :func:`landloom.sar.measurement.numbers_of`.
    radiometry : {"gamma_terrain", "gamma", "sigma"}
    without_noise : bool
        Whether thermal noise is taken off, unless the processor has done so.
    """
    takes_off = without_noise and not product.annotation.noise_is_removed
    noise = noise_of(product.noise) if takes_off else NO_NOISE
    return Image(scene, *size_of(product.annotation), numbers, gains_of(product.calibration, radiometry), noise)


def size_of(annotation: Annotation) -> tuple[int, int]:
    """Return lines and pixels of an image."""
    return annotation.timing.lines, annotation.timing.samples


def gains_of(table: CalibrationTable, radiometry: str) -> Table:
    """Return the calibration vectors of a radiometry."""
    return Table(table.lines, table.pixels, getattr(table, TABLES[radiometry]))


def noise_of(table: NoiseTable) -> Noise:
    """Return thermal noise for the kernels."""
    along = table.azimuth
    return Noise(Table(table.lines, table.pixels, table.values), Blocks(along.blocks, along.lines, along.factors))
