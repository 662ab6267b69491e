"""What the maps of more runs cost: a tile mapped for one run and for five, and by a job for each run.

    python -m benchmarks.runs FOLDER [--side 1680] [--rounds 3] [--threads 2] [--tree CHECKOUT]

Each turn is a process of its own; the turns of a round follow one another, so that a busy machine is busy for all.
CPU times are compared, which other processes change little. With ``--tree``, another checkout (of an earlier commit)
maps each run by its own ``benchmarks/mapping.py``, in the same rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks import mapping
from benchmarks.contest import Job
from landloom.features import vectors
from landloom.features.vectors import Layout
from landloom.geo.grids import Window
from landloom.jobs.job import limit_threads
from landloom.maps.run_map import Run
from landloom.models import files

RUNS = 5
HERE = Path(__file__).resolve().parents[1]
ROWS = 256
"""Rows of the tile whose features lie in memory while the forest alone is timed."""
TURN = """
import json, sys, time
from importlib import import_module
from pathlib import Path
module, start, folder, threads = sys.argv[1:]
job = getattr(import_module(module), start)(Path(folder), int(threads))
before, began = time.process_time(), time.perf_counter()
job.work()
print(json.dumps({"pixels": job.pixels, "cpu": time.process_time() - before, "wall": time.perf_counter() - began}))
"""


def make(folder: Path, side: int) -> None:
    """Make what is missing: a small tile whose pixels train a forest for each run, and the tile to be mapped."""
    for name, of_side in (("warm", mapping.QUICK_SIDE_PX), ("tile", side)):
        tile = folder / name
        if not (tile / "regions.tif").exists():
            mapping.make_files(tile, of_side)
        for run in range(RUNS):
            own = tile / f"run{run}"
            own.mkdir(exist_ok=True)
            for shared in ("archive", "demo", "regions.tif"):
                if not (own / shared).exists():
                    (own / shared).symlink_to(tile / shared)
            if name == "warm" and not (own / "model.npz").exists():
                files.save(mapping.train(tile, mapping.acquisitions(tile), seed=run + 1), own / "model.npz")
            elif not (own / "model.npz").exists():
                (own / "model.npz").symlink_to(folder / f"warm/run{run}/model.npz")


def start_one(folder: Path, threads: int) -> Job:
    """Map the tile for one run."""
    return _start(folder, threads, 1)


def start_all(folder: Path, threads: int) -> Job:
    """Map the tile for all runs."""
    return _start(folder, threads, RUNS)


def _start(folder: Path, threads: int, runs: int) -> Job:
    mapped = []
    for run in range(runs):
        own = folder / f"run{run}"
        outputs = {"classification": own / f"map{threads}.tif", "confidence": own / f"confidence{threads}.tif"}
        mapped.append(Run({1: files.load(own / "model.npz")}, outputs, {}))
    return mapping.job_of_runs(folder, mapping.acquisitions(folder), mapped, threads)


def start_forest(folder: Path, threads: int) -> Job:
    """Walk one run's forest, for some rows of the tile whose features lie in memory."""
    limit_threads(threads)
    model = files.load(folder / "run0/model.npz")
    chunks = features_of_rows(folder)

    def work() -> None:
        for matrix in chunks:
            model.predict_proba(matrix)

    return Job(work, sum(map(len, chunks)))


def features_of_rows(folder: Path) -> list[np.ndarray]:
    """Return the features of some rows of the tile by chunks, as the pass makes them."""
    observations = mapping.acquisitions(folder)
    layout, grid = Layout((mapping.sensor_of(observations),)), mapping.grid_of(folder)
    part = Window(0, 0, min(ROWS, grid.rows), grid.columns)
    with mapping.open_reader(observations, grid, 2) as reader:
        ((_, series),) = reader.stream([part])
    of_part = layout.of_window(part, series)
    return [of_part.stack(np.arange(one.start, one.stop))[0] for one in vectors.chunks(part.pixels)]


def turn(tree: Path, kernels: Path, start: tuple[str, str], folder: Path, threads: int) -> dict[str, float]:
    """Let a process of a checkout do a job once; return its CPU and wall seconds, of the job and of the whole."""
    known = {**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{tree / 'scripts'}", "NUMBA_CACHE_DIR": str(kernels)}
    command = [sys.executable, "-B", "-c", TURN, *start, str(folder), str(threads)]
    before, began = os.times(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=known, stdout=subprocess.PIPE, text=True, check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return json.loads(done.stdout) | {"process cpu": spent, "process wall": time.perf_counter() - began}


def measure(folder: Path, rounds: int, threads: int, tree: Path | None) -> dict[str, list[dict[str, float]]]:
    """Take turns; the first of each, on a small tile, compiles kernels and does not count."""
    starts = {name: (HERE, ("benchmarks.runs", f"start_{name}")) for name in ("one", "all", "forest")}
    if tree:
        starts["other"] = tree, ("benchmarks.mapping", "start_landloom")
    found: dict[str, list[dict[str, float]]] = {name: [] for name in starts}
    for number in range(rounds + 1):
        of_round = folder / ("tile" if number else "warm")
        for name, (checkout, start) in starts.items():
            folders = [of_round / f"run{run}" for run in range(RUNS)] if name == "other" else [of_round]
            kernels = folder / ("kernels" if checkout == HERE else "kernels_of_other")
            times = [turn(checkout, kernels, start, one, threads) for one in folders]
            if number:
                found[name].append({key: sum(one[key] for one in times) for key in times[0]})
            print(number, name, times, file=sys.stderr, flush=True)
    return found


def summary(found: dict[str, list[dict[str, float]]]) -> str:
    """Return the figures as text: medians and ranges of CPU seconds, and what a further run costs in forests."""
    pixels = found["one"][0]["pixels"]
    forest = [one["cpu"] * pixels / one["pixels"] for one in found["forest"]]
    lines = [f"{pixels / 1e6:.2f} million pixels; CPU seconds, median (least to greatest)"]
    of_name = {"one run": "one", "five runs in one job": "all", "five jobs of the other checkout": "other"}
    for text, name in of_name.items():
        for kind in ("cpu", "process cpu") if name in found else ():
            what = f"{text}, whole processes" if kind != "cpu" else text
            lines.append(f"{what}: {_spread([one[kind] for one in found[name]])}")
    lines.append(f"forest alone, one model: {_spread(forest)}")
    pairs = zip(found["all"], found["one"], forest, strict=True)
    ratios = [(everything["cpu"] - one["cpu"]) / alone for everything, one, alone in pairs]
    lines.append(f"(five runs - one run) / forest alone: {_spread(ratios)}; goal: at most 4.2")
    return "\n".join(lines)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    """Make what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--side", type=int, default=mapping.SIDE_PX)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tree", type=Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    make(folder, options.side)
    tree = options.tree.resolve() if options.tree else None
    print(summary(measure(folder, options.rounds, options.threads, tree)))


if __name__ == "__main__":
    main()
