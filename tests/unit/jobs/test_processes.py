"""Processes that end with the one they work for."""

import os
import subprocess
import sys
import time
from pathlib import Path

from landloom.jobs import processes
from running import ROOT

IMPORTING = {"PYTHONPATH": str(ROOT / "scripts")}
WORKFLOW = """
import subprocess, sys, threading, time
from landloom.jobs import processes
processes.announce_workflow()
start = lambda: print(subprocess.Popen([*sys.argv[1:]]).pid, flush=True)
thread = threading.Thread(target=start)  # as Snakemake does, whose thread may end before the job
thread.start()
time.sleep(60)
"""
JOB = """
import time
from landloom.jobs import processes
processes.end_with_workflow()
print("ready", flush=True)
time.sleep(60)
"""


def gone(process: int) -> bool:
    deadline = time.monotonic() + 5
    while processes.started(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not processes.started(process)


def start(*command: str) -> tuple[subprocess.Popen[str], int]:
    """Start a workflow with one job; return it and the job's process."""
    environment = {**os.environ, **IMPORTING}
    given = [sys.executable, "-c", WORKFLOW, *command]
    workflow = subprocess.Popen(given, stdout=subprocess.PIPE, text=True, env=environment)
    assert workflow.stdout
    words = {workflow.stdout.readline().strip(), workflow.stdout.readline().strip()}
    (number,) = words - {"ready"}
    assert "ready" in words
    return workflow, int(number)


def test_job_goes_on_while_its_workflow_does_and_ends_with_it():
    workflow, job = start(sys.executable, "-c", JOB)
    time.sleep(0.3)
    assert processes.started(job)
    workflow.kill()
    assert gone(job)
    workflow.wait()


def test_job_behind_another_process():
    workflow, shell = start("bash", "-c", '"$@"; true', "bash", sys.executable, "-c", JOB)
    everyone = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    (job,) = [process for process in everyone if processes.parent(process) == shell]
    workflow.kill()
    assert gone(job)
    workflow.wait()


def job_of(workflow: str) -> int:
    """Return how a job ends that is told of a workflow."""
    code = "from landloom.jobs import processes; processes.end_with_workflow()"
    environment = {**os.environ, **IMPORTING, processes.WORKFLOW: workflow}
    return subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode


def test_workflow_that_was_gone_before_the_job_looked():
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert job_of(f"{processes.namespace()} {ended.pid}") == 1


def test_number_of_the_workflow_taken_by_another_process():
    other = subprocess.Popen(["sleep", "60"])
    try:
        assert job_of(f"{processes.namespace()} {other.pid}") == 1
    finally:
        other.kill()
        other.wait()


def test_job_without_a_workflow_or_in_a_container():
    assert job_of("") == 0
    assert job_of(f"{processes.namespace()} {os.getpid()}") == 0
    assert job_of("pid:[1] 1234567") == 0


def test_another_copy_of_the_library_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "copy" / "landloom").mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "copy"), str(tmp_path / "other")]))
    processes.forget_other_copies()
    assert os.environ["PYTHONPATH"] == str(tmp_path / "other")
