"""Job environment: log, resource usage, thread limit, error messages for users, and the record of what was made.

A job also ends with its workflow.
"""

import atexit
import errno
import os
import resource
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from landloom.core.errors import InputError
from landloom.core.files import MISSING, advice
from landloom.core.text import printable
from landloom.jobs import processes, streams, usage
from landloom.provenance import job_records

READERS = ("rasterio", "pyogrio", "pyarrow", "json")
"""Packages whose errors indicate that a product, which earlier jobs have checked, is damaged."""

PRODUCTS = "results/"
"""Folder of what the workflow makes."""

GDAL_CACHE_MB = "256"
"""Cache of GDAL: its default is a percentage of the machine's memory, only a part of which belongs to the job."""


SPAWNED_MB = 400
"""Memory of the two Snakemake processes around a SLURM job."""


@contextmanager
def recorded(script: job_records.Script, unwatched: Collection[str] = ()) -> Iterator[None]:
    """Surround the work of a script as :func:`logged` does, and record what it has made.

    Parameters
    ----------
    script : Script
        What Snakemake calls ``snakemake``.
    unwatched : names
        Inputs of the rule that are `ancient`: their content makes nothing again.
    """
    with logged(script.log[0], script.rule, script.resources.mem_mb):
        yield
        job_records.write(script, unwatched)


@contextmanager
def logged(log: Path | str, rule: str, allowed_mb: int) -> Iterator[None]:
    """Redirect all output of the process to a log file, whose last line is the job's resource usage.

    Errors that the user can correct end with one message. Other errors keep their traceback, since they are bugs.

    Parameters
    ----------
    log : path
    rule : str
        Name of the job's rule.
    allowed_mb : int
        Requested memory.
    """
    processes.end_with_workflow()
    # After the traceback, which is written at exit from all blocks.
    atexit.register(_say_what_was_used, rule, allowed_mb, usage.bytes_read())
    _allow_many_files()
    os.environ.setdefault("GDAL_CACHEMAX", GDAL_CACHE_MB)
    try:
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        with Path(log).open("w", buffering=1, encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        streams.replace()
        _tidy_up_when_terminated()
        yield
    except InputError as error:
        _end(printable(f"error: {error}"))
    except MemoryError as error:
        told = f" ({error})" if str(error) else ""
        _end(f"error: not enough memory{told}; is there a limit (`ulimit -v`), or is a file far too large?")
    except Exception as error:
        message = _reason(error)
        if not message:
            raise
        _end(f"error: {message}")


def _reason(error: Exception) -> str:
    """Return advice about an error of the disk; empty if it may be a bug."""
    if isinstance(error, FileNotFoundError) and str(error.filename).startswith(PRODUCTS):
        return f"{error.filename}: {MISSING}"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
        return f"{error.filename or 'output'}: {error.strerror}; free some space or mend the permissions"
    cause = " ".join(str(error.__cause__ or error).split())
    if isinstance(error, OSError) and error.errno and advice(error):
        return f"{error.filename or 'a file'}: {error.strerror}; {advice(error)}"
    if isinstance(error, RuntimeError) and "can't start new thread" in cause:
        return (
            "no further thread can be started; is there enough memory (`ulimit -v`), and are processes (`ulimit -u`)?"
        )
    if type(error).__module__.split(".")[0] in READERS:
        if found := advice(error):
            return f"a file cannot be read ({cause}); {found}"
        return f"a file that this job reads is broken ({cause}); docs/recovery.md says how it is made anew"
    return ""


def _say_what_was_used(rule: str, allowed_mb: int, read_before: int) -> None:
    print(usage.so_far(rule, allowed_mb, read_before), file=sys.stderr, flush=True)


def _allow_many_files() -> None:
    """Raise the limit of open files: a year of a tile has over a thousand, and the default is often 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _tidy_up_when_terminated() -> None:
    """Remove partial outputs and log the reason if a cluster terminates the job with some seconds' notice."""
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
    """Limit the threads of numba; return their number."""
    import numba

    allowed = max(1, min(threads, int(numba.config.NUMBA_NUM_THREADS)))  # type: ignore[attr-defined]
    numba.set_num_threads(allowed)
    return allowed


def planned_mb(given_mb: int, attempt: int) -> int:
    """Return the memory that a job may use for its windows.

    If it ran out of memory before, some part of it needs more than estimated. The additional memory of a further
    attempt is reserved for that part: larger windows would use it up again.

    Parameters
    ----------
    given_mb : int
        Requested memory; on a cluster, including the Snakemake processes around the job.
    attempt : int
        1 for the first.
    """
    spawned_mb = SPAWNED_MB if "SLURM_JOB_ID" in os.environ else 0
    return (given_mb - spawned_mb) // attempt
