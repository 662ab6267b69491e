"""Records of jobs: what each job has made, of what and how, beside its products.

A job writes its record when it has ended: its rule, its parameters (by which configuration and code reach it), and
sizes and checksums of what it has read and made. The record lies with the products of its year, in a place that
follows from the job's log, so that jobs that run at once never write the same file; it travels with the products to
another folder or machine. ``landloom.jobs`` compares records with files before a run, ``make verify`` at any time.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from landloom.core import checksums
from landloom.core.checksums import FileDigest
from landloom.core.files import write_text

FORMAT = "landloom job 1"
RESULTS = "results"
FOLDER = "records"
"""Folder of the records of a year, below ``results/{year}``."""

MOST_BYTES = 100_000_000
"""Largest input that is read for its checksum: that of Snakemake's in profiles/default. Products are known anyway."""

MARGIN_S = 60
"""How far the clock of a file server may be behind."""

_SHOWN = (type(None), int, float, complex, str, bytes, range, list, tuple, dict, set, frozenset)
"""Types of parameters that Snakemake compares."""


_INPUT, _PRODUCT = (str, int, int, str), (int, str)
"""Types of what a record says of an input, and of a product."""


class Script(Protocol):
    """What Snakemake tells a script of its job."""

    rule: str
    log: Any
    input: Any
    output: Any
    params: Any
    resources: Any


@dataclass(frozen=True)
class InputFile:
    """An input as it was read.

    Attributes
    ----------
    path : str
    bytes : int
    mtime_ns : int
        Time of change; 0 for products, which have records of their own.
    sha256 : str
        Empty where the bytes are not watched: of folders, of large files, and of inputs that must not count.
    """

    path: str
    bytes: int = 0
    mtime_ns: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class JobRecord:
    """What a job has made, of what and how.

    Attributes
    ----------
    rule : str
    log : list of str
    params : dict of name: text
        Python's representation of each parameter.
    inputs : list of InputFile
        In the order of the rule, with repetitions.
    products : dict of path: FileDigest
        Paths are relative to the working directory, as everywhere in the workflow.
    """

    rule: str
    log: Sequence[str]
    params: Mapping[str, str]
    inputs: Sequence[InputFile]
    products: Mapping[str, FileDigest]


def path_of(log: Path | str) -> Path:
    """Return the record of the job that writes a log, ``logs/{year}/...``."""
    _, year, *rest = Path(log).with_suffix(".json").parts
    return Path(RESULTS, year, FOLDER, *rest)


def write(job: Script, unwatched: Collection[str] = ()) -> None:
    """Write the record of a job that has made its products; nothing where they are not below ``results``.

    Parameters
    ----------
    job : Script
    unwatched : names
        Inputs of the rule whose content must make nothing again.
    """
    made = [str(path) for path in job.output if is_product(str(path))]
    if not made:
        return
    ignored = {path for name in unwatched for path in _listed(job.input.get(name, []))}
    known = _Makers()
    inputs = [InputFile(path) if path in ignored else known.read(path) for path in map(str, job.input)]
    params = {name: repr(value) for name, value in job.params.items() if isinstance(value, _SHOWN)}
    products = {path: checksums.of_file(path) for path in made}
    write_to(path_of(job.log[0]), JobRecord(job.rule, list(map(str, job.log)), params, inputs, products))


def is_product(path: str) -> bool:
    """Return whether a file is below ``results``."""
    return path.startswith(f"{RESULTS}/")


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [str(path) for path in given]


class _Makers:
    """Looks up the checksums of inputs in the records of the jobs that made them."""

    def __init__(self) -> None:
        self._read: dict[Path, list[JobRecord]] = {}

    def read(self, path: str) -> InputFile:
        """Return an input; its bytes are read only where no record knows them."""
        file = Path(path)
        if not file.is_file():
            return InputFile(path)
        status = file.stat()
        known = {made for record in self._near(file) if (made := record.products.get(path))}
        if len(known) == 1 and (digest := known.pop()).bytes == status.st_size:
            return InputFile(path, digest.bytes, 0, digest.sha256)
        sha256 = checksums.of_file(file).sha256 if status.st_size <= MOST_BYTES else ""
        return InputFile(path, status.st_size, status.st_mtime_ns, sha256)

    def _near(self, file: Path) -> Iterator[JobRecord]:
        """Yield the records of the jobs that may have made a file: records lie as the files do, or further up."""
        if not is_product(file.as_posix()) or len(file.parts) < 3:
            return
        folder = Path(RESULTS, file.parts[1], FOLDER)
        for depth in range(len(file.parts) - 1, 1, -1):
            place = folder.joinpath(*file.parts[2:depth])
            if place not in self._read:
                self._read[place] = [one for path in sorted(place.glob("*.json")) if (one := read(path))]
            yield from self._read[place]


def write_to(path: Path, record: JobRecord) -> None:
    """Write a record as a whole."""
    write_text(path, text_of(record))


def text_of(record: JobRecord) -> str:
    """Return a record as JSON: a line for each value, so that two of them are easily compared."""
    content = {
        "format": FORMAT,
        "rule": record.rule,
        "log": list(record.log),
        "params": dict(record.params),
        "inputs": [[one.path, one.bytes, one.mtime_ns, one.sha256] for one in record.inputs],
        "products": {path: [one.bytes, one.sha256] for path, one in record.products.items()},
    }
    return json.dumps(content, indent=0)


def read(path: Path | str) -> JobRecord | None:
    """Read a record; None where it is missing, damaged or of another format: its products then count as unknown."""
    try:
        content = json.loads(Path(path).read_bytes())
        if content["format"] != FORMAT or not _is_whole(content):
            return None
        return JobRecord(
            content["rule"],
            content["log"],
            content["params"],
            [InputFile(*row) for row in content["inputs"]],
            {name: FileDigest(*row) for name, row in content["products"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_whole(content: Any) -> bool:
    """Return whether all values of a record are of their types: results come from other machines, and people."""
    texts = [content["rule"], *content["log"], *content["params"].values()]
    inputs, products = content["inputs"], content["products"].values()
    return (
        all(type(text) is str for text in texts)
        and all(tuple(map(type, row)) == _INPUT for row in inputs)
        and all(tuple(map(type, row)) == _PRODUCT for row in products)
    )


def read_all(results: Path) -> dict[Path, JobRecord]:
    """Return all records below a folder of results, by their path."""
    return _read(_paths(results))


def read_new(results: Path, since: float) -> dict[Path, JobRecord]:
    """Return the records that were written since a time, by the clock of the disk or somewhat before it."""
    return _read(path for path in _paths(results) if path.stat().st_mtime > since - MARGIN_S)


def _paths(results: Path) -> list[Path]:
    return sorted(path for folder in results.glob(f"*/{FOLDER}") for path in folder.rglob("*.json"))


def _read(paths: Iterable[Path]) -> dict[Path, JobRecord]:
    return {path: record for path in paths if (record := read(path))}
