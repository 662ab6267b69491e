"""How long a small project takes: the minimal configuration on one tile of 300 pixels and 12 dates.

    PYTHONPATH=scripts python -m benchmarks.small_project FOLDER [--rounds 1] [--tree CHECKOUT]

makes the tile in the folder (kept for the next time), runs ``snakemake --profile local`` once so that kernels are
compiled, then removes what was made and times a run from nothing, as often as asked. It prints a line for each job:
wall-clock and CPU seconds of its process, and CPU seconds that a process takes to load its script and nothing more.
``--tree`` runs the workflow of another checkout on the same data.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.big_tile import TILE
from benchmarks.safe_tile import make_safe_tile

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2018
MADE = ("results", "logs", "benchmarks", ".snakemake")
"""Folders that a run makes."""
USED = re.compile(r"^used by (\w+): ([\d.]+) s, ([\d.]+) s of CPU", re.M)
LOAD = """
import importlib.util, sys, time
spec = importlib.util.spec_from_file_location("loaded", sys.argv[1])
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(time.process_time())
"""


@dataclass(frozen=True)
class Run:
    """A run from nothing: seconds of the whole, and of each job by its rule."""

    wall_s: float
    cpu_s: float
    jobs: list[tuple[str, float, float]]


def main() -> None:
    """Make the project, run it once, then time it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--side", type=int, default=300, help="pixels of 10 m")
    parser.add_argument("--dates", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--tree", type=Path, default=ROOT, help="checkout whose workflow runs")
    options = parser.parse_args()
    make_project(options.folder, options.side, options.dates)
    run(options.folder, options.tree)
    runs = [run(options.folder, options.tree) for _ in range(options.rounds)]
    print(table(runs, options.tree))


def make_project(folder: Path, side_px: int, dates: int) -> None:
    """Write a tile, its vectors and the minimal configuration with their names in it."""
    if not (folder / "archive").exists():
        make_safe_tile(folder, side_px, dates)
    content = yaml.safe_load((ROOT / "config" / "examples" / "minimal.yaml").read_text(encoding="utf-8"))
    content["years"], content["tiles"] = {YEAR: None}, [TILE]
    content["sensors"]["sentinel2"]["archive"] = "archive"
    content["nomenclature"] = "demo/nomenclature.csv"
    content["reference"] |= {"file": f"demo/{YEAR}/reference.gpkg", "field": "code"}
    (folder / "minimal.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def run(folder: Path, tree: Path) -> Run:
    """Remove what a run made, and run again."""
    for name in MADE:
        shutil.rmtree(folder / name, ignore_errors=True)
    command = [sys.executable, "-m", "snakemake", "--profile", "local", "--directory", str(folder.resolve())]
    command += ["--configfile", str(folder.resolve() / "minimal.yaml")]
    with (folder / "run.log").open("w") as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=tree, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        sys.exit((folder / "run.log").read_text(encoding="utf-8"))
    return Run(seconds, usage.ru_utime + usage.ru_stime, jobs(folder / "logs"))


def jobs(logs: Path) -> list[tuple[str, float, float]]:
    """Return rule, wall-clock and CPU seconds of each job, from the last lines of the logs."""
    found = [USED.search(log.read_text(encoding="utf-8")) for log in sorted(logs.rglob("*.log"))]
    return [(one[1], float(one[2]), float(one[3])) for one in found if one]


def loading_seconds(script: Path) -> float:
    """Return the CPU seconds in which a process starts and loads a script: the least of three."""
    command = [sys.executable, "-c", LOAD, str(script)]
    environment = os.environ | {"PYTHONPATH": str(script.parent)}
    return min(float(subprocess.check_output(command, env=environment)) for _ in range(3))


def table(runs: list[Run], tree: Path) -> str:
    """Return the runs as lines of a table, the costliest rule first."""
    lines = [f"{'rule':<18}{'jobs':>5}{'wall s':>8}{'CPU s':>8}{'load s':>8}"]
    rules = sorted({rule for rule, *_ in runs[0].jobs})
    sums = {rule: [_of_rule(one, rule) for one in runs] for rule in rules}
    for rule in sorted(rules, key=lambda name: -statistics.median(cpu for _, _, cpu in sums[name])):
        number = sums[rule][0][0]
        wall, cpu = (statistics.median(one[place] for one in sums[rule]) for place in (1, 2))
        load = loading_seconds(tree / "scripts" / f"{_script(tree, rule)}.py")
        lines.append(f"{rule:<18}{number:>5}{wall:>8.1f}{cpu:>8.1f}{load:>8.2f}")
    walls, cpus = sorted(one.wall_s for one in runs), sorted(one.cpu_s for one in runs)
    total = f"{len(runs[0].jobs)} jobs, {statistics.median(walls):.1f} s ({walls[0]:.1f} to {walls[-1]:.1f}), "
    total += f"{statistics.median(cpus):.1f} s of CPU ({cpus[0]:.1f} to {cpus[-1]:.1f})"
    return "\n".join([*lines, total])


def _of_rule(run: Run, rule: str) -> tuple[int, float, float]:
    """Return number, wall-clock and CPU seconds of a rule's jobs."""
    found = [(wall, cpu) for name, wall, cpu in run.jobs if name == rule]
    return len(found), sum(wall for wall, _ in found), sum(cpu for _, cpu in found)


def _script(tree: Path, rule: str) -> str:
    """Return the script of a rule, which a rule made from another shares with it."""
    names = [name for name in (rule, rule.rpartition("_")[0]) if (tree / "scripts" / f"{name}.py").exists()]
    return names[0] if names else "mosaic"


if __name__ == "__main__":
    main()
