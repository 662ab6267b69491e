"""What every job does around its work: a log of its own, a thread limit, errors in the user's words."""

import errno
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landloom.errors import InputError
from landloom.words import printable

GDAL_CACHE_MB = "256"
"""GDAL would take a share of the whole machine's memory, of which a job owns a part."""


@contextmanager
def logged(log: Path | str) -> Iterator[None]:
    """Send all output of the process to a log file; end with one message where the user can mend the cause.

    Other errors keep their traceback: they are ours.
    """
    _allow_many_files()
    os.environ.setdefault("GDAL_CACHEMAX", GDAL_CACHE_MB)
    try:
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        with Path(log).open("w", buffering=1, encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    except InputError as error:
        _end(printable(f"error: {error}"))
    except MemoryError as error:
        _end(f"error: not enough memory ({error}); is a file far larger than it should be?")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
            raise
        _end(f"error: {error.filename or 'output'}: {error.strerror}; free some space or mend the permissions")


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
