"""The heights that the radar of the demonstration sees: its hills, much steeper, with slopes to 40 degrees.

Optical products are corrected for slopes, so that they do not show these; a radar image shows little else before its
terrain is flattened. Heights are above the ellipsoid: the geoid is 49 m above it here.
"""

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy.ndimage import distance_transform_edt, gaussian_filter

from landloom.demo.imaging import relief_field
from landloom.demo.landscape import Landscape
from landloom.demo.layout import PLANE_EPSG, Layout
from landloom.geo.grids import Grid, Window

PIXEL_M, FINER = 20.0, 4
"""Of the heights; facets of the ground, of 5 m, are so many times finer."""

RIM_PX = 4
AROUND_M = 1500.0
"""Heights beyond the landscape: slopes there may fall together with those of a tile, or shade them."""

LOWEST_M, STEEPEST_DEG = 160.0, 40.0
SMOOTHING_M = 60.0
NODATA = -9999.0


def dem_grid(layout: Layout) -> Grid:
    """Return the grid of the heights: in the common plane, over the landscape and what lies around it."""
    left, bottom, right, top = layout.bounds_m
    left, top = (PIXEL_M * round(edge / PIXEL_M) for edge in (left - AROUND_M, top + AROUND_M))
    columns, rows = (int(np.ceil(side / PIXEL_M)) for side in (right + AROUND_M - left, top - bottom + AROUND_M))
    return Grid(f"EPSG:{PLANE_EPSG}", left, top, PIXEL_M, PIXEL_M, rows, columns)


def facet_grid(layout: Layout) -> Grid:
    """Return the finer grid of facets, without a rim of the heights: between these, two are needed on each side."""
    heights = dem_grid(layout)
    return heights.cut(Window(RIM_PX, RIM_PX, heights.rows - 2 * RIM_PX, heights.columns - 2 * RIM_PX)).divided(FINER)


def heights_m(layout: Layout, seed: int) -> NDArray[np.float32]:
    """Return the heights on :func:`dem_grid`; beyond the landscape they go on, mirrored."""
    grid = dem_grid(layout)
    left, bottom, right, top = layout.bounds_m
    x = grid.left + (np.arange(grid.columns) + 0.5) * PIXEL_M
    y = grid.top - (np.arange(grid.rows) + 0.5) * PIXEL_M
    inside = np.meshgrid(_mirrored(x, left, right), _mirrored(y, bottom, top))
    hills = gaussian_filter(relief_field(layout, seed).at(*inside), SMOOTHING_M / PIXEL_M, mode="nearest")
    steepest = np.hypot(*np.gradient(hills.astype(np.float64), PIXEL_M)).max()
    found = LOWEST_M + (hills - hills.min()) * np.tan(np.radians(STEEPEST_DEG)) / steepest
    return np.asarray(found, np.float32)


def _mirrored(values: NDArray, low: float, high: float) -> NDArray[np.float64]:
    width = high - low
    found: NDArray[np.float64] = low + width - np.abs((values - low) % (2 * width) - width)
    return found


def write_dem(path: Path, layout: Layout, seed: int) -> None:
    """Write the heights as a GeoTIFF, float32, metres above the ellipsoid, nodata -9999."""
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": NODATA, "compress": "deflate"}
    with rasterio.open(path, "w", **profile, predictor=3, **dem_grid(layout).profile()) as raster:
        raster.write(heights_m(layout, seed), 1)


def facet_patches(landscape: Landscape) -> NDArray[np.int32]:
    """Return the patch of each facet of the ground, on :func:`facet_grid`; around the landscape, the nearest."""
    grid = facet_grid(landscape.layout)
    shapes = zip(landscape.patches, range(1, len(landscape.patches) + 1), strict=True)
    numbers = rasterize(shapes, (grid.rows, grid.columns), fill=0, transform=grid.transform, dtype=np.int32)
    nearest = distance_transform_edt(numbers == 0, return_distances=False, return_indices=True)
    found: NDArray[np.int32] = numbers[tuple(nearest)] - 1
    return found
