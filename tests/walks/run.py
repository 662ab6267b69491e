"""Take walks, and count those that end as they should: ``python -m walks.run [first] [last]``.

WALK=17 (or WALK=17,33) in the environment takes only these. FINISHED=folder names a finished project of the first
configuration, to be copied; else one is made.
"""

import os
import shutil
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from landloom.demo.archive import make_demo
from running import run_snakemake, write_config
from walks.steps import LostError, configuration, walk

COUNT, SIZE_PX = 50, 96


def write_data(folder: Path) -> None:
    """Make the inputs of all configurations."""
    make_demo(folder / "data", size_px=SIZE_PX)
    write_other_names(folder)


def write_other_names(folder: Path) -> None:
    """Write a nomenclature with another name for a class."""
    text = (folder / "data/nomenclature.csv").read_text()
    (folder / "data/other_names.csv").write_text(text.replace("water", "open water"))


def make(folder: Path, option: str) -> Path:
    """Make a project from beginning to end."""
    config = write_config(folder / "config.yaml", configuration([option]))
    done = run_snakemake(folder, config=config)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return folder


def wanted(arguments: list[str]) -> list[int]:
    """Return the numbers of the walks: of the environment, a range of the command line, or all."""
    if "WALK" in os.environ:
        return [int(number) for number in os.environ["WALK"].split(",")]
    first, last = (list(map(int, arguments)) + [0, COUNT - 1][len(arguments) :])[:2]
    return list(range(first, last + 1))


def main() -> int:
    numbers, lost = wanted(sys.argv[1:]), 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="walks") as name:
        data, given = Path(name) / "inputs", os.environ.get("FINISHED")
        if given:
            shutil.copytree(Path(given) / "data", data / "data")
            write_other_names(data)
        else:
            write_data(data)

        @cache
        def fresh(option: str) -> Path:
            folder = Path(name) / f"fresh {option}"
            if given and not option:
                shutil.copytree(given, folder)
                return Path(shutil.copytree(data, folder, dirs_exist_ok=True))
            return make(Path(shutil.copytree(data, folder)), option)

        print(f"{'':4} {'runs':>5}{'seconds':>9}  outcome", flush=True)
        for number in numbers:
            started = time.monotonic()
            try:
                taken = walk(number, fresh(""), Path(name) / f"walk{number}", fresh)
                runs, outcome = str(taken.runs), f"right: {', '.join(taken.moves)}"
            except LostError as error:
                runs, outcome = "", f"LOST: {error}"
                lost += 1
            print(f"{number:4} {runs:>5}{time.monotonic() - started:9.1f}  {outcome}", flush=True)
            for folder in Path(name).glob(f"walk{number}*"):
                shutil.rmtree(folder)
    print(f"{len(numbers) - lost} of {len(numbers)} walks ended right in {time.monotonic() - began:.0f} s")
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
