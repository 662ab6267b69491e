"""Where models of neighbouring regions are weighed against each other: on both sides of the border between them.

Without it, maps show straight steps along borders that were drawn by hand. The weight of a region's model falls
linearly from 1, at ``interior_m`` inside the region, to 0, at ``exterior_m`` outside of it, as in iota2's boundary
fusion. Distances are those between pixel centres, less half a pixel, to the nearest pixel of the region or of
another; ground outside of all regions is no border. The reach beyond the tile's own pixels is drawn, too, so that
tiles agree where they meet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt

from landloom.geo import ownership, rasters, vectors
from landloom.geo.grids import Grid, Window

WINDOW_SIDE = 1024


@dataclass(frozen=True)
class Reach:
    """How far, and how, a region's model acts on both sides of its border.

    Attributes
    ----------
    interior_m, exterior_m : float
        Distance from the border at which the weight is 1 (inside) and 0 (outside), in units of the tile's CRS.
    least_weight : float
        Of a model within reach.
    """

    interior_m: float
    exterior_m: float
    least_weight: float

    @property
    def farthest_m(self) -> float:
        """Return the distance beyond which no border matters."""
        return max(self.interior_m, self.exterior_m)


def signed_distance(numbers: np.ndarray, number: int, pixel: tuple[float, float]) -> np.ndarray:
    """Return how far pixels lie inside a region (positive) or outside of it (negative).

    Parameters
    ----------
    numbers : ndarray of int, shape (rows, columns)
        Number of the region of each pixel, 0 outside of all.
    number : int
        Of the region.
    pixel : (height, width)

    Returns
    -------
    ndarray of float64, shape (rows, columns)
        Infinite where nothing of the other side is in sight.
    """
    inside = numbers == number
    half = min(pixel) / 2
    to_region = _distance_to(inside, pixel) - half
    to_others = _distance_to(~inside & (numbers != 0), pixel) - half
    return np.where(inside, to_others, -to_region)


def _distance_to(there: np.ndarray, pixel: tuple[float, float]) -> np.ndarray:
    """Return the distance to the nearest pixel that is there."""
    if not there.any():
        return np.full(there.shape, np.inf)
    found: np.ndarray = distance_transform_edt(~there, sampling=pixel)
    return found


def weights(distance: np.ndarray, reach: Reach) -> np.ndarray:
    """Return a model's weight by the signed distance to its region's border, float32; 0 out of its reach."""
    linear = np.clip((distance + reach.exterior_m) / (reach.interior_m + reach.exterior_m), 0, 1)
    within = np.maximum(linear, reach.least_weight)
    return np.where(distance > -reach.exterior_m, within, 0).astype(np.float32)


def window_weights(numbers: np.ndarray, regions: Sequence[int], margin: int, grid: Grid, reach: Reach) -> np.ndarray:
    """Return the weights of all models in a window.

    Parameters
    ----------
    numbers : ndarray of int, shape (rows + 2 margin, columns + 2 margin)
        Region of each pixel of the window and around it.
    regions : sequence of int
        Numbers of the regions, in the order wanted.

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
            distance = signed_distance(numbers, number, (grid.resolution_y, grid.resolution))
            found[position] = weights(distance, reach)[inner]
    return found


def write_tile_weights(territory_file: Path | str, tile: str, reach: Reach, path: Path, tags: rasters.Tags) -> None:
    """Write the weight of each region's model in a tile: float32, a band for each region, named by its number.

    Where ground belongs to no region, weights say nothing: it is not mapped.
    """
    grid = ownership.grids_of(vectors.read_layer(territory_file, "footprints"))[tile]
    margin = math.ceil(reach.farthest_m / min(grid.resolution, grid.resolution_y)) + 1
    # Where the border is, is told by pixels around the tile, too.
    around = grid.cut(Window(-margin, -margin, grid.rows + 2 * margin, grid.columns + 2 * margin))
    areas = ownership.project_regions(vectors.read_layer(territory_file, "regions"), around)
    regions = sorted({number for _, number in areas})
    dtype = rasters.label_dtype(regions)
    with rasters.create(path, grid, "float32", tags, bands=len(regions), nodata=None) as dataset:
        for band, number in enumerate(regions, 1):
            dataset.set_band_description(band, str(number))
        for window in grid.windows(WINDOW_SIDE):
            wide = Window(window.row, window.column, window.rows + 2 * margin, window.columns + 2 * margin)
            numbers = ownership.draw_regions(areas, around, wide, dtype)
            dataset.write(window_weights(numbers, regions, margin, grid, reach), window=window.ranges)
