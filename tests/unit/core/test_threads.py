"""Kernels on several threads: every task is done once, whatever the threads."""

from functools import partial

import numba
import numpy as np
import pytest
from numba import njit

from landloom.core.threads import RANGES_PER_THREAD, run_all, run_tasks


@njit(nogil=True)
def count(first, last, done):
    """Count each task that is done."""
    for task in range(first, last):
        done[task] += 1


@pytest.fixture(params=[1, 2])
def threads(request):
    allowed = numba.get_num_threads()
    numba.set_num_threads(min(request.param, numba.config.NUMBA_NUM_THREADS))
    yield request.param
    numba.set_num_threads(allowed)


@pytest.mark.parametrize("tasks", [0, 1, 2, 7, 2 * RANGES_PER_THREAD, 2 * RANGES_PER_THREAD + 1, 1000])
def test_every_task_is_done_once(tasks, threads):
    done = np.zeros(tasks + 1, np.int64)
    run_tasks(count, tasks, done)
    assert done.tolist() == [1] * tasks + [0]


def test_an_error_in_a_thread_is_raised(threads):
    def fail(first, last):
        if last == 40:
            raise ValueError("the last tasks")

    with pytest.raises(ValueError, match="the last tasks"):
        run_tasks(fail, 40)


def test_every_call_is_made_and_the_first_error_raised(threads):
    made = []

    def call(number):
        made.append(number)
        if number in (3, 5):
            raise ValueError(f"call {number}")

    run_all([])
    run_all([partial(call, number) for number in (0, 1, 2)])
    assert sorted(made) == [0, 1, 2]
    with pytest.raises(ValueError, match="call 3"):
        run_all([partial(call, number) for number in (3, 4, 5)])
