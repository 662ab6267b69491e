"""From the annotation of a Sentinel-1 image to what the kernels of this room take."""

from collections.abc import Sequence

import numpy as np
from pyproj import Transformer

from landloom.sar.calibration import NO_NOISE, AzimuthBlock, Noise, Table
from landloom.sar.geocoding import Scene, Timing, abeam, with_bistatic_rest
from landloom.sar.ground_range import fit_conversion
from landloom.sar.orbit import fit_orbit
from landloom.sensors.sentinel1.annotation import Annotation
from landloom.sensors.sentinel1.images import Image
from landloom.sensors.sentinel1.tables import AzimuthFactors, NoiseTable

TABLES = {"gamma_terrain": "beta", "gamma": "gamma", "sigma": "sigma"}
"""Column of the calibration behind each radiometry; terrain flattening starts from beta nought."""


def scene_of(annotation: Annotation) -> Scene:
    """Return the geometry of an image; the annotation's own points give the rest of the travel time in lines.

    Raises
    ------
    InputError
        If the orbit does not cover the image, or slant range does not grow with ground range.
    """
    orbit, records, timing = annotation.orbit, annotation.ground_range, annotation.timing
    fitted = fit_orbit(orbit.times, orbit.positions, orbit.velocities, 0.0, timing.last_line)
    width = timing.samples * timing.pixel_spacing
    conversion = fit_conversion(records.times, records.origins, records.coefficients, width)
    grid = annotation.grid
    to_earth = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    points = np.stack(to_earth.transform(grid.longitudes, grid.latitudes, grid.heights), -1)
    times, ranges, _ = abeam(fitted, points)
    plain = Timing(0.0, timing.line_interval, timing.pixel_spacing)
    return Scene(fitted, conversion, with_bistatic_rest(plain, times, ranges, grid.lines))


def gains_of(image: Image, radiometry: str) -> Table:
    """Return the calibration of an image, for a radiometry of the configuration."""
    table = image.calibration
    return Table(table.lines, list(table.pixels), list(getattr(table, TABLES[radiometry])))


def noise_of(image: Image, *, taken_off: bool) -> Noise:
    """Return the thermal noise that is to be taken off: none where that is not wanted, or has been done."""
    if not taken_off or image.annotation.noise_is_removed:
        return NO_NOISE
    table: NoiseTable = image.noise
    return Noise(Table(table.lines, list(table.pixels), list(table.values)), _blocks(table.azimuth))


def _blocks(azimuth: AzimuthFactors) -> Sequence[AzimuthBlock]:
    found = []
    for block, lines, factors in zip(azimuth.blocks, azimuth.lines, azimuth.factors, strict=True):
        first_line, last_line, first_pixel, last_pixel = map(int, block)
        found.append(AzimuthBlock(first_line, last_line, first_pixel, last_pixel, lines, factors))
    return found
