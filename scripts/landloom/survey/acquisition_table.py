"""Acquisition table of a tile: products of the archive and their status."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.sensors.acquisition import Acquisition

COLUMNS = ("sensor", "date", "product", "status", "valid_fraction", "content", "problem")


@dataclass(frozen=True)
class AcquisitionRecord:
    """Row of acquisitions.csv: an acquisition and its status.

    Attributes
    ----------
    sensor : str
    date : datetime.date
    product : str
    problem : str
        Reason why it was left out; empty if it is used.
    valid_fraction : float
        Fraction of the tile's pixels that are valid.
    content : str
        Digest of its files and of how they are read, so that dependent jobs depend on this table; empty if it is left
        out.
    filtered : bool
        Whether a filter of the configuration excluded it, or a newer processing replaces it, as opposed to an error.
    """

    sensor: str
    date: datetime.date
    product: str
    problem: str
    valid_fraction: float
    content: str = ""
    filtered: bool = False

    @property
    def status(self) -> str:
        """Return its status: used, skipped or filtered."""
        if not self.problem:
            return "used"
        return "filtered" if self.filtered else "skipped"


def broken_record(acquisition: Acquisition, problem: InputError) -> AcquisitionRecord:
    """Return the row of an acquisition that cannot be used."""
    return AcquisitionRecord(acquisition.sensor, acquisition.date, acquisition.product, str(problem), 0.0)


def write(records: Sequence[AcquisitionRecord], path: Path | str) -> None:
    """Write acquisitions.csv."""
    tables.write(path, COLUMNS, map(_row, records))


def _row(record: AcquisitionRecord) -> tuple[str, ...]:
    return (
        record.sensor,
        record.date.isoformat(),
        record.product,
        record.status,
        f"{record.valid_fraction:.4f}",
        record.content,
        record.problem,
    )


def read(path: Path | str) -> list[AcquisitionRecord]:
    """Read acquisitions.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "acquisitions", _of_row)


def _of_row(row: Mapping[str, str]) -> AcquisitionRecord:
    return AcquisitionRecord(
        row["sensor"],
        datetime.date.fromisoformat(row["date"]),
        row["product"],
        row["problem"],
        float(row["valid_fraction"]),
        row["content"],
        row["status"] == "filtered",
    )


def used_dates(records_of: Mapping[str, Sequence[AcquisitionRecord]], sensor: str) -> dict[str, list[datetime.date]]:
    """Return the dates of a sensor's used acquisitions for each tile that has some."""
    dates = {
        tile: [record.date for record in records if record.sensor == sensor and not record.problem]
        for tile, records in records_of.items()
    }
    return {tile: found for tile, found in dates.items() if found}
