"""Compiled kernels, and calls of GDAL, on several threads.

Kernels release the interpreter's lock, so that Python's threads run them at the same time. Parallel loops of numba
would do the same, but take longer to compile than what they call: 8 s each, at every first use on a machine.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba

RANGES_PER_THREAD = 8
"""Enough that no thread waits long for the others, and few enough that calls cost nothing."""


def run_tasks(kernel: Callable[..., None], tasks: int, *arguments: Any) -> None:
    """Call a kernel for all tasks, on as many threads as `numba.set_num_threads` allows.

    Parameters
    ----------
    kernel : compiled function of ``(first, last, *arguments)``
        Does the tasks from ``first`` to before ``last`` and writes into its arguments, each task into its own part:
        the result does not depend on ranges or threads. Compiled with ``nogil=True``.
    tasks : int
    """
    threads = min(numba.get_num_threads(), tasks)
    if threads < 2:
        kernel(0, tasks, *arguments)
        return
    size = max(tasks // (threads * RANGES_PER_THREAD), 1)
    with ThreadPoolExecutor(threads) as pool:
        ranges = [(first, min(first + size, tasks)) for first in range(0, tasks, size)]
        for running in [pool.submit(kernel, first, last, *arguments) for first, last in ranges]:
            running.result()


def run_all(calls: Sequence[Callable[[], None]]) -> None:
    """Call functions that share nothing, on as many threads as `numba.set_num_threads` allows.

    Parameters
    ----------
    calls : sequence of function
        Functions that release the interpreter's lock most of the time, as those of GDAL do.

    Raises
    ------
    Exception
        The error of the first that fails, after all have ended.
    """
    threads = min(numba.get_num_threads(), len(calls))
    if threads < 2:
        for call in calls:
            call()
        return
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(call) for call in calls]
    for call_made in running:
        call_made.result()
