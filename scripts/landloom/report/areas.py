"""Areas of the classes by pixel counting, and contributions of the tiles."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj import CRS, Geod
from shapely.geometry import Polygon

from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.geo.grids import Grid, transformer
from landloom.report.sources import Tile

M2_PER_HECTARE = 10_000.0
HECTARES_PER_KM2 = 100.0
UNCLASSIFIED_COLOR = "#dcdcdc"
_GEOGRAPHIC = "EPSG:4326"


@dataclass(frozen=True)
class ClassArea:
    """Mapped area of a class in the displayed map, in hectares."""

    code: int
    name: str
    color: str
    hectares: float
    fraction: float


@dataclass(frozen=True)
class TileRow:
    """Row of the table of tiles, with the number of used acquisitions of each sensor."""

    name: str
    hectares: float
    unclassified_fraction: float
    used: int
    by_sensor: tuple[int, ...]
    skipped: int
    filtered: int
    first: datetime.date | None
    last: datetime.date | None
    valid_fraction: float


def pixel_hectares(grid: Grid) -> float:
    """Return the area of a pixel in its projection; for geographic grids, the mean on the ellipsoid."""
    crs = CRS.from_user_input(grid.crs)
    if crs.is_geographic:
        return ellipsoid_hectares(grid.outline(), grid.crs) / (grid.rows * grid.columns)
    return grid.pixel_area * crs.axis_info[0].unit_conversion_factor ** 2 / M2_PER_HECTARE


def ellipsoid_hectares(polygon: Polygon, crs: str) -> float:
    """Return the area of a polygon on the ellipsoid."""
    longitudes, latitudes = transformer(crs, _GEOGRAPHIC).transform(*polygon.exterior.xy)
    return abs(Geod(ellps="WGS84").polygon_area_perimeter(longitudes, latitudes)[0]) / M2_PER_HECTARE


def total_hectares(tiles: Sequence[Tile]) -> float:
    """Return the area that the tiles own, mapped or unclassified."""
    return sum(tile.owned_pixels * pixel_hectares(tile.grid) for tile in tiles)


def class_areas(tiles: Sequence[Tile], classes: Nomenclature) -> list[ClassArea]:
    """Return the mapped area of every class in the nomenclature's order, and last that of unclassified pixels.

    Counts are of the displayed run, without a range over the runs: all runs confuse the same classes, so that it
    would be narrow around a biased number. Fractions refer to the area that the tiles own, so that their sum is one.
    """
    total = total_hectares(tiles)
    entries = [(entry.code, entry.name, entry.color) for entry in classes.classes]
    rows = []
    for code, name, color in [*entries, (UNCLASSIFIED, "unclassified", UNCLASSIFIED_COLOR)]:
        hectares = sum(tile.counts[0].get(code, 0) * pixel_hectares(tile.grid) for tile in tiles)
        rows.append(ClassArea(code, name, color, hectares, hectares / total if total else 0.0))
    return rows


def tile_rows(tiles: Sequence[Tile], sensors: Sequence[str]) -> list[TileRow]:
    """Return the table of tiles."""
    return [_tile_row(tile, sensors) for tile in tiles]


def _tile_row(tile: Tile, sensors: Sequence[str]) -> TileRow:
    dates = [record.date for record in tile.used]
    return TileRow(
        tile.name,
        tile.owned_pixels * pixel_hectares(tile.grid),
        tile.unclassified_fraction,
        len(tile.used),
        tuple(tile.used_of(sensor) for sensor in sensors),
        len(tile.skipped),
        len(tile.filtered),
        min(dates, default=None),
        max(dates, default=None),
        sum(record.valid_fraction for record in tile.used) / len(dates) if dates else float("nan"),
    )
