"""How the time of a map grows with area, dates, trees and threads: ``python -m benchmarks.scaling [SCRATCH]``.

Writes `scaling.svg` and `scaling.json` beside this file. Every point is the median of three maps of a tile, from its
files to labels; memory is the peak of a process of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from benchmarks import mapping
from benchmarks.worker import memory_mb
from landloom.models import files
from landloom.sensors.acquisition import Acquisition

ROUNDS = 3
AREA_SIDES = (1372, 2744, 5488)
"""1, 4 and 16 times the area."""
BASE_SIDE, DATES, TREES, THREADS = 1372, 16, 100, 2


@dataclass(frozen=True)
class Point:
    """A map to measure: the sides of its tile, and what is varied."""

    side_px: int = BASE_SIDE
    dates: int = DATES
    trees: int = TREES
    threads: int = THREADS


SERIES: dict[str, tuple[str, list[Point]]] = {
    "area": ("million pixels", [Point(side_px=side) for side in AREA_SIDES]),
    "dates": ("acquisitions", [Point(dates=count) for count in (4, 8, 16)]),
    "trees": ("trees", [Point(trees=count) for count in (25, 50, 100, 200)]),
    "threads": ("threads", [Point(threads=count) for count in (1, 2)]),
}


def main(scratch: Path) -> None:
    """Measure all points, and draw them."""
    points = sorted({point for _, series in SERIES.values() for point in series}, key=lambda one: one.side_px)
    found = {point: _measure(scratch, point) for point in points}
    results = {name: [asdict(point) | found[point] for point in series] for name, (_, series) in SERIES.items()}
    folder = Path(__file__).parent
    (folder / "scaling.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    _draw(found, folder / "scaling.svg")


def _measure(scratch: Path, point: Point) -> dict[str, float]:
    """Map a tile several times, in a process of its own."""
    folder = scratch / str(point.side_px)
    if not (folder / "model.npz").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _apart(mapping.make_of_side, folder, point.side_px)
    model = folder / f"forest_{point.dates}_{point.trees}.npz"
    if not model.exists():
        _apart(_train, folder, point, model)
    found = _apart(_map, folder, point, model)
    print(point, found, flush=True)
    return found


def _apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _looks(folder: Path, count: int) -> list[Acquisition]:
    """Return some of a tile's looks, spread over the year."""
    observations = mapping.acquisitions(folder)
    return [observations[index] for index in np.linspace(0, len(observations) - 1, count).astype(int)]


def _train(folder: Path, point: Point, path: Path) -> None:
    files.save(mapping.train(folder, _looks(folder, point.dates), point.trees), path)


def _map(folder: Path, point: Point, path: Path) -> dict[str, float]:
    model = files.load(path)
    job = mapping.job(folder, _looks(folder, point.dates), model, point.threads)
    job.work()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        job.work()
        seconds.append(time.perf_counter() - start)
    return {
        "million_pixels": job.pixels / 1e6,
        "seconds": round(median(seconds), 3),
        "peak_mb": round(memory_mb("VmHWM")),
        "features": len(model.feature_names),
        "nodes": len(model.nodes),
    }


def _draw(found: dict[Point, dict[str, float]], path: Path) -> None:
    """Draw time against each of what is varied, and memory against area."""
    # The same drawing gives the same file: no date, no random names.
    mpl.rcParams["svg.hashsalt"] = "landloom"
    figure = Figure(figsize=(11, 2.8), layout="constrained")
    panels = figure.subplots(1, len(SERIES) + 1)
    for panel, (name, (label, series)) in zip(panels, SERIES.items(), strict=False):
        x = [found[point]["million_pixels"] if name == "area" else getattr(point, name) for point in series]
        panel.plot(x, [found[point]["seconds"] for point in series], "o-", color="#1f6f54")
        panel.set(xlabel=label, ylabel="seconds", xlim=(0, None), ylim=(0, None))
    area = SERIES["area"][1]
    panels[-1].plot(
        [found[point]["million_pixels"] for point in area],
        [found[point]["peak_mb"] for point in area],
        "o-",
        color="#8a4b08",
    )
    panels[-1].set(xlabel="million pixels", ylabel="peak memory, MB", xlim=(0, None), ylim=(0, 2200))
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory(prefix="landloom-scaling-") as temporary:
            main(Path(temporary))
