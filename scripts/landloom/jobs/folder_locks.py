"""Snakemake's lock of a working directory: whose it is, and whether that run was killed before it could remove it.

Snakemake's lock does not say who holds it, so after a power loss or a kill a person has to find out. Every run
therefore leaves a note of itself, and takes it away when it ends. A lock is removed only where all runs that left a
note are proved to be gone: they ran on this very machine, and either it has been started anew since, or no process
has their number and time of start. Runs on other machines, in other containers, and those that gave jobs to a
cluster, where these may go on, are for a person to judge.
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
    """Note that this process runs in the working directory; remove a lock that nobody can hold any more.

    Parameters
    ----------
    arguments : sequence of str
        Those that Snakemake was called with.

    Returns
    -------
    str
        What the user should know of another run's lock; nothing where there is none.
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
    """Remove the notes of runs of which the user says that they are over."""
    for path in _notes():
        path.unlink(missing_ok=True)


def _judge(arguments: Sequence[str]) -> str:
    """Remove the lock where it is stale; otherwise tell whose it is and what to do."""
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
    """Return what a user should do about a lock that is not known to be stale."""
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
    """Return whether a run is on this machine, where processes are counted as here."""
    here = _note()
    return all(note[key] == here[key] for key in ("host", "machine", "boot", "namespace"))


def _has_ended(note: Note) -> bool:
    """Return whether a run is proved to have ended."""
    if _is_here(note):
        return bool(note["boot"]) and processes.started(int(note["process"])) != note["started"]
    here = _note()
    same_machine = bool(here["machine"]) and all(note[key] == here[key] for key in ("host", "machine"))
    return same_machine and bool(note["boot"]) and bool(here["boot"]) and note["boot"] != here["boot"]


def _note() -> Note:
    """Describe this process so that it cannot be mistaken for another."""
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
    """Return the notes of all runs; one that cannot be read is of a run of which nothing is known."""
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
    """Return the jobs that were given to a cluster and not seen to end."""
    found = set()
    for marker in (PERSISTENCE / "incomplete").rglob("*"):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            found.add(json.loads(marker.read_text(encoding="utf-8")).get("external_jobid"))
    return sorted(str(job) for job in found if job)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let no other run judge at the same time: it might remove the lock that this one takes next."""
    folder = PERSISTENCE / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "judging").open("w") as file:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.lockf(file, fcntl.LOCK_EX)
        yield
