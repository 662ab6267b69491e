"""Locks of the working directory: owner of Snakemake's lock, and removal of stale locks.

Snakemake's lock does not record its owner, so that after a power loss or a kill a person has to find out. Every run
therefore writes a note about itself and removes it at its end. A lock is removed only if all runs with a note have
provably ended: they ran on this machine, and either it has been rebooted since, or no process has their number and
start time. Locks of runs on other machines, in other containers, and of runs with jobs on a cluster, which may still
run, are left to the user.
"""

import atexit
import contextlib
import fcntl
import getpass
import json
import os
import shlex
import shutil
import socket
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from landloom.core.files import remember
from landloom.jobs import processes

PERSISTENCE = Path(".snakemake")
"""Snakemake's folder in the working directory."""

Note = dict[str, str]


def begin(arguments: Sequence[str]) -> str:
    """Record that this process runs in the working directory; remove a stale lock.

    Parameters
    ----------
    arguments : sequence of str
        Command line arguments of Snakemake.

    Returns
    -------
    str
        Message about another run's lock; empty if there is none.
    """
    if "--unlock" in arguments:
        _forget()
        return ""
    with contextlib.suppress(OSError), _one_at_a_time():
        message = _judge(arguments)
        _leave_note()
        return message
    return ""  # a folder that cannot be written in: Snakemake says so


def _forget() -> None:
    """Remove the notes of runs that have ended according to the user."""
    for path in _notes():
        path.unlink(missing_ok=True)


def _judge(arguments: Sequence[str]) -> str:
    """Remove a stale lock; otherwise return its owner and advice."""
    notes = _notes()
    for path in [path for path, note in notes.items() if _has_ended(note)]:
        if not _locks() or not _submitted_jobs():
            path.unlink(missing_ok=True)
    if not _locks():
        return ""
    others = [note for note in notes.values() if not _has_ended(note)]
    if notes and not others and not _submitted_jobs():
        shutil.rmtree(PERSISTENCE / "locks")
        whose = "; ".join(map(_words, notes.values()))
        return f"note: the lock of a run that was killed has been removed ({whose})."
    return _advice(list(notes.values()), others, arguments)


def _advice(notes: Sequence[Note], others: Sequence[Note], arguments: Sequence[str]) -> str:
    """Return advice about a lock that may not be stale."""
    unlock = shlex.join(["snakemake", "--unlock", *arguments])
    running = [note for note in others if _is_here(note)]
    if running:
        return f"note: another run works in this folder ({'; '.join(map(_words, running))}); wait until it ends."
    if others or not notes:
        whose = "; ".join(map(_words, others)) or "of which nothing is known"
        cause = f"this folder is locked by a run that may still be there ({whose})"
    else:
        jobs = ", ".join(_submitted_jobs())
        cause = f"the run that locked this folder was killed, but jobs that it submitted may still run ({jobs})"
    return f"note: {cause}. Once you know that it has ended, remove its lock and start again:\n  {unlock}"


def _words(note: Note) -> str:
    return f"process {note['process']} of {note['user']} on {note['host']}, since {note['since']}"


def _is_here(note: Note) -> bool:
    """Return whether a run is on this machine, in the same process namespace."""
    here = _note()
    return all(note[key] == here[key] for key in ("host", "machine", "boot", "namespace"))


def _has_ended(note: Note) -> bool:
    """Return whether a run has provably ended."""
    if _is_here(note):
        return bool(note["boot"]) and processes.started(int(note["process"])) != note["started"]
    here = _note()
    same_machine = bool(here["machine"]) and all(note[key] == here[key] for key in ("host", "machine"))
    return same_machine and bool(note["boot"]) and bool(here["boot"]) and note["boot"] != here["boot"]


def _note() -> Note:
    """Return a unique description of this process."""
    return {
        "host": socket.gethostname(),
        "machine": _text_of("/etc/machine-id"),
        "boot": _text_of("/proc/sys/kernel/random/boot_id"),
        "namespace": processes.namespace(),
        "process": str(os.getpid()),
        "started": processes.started(os.getpid()),
        "user": _user(),
        "since": datetime.now().astimezone().isoformat(" ", "seconds"),
    }


def _text_of(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _leave_note() -> None:
    # Snakemake has left the working directory when it ends.
    path = PERSISTENCE.absolute() / "runs" / f"{socket.gethostname()}.{os.getpid()}.json"
    remember(path, json.dumps(_note()))
    atexit.register(_remove_own, path, os.getpid())


def _remove_own(path: Path, process: int) -> None:
    """Remove this process's note, unless it is a fork of the process that left it."""
    if os.getpid() == process:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _notes() -> dict[Path, Note]:
    """Return the notes of all runs; an unreadable note stands for an unknown run."""
    return {path: _read(path) for path in sorted((PERSISTENCE / "runs").glob("[!.]*.json"))}


def _read(path: Path) -> Note:
    unknown = dict.fromkeys(_note(), "")
    try:
        return unknown | {key: str(value) for key, value in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return unknown


def _locks() -> list[Path]:
    return list((PERSISTENCE / "locks").glob("*.lock"))


def _submitted_jobs() -> list[str]:
    """Return the jobs that were submitted to a cluster and have not ended as far as known."""
    found = set()
    for marker in (PERSISTENCE / "incomplete").rglob("*"):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found.add(json.loads(marker.read_text(encoding="utf-8")).get("external_jobid"))
    return sorted(str(job) for job in found if job)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Exclude concurrent evaluations by other runs, which might remove the lock that this one takes next."""
    folder = PERSISTENCE / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "judging").open("w") as file:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.lockf(file, fcntl.LOCK_EX)
        yield
