"""Processes of this machine: identification, existence, and termination with a parent."""

import contextlib
import os
import select
import threading
from pathlib import Path

WORKFLOW = "LANDLOOM_WORKFLOW"
"""Environment variable with the Snakemake process that starts the jobs."""


def namespace() -> str:
    """Return the process namespace, which containers have their own of; empty if unknown."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def started(process: int) -> str:
    """Return the start time of a process in system ticks; empty if it does not exist or is a zombie."""
    try:
        fields = _fields(process)
    except (OSError, IndexError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def parent(process: int) -> int:
    """Return the parent of a process; 0 if unknown."""
    try:
        return int(_fields(process)[1])
    except (OSError, IndexError):
        return 0


def _fields(process: int) -> list[str]:
    """Return the system's fields of a process from its state on, since its name may contain spaces and brackets."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def descends_from(ancestor: int) -> bool:
    """Return whether an existing process is an ancestor of this one."""
    process = os.getpid()
    while process > 1:
        process = parent(process)
        if process == ancestor:
            return True
    return False


def end_with_workflow() -> None:
    """End this process when the Snakemake process that started it has ended for any reason.

    Otherwise a job would continue for hours after its workflow was killed, and replace outputs while the next
    workflow makes them again, perhaps from other inputs. Partial outputs stay under a temporary name, which the next
    job of the same output removes. A signal at the death of the parent (PR_SET_PDEATHSIG) is not sufficient: it
    depends on the thread that started the process, and other processes may be between Snakemake and the job.
    """
    counted_in, _, number = os.environ.get(WORKFLOW, "").rpartition(" ")
    if not number or counted_in != namespace() or not hasattr(os, "pidfd_open"):
        return  # not started by a workflow, or from outside of this container
    try:
        workflow = os.pidfd_open(int(number))
    except ProcessLookupError:
        os._exit(1)
    except OSError:  # a system that does not know this call
        return
    # Only now: the number can no longer be reused by another process.
    if not descends_from(int(number)):
        os._exit(1)
    threading.Thread(target=_wait_and_end, args=[workflow], daemon=True).start()


def _wait_and_end(workflow: int) -> None:
    watch = select.poll()
    watch.register(workflow, select.POLLIN)
    with contextlib.suppress(OSError):
        watch.poll()
        # Without a last message: the log may already belong to the next job.
        os._exit(1)


def forget_other_copies() -> None:
    """Make jobs import the library that code digests are of, not another copy that the user's PYTHONPATH names."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [folder for folder in folders if not Path(folder, "landloom").is_dir()]
    os.environ["PYTHONPATH"] = os.pathsep.join(own)


def announce_workflow() -> None:
    """Pass this process's identity to the processes that it starts."""
    os.environ[WORKFLOW] = f"{namespace()} {os.getpid()}"
