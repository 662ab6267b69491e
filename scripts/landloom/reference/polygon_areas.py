"""Areas and spatial blocks of training polygons.

This module imports geopandas; training imports it only if needed.
"""

from pathlib import Path

import numpy as np

from landloom.geo import spatial_blocks, vectors

LAYER = "polygons"


def areas_km2(reference: Path | str) -> dict[int, float]:
    """Return the area of each polygon of ``reference.gpkg`` in square kilometres, by polygon."""
    table = vectors.read_columns(reference, LAYER, ["polygon", "area_m2"])
    return dict(zip(table.polygon.tolist(), (table.area_m2 / 1e6).tolist(), strict=True))


def blocks_of(reference: Path | str, polygons: np.ndarray, side_m: float) -> np.ndarray:
    """Return the block of ground of each sample.

    Parameters
    ----------
    reference : path
        ``reference.gpkg``.
    polygons : ndarray, (samples,) int64
        Polygon of each sample; polygons missing in the reference are separate blocks.
    side_m : float
        Side of a block, in metres.

    Returns
    -------
    ndarray, (samples,) int64
        Block numbers.
    """
    block_of_polygon = spatial_blocks.of_polygons(vectors.read_layer(reference, LAYER), side_m)
    numbers, block = np.unique(block_of_polygon.values, return_inverse=True)
    known = dict(zip(block_of_polygon.index.tolist(), block.tolist(), strict=True))
    found, polygon_of_sample = np.unique(polygons, return_inverse=True)
    own = [known.get(polygon, len(numbers) + position) for position, polygon in enumerate(found.tolist())]
    return np.array(own, np.int64)[polygon_of_sample]
