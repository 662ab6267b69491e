"""Let faults strike, and count those that were survived: ``python -m faults.run [first] [last]``.

FAULT=17 (or FAULT=17,33) in the environment lets only these strike. FINISHED=folder names a project that is up to
date, to be copied; else one is made.
"""

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bad_input.inputs import small_configuration
from faults.episodes import LostError, draw, strike
from landloom.demo.archive import make_demo
from running import run_snakemake, write_config

COUNT = 100


def finished_project(folder: Path) -> Path:
    """Make a tiny project from beginning to end, undisturbed: the truth."""
    make_demo(folder / "data", size_px=144)
    config = write_config(folder / "config.yaml", small_configuration())
    done = run_snakemake(folder, config=config)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return folder


def wanted(arguments: list[str]) -> list[int]:
    """Return the numbers of the faults: one of the environment, a range of the command line, or all."""
    if "FAULT" in os.environ:
        return [int(number) for number in os.environ["FAULT"].split(",")]
    first, last = (list(map(int, arguments)) + [0, COUNT - 1][len(arguments) :])[:2]
    return list(range(first, last + 1))


def main() -> int:
    numbers = wanted(sys.argv[1:])
    lost: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults") as name:
        given = os.environ.get("FINISHED")
        finished = Path(given) if given else finished_project(Path(name) / "finished")
        print(f"{'':4} {'kind':24}{'stage':11}{'moment':>8}{'seconds':>9}  outcome", flush=True)
        for number in numbers:
            fault, started, moment = draw(number), time.monotonic(), float("nan")
            try:
                _, moment = strike(number, finished, Path(name) / "episode")
                outcome = "survived"
            except LostError as error:
                outcome = f"LOST: {error}"
                lost[fault.kind] += 1
            seconds = time.monotonic() - started
            print(f"{number:4} {fault.kind:24}{fault.stage:11}{moment:8.2f}{seconds:9.1f}  {outcome}", flush=True)
            shutil.rmtree(Path(name) / "episode", ignore_errors=True)
    survived = len(numbers) - lost.total()
    print(f"{survived} of {len(numbers)} faults survived in {time.monotonic() - began:.0f} s")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
