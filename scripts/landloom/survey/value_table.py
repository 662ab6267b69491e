"""Table of the values of a tile's bands (`values.csv`), as its survey samples them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landloom.core import tables

COLUMNS = ("sensor", "band", "sampled_pixels", "clipped_fraction", "least", "greatest", "warning")


@dataclass(frozen=True)
class ValueRecord:
    """Row of values.csv: a band of a sensor.

    Attributes
    ----------
    sensor, band : str
    sampled_pixels : int
        Valid pixels of the sample, over all dates.
    clipped_fraction : float
        Fraction of these whose value is stored as the least or greatest possible.
    least, greatest : float
        After scaling, not clipped; NaN without valid pixels.
    warning : str
        What is odd; empty if nothing is.
    """

    sensor: str
    band: str
    sampled_pixels: int
    clipped_fraction: float
    least: float
    greatest: float
    warning: str


@dataclass
class Notes:
    """What a survey says beside its results: texts for the log, and the values of bands."""

    texts: list[str] = field(default_factory=list)
    values: list[ValueRecord] = field(default_factory=list)


def write(records: Sequence[ValueRecord], path: Path | str) -> None:
    """Write values.csv."""
    tables.write(path, COLUMNS, map(_row, records))


def _row(one: ValueRecord) -> tuple[str | int, ...]:
    numbers = one.sampled_pixels, f"{one.clipped_fraction:.6f}", f"{one.least:g}", f"{one.greatest:g}"
    return one.sensor, one.band, *numbers, one.warning


def read(path: Path | str) -> list[ValueRecord]:
    """Read values.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "values", _of_row)


def _of_row(row: Mapping[str, str]) -> ValueRecord:
    return ValueRecord(
        row["sensor"],
        row["band"],
        int(row["sampled_pixels"]),
        float(row["clipped_fraction"]),
        float(row["least"]),
        float(row["greatest"]),
        row["warning"],
    )
