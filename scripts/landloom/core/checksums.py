"""Checksums of input files, which record the exact bytes that a product was made from.

Archives hold terabytes, so a file's checksum is remembered for as long as its size and time of change stay.
"""

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import remember

NOT_VERIFIED = "not verified: "
"""Prefix of the entry of a file whose bytes are not verified, such as a file on another machine."""


@dataclass(frozen=True)
class FileDigest:
    """Size in bytes and SHA-256 of a file. An unverified file has a fingerprint, and its size may be 0."""

    bytes: int
    sha256: str


def of_file(path: Path | str) -> FileDigest:
    """Compute the checksum of a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            return FileDigest(file.tell(), found)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def of_files(paths: Iterable[str], memory: Path, threads: int) -> dict[str, FileDigest]:
    """Return the checksums of files.

    Parameters
    ----------
    memory : Path
        Cache of checksums for the next call; entries of files that are no longer requested are dropped.
    threads : int
        Number of files to read at a time.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    stamps = {path: _stamp(path) for path in sorted(set(paths))}
    known = _recall(memory)
    new = [path for path, stamp in stamps.items() if stamp not in known]
    with ThreadPoolExecutor(threads) as pool:
        known |= zip([stamps[path] for path in new], pool.map(of_file, new), strict=True)
    digests = {path: known[stamp] for path, stamp in stamps.items()}
    remember(memory, json.dumps({stamps[path]: [one.bytes, one.sha256] for path, one in digests.items()}))
    return digests


def _stamp(path: str) -> str:
    """Return a file's path, size, modification time (mtime) and status change time (ctime), which nobody can set."""
    try:
        status = Path(path).stat()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    return f"{Path(path).absolute()} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _recall(memory: Path) -> dict[str, FileDigest]:
    """Return the cached checksums; an empty table if the cache is missing or damaged."""
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        return {stamp: FileDigest(int(size), str(sha256)) for stamp, (size, sha256) in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
