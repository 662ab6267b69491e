"""What a job will take follows from the time that it asks for."""

import pytest

from landloom.forecast import expected
from landloom.forecast.expected import ExpectedJob
from landloom.jobs import resources


@pytest.mark.parametrize("seconds", [0.5, 37.0, 90_000.0])
def test_the_work_behind_the_minutes_that_a_job_asks_for(seconds):
    def asked(threads):
        return resources.minutes(seconds, threads)

    found = expected.core_seconds("classify", asked)
    assert found - expected.KERNEL_SECONDS == pytest.approx(seconds, abs=0.02)
    part = expected.core_seconds("classify", asked, 0.25)
    assert part - expected.KERNEL_SECONDS == pytest.approx(seconds / 4, abs=0.02)


def test_a_job_that_asks_for_the_same_time_whatever_its_work():
    assert expected.core_seconds("regions", lambda threads: 240) == expected.JOB_SECONDS
    assert expected.core_seconds("report", lambda threads: 30) == expected.SECONDS_OF_RULES["report"]


def test_threads_share_the_work_but_not_the_start():
    start = expected.JOB_SECONDS
    assert ExpectedJob("a", 1, 1000, 41).seconds == 41
    assert ExpectedJob("a", 4, 1000, 41).seconds == start + 10
    assert ExpectedJob("a", 4, 1000, start / 2).seconds == start / 2
