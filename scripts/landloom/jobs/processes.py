"""Processes of this machine: which one is meant, whether it is still there, and ending with it."""

import contextlib
import os
import select
import threading
from pathlib import Path

WORKFLOW = "LANDLOOM_WORKFLOW"
"""Environment variable that names the Snakemake process which starts the jobs."""


def namespace() -> str:
    """Return what process numbers count in: containers have their own. Nothing where the system does not tell."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def started(process: int) -> str:
    """Return when a process began, in the system's ticks; nothing where there is none, or only its remains."""
    try:
        fields = _fields(process)
    except (OSError, IndexError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def parent(process: int) -> int:
    """Return the process that started another; 0 where that is not known."""
    try:
        return int(_fields(process)[1])
    except (OSError, IndexError):
        return 0


def _fields(process: int) -> list[str]:
    """Return what the system tells of a process, from its state on: its name may hold spaces and brackets."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def descends_from(ancestor: int) -> bool:
    """Return whether this process was started by another, directly or not, that is still there."""
    process = os.getpid()
    while process > 1:
        process = parent(process)
        if process == ancestor:
            return True
    return False


def end_with_workflow() -> None:
    """End this process when the Snakemake that started it is gone, however that ended.

    Otherwise a job would go on for hours after its workflow was killed, and put its outputs in place while the next
    workflow makes the same again, perhaps from other inputs. What it was writing stays under a temporary name, which
    the next job of the same output removes. A signal that the system sends at the death of a parent
    (PR_SET_PDEATHSIG) would not do: it goes by the thread that started a process, and other processes may stand
    between Snakemake and the job.
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
    # Only now: the number cannot come to mean another process any more.
    if not descends_from(int(number)):
        os._exit(1)
    threading.Thread(target=_wait_and_end, args=[workflow], daemon=True).start()


def _wait_and_end(workflow: int) -> None:
    watch = select.poll()
    watch.register(workflow, select.POLLIN)
    with contextlib.suppress(OSError):
        watch.poll()
        # Without a last word: the log may be that of the next job by now.
        os._exit(1)


def announce_workflow() -> None:
    """Tell the processes that this one starts whom they work for."""
    os.environ[WORKFLOW] = f"{namespace()} {os.getpid()}"
