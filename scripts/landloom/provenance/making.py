"""How the products of a year were made, by the records of their jobs, beside what its provenance says.

A product is as the provenance says where a job has recorded its bytes, where this job has read the inputs that the
provenance lists, under its configuration and code, and where the tags of a raster say the same.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rasterio.errors import RasterioError

from landloom.core import checksums
from landloom.geo.opening import raster_doors
from landloom.provenance import job_records
from landloom.provenance.job_records import JobRecord
from landloom.provenance.record import Provenance

SECTIONS = ("model", "features", "rasters", "seed", "on_bad_product")
"""Keys of the configuration that jobs get as a whole, as parameters of the same name."""

TAGS = ("LANDLOOM_CONFIGURATION", "LANDLOOM_CODE")
"""Tags of rasters that repeat a parameter of their job."""

OWN = ("provenance.json", "stac.json", "ro-crate-metadata.json")
"""Made by the job that writes the provenance."""


@dataclass(frozen=True)
class Made:
    """The records of the jobs of a year, and what products are called in them."""

    records: Mapping[Path, JobRecord]
    prefix: str

    @cached_property
    def _by_product(self) -> dict[str, list[JobRecord]]:
        found: dict[str, list[JobRecord]] = {}
        for record in self.records.values():
            for path in record.products:
                found.setdefault(path, []).append(record)
        return found

    def makers(self, name: str) -> list[JobRecord]:
        """Return the records that tell of a product, named as in the provenance."""
        return self._by_product.get(self.prefix + name, [])

    def has_made(self, name: str, sha256: str) -> bool:
        """Return whether a job has recorded these bytes of a file."""
        return any(one.products[self.prefix + name].sha256 == sha256 for one in self.makers(name))


def of_year(year: str, folder: Path) -> Made:
    """Return the records of a year's folder; none where it has none at all, as a copy of single products."""
    paths = sorted((folder / job_records.FOLDER).rglob("*.json"))
    records = {path: record for path in paths if (record := job_records.read(path))}
    return Made(records, f"{job_records.RESULTS}/{year}/")


def contradictions(recorded: Provenance, folder: Path, made: Made) -> Iterator[tuple[str, str]]:
    """Yield each file that was not made as the provenance says, and in which way; nothing without any record."""
    if not made.records:
        return
    yield from _of_provenance(recorded, made)
    for name, product in recorded.products.items():
        makers = [one for one in made.makers(name) if one.products[made.prefix + name].sha256 == product.sha256]
        if not makers:
            yield name, "no job has recorded these bytes"
            continue
        found = [list(_of_product(name, record, recorded, folder, made)) for record in makers]
        yield from ((name, reason) for reason in min(found, key=len))


def _of_provenance(recorded: Provenance, made: Made) -> Iterator[tuple[str, str]]:
    """Yield where the provenance says something else of itself than its job was told."""
    told = {
        "configuration": recorded.configuration,
        "digests": recorded.code.digests,
        "members": recorded.code.members,
    }
    for record in made.makers(OWN[0]):
        for key, value in told.items():
            if key in record.params and not _is_value(record.params[key], value):
                yield OWN[0], f"its job was told another `{key}`"


def _of_product(name: str, record: JobRecord, recorded: Provenance, folder: Path, made: Made) -> Iterator[str]:
    """Yield in which ways a product was made otherwise than the provenance says."""
    for key in SECTIONS:
        there = key in record.params and key in recorded.configuration
        if there and not _is_value(record.params[key], recorded.configuration[key]):
            yield f"made with another `{key}`"
    for one in record.inputs:
        # A file of the user's may have the name that a product has in the folder of its year.
        is_product = one.path.startswith(made.prefix)
        listed = (recorded.products if is_product else recorded.inputs).get(one.path.removeprefix(made.prefix))
        told = listed.sha256 if listed and not listed.sha256.startswith(checksums.NOT_VERIFIED) else ""
        if one.sha256 and told and told != one.sha256:
            yield f"made of another {one.path}"
    if name.endswith(".tif"):
        yield from _of_tags(folder / name, record)


def _of_tags(path: Path, record: JobRecord) -> Iterator[str]:
    """Yield which tags of a raster say something else than the record of its job."""
    try:
        with raster_doors.product(path) as dataset:
            tags = dataset.tags()
    except (RasterioError, OSError):  # told as a file that is missing or differs
        return
    for tag in TAGS:
        if tags.get(tag) and repr(tags[tag]) not in record.params.values():
            yield f"its tag {tag} is not that of its job"


def _is_value(text: str, value: Any) -> bool:
    """Return whether a parameter, as a record holds it, is a value of the provenance."""
    try:
        return bool(_plain(ast.literal_eval(text)) == _plain(value))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no tuples, names as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
