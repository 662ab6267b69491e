"""Co-registration summary: shifts of images by tile and sensor."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from landloom.report.sources import Tile
from landloom.survey.shift_table import Shift


@dataclass(frozen=True)
class PlacementRow:
    """Shifts of the images of a sensor and tile; NaN if no shift was found.

    Attributes
    ----------
    tile, sensor : str
    moved, in_place, not_found, left_out : int
        Numbers of images: shifted, already aligned, used unshifted because the shift was not found, or left out for
        that reason.
    x_m, y_m : float
        Mean shift east and north of the images whose shift was found.
    largest_m : float
        Longest shift.
    """

    tile: str
    sensor: str
    moved: int
    in_place: int
    not_found: int
    left_out: int
    x_m: float
    y_m: float
    largest_m: float


def rows(tiles: Sequence[Tile]) -> list[PlacementRow]:
    """Return a row for each tile and sensor with co-registration."""
    return [
        _row(tile.name, sensor, [one for one in tile.shifts if one.sensor == sensor])
        for tile in tiles
        for sensor in dict.fromkeys(one.sensor for one in tile.shifts)
    ]


def _row(tile: str, sensor: str, shifts: Sequence[Shift]) -> PlacementRow:
    statuses = [one.status for one in shifts]
    known = [one for one in shifts if one.status in ("moved", "in_place")]
    nothing = float("nan")
    return PlacementRow(
        tile,
        sensor,
        statuses.count("moved"),
        statuses.count("in_place"),
        statuses.count("not_found"),
        statuses.count("left_out"),
        fmean(one.x_m for one in known) if known else nothing,
        fmean(one.y_m for one in known) if known else nothing,
        max((abs(complex(one.x_m, one.y_m)) for one in known), default=nothing),
    )
