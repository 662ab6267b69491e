"""Failures of a run, from the last messages in its jobs' logs.

This module is imported whenever the Snakefile is parsed, and needs only the standard library.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from landloom.jobs import usage

ERROR = "error: "
"""Prefix of a job's last message if the user can correct the cause."""

KILLED = "ended without a word: killed, as for want of memory, or its machine was lost"

_TRACEBACK = "Traceback (most recent call last):"
_TAIL_BYTES = 20_000
_SHOWN = 10


@dataclass(frozen=True)
class Failure:
    """A job that failed.

    Attributes
    ----------
    log : Path
    words : str
        Last message, one or more lines.
    """

    log: Path
    words: str


def collect(folder: Path | str, since: float) -> list[Failure]:
    """Return the failed jobs by their logs below a folder: those of tiles first, else in the order of their ends.

    Parameters
    ----------
    since : float
        Seconds since 1970: logs that were not written to since then are left out.
    """
    found = []
    for log in Path(folder).rglob("*.log"):
        with contextlib.suppress(FileNotFoundError):
            ended = log.stat().st_mtime
            words = _last_words(log) if ended >= since else ""
            found += [(ended, Failure(log, words))] if words else []
    return [failure for _, failure in sorted(found, key=_order)]


def _order(one: tuple[float, Failure]) -> tuple[bool, float, Path]:
    """Order by cause: what a tile lacks is why something fails that takes all tiles, whichever ended first."""
    ended, failure = one
    return "tiles" not in failure.log.parts, ended, failure.log


def _last_words(log: Path) -> str:
    """Return why a job failed; empty if it did not."""
    lines = usage.last_lines(log, _TAIL_BYTES)
    ended = usage.of_lines(lines) is not None
    told = lines[:-1] if ended else lines
    errors = [position for position, line in enumerate(told) if line.startswith(ERROR)]
    if errors:
        return "\n".join(told[errors[-1] :]).removeprefix(ERROR)
    if _TRACEBACK in told:
        return next((line for line in reversed(told) if line.strip()), "")
    return "" if ended else KILLED


def summary(failures: Iterable[Failure]) -> str:
    """Return the failures as lines of text, equal messages once; empty without failures."""
    logs: dict[str, list[Path]] = {}
    for failure in failures:
        logs.setdefault(failure.words, []).append(failure.log)
    if not logs:
        return ""
    lines = ["What failed:"]
    for words, where in list(logs.items())[:_SHOWN]:
        more = f" and {len(where) - 1} more" if len(where) > 1 else ""
        lines += [f"  {where[0]}{more}", *(f"    {line}" for line in words.splitlines())]
    if len(logs) > _SHOWN:
        lines.append(f"  and {len(logs) - _SHOWN} more")
    return "\n".join([*lines, ""])
