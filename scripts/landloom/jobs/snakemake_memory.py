"""Snakemake's own memory of products, kept in line with the records of their jobs.

Snakemake decides by its folder in the working directory: what each file was made with, and which files are not known
to be whole. The folder may be gone, of another copy of the results, or have been overruled by ``--touch``. So before
a run, entries that differ from the records are written again from these, and products that are not as recorded are
marked as not whole, which has them made again. Nothing is written that is not true, so that dry runs may do it, too.
"""

import contextlib
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from landloom.core.files import remember
from landloom.jobs.folder_locks import PERSISTENCE
from landloom.jobs.stale_products import Comparison
from landloom.provenance.job_records import JobRecord

RECORD_FORMAT_VERSION = 6
"""That of Snakemake's files; a test compares it with the installed one."""

METADATA, INCOMPLETE = PERSISTENCE / "metadata", PERSISTENCE / "incomplete"
LONGEST_NAME = 254
"""Length of the parts into which Snakemake cuts the name of a file: what a name may have, less one."""

OURS = "landloom"
"""Key by which our marks are told from Snakemake's own, of jobs that were interrupted."""


def bring_in_line(found: Comparison) -> None:
    """Write what Snakemake must know of products; a folder that cannot be written in stays as it is."""
    for folder in (METADATA, INCOMPLETE):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
    known = _names(METADATA)
    shared = _made_twice(found)
    for record, paths in found.right:
        _restore(record, [path for path in paths if path not in shared], known)
    for path in shared:
        _restore_shared(path, [record for record, paths in found.right if path in paths], known)
    _mark(found.stale)


def _restore(record: JobRecord, paths: list[str], known: Collection[str]) -> None:
    """Write the entries of the products of a job, where one is missing or the first differs: they are all alike."""
    missing = [path for path in record.products if _name(path) not in known]
    if paths and (missing or not _tells(paths[0], record)):
        content = _content(record)
        for path in {*paths, *missing}:
            remember(METADATA / _name(path), content)


def _restore_shared(path: str, makers: list[JobRecord], known: Collection[str]) -> None:
    """Write the entry of a product that several rules have made alike, where it is none of theirs."""
    if _name(path) not in known or not any(_tells(path, record) for record in makers):
        remember(METADATA / _name(path), _content(makers[-1]))


def _made_twice(found: Comparison) -> list[str]:
    """Return the products that the records of several jobs tell of."""
    seen: set[str] = set()
    twice: set[str] = set()
    for _, paths in found.right:
        twice |= seen.intersection(paths)
        seen.update(paths)
    return sorted(twice)


def _tells(path: str, record: JobRecord) -> bool:
    """Return whether Snakemake's entry of a product says what the record says."""
    try:
        entry = json.loads((METADATA / _name(path)).read_bytes())
        told = (entry["rule"], entry["params"], entry["input"], entry["record_format_version"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return told == (record.rule, _params(record), _inputs(record), RECORD_FORMAT_VERSION)


def _content(record: JobRecord) -> str:
    """Return Snakemake's entry of a product, with what it compares."""
    now = time.time()
    entry: dict[str, Any] = {
        "rule": record.rule,
        "input": _inputs(record),
        "log": sorted(record.log),
        "params": _params(record),
        "record_format_version": RECORD_FORMAT_VERSION,
        "starttime": now,
        "endtime": now,
        "incomplete": False,
        "input_checksums": {one.path: f"sha256:{one.sha256}" for one in record.inputs if one.sha256},
    }
    return json.dumps(entry)


def _params(record: JobRecord) -> list[str]:
    return sorted(record.params.values())


def _inputs(record: JobRecord) -> list[str]:
    return sorted(one.path for one in record.inputs)


def _mark(stale: Mapping[str, str]) -> None:
    """Mark products as not whole, and take our marks from all others."""
    wanted = {_name(path): reason for path, reason in stale.items()}
    marked = _names(INCOMPLETE)
    for name in marked - wanted.keys():
        if _is_ours(INCOMPLETE / name):
            with contextlib.suppress(OSError):
                (INCOMPLETE / name).unlink()
    for name in wanted.keys() - marked:
        remember(INCOMPLETE / name, json.dumps({"external_jobid": None, OURS: wanted[name]}))


def _is_ours(path: Path) -> bool:
    try:
        return OURS in json.loads(path.read_bytes())
    except (OSError, ValueError, TypeError):
        return False


def _names(folder: Path) -> set[str]:
    """Return the names of all entries in a folder."""
    return set(_names_below(str(folder), len(str(folder)) + 1))


def _names_below(folder: str, start: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for path in Path(folder).iterdir():
            text = str(path)
            if path.name.startswith("@"):
                yield from _names_below(text, start)
            else:
                yield text[start:]


def _name(path: str) -> str:
    """Return the name of a file's entry, as Snakemake forms it."""
    letters = urlsafe_b64encode(path.encode(errors="surrogatepass")).decode()
    parts = [letters[start : start + LONGEST_NAME] for start in range(0, len(letters), LONGEST_NAME)]
    return "/".join([*(f"@{part}" for part in parts[:-1]), parts[-1]])
