"""Table of the values that a job has read of a tile: every valid one, where the survey samples some blocks.

`sample_values.csv` is of the pixels that train, `map_values.csv` of those that are mapped.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import tables


@dataclass(frozen=True)
class ValueCount:
    """Values of a band of a sensor, over all observations.

    Attributes
    ----------
    sensor, band : str
    pixels : int
        Valid observations of the pixels that were asked for.
    clipped : int
        Those whose stored value is the least or the greatest possible, or below it.
    least, greatest : int
        Of the stored values; 0 if there are none.
    """

    sensor: str
    band: str
    pixels: int
    clipped: int
    least: int
    greatest: int


COLUMNS = tuple(field.name for field in dataclasses.fields(ValueCount))


def write(counts: Sequence[ValueCount], path: Path | str) -> None:
    """Write the table."""
    tables.write(path, COLUMNS, map(dataclasses.astuple, counts))


def read(path: Path | str) -> list[ValueCount]:
    """Read the table.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "counted values", _of_row)


def _of_row(row: Mapping[str, str]) -> ValueCount:
    numbers = (int(row[name]) for name in ("pixels", "clipped", "least", "greatest"))
    return ValueCount(row["sensor"], row["band"], *numbers)


def joined(counts: Iterable[ValueCount]) -> dict[tuple[str, str], ValueCount]:
    """Return the counts of several tiles by sensor and band, in the order of their first tile."""
    found: dict[tuple[str, str], ValueCount] = {}
    for one in counts:
        key = one.sensor, one.band
        found[key] = _sum(found[key], one) if key in found else one
    return found


def _sum(one: ValueCount, other: ValueCount) -> ValueCount:
    if not (one.pixels and other.pixels):
        return one if one.pixels else other
    return ValueCount(
        one.sensor,
        one.band,
        one.pixels + other.pixels,
        one.clipped + other.clipped,
        min(one.least, other.least),
        max(one.greatest, other.greatest),
    )
