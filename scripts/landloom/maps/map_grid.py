"""Grid of the map: its CRS, its pixels, and whether these are those of the tiles.

Where the tiles have common pixels, the map keeps them: snapped to multiples of the pixel's side, a map of Landsat,
whose corners are odd multiples of 15 m, would lie half a pixel beside its tiles.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pyproj.exceptions import ProjError
from shapely.geometry import Polygon

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids, ground, lattices
from landloom.geo.grids import Grid
from landloom.geo.ground import GEOGRAPHIC

MOST_TIMES = 10
"""A map is at most so many times as long as the ground of its tiles; projections stretch it far less."""


@dataclass(frozen=True)
class Wanted:
    """Grid of the map in the configuration; None: by the tiles.

    Attributes
    ----------
    crs : str or None
    resolution_m : float or None
        Side of a pixel in metres.
    resolution : float or None
        Instead, in units of the CRS.
    """

    crs: str | None = None
    resolution_m: float | None = None
    resolution: float | None = None


def map_crs(wanted: str | None, tile_grids: Sequence[Grid]) -> str:
    """Return the CRS of the map: the configured one, or the tiles' common CRS.

    Raises
    ------
    InputError
        If it has to be configured.
    """
    own = sorted({grid.crs for grid in tile_grids})
    if wanted is None and len(own) > 1:
        raise InputError(f"map.crs: the tiles are in several CRSs ({', '.join(own)}); choose one for the map")
    return grids.crs_name(wanted) if wanted else own[0]


def map_grid(tile_grids: Mapping[str, Grid], wanted: Wanted) -> Grid:
    """Return the grid of the map, which covers all tiles; its default resolution is the finest of theirs.

    Raises
    ------
    InputError
        If CRS or resolution have to be configured, or do not suit the tiles.
    """
    tiles = list(tile_grids.values())
    crs = map_crs(wanted.crs, tiles)
    outlines = [(grid.crs, grid.outline()) for grid in tiles]
    try:
        box = lattices.box_of(outlines, crs)
    except (ValueError, OverflowError, ProjError) as error:  # coordinates outside of the CRS' domain are infinite
        raise InputError(f"map.crs: {crs} does not cover the tiles ({error})") from None
    _check_extent(outlines, box)
    found = lattices.covering(outlines, lattice_of(tiles, box, wanted))
    if max(found.rows, found.columns) >= 2**31:
        raise InputError(
            f"map.resolution_m: {found.resolution:g} makes {found.columns} x {found.rows} pixels, "
            "more than a raster holds"
        )
    return found


def lattice_of(tiles: Sequence[Grid], box: Grid, wanted: Wanted) -> Grid:
    """Return a grid of the map's lattice: that of the tiles in its CRS and resolution, else multiples from zero.

    Parameters
    ----------
    box : Grid
        One pixel as large as the map.

    Raises
    ------
    InputError
        If the resolution has to be configured.
    """
    own = [grid for grid in tiles if grid.crs == box.crs]
    resolution = wanted.resolution or _of_metres(box, wanted.resolution_m)
    if resolution is None and len(own) == len(tiles) and lattices.is_common(own):
        return own[0]
    if resolution is None and {grids.unit(grid.crs) for grid in tiles} != {grids.unit(box.crs)}:
        raise InputError("map.resolution: the tiles are measured in other units than the map; choose its resolution")
    resolution = resolution or min(min(grid.resolution, grid.resolution_y) for grid in tiles)
    multiples = lattices.of_multiples(box.crs, resolution)
    return next(iter(lattices.alike(tiles, multiples)), multiples)


def _of_metres(box: Grid, resolution_m: float | None) -> float | None:
    """Return a resolution in units of the CRS, which have to be metres on the ground."""
    if resolution_m is not None:
        ground.check_metres(box, "map.resolution_m", "give `map.resolution`, in units of the CRS, instead")
    return resolution_m


def _check_extent(outlines: Sequence[tuple[str, Polygon]], box: Grid) -> None:
    """Raise if the map would be far longer than the ground of the tiles, as across the edge of its CRS."""
    degrees = [grids.transformer(crs, GEOGRAPHIC).transform(*shape.exterior.xy) for crs, shape in outlines]
    longitude, latitude = np.hstack([np.array(points) for points in degrees])
    x, y = grids.transformer(GEOGRAPHIC, box.crs).transform(longitude[0], latitude[0])
    side = box.resolution / 1e4
    here = Grid(box.crs, x - side / 2, y + side / 2, side, side, 1, 1)
    told_m = math.hypot(box.resolution, box.resolution_y) * min(ground.metres_per_unit(here))
    times = told_m / ground.extent_m(longitude, latitude)
    if times > MOST_TIMES:
        raise InputError(
            f"map.crs: in {shortened(box.crs)} the map is {times:.0f} times as long as the ground of the tiles, "
            "which lie on both sides of the edge of this CRS (such as the 180th meridian): choose one that is "
            "continuous there, such as the UTM zone of a tile, EPSG:3832 for the Pacific, or a polar projection"
        )


def resampled(tile_grids: Mapping[str, Grid], grid: Grid) -> list[str]:
    """Return the tiles whose pixels are not those of the map."""
    return sorted(tile for tile, own in tile_grids.items() if not lattices.same(own, grid))


def described(tile_grids: Mapping[str, Grid], grid: Grid) -> str:
    """Return whose pixels the map has, as a sentence for logs and reports."""
    moved = resampled(tile_grids, grid)
    if not moved:
        return "The map has the pixels of its tiles."
    kept = "" if len(moved) == len(tile_grids) else "; it has those of the others"
    return (
        f"The map has pixels of {grid.resolution:g} {ground.unit(grid.crs)}, their upper left corner at "
        f"{grid.corner_described()}. Each shows the nearest pixel, up to half a pixel away, of "
        f"{shortened(', '.join(moved))}{kept}."
    )
