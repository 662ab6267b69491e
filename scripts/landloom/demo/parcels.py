"""The mosaic of fields: blocks of land between tracks, cut again and again into parcels."""

import numpy as np
import shapely
from numpy.typing import NDArray

from landloom.demo.layout import Layout

BLOCK_SPACING_M = 620.0
PARCEL_MEDIAN_M2 = 26_000.0
LARGEST_PARCEL_M2 = 62_000.0
CUTTING_ROUNDS = 9


def draw_blocks(layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return the blocks: Voronoi cells of a jittered lattice, clipped to the extent of the landscape."""
    spacing_m = BLOCK_SPACING_M * layout.scale
    left, bottom, right, top = layout.bounds_m
    x, y = np.meshgrid(np.arange(left, right + spacing_m, spacing_m), np.arange(bottom, top + spacing_m, spacing_m))
    lattice = np.column_stack([x.ravel(), y.ravel()])
    seeds = lattice + rng.uniform(-0.42, 0.42, lattice.shape) * spacing_m
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=layout.extent))
    blocks = shapely.intersection(cells, layout.extent)
    found: NDArray[np.object_] = blocks[shapely.area(blocks) > 1]
    return found


def draw_parcels(blocks: NDArray[np.object_], layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Cut blocks into parcels of about 1 to 6 hectares (less in a small demonstration).

    Parameters
    ----------
    blocks
        Convex polygons.
    layout
        Tiles and scale of the landscape.
    rng
        Source of the numbers.

    Returns
    -------
    NDArray[np.object_]
        The parcels, convex polygons that share their borders.
    """
    area_scale = layout.scale**2
    # Every block has its own grain: here small old fields, there land that was consolidated.
    wanted_m2 = PARCEL_MEDIAN_M2 * area_scale * rng.lognormal(0.0, 0.45, len(blocks))
    finished, growing = [], blocks
    for _ in range(CUTTING_ROUNDS):
        limit_m2 = np.minimum(1.5 * wanted_m2 * rng.uniform(0.7, 1.3, len(growing)), LARGEST_PARCEL_M2 * area_scale)
        small = shapely.area(growing) <= limit_m2
        finished.append(growing[small])
        growing, wanted_m2 = growing[~small], wanted_m2[~small]
        growing = np.concatenate(_cut_across(growing, rng))
        wanted_m2 = np.concatenate([wanted_m2, wanted_m2])
    parcels = np.concatenate([*finished, growing])
    found: NDArray[np.object_] = parcels[shapely.area(parcels) > 1]
    return found


def _cut_across(
    polygons: NDArray[np.object_], rng: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Cut each polygon in two across its longer axis, near the middle and slightly askew."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygons)).reshape(-1, 5, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    first_is_longer = np.hypot(*first.T) >= np.hypot(*second.T)
    along = np.where(first_is_longer[:, None], first, second)
    across = np.where(first_is_longer[:, None], second, first)
    share = rng.uniform(0.38, 0.62, (len(polygons), 1))
    # Measured from the centre, so that it does not matter from which corner the envelope starts.
    point = corners[:, :4].mean(axis=1) + (share - 0.5) * along
    skew = rng.normal(0.0, 0.05, (len(polygons), 1))
    cut = across / np.hypot(*across.T)[:, None] + skew * along / np.hypot(*along.T)[:, None]
    side = _half_planes(point, cut)
    return shapely.intersection(polygons, side), shapely.difference(polygons, side)


def _half_planes(points: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return large quadrangles on the left of the lines through `points` along `directions`."""
    reach = 5_000.0 * directions
    left = np.column_stack([-reach[:, 1], reach[:, 0]])
    ring = np.stack([points - reach, points + reach, points + reach + left, points - reach + left], axis=1)
    found: NDArray[np.object_] = shapely.polygons(ring)
    return found
