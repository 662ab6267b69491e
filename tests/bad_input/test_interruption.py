"""Jobs and workflows killed in the middle: the same command again gives the same files."""

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from bad_input.inputs import TILE, Project
from landloom.core.files import whole

OUTPUTS = ("classification.tif", "confidence.tif", "counts.json")
FOLDER = f"results/2018/tiles/{TILE}/run0"
TARGET = f"{FOLDER}/classification.tif"


def digests(project: Project) -> dict[str, str]:
    """Return the digest of every file of the tile's map, hidden ones too."""
    folder = project.folder / FOLDER
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in project.files(FOLDER)}


def classifying_process(project: Project, workflow: subprocess.Popen[str]) -> int:
    """Wait until the map is being written; return the process that does it, stopped there."""
    left_by_others = unfinished(project)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and workflow.poll() is None:
        for name in unfinished(project) - left_by_others:
            process = int(name.split(".")[1])
            os.kill(process, signal.SIGSTOP)
            return process
        time.sleep(0.001)
    raise AssertionError("the classification was over before it could be interrupted")


def unfinished(project: Project) -> set[str]:
    """Return the names of maps that are being written, or were when their job was killed."""
    return {path.name for path in (project.folder / FOLDER).glob(".*.classification.tif")}


def remove_map(project: Project) -> None:
    for name in OUTPUTS:
        (project.folder / FOLDER / name).unlink(missing_ok=True)


@pytest.mark.long
def test_killed_job_and_killed_workflow_leave_the_same_map(finished: Project, copy_of_finished: Project):
    undisturbed = digests(finished)
    assert set(OUTPUTS) <= set(undisturbed)
    remove_map(copy_of_finished)

    workflow = copy_of_finished.start(TARGET)
    os.kill(classifying_process(copy_of_finished, workflow), signal.SIGKILL)
    terminal, _ = workflow.communicate(timeout=120)
    assert workflow.returncode != 0
    assert "classify" in terminal
    assert not (copy_of_finished.folder / TARGET).exists()

    workflow = copy_of_finished.start(TARGET)
    classifying_process(copy_of_finished, workflow)
    os.killpg(workflow.pid, signal.SIGKILL)
    workflow.communicate(timeout=120)
    assert not (copy_of_finished.folder / TARGET).exists()
    assert unfinished(copy_of_finished)

    code, terminal = copy_of_finished.run(TARGET)
    assert code == 0, terminal
    assert "the lock of a run that was killed has been removed" in terminal
    assert digests(copy_of_finished) == undisturbed


def test_leftovers_of_a_killed_job_are_removed_by_the_next(tmp_path: Path):
    gone = [".1.a.tif", ".22.a.tif", ".22.a.tif.ovr.tmp", ".22.a.tif-journal"]
    kept = ["a.tif", ".1.b.tif", ".1.a.tif.aux.xml", ".x.a.tif", "1.a.tif", ".1.a.tiff"]
    for name in [*gone, *kept]:
        (tmp_path / name).write_text("old")
    with whole(tmp_path / "a.tif") as temporary:
        temporary.write_text("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
    assert (tmp_path / "a.tif").read_text() == "new"


def test_interrupted_block_leaves_the_old_file(tmp_path: Path):
    (tmp_path / "a.txt").write_text("old")

    def interrupt() -> None:
        with whole(tmp_path / "a.txt") as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "old"}
