"""The line that tells how far a run is."""

import itertools
import re
import threading

import pytest

from landloom.forecast import time_left
from landloom.forecast.expected import ExpectedJob
from landloom.forecast.schedule import Limits
from landloom.forecast.time_left import TimeLeft


def jobs():
    """Four maps of a minute of two cores each, and what is made of them in ten seconds."""
    maps = [ExpectedJob("classify", 2, 1000, 119.0) for _ in range(4)]
    return [*maps, ExpectedJob("mosaic", 1, 1000, 10.0, (0, 1, 2, 3))]


def test_before_the_first_job_has_ended():
    run = TimeLeft(jobs(), Limits(cores=2))
    assert run.line(0) == f"[{'-' * 20}] 0 of 5 jobs, 0 % of the work, about 4 min left"


def test_jobs_that_took_longer_than_expected_make_the_others_longer():
    run = TimeLeft(jobs(), Limits(cores=2))
    run.see({0}, (), 0)
    run.see({1}, {0}, 180)
    line = run.line(180)
    assert line.startswith("[####")
    assert "1 of 5 jobs" in line
    assert re.search(r"about (9|10) min left", line), line
    run.see({1}, {0}, 270)
    assert re.search(r"3\d % of the work", run.line(270))


def test_a_job_that_runs_on_and_on_is_never_said_to_be_done():
    run = TimeLeft(jobs()[:1], Limits(cores=2))
    run.see({0}, (), 0)
    run.see({0}, (), 6000)
    assert "80 % of the work, about 25 min left" in run.line(6000)


def test_jobs_behind_one_that_failed_are_not_waited_for():
    run = TimeLeft(jobs(), Limits(cores=2))
    run.see((), {0, 1, 2}, 1)
    assert "left" in run.line(1)


def test_all_done():
    run = TimeLeft(jobs(), Limits(cores=2))
    run.see((), set(range(5)), 1)
    assert run.line(1).startswith(f"[{'#' * 20}] 5 of 5 jobs, 100 % of the work")


@pytest.mark.parametrize(("elapsed", "expected"), [(0, 30), (1200, 60), (1e6, 600)])
def test_the_longer_it_lasts_the_less_often_it_is_told(elapsed, expected):
    assert time_left.pause(elapsed) == expected


def test_lines_come_at_intervals_until_the_run_ends():
    ended, lines, times = threading.Event(), [], itertools.count(step=10.0)

    def look():
        if len(lines) == 3:
            ended.set()
        return {0}, set()

    time_left.watch(TimeLeft(jobs(), Limits(cores=2)), look, lines.append, lambda: next(times), ended, 0.001)
    assert len(lines) == 3
