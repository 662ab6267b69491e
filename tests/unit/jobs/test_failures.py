"""The last words of jobs that failed, and of no others."""

import os

from landloom.jobs import failures
from landloom.jobs.usage import Usage

USED = str(Usage("dig", 1.0, 1.0, 100, 2000, 1.0))
LOGS = {
    "well": f"reading\n{USED}\n",
    "old": f"error: of yesterday\n{USED}\n",
    "told": f"reading\nerror: a.tif: is truncated;\n  copy it again\n{USED}\n",
    "told too": f"error: a.tif: is truncated;\n  copy it again\n{USED}\n",
    "ours": f"Traceback (most recent call last):\n  File x, line 1\nKeyError: 'B4'\n{USED}\n",
    "killed": "reading\n",
}


def written(folder):
    for number, (name, text) in enumerate(LOGS.items()):
        path = folder / "2018" / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        os.utime(path, (1000 + number, 1000 + number) if name != "old" else (1, 1))
    return folder


def test_jobs_that_failed_are_found_by_their_logs(tmp_path):
    found = failures.collect(written(tmp_path), 1000)
    assert [(one.log.stem, one.words) for one in found] == [
        ("told", "a.tif: is truncated;\n  copy it again"),
        ("told too", "a.tif: is truncated;\n  copy it again"),
        ("ours", "KeyError: 'B4'"),
        ("killed", failures.KILLED),
    ]


def test_what_several_say_is_told_once(tmp_path):
    lines = failures.summary(failures.collect(written(tmp_path), 1000)).splitlines()
    assert lines[0] == "What failed:"
    assert lines[1] == f"  {tmp_path}/2018/told.log and 1 more"
    assert lines[2:4] == ["    a.tif: is truncated;", "      copy it again"]
    assert len(lines) == 1 + 3 + 2 + 2


def test_of_many_failures_the_first_are_told(tmp_path):
    many = [failures.Failure(tmp_path / f"{number}.log", f"problem {number}") for number in range(40)]
    lines = failures.summary(many).splitlines()
    assert len(lines) == 22
    assert lines[-1] == "  and 30 more"


def test_nothing_failed(tmp_path):
    assert failures.summary(failures.collect(tmp_path, 0)) == ""
