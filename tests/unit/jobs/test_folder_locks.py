"""Whose lock it is: removed where its run is proved to be gone, explained where it may not be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from landloom.jobs import folder_locks, processes
from running import ROOT

ARGUMENTS = ["--profile", "local", "--directory", "ma carte"]
UNLOCK = "snakemake --unlock --profile local --directory 'ma carte'"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the lock of a run that was killed."""
    monkeypatch.chdir(tmp_path)
    code = (
        "import os, signal; from landloom.jobs import folder_locks; folder_locks.begin([]); os.kill(os.getpid(), 9)"
    )
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "scripts"))
    subprocess.run([sys.executable, "-c", code], check=False)
    lock = tmp_path / ".snakemake/locks/0.input.lock"
    lock.parent.mkdir()
    lock.write_text("a\n")
    return lock


def begin() -> str:
    """Return what a run says at its begin, which ends at once."""
    code = "import os, sys; from landloom.jobs import folder_locks; print(folder_locks.begin(sys.argv[1:]), end='')"
    code += "; os.chdir('/')"
    done = subprocess.run([sys.executable, "-c", code, *ARGUMENTS], check=True, capture_output=True, text=True)
    return done.stdout


def note_of(folder: Path) -> Path:
    (path,) = (folder / ".snakemake/runs").glob("*.json")
    return path


def change(path: Path, **changes: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_lock_of_a_killed_run_is_removed(locked: Path, tmp_path: Path):
    killed = json.loads(note_of(tmp_path).read_text())["process"]
    message = folder_locks.begin(ARGUMENTS)
    assert f"the lock of a run that was killed has been removed (process {killed} of " in message
    assert not locked.exists()
    assert note_of(tmp_path).name.endswith(f".{os.getpid()}.json")


def test_machine_started_anew_since(locked: Path, tmp_path: Path):
    if not Path("/etc/machine-id").exists():
        pytest.skip("this machine has no identity")
    change(note_of(tmp_path), boot="another", process=str(os.getpid()), started=processes.started(os.getpid()))
    folder_locks.begin(ARGUMENTS)
    assert not locked.exists()


def need_unlock(locked: Path, reason: str) -> None:
    """The lock stays, however often one tries, and the message tells why and what to do."""
    for _ in range(2):
        message = begin()
        assert reason in message
        assert message.endswith(UNLOCK)
        assert locked.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "other"},
        {"machine": "other"},
        {"namespace": "pid:[1]"},
        {"machine": "", "boot": "other"},
        {"boot": ""},
    ],
)
def test_run_elsewhere_may_still_be_there(changes: dict[str, str], locked: Path, tmp_path: Path):
    change(note_of(tmp_path), **changes)
    need_unlock(locked, "may still be there (process")


def test_note_that_cannot_be_read(locked: Path, tmp_path: Path):
    note_of(tmp_path).write_text("{")
    assert "may still be there" in folder_locks.begin(ARGUMENTS)
    assert locked.exists()


def test_lock_of_which_nothing_is_known(locked: Path, tmp_path: Path):
    note_of(tmp_path).unlink()
    message = folder_locks.begin(ARGUMENTS)
    assert "of which nothing is known" in message
    assert message.endswith(UNLOCK)
    assert locked.exists()


def test_jobs_on_a_cluster_may_go_on(locked: Path, tmp_path: Path):
    incomplete = tmp_path / ".snakemake/incomplete/deep"
    incomplete.mkdir(parents=True)
    (incomplete / "YQ==").write_text('{"external_jobid": "4711"}')
    need_unlock(locked, "jobs that it submitted may still run (4711)")


def test_run_that_is_still_there(locked: Path, tmp_path: Path):
    change(note_of(tmp_path), process=str(os.getpid()), started=processes.started(os.getpid()))
    assert "another run works in this folder (process" in folder_locks.begin(ARGUMENTS)
    assert locked.exists()


def test_number_of_a_killed_run_taken_by_another_process(locked: Path, tmp_path: Path):
    change(note_of(tmp_path), process=str(os.getpid()))
    assert "has been removed" in folder_locks.begin(ARGUMENTS)
    assert not locked.exists()


def test_unlock_forgets_all_runs(locked: Path, tmp_path: Path):
    change(note_of(tmp_path), host="other")
    assert folder_locks.begin(["--unlock"]) == ""
    assert not list((tmp_path / ".snakemake/runs").glob("*.json"))
    assert locked.exists(), "Snakemake's own part"


def test_run_without_lock_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "scripts"))
    monkeypatch.chdir(tmp_path)
    assert begin() == ""
    assert not list((tmp_path / ".snakemake/runs").glob("*.json"))
