"""From a Sentinel-1 product, as it has been read, to what the kernels of this room take."""

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.sar.calibration import NO_NOISE, Blocks, Noise, Place, Table
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


def image_of(product: images.Image, radiometry: str, *, without_noise: bool) -> Image:
    """Return an image of a product for :mod:`landloom.sar.preparation`.

    Parameters
    ----------
    product : landloom.sensors.sentinel1.images.Image
    radiometry : {"gamma_terrain", "gamma", "sigma"}
    without_noise : bool
        Whether thermal noise is taken off, unless the processor has done so.

    Raises
    ------
    InputError
        If the measurement cannot be opened, or has another size than the annotation says.
    """
    timing = product.annotation.timing
    takes_off = without_noise and not product.annotation.noise_is_removed
    return Image(
        scene_of(product.annotation),
        timing.lines,
        timing.samples,
        _numbers(product.measurement, (timing.lines, timing.samples)),
        gains_of(product.calibration, radiometry),
        noise_of(product.noise) if takes_off else NO_NOISE,
    )


def gains_of(table: CalibrationTable, radiometry: str) -> Table:
    """Return the calibration vectors of a radiometry."""
    return Table(table.lines, table.pixels, getattr(table, TABLES[radiometry]))


def noise_of(table: NoiseTable) -> Noise:
    """Return thermal noise for the kernels."""
    along = table.azimuth
    return Noise(Table(table.lines, table.pixels, table.values), Blocks(along.blocks, along.lines, along.factors))


def _numbers(path: str, size: tuple[int, int]) -> Numbers:
    """Return a function that reads parts of a measurement."""
    try:
        with rasterio.open(path) as dataset:
            found = dataset.shape
    except rasterio.errors.RasterioError as error:
        raise InputError(f"{path}: cannot be read ({error}); download the product again") from None
    if found != size:
        raise InputError(
            f"{path}: has {found[0]} lines and {found[1]} pixels, its annotation {size[0]} and {size[1]}; "
            "download the product again"
        )

    def read(place: Place, shape: tuple[int, int]) -> np.ndarray:
        window = Window(place.line, place.pixel, *shape)
        try:
            with rasterio.open(path) as dataset:
                numbers: np.ndarray = dataset.read(1, window=window.ranges)
        except rasterio.errors.RasterioError as error:
            raise InputError(f"{path}: cannot be read ({error}); download the product again") from None
        return numbers

    return read
