"""The table of what a run will cost."""

import pytest

from landloom.forecast import plan_table
from landloom.forecast.expected import ExpectedJob
from landloom.forecast.schedule import Limits

JOBS = [
    ExpectedJob("mosaic", 1, 2000, 20.0, (2, 3), disk_mb=40.0),
    ExpectedJob("acquisitions", 1, 1000, 10.0),
    ExpectedJob("classify", 2, 3000, 3601.0, (1,), disk_mb=1000.0),
    ExpectedJob("classify", 2, 3500, 7201.0, (1,), disk_mb=1000.0),
]


def test_by_rule_and_in_all():
    text = plan_table.text(JOBS, Limits(cores=4, mem_mb=16000), 3, ["Nobody knows."])
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines()}
    assert rows["classify"] == ["2", "3:00:02", "1:00:01", "3,500", "2,000"]
    assert rows["all"] == ["4", "3:00:32", "1:00:01", "3,500", "2,040"]
    assert rows["acquisitions"] == ["1", "0:00:10", "0:00:10", "1,000"]
    assert [line.split()[0] for line in text.splitlines()[2:5]] == ["classify", "mosaic", "acquisitions"]
    assert "3 jobs that are done already stay as they are." in text
    assert "In all about 1 h 01 min on 4 cores with 16,000 MB of memory." in text
    assert text.endswith("Nobody knows.\n")


def test_on_a_cluster():
    assert "where 200 jobs run at a time, none of which has to wait" in plan_table.text(JOBS, Limits(jobs=200), 0)


def test_nothing_to_do():
    assert plan_table.text([], Limits(), 12) == (
        "Nothing is left to be done. 12 jobs that are done already stay as they are.\n"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "10 s"),
        (47, "50 s"),
        (95, "2 min"),
        (3599, "1 h 00 min"),
        (7890, "2 h 12 min"),
        (47_000, "13 h"),
        (400_000, "5 days"),
    ],
)
def test_time_in_words(seconds, words):
    assert plan_table.in_words(seconds) == words
