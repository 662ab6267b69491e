"""Table of a tile's prepared images, by which jobs read them in place of the products."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import tables
from landloom.core.errors import InputError
from landloom.core.files import REMAKE
from landloom.prepared import image_files
from landloom.sensors.acquisition import Acquisition

COLUMNS = ("sensor", "date", "product", "file", "source", "bytes", "sha256")


@dataclass(frozen=True)
class PreparedImage:
    """Row of prepared.csv: an acquisition and its image.

    Attributes
    ----------
    sensor : str
    date : datetime.date
    product : str
    file : str
    source : str
        Digest of the product's files, of how they are read, and of the code that reads them.
    bytes : int
    sha256 : str
        Checksum of the image's file.
    """

    sensor: str
    date: datetime.date
    product: str
    file: str
    source: str
    bytes: int
    sha256: str


def write(images: Sequence[PreparedImage], path: Path | str) -> None:
    """Write prepared.csv."""
    rows = ((one.sensor, one.date.isoformat(), one.product, one.file) for one in images)
    more = ((one.source, one.bytes, one.sha256) for one in images)
    tables.write(path, COLUMNS, [(*one, *other) for one, other in zip(rows, more, strict=True)])


def read(path: Path | str) -> list[PreparedImage]:
    """Read prepared.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "prepared images", _of_row)


def _of_row(row: Mapping[str, str]) -> PreparedImage:
    date, size = datetime.date.fromisoformat(row["date"]), int(row["bytes"])
    return PreparedImage(row["sensor"], date, row["product"], row["file"], row["source"], size, row["sha256"])


def in_place_of_products(
    acquisitions: Mapping[str, Sequence[Acquisition]], path: Path | str
) -> dict[str, list[Acquisition]]:
    """Return the acquisitions of all sensors, those with a prepared image read from it.

    Parameters
    ----------
    path : path
        prepared.csv.

    Raises
    ------
    InputError
        If an image is missing, or is not the one that was made.
    """
    images = {(one.sensor, one.product): one for one in read(path)}
    prepared = {sensor for sensor, _ in images}
    return {
        sensor: [_from_image(one, images, path) for one in found] if sensor in prepared else list(found)
        for sensor, found in acquisitions.items()
    }


def _from_image(
    acquisition: Acquisition, images: Mapping[tuple[str, str], PreparedImage], table: Path | str
) -> Acquisition:
    image = images.get((acquisition.sensor, acquisition.product))
    if image is None:
        raise InputError(f"{table}: has no image of sensors.{acquisition.sensor}: {acquisition.product}; {REMAKE}")
    file = Path(image.file)
    if not file.is_file() or file.stat().st_size != image.bytes:
        what = "has another size than when it was made" if file.is_file() else "is missing"
        raise InputError(f"{file}: {what}; delete {table}, and the image will be made again")
    return image_files.as_acquisition(acquisition, file)
