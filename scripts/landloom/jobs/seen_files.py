"""Checksums of products by size and time of change, so that a start reads no bytes that it has read before.

The table lies with the products: a copy that keeps their times keeps what is known of them.
"""

import json
import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from landloom.core import checksums
from landloom.core.errors import InputError
from landloom.core.files import remember

TABLE = Path("records") / "seen.json"
"""Below the folder of results."""

MOST_READ_BYTES = 4_000_000_000
"""How much one start reads at most: some seconds. Of files beyond, the size alone is compared."""

Seen = dict[str, tuple[int, int, str]]
"""Size, time of change in ns, and SHA-256 by path."""


class SeenFiles:
    """What is known of files, and what has to be read.

    Attributes
    ----------
    unread : list of str
        Files whose bytes were too many to be read.
    """

    def __init__(self, results: Path) -> None:
        self._path = results / TABLE
        self._seen = _recall(self._path)
        self._changed = False
        self.unread: list[str] = []

    def note(self, path: str, sha256: str) -> None:
        """Remember the checksum of a file that is as its job left it."""
        status = os.stat(path)  # noqa: PTH116 - tens of thousands of files
        self._remember(path, (status.st_size, status.st_mtime_ns, sha256))

    def known(self, path: str, status: os.stat_result) -> str:
        """Return the checksum of a file; empty if it is not known."""
        size, mtime_ns, sha256 = self._seen.get(path, (-1, 0, ""))
        return sha256 if (size, mtime_ns) == (status.st_size, status.st_mtime_ns) else ""

    def read(self, paths: Mapping[str, os.stat_result]) -> dict[str, str]:
        """Return the checksums of files that are not known, the smallest first, as many as a start may read."""
        left = MOST_READ_BYTES
        chosen: list[str] = []
        for path in sorted(paths, key=lambda path: (paths[path].st_size, path)):
            left -= paths[path].st_size
            (chosen if left >= 0 else self.unread).append(path)
        with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            found = dict(zip(chosen, pool.map(_read, chosen), strict=True))
        for path, sha256 in found.items():
            self._remember(path, (paths[path].st_size, paths[path].st_mtime_ns, sha256))
        return found

    def _remember(self, path: str, entry: tuple[int, int, str]) -> None:
        if self._seen.get(path) != entry:
            self._seen[path] = entry
            self._changed = True

    def forget_others(self, there: Collection[str]) -> None:
        """Forget files that are not among some."""
        gone = [path for path in self._seen if path not in there]
        for path in gone:
            del self._seen[path]
        self._changed |= bool(gone)

    def save(self) -> None:
        """Write the table, if it has changed."""
        if self._changed:
            remember(self._path, json.dumps(self._seen, indent=0, sort_keys=True))


def _read(path: str) -> str:
    """Return the checksum of a file; a word that is none where it cannot be read."""
    try:
        return checksums.of_file(path).sha256
    except InputError:
        return "unreadable"


def _recall(path: Path) -> Seen:
    """Return the table; empty if it is missing or damaged."""
    try:
        rows = json.loads(path.read_bytes())
        return {name: (int(size), int(mtime_ns), str(sha256)) for name, (size, mtime_ns, sha256) in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}
