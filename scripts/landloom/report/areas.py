"""Areas of the classes by pixel counting, on the ellipsoid, and contributions of the tiles."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from landloom.core.nomenclature import UNCLASSIFIED, Nomenclature
from landloom.report.sources import Tile

UNCLASSIFIED_COLOR = "#dcdcdc"


@dataclass(frozen=True)
class ClassArea:
    """Mapped area of a class in the displayed map, and its range over all runs, in hectares."""

    code: int
    name: str
    color: str
    hectares: float
    fraction: float
    lowest: float
    highest: float


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
    """Return the area of every class in the nomenclature's order, and last that of unclassified pixels.

    Fractions refer to the area that the tiles own, so that their sum is one.
    """
    total = total_hectares(tiles)
    entries = [(entry.code, entry.name, entry.color) for entry in classes.classes]
    rows = []
    for code, name, color in [*entries, (UNCLASSIFIED, "unclassified", UNCLASSIFIED_COLOR)]:
        runs = [_hectares_of(tiles, code, run) for run in range(len(tiles[0].counts))]
        fraction = runs[0] / total if total else 0.0
        rows.append(ClassArea(code, name, color, runs[0], fraction, min(runs), max(runs)))
    return rows


def _hectares_of(tiles: Sequence[Tile], code: int, run: int) -> float:
    return sum(tile.hectares[run].get(code, 0.0) for tile in tiles)


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
