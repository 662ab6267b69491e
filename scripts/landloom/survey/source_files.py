"""Source file table of a tile: every input file of the archive with its size and checksum."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landloom.core import checksums, tables
from landloom.core.digests import digest
from landloom.geo.opening import sidecars
from landloom.sensors.acquisition import Acquisition
from landloom.survey import descriptions
from landloom.survey.acquisition_table import AcquisitionRecord


@dataclass(frozen=True)
class SourceFile:
    """Row of files.csv: a file and its product.

    Attributes
    ----------
    sensor, product : str
    path : str
        Path below the configured archive; for a .zip product, the .zip file.
    bytes : int
    sha256 : str
        Checksum; for unverified inputs such as remote files, ``not verified:`` and a fingerprint.
    """

    sensor: str
    product: str
    path: str
    bytes: int
    sha256: str


def of_acquisitions(acquisitions: Sequence[Acquisition], memory: Path, threads: int) -> list[SourceFile]:
    """Return the source files of acquisitions, sorted by sensor, product and path.

    Parameters
    ----------
    memory : Path
        See :func:`landloom.core.checksums.of_files`.
    """
    uses = [(one.sensor, one.product, path) for one in acquisitions for path in one.files]
    digests = checksums.of_files([path for _, _, path in uses], memory, threads)
    found = [SourceFile(*use, digests[use[2]].bytes, digests[use[2]].sha256) for use in uses]
    found += [
        SourceFile(one.sensor, one.product, part.name, part.bytes, checksums.NOT_VERIFIED + part.fingerprint)
        for one in acquisitions
        for part in one.unverified
    ]
    return sorted(found, key=lambda file: (file.sensor, file.product, file.path))


def with_content(
    records: Sequence[AcquisitionRecord], files: Sequence[SourceFile], acquisitions: Sequence[Acquisition]
) -> list[AcquisitionRecord]:
    """Return the records with a digest of their files' content, and of what decides how these are read.

    It is independent of paths.
    """
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for file in files:
        parts.setdefault((file.sensor, file.product), []).append((Path(file.path).name, file.sha256))
    for one in acquisitions:
        parts.setdefault((one.sensor, one.product), []).extend(
            text for path in one.files for text in sidecars.content(path)
        )
    how = {(one.sensor, one.product): descriptions.fingerprint(one) for one in acquisitions}
    contents = {product: digest([how[product], sorted(found)]) for product, found in parts.items()}
    return [
        record if record.problem else dataclasses.replace(record, content=contents[record.sensor, record.product])
        for record in records
    ]


def write(files: Sequence[SourceFile], path: Path | str) -> None:
    """Write files.csv."""
    columns = [field.name for field in dataclasses.fields(SourceFile)]
    tables.write(path, columns, map(dataclasses.astuple, files))


def read(path: Path | str) -> list[SourceFile]:
    """Read files.csv.

    Raises
    ------
    InputError
        If the file is not such a table.
    """
    return tables.read(path, "source files", _of_row)


def _of_row(row: Mapping[str, str]) -> SourceFile:
    return SourceFile(row["sensor"], row["product"], row["path"], int(row["bytes"]), row["sha256"])
