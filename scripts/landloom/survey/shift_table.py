"""Shift table of a tile: co-registration shift of each acquisition."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.sensors.acquisition import Acquisition

COLUMNS = (
    "sensor",
    "date",
    "product",
    "status",
    "shift_x_m",
    "shift_y_m",
    "patches",
    "agreeing",
    "spread_m",
    "problem",
)

Status = Literal["reference", "moved", "in_place", "not_found", "left_out"]


@dataclass(frozen=True)
class Shift:
    """Row of shifts.csv: an acquisition and its shift.

    Attributes
    ----------
    sensor : str
    date : datetime.date
    product : str
    status : str
        ``reference``; ``moved``; ``in_place`` (the shift is negligible); ``not_found`` (it is used unshifted);
        ``left_out`` (because the shift was not found).
    x_m, y_m : float
        Shift to apply, east and north, in metres on the ground; 0 if unknown.
    patches, agreeing : int
        Number of patches compared, and number that agree on the shift.
    spread_m : float
        Root mean square distance of their shifts from it.
    problem : str
        Reason why the shift was not found.
    """

    sensor: str
    date: datetime.date
    product: str
    status: Status
    x_m: float = 0.0
    y_m: float = 0.0
    patches: int = 0
    agreeing: int = 0
    spread_m: float = 0.0
    problem: str = ""


def write(shifts: Sequence[Shift], path: Path | str) -> None:
    """Write shifts.csv with millimetre precision; unknown shifts are empty cells."""
    tables.write(path, COLUMNS, map(_row, shifts))


def _row(one: Shift) -> tuple[object, ...]:
    known = one.status in ("moved", "in_place", "reference")
    # Avoid -0.000.
    numbers = [f"{round(value, 3) + 0.0:.3f}" if known else "" for value in (one.x_m, one.y_m, one.spread_m)]
    position = (*numbers[:2], one.patches, one.agreeing, numbers[2], one.problem)
    return one.sensor, one.date.isoformat(), one.product, one.status, *position


def read(path: Path | str) -> list[Shift]:
    """Read shifts.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "shifts", _of_row)


def _of_row(row: Mapping[str, str]) -> Shift:
    x_m, y_m, spread_m = (float(row[name] or 0) for name in ("shift_x_m", "shift_y_m", "spread_m"))
    return Shift(
        row["sensor"],
        datetime.date.fromisoformat(row["date"]),
        row["product"],
        row["status"],  # type: ignore[arg-type]
        x_m,
        y_m,
        int(row["patches"]),
        int(row["agreeing"]),
        spread_m,
        row["problem"],
    )


def moved(acquisitions: Mapping[str, Sequence[Acquisition]], shifts: Sequence[Shift]) -> dict[str, list[Acquisition]]:
    """Return acquisitions with their shifts, without those that are left out.

    Raises
    ------
    InputError
        If a sensor has none left.
    """
    found = {(one.sensor, one.product): one for one in shifts}
    placed = {
        sensor: [_placed(record, found.get((sensor, record.product))) for record in records]
        for sensor, records in acquisitions.items()
    }
    kept = {sensor: [record for record in records if record is not None] for sensor, records in placed.items()}
    empty = [sensor for sensor, records in acquisitions.items() if records and not kept[sensor]]
    if empty:
        raise InputError(
            f"sensors.{empty[0]}.coregistration: no acquisition's shift could be found, and `otherwise: leave_out` "
            "leaves them all out; shifts.csv says why"
        )
    return kept


def _placed(record: Acquisition, shift: Shift | None) -> Acquisition | None:
    if shift is None or shift.status in ("reference", "in_place", "not_found"):
        return record
    return None if shift.status == "left_out" else replace(record, shift_m=(shift.x_m, shift.y_m))
