"""Compiling before the work: by one of the jobs that start together, while the others wait for it.

Compiled kernels lie in a folder that all jobs share (``NUMBA_CACHE_DIR``). Without order, each of ten jobs that find
it empty would compile everything, half a minute each, and on one machine at the cost of one another.
"""

import contextlib
import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding
import numba


def prepare(*modules_use: Callable[[], None]) -> None:
    """Make sure that the shared folder has the kernels of some modules for this kind of processor.

    Parameters
    ----------
    *modules_use : function
        Each calls a module's kernels once, with the types that jobs give them.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR")
    machine = f"{llvmlite.binding.get_host_cpu_name()}-{sys.implementation.cache_tag}-{numba.__version__}"
    for use in modules_use if folder else ():
        marker = Path(str(folder)) / f"{use.__module__}-{machine}.ready"
        if not marker.exists():
            _compile(use, marker)


def _compile(use: Callable[[], None], marker: Path) -> None:
    """Compile, unless another job has done so while this one waited for it."""
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        lock = marker.with_suffix(".lock").open("w")
    except OSError:
        return  # a cache that cannot be written: every job compiles for itself
    with lock:
        with contextlib.suppress(OSError):  # a file system without locks: jobs may compile side by side
            fcntl.lockf(lock, fcntl.LOCK_EX)
        if not marker.exists():
            use()
            marker.touch()
