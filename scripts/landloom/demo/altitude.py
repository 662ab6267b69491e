"""The altitude of the demonstration: hills that the sun lights, and land cover that keeps to its height a little.

Water lies low and woods lie high, as far as a smooth surface can follow them: so altitude tells something of classes
that stay from year to year, and nothing of crops.
"""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import from_origin
from scipy.ndimage import gaussian_filter

from landloom.demo.classes import Code
from landloom.demo.fields import plane_field
from landloom.demo.imaging import RELIEF_M, relief_field
from landloom.demo.landscape import Landscape
from landloom.demo.layout import PLANE_EPSG
from landloom.demo.streams import Stream, generator

PIXEL_M = 25.0
NODATA = -9999.0
MEAN_M, REGIONAL_M, COVER_M, ERROR_M = 190.0, 25.0, 90.0, 1.5
SMOOTHING_M = 130.0
# Where a class lies, from low to high; crops, which rotate, have no place of their own.
PREFERENCES = {
    Code.WATER: -1.0,
    Code.BUILT_UP: -0.2,
    Code.ORCHARD: 0.3,
    Code.BROADLEAVED_FOREST: 0.5,
    Code.CONIFEROUS_FOREST: 1.0,
}


def altitude_m(landscape: Landscape, seed: int) -> NDArray[np.float32]:
    """Return the altitude in metres on a grid of 25 m over the layout's bounds, rows from north to south."""
    left, bottom, right, top = landscape.layout.bounds_m
    columns, rows = int((right - left) / PIXEL_M) + 1, int((top - bottom) / PIXEL_M) + 1
    x, y = np.meshgrid(left + (np.arange(columns) + 0.5) * PIXEL_M, top - (np.arange(rows) + 0.5) * PIXEL_M)
    rng = generator(seed, Stream.ALTITUDE)
    regional = plane_field(rng, landscape.layout.bounds_m, 100.0, slope=3.0, longest_m=6000.0)
    heights = MEAN_M + RELIEF_M * relief_field(landscape.layout, seed).at(x, y) + REGIONAL_M * regional.at(x, y)
    preferred = [PREFERENCES.get(Code(code), 0.0) for code in landscape.codes]
    shapes = zip(landscape.patches, preferred, strict=True)
    transform = from_origin(left, top, PIXEL_M, PIXEL_M)
    cover = rasterize(shapes, (rows, columns), transform=transform, dtype=np.float32)
    smooth = gaussian_filter(cover, SMOOTHING_M * landscape.layout.scale / PIXEL_M, mode="nearest")
    error = rng.normal(0, ERROR_M, heights.shape)
    found: NDArray[np.float32] = (heights + COVER_M * smooth + error).astype(np.float32)
    return found


def write_altitude(path: Path, landscape: Landscape, seed: int) -> None:
    """Write the altitude of both tiles as one GeoTIFF in the common plane, float32, nodata -9999."""
    heights = altitude_m(landscape, seed)
    left, _, _, top = landscape.layout.bounds_m
    profile = {
        "driver": "GTiff",
        "height": heights.shape[0],
        "width": heights.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": f"EPSG:{PLANE_EPSG}",
        "transform": from_origin(left, top, PIXEL_M, PIXEL_M),
        "nodata": NODATA,
        "compress": "deflate",
        "predictor": 3,
    }
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(heights, 1)
