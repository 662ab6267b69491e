"""The landscape: patches of one land cover each, what grows on them in a year, and their raster on a tile."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy import sparse
from scipy.ndimage import distance_transform_edt

from landloom.demo import landforms, parcels
from landloom.demo.classes import Code
from landloom.demo.fields import plane_field
from landloom.demo.layout import PIXEL_M, DemoTile, Layout
from landloom.demo.streams import Stream, generator

CROPS = (Code.WINTER_CEREALS, Code.MAIZE, Code.SUNFLOWER, Code.MEADOW)
PARCEL_CODES = (*CROPS, Code.ORCHARD, Code.BUILT_UP, Code.ROADS_AND_BARE)
# Shares of parcels: farms and yards (built-up, bare) stand among the fields.
ATLANTIC_SHARES = (0.30, 0.26, 0.11, 0.21, 0.09, 0.015, 0.015)
MEDITERRANEAN_SHARES = (0.28, 0.12, 0.23, 0.16, 0.17, 0.02, 0.02)
# Chances of next year's crop (columns) after this year's (rows), in the order of CROPS: cereals after
# sunflower and the other way round, maize after maize, few meadows ploughed.
ROTATION = np.array(
    [[0.25, 0.33, 0.37, 0.05], [0.38, 0.48, 0.09, 0.05], [0.76, 0.11, 0.08, 0.05], [0.08, 0.05, 0.02, 0.85]]
)
CONIFER_SHARE = 0.42
SMALLEST_PATCH_M2 = 60.0
SUBPIXELS = 3


@dataclass(frozen=True)
class Landscape:
    """Patches of land in the common plane and their cover in one year.

    Parameters
    ----------
    layout
        Where the landscape lies.
    patches
        Polygons that do not overlap, EPSG:2154, shape (patches,).
    codes
        Class of each patch, uint8, shape (patches,).
    """

    layout: Layout
    patches: NDArray[np.object_]
    codes: NDArray[np.uint8]

    @cached_property
    def centres(self) -> NDArray[np.float64]:
        """A point in each patch, metres, shape (patches, 2)."""
        found: NDArray[np.float64] = shapely.get_coordinates(shapely.point_on_surface(self.patches))
        return found

    @cached_property
    def is_mediterranean(self) -> NDArray[np.bool_]:
        """Which patches lie in the mediterranean region."""
        return self.layout.is_mediterranean(self.centres[:, 0], self.centres[:, 1])


def make_landscape(layout: Layout, seed: int) -> Landscape:
    """Draw the patches and their cover in the first year."""
    landform_rng = generator(seed, Stream.LANDFORMS)
    blocks = parcels.draw_blocks(layout, generator(seed, Stream.PARCELS, 0))
    fields = parcels.draw_parcels(blocks, layout, generator(seed, Stream.PARCELS, 1))
    lakes = landforms.draw_lakes(layout, landform_rng)
    settlements = landforms.draw_settlements(layout, landform_rng)
    roads = landforms.draw_main_roads(layout, landform_rng)
    river = landforms.draw_river(layout, landform_rng)
    lanes = landforms.draw_lanes(blocks, landform_rng)
    woods = landforms.draw_woods(layout, generator(seed, Stream.WOODS, 0))
    stands = _pieces(shapely.intersection(fields, woods))
    # From the top down: what comes first hides what comes after.
    layers = [
        _apart(roads, Code.ROADS_AND_BARE),
        _apart(river, Code.WATER),
        _apart(lakes, Code.WATER),
        _apart(lanes, Code.ROADS_AND_BARE),
        _cut_by_parcels(fields, settlements, Code.BUILT_UP),
        _apart(landforms.draw_banks(river, layout), Code.BROADLEAVED_FOREST),
        (stands, _stand_codes(stands, layout, seed)),
        (fields, _parcel_codes(fields, layout, generator(seed, Stream.LAND_USE))),
    ]
    patches, codes = _overlay(layers, layout)
    return Landscape(layout, patches, codes)


def rotate_crops(landscape: Landscape, seed: int, year: int) -> Landscape:
    """Return the landscape with the crops of `year`, given those of the year before."""
    chance = generator(seed, Stream.ROTATION, year).random(len(landscape.patches))
    crops = np.array(CROPS)
    row = np.searchsorted(crops, np.minimum(landscape.codes, crops[-1]))
    following = crops[(chance[:, None] > ROTATION.cumsum(axis=1)[row, :-1]).sum(axis=1)]
    codes = np.where(np.isin(landscape.codes, crops), following, landscape.codes)
    return Landscape(landscape.layout, landscape.patches, codes.astype(np.uint8))


def _apart(shapes: NDArray[np.object_], code: Code) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return shapes of one class without what each shares with those before it."""
    before = [shapely.union_all(shapes[:position]) for position in range(len(shapes))]
    return shapely.difference(shapes, before), np.full(len(shapes), code)


def _cut_by_parcels(
    fields: NDArray[np.object_], shapes: NDArray[np.object_], code: Code
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    pieces = _pieces(shapely.intersection(fields, shapely.union_all(shapes)))
    return pieces, np.full(len(pieces), code)


def _pieces(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons of which geometries consist, slivers left out."""
    parts = shapely.get_parts(geometries)
    found: NDArray[np.object_] = parts[
        (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > SMALLEST_PATCH_M2)
    ]
    return found


def _stand_codes(stands: NDArray[np.object_], layout: Layout, seed: int) -> NDArray[np.int64]:
    """Return broad-leaved or coniferous for each stand; alike ones stand together."""
    rng = generator(seed, Stream.WOODS, 1)
    field = plane_field(rng, layout.bounds_m, 50.0, slope=2.2, longest_m=1100.0 * layout.scale)
    centres = shapely.get_coordinates(shapely.point_on_surface(stands))
    suits_conifers = field.at(centres[:, 0], centres[:, 1]) + rng.normal(0, 0.4, len(stands))
    codes = np.full(len(stands), Code.BROADLEAVED_FOREST, dtype=np.int64)
    east = layout.is_mediterranean(centres[:, 0], centres[:, 1])
    for side in (east, ~east):
        if side.any():
            threshold = np.quantile(suits_conifers[side], 1 - CONIFER_SHARE)
            codes[side & (suits_conifers > threshold)] = Code.CONIFEROUS_FOREST
    return codes


def _parcel_codes(fields: NDArray[np.object_], layout: Layout, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return what each parcel is used for: exact shares per region, in a random order."""
    centres = shapely.get_coordinates(shapely.centroid(fields))
    east = layout.is_mediterranean(centres[:, 0], centres[:, 1])
    codes = np.empty(len(fields), dtype=np.int64)
    for side, shares in ((east, MEDITERRANEAN_SHARES), (~east, ATLANTIC_SHARES)):
        upper = np.cumsum(shares) / np.sum(shares)
        allocation = np.searchsorted(upper, (np.arange(side.sum()) + 0.5) / side.sum())
        codes[side] = rng.permutation(np.array(PARCEL_CODES)[allocation])
    return codes


def _overlay(
    layers: list[tuple[NDArray[np.object_], NDArray[np.int64]]], layout: Layout
) -> tuple[NDArray[np.object_], NDArray[np.uint8]]:
    """Return the visible parts of layers given from the top down, and their codes."""
    hidden = shapely.Polygon()
    patches, codes = [], []
    for polygons, layer_codes in layers:
        visible = shapely.intersection(polygons, layout.extent)
        touched = shapely.intersects(visible, hidden)
        visible[touched] = shapely.difference(visible[touched], hidden)
        parts, owners = shapely.get_parts(visible, return_index=True)
        kept = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > SMALLEST_PATCH_M2)
        patches.append(parts[kept])
        codes.append(layer_codes[owners[kept]])
        hidden = shapely.union_all([hidden, *polygons])
        shapely.prepare(hidden)
    return np.concatenate(patches), np.concatenate(codes).astype(np.uint8)


def rasterize_patches(landscape: Landscape, tile: DemoTile) -> NDArray[np.int32]:
    """Return the patch that covers each third of a pixel, with a rim of one pixel around the tile.

    Returns
    -------
    NDArray[np.int32]
        Indices of patches, shape (3 * size_px + 6, 3 * size_px + 6).
    """
    fine_m = PIXEL_M / SUBPIXELS
    transform = tile.transform(fine_m) @ Affine.translation(-SUBPIXELS, -SUBPIXELS)
    size = SUBPIXELS * (tile.size_px + 2)
    shapes = zip(tile.from_plane(landscape.patches), range(1, len(landscape.patches) + 1), strict=True)
    numbers = rasterize(shapes, (size, size), fill=0, transform=transform, dtype=np.int32)
    # Slivers that were dropped and hair cracks between patches go to the nearest patch.
    nearest = distance_transform_edt(numbers == 0, return_distances=False, return_indices=True)
    found: NDArray[np.int32] = numbers[tuple(nearest)] - 1
    return found


def mixing_matrix(patch_numbers: NDArray[np.int32], patches: int) -> sparse.csr_array:
    """Return how much each patch contributes to the signal of each pixel.

    A pixel sees a little of its neighbours: the instrument's point spread, here 17 m wide, against a pixel of
    10 m.

    Parameters
    ----------
    patch_numbers
        Result of `rasterize_patches`.
    patches
        Number of patches.

    Returns
    -------
    sparse.csr_array
        Shape (pixels, patches), float32, rows sum to 1.
    """
    weights = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
    size = patch_numbers.shape[0] // SUBPIXELS - 2
    rows = np.arange(size * size, dtype=np.int32)
    matrix = sparse.csr_array((size * size, patches), dtype=np.float32)
    first = SUBPIXELS - 1
    for down, row_weight in enumerate(weights, first):
        for right, col_weight in enumerate(weights, first):
            seen = patch_numbers[down : down + SUBPIXELS * size : SUBPIXELS][:, right::SUBPIXELS][:, :size].ravel()
            share = np.full(rows.size, row_weight * col_weight / weights.sum() ** 2, dtype=np.float32)
            matrix = matrix + sparse.csr_array((share, (rows, seen)), shape=matrix.shape)
    return matrix


def majority_code(patch_numbers: NDArray[np.int32], codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the class that covers most of each pixel, the lowest of equals: (size_px, size_px)."""
    inner = codes[patch_numbers[SUBPIXELS:-SUBPIXELS, SUBPIXELS:-SUBPIXELS]]
    size = inner.shape[0] // SUBPIXELS
    blocks = inner.reshape(size, SUBPIXELS, size, SUBPIXELS)
    counts = np.stack([(blocks == code).sum(axis=(1, 3), dtype=np.uint8) for code in Code])
    found: NDArray[np.uint8] = np.array(Code, dtype=np.uint8)[counts.argmax(axis=0)]
    return found
