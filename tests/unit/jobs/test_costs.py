"""What jobs say they used is what they used, and tables add it up."""

import os
import random
import re
import subprocess
import sys
import time
from collections import defaultdict

import pytest

from landloom.jobs import costs, usage
from landloom.jobs.usage import Usage
from running import ROOT

JOB = """
import sys
sys.path.insert(0, {library!r})
from landloom.jobs import job as jobs
with jobs.logged({log!r}, "dig", 1234):
    {work}
"""


def run_job(folder, *work):
    """Run lines of code as a job does; return its exit code, its log, and what it says it used."""
    log = folder / "logs/dig.log"
    code = JOB.format(library=str(ROOT / "scripts"), log=str(log), work="\n    ".join(work))
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, log.read_text(), usage.of_log(log), time.monotonic() - start


def test_a_product_that_is_missing_is_named(tmp_path):
    code, log, *_ = run_job(tmp_path, "open('results/2018/tiles/T/run0/counts.json')")
    assert code == 1
    assert "error: results/2018/tiles/T/run0/counts.json: is missing; ask Snakemake for it by this name" in log
    assert "Traceback" not in log


def test_a_job_says_what_it_used(tmp_path):
    (tmp_path / "big").write_bytes(bytes(30_000_000))
    work = (
        f"data = open({str(tmp_path / 'big')!r}, 'rb').read()",
        "more = b'1' * 200_000_000",
        "del data, more",
        "import time; end = time.process_time() + 1.0",
        "while time.process_time() < end: pass",
        "time.sleep(1)",
    )
    code, _, used, wall = run_job(tmp_path, *work)
    assert code == 0
    assert (used.rule, used.allowed_mb) == ("dig", 1234)
    assert wall - 0.3 < used.seconds <= wall + 0.1
    assert 1.0 <= used.cpu_seconds < used.seconds - 0.8
    assert 230 <= used.peak_mb < 300
    assert 30 <= used.read_mb < 32


def test_processes_that_a_job_starts_count(tmp_path):
    child = "import time; d = open('/dev/zero', 'rb').read(150_000_000)\\nwhile time.process_time() < 1: pass"
    _, _, used, _ = run_job(tmp_path, "import subprocess", f'subprocess.run([sys.executable, "-c", "{child}"])')
    assert used.cpu_seconds >= 1.0
    assert 150 <= used.peak_mb < 250
    assert 150 <= used.read_mb < 160


def test_a_job_that_fails_says_so_and_what_it_used_last(tmp_path):
    code, log, used, _ = run_job(tmp_path, "raise ValueError('broken')")
    assert code == 1
    assert log.index("ValueError: broken") < log.index("used by dig")
    assert used.rule == "dig"
    code, log, used, _ = run_job(tmp_path, "from landloom.core.errors import InputError; raise InputError('mend it')")
    assert code == 1
    assert re.fullmatch(r"error: mend it\nused by dig: .*\n", log)


def random_usages(count):
    draw = random.Random(3)
    rules = ["classify", "train", "mosaic"]
    times = ((round(draw.uniform(0, 9e4), 1), round(draw.uniform(0, 9e4), 1)) for _ in range(count))
    return [
        Usage(draw.choice(rules), *pair, draw.randrange(4000), 2000, round(draw.uniform(0, 1e6), 1)) for pair in times
    ]


def test_what_is_written_is_read_again(tmp_path):
    for used in [*random_usages(50), Usage("style", 0.0, 0.0, 0, 500, 0.0)]:
        (tmp_path / "a.log").write_text(f"warning: ändlich\n{used}\n", encoding="utf-8")
        assert usage.of_log(tmp_path / "a.log") == used


@pytest.mark.parametrize(
    "text", ["", "\n", "classification: 10 % done\n", f"{random_usages(1)[0]}\nkilled\n", "\udcff"]
)
def test_logs_of_running_and_killed_jobs_hold_no_usage(tmp_path, text):
    (tmp_path / "a.log").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert usage.of_log(tmp_path / "a.log") is None


def test_only_logs_of_this_run_are_collected(tmp_path):
    old, new = random_usages(2)
    for name, used, age in (("old", old, 100), ("deep/down/new", new, 0)):
        log = tmp_path / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(f"{used}\n")
        os.utime(log, (time.time() - age,) * 2)
    assert costs.collect(tmp_path, time.time() - 50) == [new]
    assert sorted(costs.collect(tmp_path), key=str) == sorted([old, new], key=str)
    assert costs.collect(tmp_path / "nowhere") == []
    (tmp_path / "gone.log").symlink_to(tmp_path / "nowhere.log")
    assert len(costs.collect(tmp_path)) == 2


def test_rules_add_up():
    usages = random_usages(60)
    naive = defaultdict(list)
    for used in usages:
        naive[used.rule].append(used)
    for cost in costs.by_rule(usages):
        jobs = naive.pop(cost.rule)
        assert cost.jobs == len(jobs)
        assert cost.cpu_seconds == pytest.approx(sum(job.cpu_seconds for job in jobs))
        assert cost.peak_mb == max(job.peak_mb for job in jobs)
        assert cost.read_mb == pytest.approx(sum(job.read_mb for job in jobs))
    assert not naive
    order = [cost.cpu_seconds for cost in costs.by_rule(usages)]
    assert order == sorted(order, reverse=True)


def test_table_has_a_line_for_each_rule_and_one_for_all():
    lines = costs.table(random_usages(60)).splitlines()
    assert len(lines) == 1 + 1 + 3 + 1
    assert len({len(line) for line in lines[1:]}) == 1
    assert lines[-1].split()[:2] == ["all", "60"]
    assert costs.table([]) == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00:00"), (59.6, "0:01:00"), (3599, "0:59:59"), (360_000, "100:00:00")]
)
def test_durations(seconds, text):
    assert costs.duration(seconds) == text
