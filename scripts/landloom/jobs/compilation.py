"""Compilation of kernels by one of the jobs that start together, while the others wait.

Compiled kernels are in a folder that all jobs share (``NUMBA_CACHE_DIR``). Without coordination, each of ten jobs
that find it empty would compile everything, half a minute each, slowing each other down on one machine.
"""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding
import numba


def prepare(*modules_use: Callable[[], None]) -> None:
    """Ensure that the shared folder has the kernels of some modules for this type of processor.

    Parameters
    ----------
    *modules_use : function
        Functions that call a module's kernels once with the types of the jobs.
    """
    folder = os.environ.get("NUMBA_CACHE_DIR")
    machine = f"{llvmlite.binding.get_host_cpu_name()}-{sys.implementation.cache_tag}-{numba.__version__}"
    for use in modules_use if folder else ():
        marker = Path(str(folder)) / f"{use.__module__}-{machine}.ready"
        if not marker.exists():
            _compile(use, marker)


def _compile(use: Callable[[], None], marker: Path) -> None:
    """Compile, unless another job has done so in the meantime."""
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        lock = marker.with_suffix(".lock").open("w")
    except OSError:
        return  # a cache that cannot be written: every job compiles for itself
    with lock:
        with contextlib.suppress(OSError):  # a file system without locks: jobs may compile side by side
            fcntl.lockf(lock, fcntl.LOCK_EX)
        if not marker.exists():
            start = time.perf_counter()
            use()
            marker.touch()
            seconds = time.perf_counter() - start
            print(f"compiled {use.__module__} in {seconds:.1f} s, once for this kind of processor", file=sys.stderr)
