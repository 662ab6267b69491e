"""Verification of files against provenance.json: ``make verify``.

Without make: ``python -m landloom.provenance.verify FILE ...``.

Every input and product is checked against its recorded size and checksum, and against the record of the job that made
it: inputs, configuration, code, tags of rasters. Missing, changed and unrecorded files and links are reported, as are
files beside products that no job has made; the exit code is 1 unless all files are as recorded. Files are only read.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from landloom.core import checksums
from landloom.core.checksums import FileDigest
from landloom.core.errors import InputError
from landloom.core.progress import Progress
from landloom.core.version import VERSION
from landloom.prepared import prepared_table
from landloom.provenance import code_digests, job_records, making, signatures
from landloom.provenance import record as provenance
from landloom.provenance.making import Made
from landloom.provenance.record import Product, Provenance, Source

OWN_FILES = frozenset({*making.OWN, making.OWN[0] + signatures.SUFFIX})
"""Made after the products, from the provenance; its signature."""

ON_DEMAND = (".qml", ".sld", ".aux.xml", "classes.csv", "features.tif")
"""Suffixes of optional files, as those of names and colours beside maps of single tiles: unexpected unless a job has
recorded them."""

COPIES_TABLE = "prepared.csv"
"""Lists the copies of a tile's images; by default they are in a folder of the same name beside it."""

OTHER_FOLDERS = frozenset({Path(COPIES_TABLE).stem, job_records.FOLDER})
"""Folders of copies of images and of records of jobs."""

DIGITS = 12
"""Displayed digits of a checksum."""


@dataclass(frozen=True)
class Difference:
    """A file that differs from its record: the difference, its kind (product or input), and details."""

    what: str
    kind: str
    path: str
    details: str = ""

    def __str__(self) -> str:
        details = f" ({self.details})" if self.details else ""
        return f"{self.what} {self.kind}: {printable(self.path)}{details}"


@dataclass(frozen=True)
class Check:
    """A file to check: its kind, recorded path, actual path and record."""

    kind: str
    name: str
    path: Path
    recorded: FileDigest


def main() -> None:
    """Check the files of one or more provenances; exit with 1 if anything differs or cannot be checked."""
    parser = argparse.ArgumentParser(
        prog="python -m landloom.provenance.verify", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("provenance", nargs="+", type=Path, help="results/YEAR/provenance.json")
    parser.add_argument("--directory", type=Path, help="folder of the run, from which relative paths of inputs count")
    parser.add_argument("--products", action="store_true", help="check the products only")
    parser.add_argument("--signers", type=Path, help="who may sign provenance.json: as ssh-keygen -Y verify -f")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="files to read at a time")
    options = parser.parse_args()
    right = [
        verify(path, options.directory, options.products, options.threads, options.signers)
        for path in options.provenance
    ]
    sys.exit(0 if all(right) else 1)


def verify(
    path: Path,
    directory: Path | None = None,
    only_products: bool = False,
    threads: int = 1,
    signers: Path | None = None,
) -> bool:
    """Check the files of a provenance and print differences; return whether there are none.

    Parameters
    ----------
    path : Path
        Path of provenance.json; the products are in its folder.
    directory : Path, optional
        Base of relative paths of inputs; by default the folder of ``results``.
    signers : Path, optional
        Who may sign: a provenance without a signature of theirs is refused.
    """
    try:
        recorded = provenance.read(path)
    except InputError as error:
        print(f"error: {printable(str(error))}")
        return False
    folder = path.absolute().parent
    made = making.of_year(recorded.year, folder)
    checks = [*_products(recorded.products, folder), *_own(folder, made)]
    elsewhere = [name for name, source in recorded.inputs.items() if _is_not_verified(source)]
    if not only_products:
        base = directory or folder.parents[1]
        checks += [*_inputs(recorded.inputs, base), *_copies(recorded.products, folder, base)]
    start = time.monotonic()
    found = [*differences(checks, threads), *unexpected(recorded, folder, made), *links(recorded, folder)]
    found += [Difference("made otherwise", "product", *one) for one in making.contradictions(recorded, folder, made)]
    problem = signatures.problem(path, signers)
    found += [Difference("signature", "of", path.name, problem)] if problem else []
    seconds = time.monotonic() - start
    for one in found:
        print(one)
    if not made.records:
        print(f"note: no records of jobs in {job_records.FOLDER}/: how products were made is not compared")
    for note in changes_of_making(recorded):
        print(f"note: {printable(note)}")
    if elsewhere and not only_products:
        print(f"note: {len(elsewhere)} inputs are remote or parts of files, not verified: {printable(elsewhere[0])}")
    size = sum(check.recorded.bytes for check in checks)
    verdict = f"{len(found)} differ" if found else "all as recorded"
    print(f"{path}: {len(checks)} files, {size / 1e6:.1f} MB checked in {seconds:.1f} s: {verdict}", flush=True)
    return not found


def _products(products: Mapping[str, Product], folder: Path) -> Iterator[Check]:
    for name, product in products.items():
        yield Check("product", name, folder / name, FileDigest(product.bytes, product.sha256))


def _own(folder: Path, made: Made) -> Iterator[Check]:
    """Yield provenance and items, as their job has recorded them."""
    for name in making.OWN:
        for record in made.makers(name):
            yield Check("product", name, folder / name, record.products[made.prefix + name])


def _inputs(inputs: Mapping[str, Source], directory: Path) -> Iterator[Check]:
    for name, source in inputs.items():
        if not _is_not_verified(source):
            yield Check("input", name, directory / name, FileDigest(source.bytes, source.sha256))


def _copies(products: Mapping[str, Product], folder: Path, directory: Path) -> Iterator[Check]:
    """Yield the copies of images that the tables among the products list."""
    for name in products:
        if Path(name).name == COPIES_TABLE:
            # A table that is missing or changed is told as a product.
            with suppress(InputError):
                for image in prepared_table.read(folder / name):
                    yield Check("copy", image.file, directory / image.file, FileDigest(image.bytes, image.sha256))


def _is_not_verified(source: Source) -> bool:
    return source.sha256.startswith(checksums.NOT_VERIFIED)


def differences(checks: Sequence[Check], threads: int) -> list[Difference]:
    """Return missing and changed files in the order of the checks."""
    progress = Progress("verification", sum(check.recorded.bytes for check in checks), "bytes")
    counting = threading.Lock()

    def examine(check: Check) -> Difference | None:
        found = _examine(check)
        with counting:
            progress.advance(check.recorded.bytes)
        return found

    with ThreadPoolExecutor(max(threads, 1)) as pool:
        return [found for found in pool.map(examine, checks) if found]


def _examine(check: Check) -> Difference | None:
    """Return how a file differs from its record; its bytes are read only if its size is right."""
    try:
        size = check.path.stat().st_size
        if not check.path.is_file():
            return Difference("changed", check.kind, check.name, "is no longer a file")
        if size != check.recorded.bytes:
            return Difference("changed", check.kind, check.name, f"{check.recorded.bytes} bytes, now {size}")
        sha256 = checksums.of_file(check.path).sha256
    except (FileNotFoundError, NotADirectoryError):
        return Difference("missing", check.kind, check.name)
    except (OSError, ValueError, InputError) as error:
        return Difference("unreadable", check.kind, check.name, printable(str(error)))
    if sha256 == check.recorded.sha256:
        return None
    return Difference(
        "changed", check.kind, check.name, f"sha256 {check.recorded.sha256[:DIGITS]}..., now {sha256[:DIGITS]}..."
    )


def unexpected(recorded: Provenance, folder: Path, made: Made) -> list[Difference]:
    """Return unrecorded files among the products.

    Hidden files, which killed jobs leave, are ignored, and so are copies of images, and optional products beside
    recorded ones as their jobs have recorded them.
    """
    beside = {str(PurePosixPath(name).parent) for name in recorded.products}
    found = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    seen = (
        path.as_posix()
        for path in found
        if not path.name.startswith(".") and not OTHER_FOLDERS.intersection(path.parts)
    )
    return [
        Difference("unexpected", "product", name)
        for name in seen
        if name not in recorded.products
        and name not in OWN_FILES
        and not (str(PurePosixPath(name).parent) in beside and _is_optional(name, folder, made))
    ]


def _is_optional(name: str, folder: Path, made: Made) -> bool:
    """Return whether a file was made by a job for whoever asks for it by name."""
    if not name.endswith(ON_DEMAND):
        return False
    with suppress(InputError):
        return made.has_made(name, checksums.of_file(folder / name).sha256)
    return False


def links(recorded: Provenance, folder: Path) -> list[Difference]:
    """Return products that are links, whose target may change or be anywhere; jobs write files."""
    return [
        Difference("link", "product", name, f"to {(folder / name).readlink()}")
        for name in recorded.products
        if os.path.islink(folder / name)  # noqa: PTH114 - Path's raises for names too long
    ]


def changes_of_making(recorded: Provenance) -> list[str]:
    """Return how the present code and software differ from the record; the products may be right nevertheless."""
    known = {path.stem for path in code_digests.SCRIPTS.glob("*.py")}
    used = recorded.code.members
    today = {name: code_digests.code_digest(name, used) for name in recorded.code.digests if name in known}
    pairs: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
        ("", {"landloom": recorded.code.version}, {"landloom": VERSION}),
        ("code of rule ", recorded.code.digests, today),
        ("", recorded.software, provenance.software()),
    ]
    return [
        f"{what}{name} was {then[name]}, now {now.get(name, 'missing')}"
        for what, then, now in pairs
        for name in then
        if then[name] != now.get(name)
    ]


def printable(text: str) -> str:
    """Return a text without terminal control characters."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


if __name__ == "__main__":
    main()
