"""What all fuzz tests hold the code to: it returns or says what is wrong, soon, and leaves everything as it was."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from landloom.core.errors import InputError
from landloom.core.text import printable
from running import ROOT

SECONDS = 20
CANARY = "canary"
"""The file that text would make if something ran it."""


def refuses_or_accepts(function: Callable[..., Any], *arguments: Any, names: tuple[str, ...]) -> str:
    """Call a function, which must return or raise InputError with a message that names one of ``names``.

    Any other error, and taking longer than `SECONDS`, fails the test. Returns the message, empty where it returned.
    """
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        function(*arguments)
    except InputError as error:
        message = str(error)
        assert any(name in message for name in names), f"names none of {names}: {message}"
        assert len(message) < 100_000
        printable(message).encode()
        return message
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return ""


def _too_long(*_: object) -> None:
    raise TimeoutError(f"longer than {SECONDS} s")


@contextlib.contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Fail if the block makes, changes or removes a file below a folder."""
    before = snapshot(folder)
    yield
    assert snapshot(folder) == before


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of everything below a folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in folders + names:
            status = os.lstat(os.path.join(place, name))  # noqa: PTH118 - names may be no text
            found[os.path.join(place, name)] = (status.st_size, status.st_mtime_ns)  # noqa: PTH118
    return found


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Work in a new folder within another, in which nothing may appear."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as outside:
        folder = Path(outside, "outside", "inside")
        folder.mkdir(parents=True)
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(here)
        strays = [path for path in snapshot(Path(outside)) if not path.startswith(str(folder))]
        assert strays == [str(folder.parent)]
        assert not list(folder.rglob(f"*{CANARY}"))


def run_with_little_memory(code: str, *arguments: str, megabytes: int = 1500, seconds: int = 60) -> str:
    """Run code in a process of its own that may not have more memory or time; return its output.

    The code finds its arguments in ``sys.argv[1:]``.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds,) * 2)

    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "scripts"),
        "OMP_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
    }
    environment["OPENBLAS_NUM_THREADS"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        env=environment,
        timeout=4 * seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
