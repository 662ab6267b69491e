"""A contestant's own process: ``python -m benchmarks.worker MODULE MATCH PLACE FOLDER THREADS``.

It loads its data and model, works once untimed, says that it is ready, then does what lines on standard input say:
``turn`` makes it work once and answer with its time and peak memory, ``save PATH`` write the result of its last turn.
"""

import json
import os
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from benchmarks.contest import Job, find_case


def make(case_module: str, folder: str, size: str) -> None:
    """Make the data of a case, and write the facts about it beside them."""
    facts = find_case(case_module).make(Path(folder), size == "quick")
    (Path(folder) / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def memory_mb(field_name: str) -> float:
    """Read VmRSS (now) or VmHWM (the peak) of this process.

    Not ``ru_maxrss``, in which Linux counts what the parent held when it started this process.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{field_name}:"))
    return int(kilobytes) / 1024


def _forget_peak() -> None:
    """Let the peak count from here: what loading, compiling and the first turn took more is not the work's."""
    with suppress(OSError):  # where /proc may not be written, the peak is that of the whole life
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    """Peak of this process or of the largest program that it has run and waited for, whichever is more."""
    return max(memory_mb("VmHWM"), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _serve(job: Job, answers: IO[str]) -> None:
    """Work whenever standard input says so."""
    result = None
    for line in sys.stdin:
        request, _, path = line.strip().partition(" ")
        if request == "turn":
            result = None  # else two results would be in memory
            start = time.perf_counter()
            result = job.work()
            answer = {"seconds": time.perf_counter() - start, "peak_mb": _peak_mb()}
        else:
            array = job.collect(result)
            answer = {"saved": array is not None}
            if array is not None:
                np.save(path, array)
        print(json.dumps(answer), file=answers, flush=True)


def main(case_module: str, match: str, position: str, folder: str, threads: str) -> None:
    """Set up, then serve."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries that print do not disturb the answers
    job = find_case(case_module).matches[int(match)][int(position)].start(Path(folder), int(threads))
    ready = {"pixels": job.pixels, "loaded_mb": memory_mb("VmRSS")}
    job.work()
    _forget_peak()
    print(json.dumps(ready), file=answers, flush=True)
    _serve(job, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
