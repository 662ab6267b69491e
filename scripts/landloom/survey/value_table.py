"""Table of the values of a tile's bands (`values.csv`), as its survey samples them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, write_text

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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in records:
        numbers = one.sampled_pixels, f"{one.clipped_fraction:.6f}", f"{one.least:g}", f"{one.greatest:g}"
        writer.writerow((one.sensor, one.band, *numbers, one.warning))
    write_text(path, text.getvalue())


def read(path: Path | str) -> list[ValueRecord]:
    """Read values.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [
                ValueRecord(
                    row["sensor"],
                    row["band"],
                    int(row["sampled_pixels"]),
                    float(row["clipped_fraction"]),
                    float(row["least"]),
                    float(row["greatest"]),
                    row["warning"],
                )
                for row in csv.DictReader(file)
            ]
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise InputError(f"{path}: is not a table of values ({error}); {REMAKE}") from None
