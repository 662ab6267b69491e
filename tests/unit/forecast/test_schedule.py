"""How long jobs take together, beside bounds that hold for every schedule."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landloom.forecast.expected import ExpectedJob
from landloom.forecast.schedule import Limits, seconds_left


def job(needs=(), threads=1, mem_mb=100):
    return ExpectedJob("a", threads, mem_mb, 1.0, tuple(needs))


def test_by_hand():
    """Two at a time, then one that waits for both, with both cores."""
    jobs = [job(), job(), job(), job(needs=[0, 1, 2], threads=2)]
    assert seconds_left(jobs, [3, 5, 4, 2], Limits(cores=2)) == 9
    assert seconds_left(jobs, [3, 5, 4, 2], Limits(cores=2, mem_mb=150)) == 14
    assert seconds_left(jobs, [3, 5, 4, 2], Limits(jobs=1)) == 14
    assert seconds_left(jobs, [3, 5, 4, 2], Limits()) == 7


def test_of_a_run_that_goes_on():
    jobs = [job(), job(), job(needs=[0]), job(needs=[1])]
    assert seconds_left(jobs, [10, 10, 4, 5], Limits(cores=2), finished=[0], running={1: 3}) == 8
    assert seconds_left(jobs, [10, 10, 4, 5], Limits(cores=2), finished=range(4)) == 0


def test_a_job_that_asks_for_more_than_there_is_runs_alone():
    assert seconds_left([job(threads=8), job(mem_mb=900)], [2, 3], Limits(cores=4, mem_mb=500)) == 5


@st.composite
def runs(draw):
    size = draw(st.integers(1, 12))
    jobs = [
        job(draw(st.sets(st.integers(0, max(i - 1, 0)), max_size=3)) - {i}, draw(st.integers(1, 4)))
        for i in range(size)
    ]
    return jobs, draw(st.lists(st.integers(1, 20), min_size=size, max_size=size)), draw(st.integers(4, 8))


@given(runs())
def test_between_the_bounds_of_every_schedule(run):
    jobs, seconds, cores = run
    ends = []
    for one, length in zip(jobs, seconds, strict=True):
        ends.append(length + max((ends[need] for need in one.needs), default=0))
    work = sum(one.threads * length for one, length in zip(jobs, seconds, strict=True))
    found = seconds_left(jobs, seconds, Limits(cores=cores))
    assert max(*ends, math.ceil(work / cores)) <= found <= sum(seconds)
    assert seconds_left(jobs, seconds, Limits()) == pytest.approx(max(ends))
