"""The ground of a tile and around it, as far as it shades the tile or falls on it in a radar image."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.sar import heights
from landloom.sar.heights import Heights
from landloom.sar.terrain import margin_px

SURROUNDINGS_M = 10_000.0
"""How far around a tile heights are looked at: 5500 m of difference fall so far at the steepest look."""

NEAR_INCIDENCE, FAR_INCIDENCE = 29.0, 46.0
"""Degrees, of the interferometric wide swath: layover reaches farthest near the satellite, shadow far from it."""

_COARSER = 8
_MOST_PIXELS = 2**22


@dataclass(frozen=True)
class Relief:
    """Heights of a tile.

    Attributes
    ----------
    source : Heights
    grid : Grid
        Of the tile.
    extremes : (float, float)
        Lowest and highest above the ellipsoid in the tile and its margin, in m.
    margin_px, shadow_px : int
        What is wanted around the tile, in pixels: for layover and for shadow.
    lacking : float
        Fraction of the tile without heights.
    """

    source: Heights
    grid: Grid
    extremes: tuple[float, float]
    margin_px: int
    shadow_px: int
    lacking: float

    def heights_of(self, window: Window) -> np.ndarray:
        """Return the heights of a window, which may reach beyond the grid: float32, in m, NaN where there is none."""
        return heights.read_heights(self.source, self.grid, window)

    @property
    def files(self) -> list[str]:
        """Return the files that the heights come from."""
        found = [*self.source.surface, *([self.source.geoid] if self.source.geoid else [])]
        return [str(one.path) for one in found]


def of_tile(dem: Path, datum: str, grid: Grid) -> Relief:
    """Return the relief of a tile.

    Parameters
    ----------
    dem : Path
        Raster of heights, or a folder of tiles.
    datum : str
        "ellipsoid", or the path of a raster of the geoid.
    grid : Grid
        Of the tile.

    Raises
    ------
    InputError
        As :func:`landloom.sar.heights.open_heights`; if the tile has no heights at all.
    """
    around = _around_px(grid)
    source = heights.open_heights(dem, datum, grid, around)
    wide = _coarse(grid, around)
    (low, high), _ = _extremes(source, wide, 0)
    margin = min(margin_px(grid, (low, high), NEAR_INCIDENCE), around)
    extremes, lacking = _extremes(source, grid, margin + 1)
    shadow = min(margin_px(grid, extremes, FAR_INCIDENCE), margin)
    if lacking == 1:
        raise InputError(f"dem: {dem} has no heights of {grid.described()}; get the tiles of this place")
    return Relief(source, grid, extremes, margin, shadow, lacking)


def box_of(grid: Grid) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees of the ground whose heights a tile needs."""
    return heights.box_around(grid, _around_px(grid))


def _around_px(grid: Grid) -> int:
    return math.ceil(SURROUNDINGS_M / min(ground.pixel_m(grid)))


def _coarse(grid: Grid, around: int) -> Grid:
    """Return a grid of wider pixels over a tile and its surroundings."""
    wide = grid.cut(Window(-around, -around, grid.rows + 2 * around, grid.columns + 2 * around))
    high, width = wide.resolution_y * _COARSER, wide.resolution * _COARSER
    rows, columns = -(-wide.rows // _COARSER), -(-wide.columns // _COARSER)
    return Grid(wide.crs, wide.left, wide.top, width, high, rows, columns)


def _extremes(source: Heights, grid: Grid, margin: int) -> tuple[tuple[float, float], float]:
    """Return the lowest and highest of a grid and a margin around it, and which fraction of the grid lacks heights.

    Heights are 0 where there is none at all.
    """
    low, high, lacking = math.inf, -math.inf, 0
    for window in strips(grid, margin, _MOST_PIXELS):
        found = heights.read_heights(source, grid, window)
        missing = np.isnan(found)
        rows = slice(max(-window.row, 0), max(grid.rows - window.row, 0))
        lacking += int(missing[rows, margin : margin + grid.columns].sum())
        if not missing.all():
            low, high = min(low, float(np.nanmin(found))), max(high, float(np.nanmax(found)))
    return ((low, high) if low <= high else (0.0, 0.0)), lacking / (grid.rows * grid.columns)


def strips(grid: Grid, margin_px: int, most_pixels: int) -> Iterator[Window]:
    """Yield windows of whole rows that cover a tile and a margin around it."""
    columns = grid.columns + 2 * margin_px
    rows, end = max(most_pixels // columns, 1), grid.rows + margin_px
    for row in range(-margin_px, end, rows):
        yield Window(row, -margin_px, min(rows, end - row), columns)
