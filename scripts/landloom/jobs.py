"""What every job does around its work: a log of its own, what it used, a thread limit, errors in the user's words.

A job also ends when its workflow does.
"""

import atexit
import errno
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landloom import processes, usage
from landloom.errors import InputError

READERS = ("rasterio", "pyogrio", "pyarrow", "json")
"""Packages whose errors tell that a product of ours, which others have checked before, cannot be read any more."""

GDAL_CACHE_MB = "256"
"""GDAL would take a share of the whole machine's memory, of which a job owns a part."""


@contextmanager
def logged(log: Path | str, rule: str, allowed_mb: int) -> Iterator[None]:
    """Send all output of the process to a log file, whose last line says what the job used.

    End with one message where the user can mend the cause. Other errors keep their traceback: they are ours.

    Parameters
    ----------
    log : path
    rule : str
        Name of the job's rule.
    allowed_mb : int
        Memory that the job asked for.
    """
    processes.end_with_workflow()
    # After the traceback, which is written when all blocks have ended.
    atexit.register(_say_what_was_used, rule, allowed_mb, usage.bytes_read())
    _allow_many_files()
    os.environ.setdefault("GDAL_CACHEMAX", GDAL_CACHE_MB)
    try:
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        with Path(log).open("w", buffering=1, encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    except InputError as error:
        _end(f"error: {error}")
    except Exception as error:
        message = _reason(error)
        if not message:
            raise
        _end(f"error: {message}")


def _reason(error: Exception) -> str:
    """Return what the user can do about an error of the disk; nothing where it may be ours."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
        return f"{error.filename or 'output'}: {error.strerror}; free some space or mend the permissions"
    if type(error).__module__.split(".")[0] in READERS:
        cause = " ".join(str(error.__cause__ or error).split())
        return f"a file that this job reads is broken ({cause}); docs/recovery.md says how it is made anew"
    return ""


def _say_what_was_used(rule: str, allowed_mb: int, read_before: int) -> None:
    print(usage.so_far(rule, allowed_mb, read_before), file=sys.stderr, flush=True)


def _allow_many_files() -> None:
    """Raise the limit of open files: a year of a tile has over a thousand, and many systems start with 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _end(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
    raise SystemExit(1)


def limit_threads(threads: int) -> int:
    """Let numba use at most this many threads; return the number it will use."""
    import numba

    allowed = max(1, min(threads, int(numba.config.NUMBA_NUM_THREADS)))  # type: ignore[attr-defined]
    numba.set_num_threads(allowed)
    return allowed
