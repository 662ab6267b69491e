"""What every job does around its work: a log of its own, what it used, a thread limit, errors in the user's words.

A job also ends when its workflow does.
"""

import atexit
import errno
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.text import printable
from landloom.jobs import processes, usage

READERS = ("rasterio", "pyogrio", "pyarrow", "json")
"""Packages whose errors tell that a product of ours, which others have checked before, cannot be read any more."""

GDAL_CACHE_MB = "256"
"""GDAL would take a share of the whole machine's memory, of which a job owns a part."""


SPAWNED_MB = 400
"""Of the memory that a SLURM job is given, what the two Snakemakes around it hold."""


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
        _tidy_up_when_terminated()
        yield
    except InputError as error:
        _end(printable(f"error: {error}"))
    except MemoryError as error:
        _end(f"error: not enough memory ({error}); is a file far larger than it should be?")
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


def _tidy_up_when_terminated() -> None:
    """Remove what is half-written, and say why in the log, when a cluster ends the job and leaves it some seconds."""
    job = os.getpid()

    def end(*_: object) -> None:
        if os.getpid() != job:
            os._exit(1)  # a process that the job has started
        _end("error: ended from outside: its time was over, or somebody or something cancelled it")

    signal.signal(signal.SIGTERM, end)


def _end(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
    raise SystemExit(1)


def limit_threads(threads: int) -> int:
    """Let numba use at most this many threads; return the number it will use."""
    import numba

    allowed = max(1, min(threads, int(numba.config.NUMBA_NUM_THREADS)))  # type: ignore[attr-defined]
    numba.set_num_threads(allowed)
    return allowed


def planned_mb(given_mb: int, attempt: int) -> int:
    """Return how much of its memory a job may plan with.

    Where it failed before for want of memory, some part of it needs more than was thought. What a further attempt is
    given beyond the first is left to that: windows that grew with it would need it again.

    Parameters
    ----------
    given_mb : int
        What was asked for: on a cluster with that of the Snakemakes around the job.
    attempt : int
        1 for the first.
    """
    spawned_mb = SPAWNED_MB if "SLURM_JOB_ID" in os.environ else 0
    return (given_mb - spawned_mb) // attempt
