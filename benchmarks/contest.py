"""Programs that take turns at the same work: each in a process of its own, timed inside, around the work only.

The runner starts a worker (`benchmarks.worker`) for each contestant of a match, and asks one after the other, round
by round.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WRONG = "**wrong**"
PAUSE = 0.1
"""Seconds before each turn, in which waiting threads of the one before fall asleep."""


@dataclass(frozen=True)
class Job:
    """What a contestant does in its turns.

    Attributes
    ----------
    work : callable
        Does the work once; what it returns is the result.
    pixels : int
        How many pixels that is.
    collect : callable
        Turns the result into the array to save, or None; it is not timed.
    """

    work: Callable[[], Any]
    pixels: int
    collect: Callable[[Any], Any] = lambda result: result


@dataclass(frozen=True)
class Contestant:
    """A program in a match.

    Attributes
    ----------
    name : str
    start : callable or None
        Takes the folder of the data and the number of threads; loads what the work needs, and gives the job.
        None for a program that the table names although it cannot take part.
    note : str
        What this program does, and where that is not the same work; or why it cannot take part.
    goal : float or None
        How many times its time the reference aims at.
    most_threads : int or None
        It cannot use more.
    modules, expressions : tuple of str
        What has to be installed.
    """

    name: str
    start: Callable[[Path, int], Job] | None
    note: str = ""
    goal: float | None = None
    most_threads: int | None = None
    modules: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()

    def missing(self) -> str:
        """Name what is not installed."""
        modules = [name for name in self.modules if importlib.util.find_spec(name) is None]
        return ", ".join(modules + [name for name in self.expressions if shutil.which(name) is None])


@dataclass(frozen=True)
class Case:
    """A work that several programs do.

    Attributes
    ----------
    module : str
        Where workers find it, as CASE.
    title, description : str
        For the table.
    make : callable
        Takes a folder and whether to be quick; writes the data, and gives facts about it for the table.
    matches : tuple of tuple of Contestant
        Those of a match take turns; the first is the reference of the ratios.
    check : callable
        Takes the folder with the saved results and the number of threads; gives what it found, line by line, those
        of wrong results with `WRONG` (see `examine`).
    goal_rate : float or None
        Million pixels per second and thread that landloom aims at.
    """

    module: str
    title: str
    description: str
    make: Callable[[Path, bool], dict[str, Any]]
    matches: tuple[tuple[Contestant, ...], ...]
    check: Callable[[Path, int], list[str]]
    goal_rate: float | None = None


@dataclass
class Entry:
    """How a contestant did in a match; ``absent`` says why it did not take part."""

    name: str
    threads: int
    absent: str = ""
    pixels: int = 0
    seconds: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    loaded_mb: float = 0.0

    def rate(self) -> float:
        """Give million pixels per second and thread, by the median of the rounds."""
        return self.pixels / median(self.seconds) / self.threads / 1e6


def find_case(module: str) -> Case:
    """Import the case of a module."""
    return importlib.import_module(module).CASE


def result_path(folder: Path, name: str) -> Path:
    """Where the result of a contestant is saved."""
    return folder / f"result {name}.npy".replace(" ", "_").replace("/", "_")


def examine(name: str, compare: Callable[[Any, Any], str], found: Any, expected: Any) -> str:
    """Compare a result by a function that describes it or raises ValueError where it is wrong."""
    try:
        return f"{name}: {compare(found, expected)}"
    except ValueError as error:
        return f"{WRONG} {name}: {error}"


def ratios(entry: Entry, reference: Entry) -> tuple[float, float, float]:
    """Compare the time per pixel with that of the reference.

    Returns
    -------
    ratio, lowest, highest : float
        The ratio of the medians, and the extremes among the rounds.
    """
    scale = reference.pixels / entry.pixels
    rounds = [scale * one / other for one, other in zip(entry.seconds, reference.seconds, strict=True)]
    return scale * median(entry.seconds) / median(reference.seconds), min(rounds), max(rounds)


def hold(case: Case, number: int, folder: Path, threads: int, rounds: int) -> list[Entry]:
    """Let the contestants of a match take turns, and save their last results.

    Who is absent has no seconds; if that leaves nothing to compare, nobody has.
    """
    match = case.matches[number]
    entries = [Entry(one.name, threads, _why_not(one, threads)) for one in match]
    present = [position for position, entry in enumerate(entries) if not entry.absent]
    if len(present) < 2 or 0 not in present:
        return entries
    with ExitStack() as stack:
        workers = []
        for position in present:
            arguments = [case.module, str(number), str(position), str(folder), str(threads)]
            workers.append(stack.enter_context(Worker(arguments, _environment(threads, folder))))
            entries[position].pixels = workers[-1].ready["pixels"]
            entries[position].loaded_mb = workers[-1].ready["loaded_mb"]
        for _ in range(rounds):
            for position, worker in zip(present, workers, strict=True):
                time.sleep(PAUSE)
                answer = worker.ask("turn")
                entries[position].seconds.append(answer["seconds"])
                entries[position].peak_mb = answer["peak_mb"]
        for position, worker in zip(present, workers, strict=True):
            worker.ask(f"save {result_path(folder, entries[position].name)}")
    return entries


def _why_not(contestant: Contestant, threads: int) -> str:
    if contestant.start is None:
        return contestant.note
    if missing := contestant.missing():
        return f"not installed ({missing})"
    if contestant.most_threads is not None and threads > contestant.most_threads:
        return f"uses {contestant.most_threads} thread only"
    return ""


def _environment(threads: int, folder: Path) -> dict[str, str]:
    """Hold every library to the number of threads; keep compiled code for the next worker."""
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS")
    own = dict.fromkeys(limits, str(threads))
    own |= {"NUMBA_THREADING_LAYER": "workqueue", "NUMBA_CACHE_DIR": str(folder / "numba")}
    return {**environment(), **own}


def environment() -> dict[str, str]:
    """Let another Python find landloom and the benchmark."""
    paths = [str(ROOT / "scripts"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


class Worker:
    """A contestant's process, for the runner to ask."""

    def __init__(self, arguments: list[str], variables: dict[str, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready = self._answer()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def ask(self, request: str) -> dict[str, Any]:
        """Send a line and wait for the answer."""
        self._process.stdin.write(f"{request}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._process.args[1:])} ended with {self._process.wait()}; see above")
        return json.loads(line)
