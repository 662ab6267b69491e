"""Weights of the models of neighbouring regions on both sides of their common border.

Without weights, maps show artificial discontinuities along borders that were drawn by hand. The weight of a region's
model falls linearly from 1, at ``interior_m`` inside the region, to 0, at ``exterior_m`` outside of it, as in iota2's
boundary fusion. Distances are measured between pixel centres, less half a pixel, to the nearest pixel of the region
or of another one. The edge of all regions is not a border. Regions are rasterised beyond the tile's own pixels, so
that neighbouring tiles agree.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt

from landloom.geo import ground, ownership, rasters, vectors
from landloom.geo.grids import Window

WINDOW_SIDE = 1024


@dataclass(frozen=True)
class Reach:
    """Weight function of a region's model on both sides of its border.

    Attributes
    ----------
    interior_m, exterior_m : float
        Distance from the border at which the weight is 1 (inside) and 0 (outside), in metres.
    least_weight : float
        Smallest weight of a model within its range.
    """

    interior_m: float
    exterior_m: float
    least_weight: float

    @property
    def farthest_m(self) -> float:
        """Return the distance in metres beyond which borders have no effect."""
        return max(self.interior_m, self.exterior_m)


def signed_distance(numbers: np.ndarray, number: int, pixel: tuple[float, float]) -> np.ndarray:
    """Return the signed distance of pixels to a region's border: positive inside, negative outside.

    Parameters
    ----------
    numbers : ndarray of int, shape (rows, columns)
        Number of the region of each pixel, 0 outside of all.
    number : int
        Number of the region.
    pixel : (height, width)
        Of a pixel, in metres.

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        Infinite if the window contains no pixel of the other side.
    """
    inside = numbers == number
    half = min(pixel) / 2
    to_region = _distance_to(inside, pixel) - half
    to_others = _distance_to(~inside & (numbers != 0), pixel) - half
    return np.where(inside, to_others, -to_region)


def _distance_to(there: np.ndarray, pixel: tuple[float, float]) -> np.ndarray:
    """Return the distance to the nearest pixel that is set."""
    if not there.any():
        return np.full(there.shape, np.inf)
    found: np.ndarray = distance_transform_edt(~there, sampling=pixel)
    return found


def weights(distance: np.ndarray, reach: Reach) -> np.ndarray:
    """Return a model's weight (float32) from the signed distance to its region's border; 0 out of range."""
    linear = np.clip((distance + reach.exterior_m) / (reach.interior_m + reach.exterior_m), 0, 1)
    within = np.maximum(linear, reach.least_weight)
    return np.where(distance > -reach.exterior_m, within, 0).astype(np.float32)


def window_weights(
    numbers: np.ndarray, regions: Sequence[int], margin: int, pixel: tuple[float, float], reach: Reach
) -> np.ndarray:
    """Return the weights of all models in a window.

    Parameters
    ----------
    numbers : ndarray of int, shape (rows + 2 margin, columns + 2 margin)
        Region of each pixel of the window and around it.
    regions : sequence of int
        Numbers of the regions in the order of the result.
    pixel : (height, width)
        Of a pixel, in metres.

    Returns
    -------
    ndarray of float32, shape (regions, rows, columns)
    """
    inner = (slice(margin, -margin),) * 2
    shape = numbers[inner].shape
    found = np.zeros((len(regions), *shape), np.float32)
    present = set(np.unique(numbers).tolist()) - {0}
    for position, number in enumerate(regions):
        if present == {number}:
            found[position] = numbers[inner] == number
        elif number in present:
            distance = signed_distance(numbers, number, pixel)
            found[position] = weights(distance, reach)[inner]
    return found


def write_tile_weights(territory_file: Path | str, tile: str, reach: Reach, path: Path, tags: rasters.Tags) -> None:
    """Write the weights of the regions' models in a tile: float32, one band per region, named by its number.

    Weights have no meaning outside of all regions, which are not mapped.
    """
    grid = ownership.grids_of(vectors.read_layer(territory_file, "footprints"))[tile]
    pixels = {window: ground.pixel_m(grid.cut(window)) for window in grid.windows(WINDOW_SIDE)}
    margin = math.ceil(reach.farthest_m / min(map(min, pixels.values()))) + 1
    # Borders near the tile's edge depend on pixels outside of the tile.
    around = grid.cut(Window(-margin, -margin, grid.rows + 2 * margin, grid.columns + 2 * margin))
    areas = ownership.project_regions(vectors.read_layer(territory_file, "regions"), around)
    regions = sorted({number for _, number in areas})
    dtype = rasters.label_dtype(regions)
    with rasters.create(path, grid, "float32", tags, bands=len(regions), nodata=None) as dataset:
        for band, number in enumerate(regions, 1):
            dataset.set_band_description(band, str(number))
        for window, pixel in pixels.items():
            wide = Window(window.row, window.column, window.rows + 2 * margin, window.columns + 2 * margin)
            numbers = ownership.draw_regions(areas, around, wide, dtype)
            dataset.write(window_weights(numbers, regions, margin, pixel, reach), window=window.ranges)
