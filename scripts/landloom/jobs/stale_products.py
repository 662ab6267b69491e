"""Products that are not what the records of their jobs say: found before a run, and made again by it.

A product is as recorded where the record of a job tells its bytes, and where the bytes that this job read are still
those of its inputs. Whether parameters and code are those of the present configuration, Snakemake compares, by the
same records (:mod:`landloom.jobs.snakemake_memory`): so neither times of change nor Snakemake's own folder have to be
believed. A product without a record counts as made by others.
"""

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from landloom.jobs.seen_files import SeenFiles
from landloom.provenance.job_records import FOLDER, InputFile, JobRecord

Records = Mapping[Path, JobRecord]

BY_OTHERS = "no job has recorded it"
OTHER_BYTES = "its bytes are others than its job made"
OTHER_INPUT = "made of another {}"


@dataclass(frozen=True)
class Comparison:
    """Files beside their records.

    Attributes
    ----------
    stale : dict of path: reason
        Products that must be made again.
    right : list of (JobRecord, list of path)
        Records that hold, and those of their products that are there as they say.
    unread : list of path
        Files too large to be read at this start, of which the size alone was compared.
    made : collection of path
        What jobs have recorded as theirs: all other inputs are the user's.
    gone : collection of path
        Of these, what is not there any more.
    """

    stale: dict[str, str]
    right: list[tuple[JobRecord, list[str]]]
    unread: list[str]
    made: Collection[str] = ()
    gone: Collection[str] = ()

    @property
    def changed(self) -> dict[str, int]:
        """Return the inputs from outside that have changed, as a user may well want, and how many products follow."""
        inputs = Counter(map(_input_of, self.stale.values()))
        return {path: number for path, number in inputs.items() if path and path not in self.made}


def compare(records: Records, results: Path, is_output: Callable[[str], bool]) -> Comparison:
    """Compare products with their records.

    Parameters
    ----------
    records : dict of path: JobRecord
        All of them.
    results : Path
        Folder of the products; also of the table of what was read before, which is renewed.
    is_output : function
        Tells whether a rule makes a file of this name: others are none of our business.
    """
    seen = SeenFiles(results)
    claims = _claims(records)
    there = _status_of(claims)
    found = _bytes_of(there, claims, seen)
    others = _changed_inputs(records, found, claims, seen)
    stale = {path: reason for path in found if (reason := _reason(path, found[path], claims[path], others))}
    right = [
        (one, [path for path, digest in one.products.items() if found.get(path) == digest.sha256])
        for one in records.values()
        if id(one) not in others
    ]
    stale |= {path: BY_OTHERS for path in _files(results) if path not in claims and is_output(path)}
    seen.forget_others({*claims, *(one.path for record in records.values() for one in record.inputs)})
    seen.save()
    gone = [path for path in claims if path not in there]
    return Comparison(dict(sorted(stale.items())), right, seen.unread, claims, gone)


def _claims(records: Records) -> dict[str, list[JobRecord]]:
    """Return the records that tell of each product: two, where another rule has made it since."""
    claims: dict[str, list[JobRecord]] = {}
    for record in records.values():
        for path in record.products:
            claims.setdefault(path, []).append(record)
    return claims


def _status_of(paths: Mapping[str, object]) -> dict[str, os.stat_result]:
    """Return the status of those files that are there: a pipe or device, which a read would never end, is none."""
    found = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - tens of thousands of files
        except (OSError, ValueError):  # missing, or no name of a file
            continue
        if stat.S_ISREG(status.st_mode):
            found[path] = status
    return found


def _bytes_of(
    there: Mapping[str, os.stat_result], claims: Mapping[str, list[JobRecord]], seen: SeenFiles
) -> dict[str, str]:
    """Return the checksum of each product that is there; empty where its size alone tells that it is another."""
    found, unknown = {}, {}
    for path, status in there.items():
        sizes = [record.products[path].bytes for record in claims[path]]
        found[path] = seen.known(path, status) if status.st_size in sizes else ""
        if not found[path] and status.st_size in sizes:
            unknown[path] = status
    found |= seen.read(unknown)
    for path in seen.unread:
        found[path] = next(
            one.products[path].sha256 for one in claims[path] if one.products[path].bytes == there[path].st_size
        )
    return found


def _changed_inputs(
    records: Records, found: Mapping[str, str], claims: Mapping[str, object], seen: SeenFiles
) -> dict[int, str]:
    """Return, by the identity of a record, an input that has other bytes than its job has read."""
    outside = {one.path for record in records.values() for one in record.inputs if one.path not in claims}
    status = _status_of(dict.fromkeys(outside))
    changed, unknown = {}, {}
    doubtful: list[tuple[JobRecord, InputFile]] = []
    for record in records.values():
        for one in record.inputs:
            if one.path in found:
                if one.sha256 and found[one.path] not in ("", one.sha256):
                    changed[id(record)] = one.path
            elif one.path in status and one.bytes and not _is_untouched(one, status[one.path]):
                doubtful.append((record, one))
                if one.sha256 and not seen.known(one.path, status[one.path]):
                    unknown[one.path] = status[one.path]
    read = seen.read(unknown)
    for record, one in doubtful:
        now = read.get(one.path) or seen.known(one.path, status[one.path])
        if one.bytes != status[one.path].st_size or (one.sha256 and now and now != one.sha256):
            changed[id(record)] = one.path
    return changed


def _is_untouched(recorded: InputFile, status: os.stat_result) -> bool:
    return (recorded.bytes, recorded.mtime_ns) == (status.st_size, status.st_mtime_ns)


def _reason(path: str, found: str, records: list[JobRecord], others: Mapping[int, str]) -> str:
    """Return why a product is stale; empty if it is not."""
    makers = [one for one in records if one.products[path].sha256 == found]
    if not makers:
        return OTHER_BYTES
    changed = [others.get(id(one), "") for one in makers]
    return OTHER_INPUT.format(changed[0]) if all(changed) else ""


def _input_of(reason: str) -> str:
    """Return the input that a reason names; empty if it is another reason."""
    before = OTHER_INPUT.partition("{}")[0]
    return reason.removeprefix(before) if reason.startswith(before) else ""


def _files(results: Path) -> Iterator[str]:
    """Yield all files below a folder but hidden ones and records."""
    for folder, folders, names in os.walk(results):
        folders[:] = [name for name in folders if name != FOLDER and not name.startswith(".")]
        yield from (f"{folder}/{name}" for name in names if not name.startswith("."))


def see_new(records: Records, results: Path) -> None:
    """Remember products as their jobs have just left them, for the next start."""
    seen = SeenFiles(results)
    for record in records.values():
        for path, digest in record.products.items():
            status = _status_of({path: None}).get(path)
            if status and status.st_size == digest.bytes:
                seen.note(path, digest.sha256)
    seen.save()


def message(found: Comparison) -> str:
    """Return what a user wants to know of a comparison; empty where all is as recorded."""
    notes = [
        f"note: {path} has changed: {number} product{'s' * (number > 1)} made of it {'are' if number > 1 else 'is'} "
        "made again where asked for."
        for path, number in found.changed.items()
    ]
    others = {path: reason for path, reason in found.stale.items() if _input_of(reason) not in found.changed}
    if others:
        path, reason = next(iter(others.items()))
        more = f"; {len(others) - 1} more" if len(others) > 1 else ""
        notes.append(f"note: {path} is not as it was made ({reason}){more}: made again where it is asked for.")
    if found.unread:
        notes.append(
            f"note: of {len(found.unread)} files that are new here, the sizes alone were compared; "
            "`make verify` compares their bytes."
        )
    return "\n".join(notes)
