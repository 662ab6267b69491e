"""What a job does around its work."""

import os
import signal
import subprocess
import sys
import time

WORK = """
import multiprocessing, sys, time
from pathlib import Path
from landloom.jobs import job as jobs
from landloom.core.files import scratch, whole
folder = Path(sys.argv[1])
with jobs.logged(folder / "log", "rule", 100), whole(folder / "a.tif") as temporary, scratch(folder / "a.tif", 0):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    helper = context.Process(target=lambda: (ready.set(), time.sleep(60)))
    helper.start()
    ready.wait()  # Python forgets a signal that arrives while it forks
    helper.terminate()
    helper.join()
    temporary.touch()
    time.sleep(60)
"""


def test_a_job_that_is_ended_from_outside_tidies_up_and_says_so(tmp_path):
    near = tmp_path / "near"
    near.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(near)}
    job = subprocess.Popen([sys.executable, "-c", WORK, str(tmp_path)], env=environment)
    while not list(tmp_path.glob(".*.a.tif")):
        assert job.poll() is None
        time.sleep(0.02)
    job.send_signal(signal.SIGTERM)
    assert job.wait(20) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"log", "near"}
    assert not list(near.iterdir())
    assert (tmp_path / "log").read_text().count("error: ended from outside") == 1
