"""Static raster table of a tile: files, checksums, values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import tables

COLUMNS = ("raster", "path", "bytes", "sha256", "least", "greatest", "missing_fraction")


@dataclass(frozen=True)
class Found:
    """Row of static_rasters.csv: a raster in a tile.

    Attributes
    ----------
    raster, path : str
    bytes : int
    sha256 : str
    least, greatest : float
        Minimum and maximum of the feature; NaN if there is no value.
    missing_fraction : float
        Fraction of the tile's pixels without a value.
    coarse : bool
        Whether rounding to integers loses most of what the values tell; not in the table.
    """

    raster: str
    path: str
    bytes: int
    sha256: str
    least: float
    greatest: float
    missing_fraction: float
    coarse: bool = False


def write(found: Sequence[Found], path: Path | str) -> None:
    """Write static_rasters.csv."""
    tables.write(path, COLUMNS, map(_row, found))


def _row(one: Found) -> tuple[str | int, ...]:
    numbers = f"{one.least:g}", f"{one.greatest:g}", f"{one.missing_fraction:.6f}"
    return one.raster, one.path, one.bytes, one.sha256, *numbers


def read(path: Path | str) -> list[Found]:
    """Read static_rasters.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "rasters", _of_row)


def _of_row(row: Mapping[str, str]) -> Found:
    return Found(
        row["raster"],
        row["path"],
        int(row["bytes"]),
        row["sha256"],
        float(row["least"]),
        float(row["greatest"]),
        float(row["missing_fraction"]),
    )
