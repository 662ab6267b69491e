"""Areas of the classes by pixel counting, on the ellipsoid, and contributions of the tiles."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.report.sources import Tile

UNCLASSIFIED_COLOR = "#dcdcdc"


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


def total_hectares(tiles: Sequence[Tile]) -> float:
    """Return the area that the tiles own, mapped or unclassified."""
    return sum(tile.owned_hectares for tile in tiles)


def class_areas(tiles: Sequence[Tile], classes: Nomenclature) -> list[ClassArea]:
    """Return the mapped area of every class in the nomenclature's order, and last that of unclassified pixels.

    Counts are of the displayed run, without a range over the runs: all runs confuse the same classes, so that it
    would be narrow around a biased number. Fractions refer to the area that the tiles own, so that their sum is one.
    """
    total = total_hectares(tiles)
    entries = [(entry.code, entry.name, entry.color) for entry in classes.classes]
    rows = []
    for code, name, color in [*entries, (UNCLASSIFIED, "unclassified", UNCLASSIFIED_COLOR)]:
        hectares = sum(tile.hectares[0].get(code, 0.0) for tile in tiles)
        rows.append(ClassArea(code, name, color, hectares, hectares / total if total else 0.0))
    return rows


def tile_rows(tiles: Sequence[Tile], sensors: Sequence[str]) -> list[TileRow]:
    """Return the table of tiles."""
    return [_tile_row(tile, sensors) for tile in tiles]


def _tile_row(tile: Tile, sensors: Sequence[str]) -> TileRow:
    dates = [record.date for record in tile.used]
    return TileRow(
        tile.name,
        tile.owned_hectares,
        tile.unclassified_fraction,
        len(tile.used),
        tuple(tile.used_of(sensor) for sensor in sensors),
        len(tile.skipped),
        len(tile.filtered),
        min(dates, default=None),
        max(dates, default=None),
        sum(record.valid_fraction for record in tile.used) / len(dates) if dates else float("nan"),
    )
