"""What radar brings, on the demo's true map: ``python -m benchmarks.radar_and_optical [--seeds 1 2 3] [--size 300]``.

A tile of the demo is mapped by the whole workflow with radar alone, with Sentinel-2 of which clouds hide two of three
dates, with both in one model, and with a model each whose evidence is fused. Printed are the accuracies of all pixels
of the tile and of the pixels of test polygons, and how much both together are better than each alone, pair by pair
(seed of the demo, split of the polygons).
"""

from __future__ import annotations

import argparse
import copy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import rasterio
import yaml

from benchmarks.contest import ROOT
from landloom.demo.archive import make_demo

TILE = "T31TBJ"
YEAR = 2018
RUNS = 2
KEPT_OF_DATES = 3
"""One date of so many is left to Sentinel-2; clouds hide all of the others, which nobody would keep."""

OPTICAL, RADAR = ["sentinel2"], ["s1_ascending", "s1_descending"]
ALONE = {"radar alone": RADAR, "optical alone, two thirds of its dates clouded": OPTICAL}
TOGETHER, FUSED = "both in one model", "fused after classification"
WAYS = {**ALONE, TOGETHER: OPTICAL + RADAR, FUSED: OPTICAL + RADAR}
MAP, TESTED = "true map", "test pixels"

Content = dict[str, Any]


def configuration(way: str) -> Content:
    """Return the configuration of the demo of radar for one tile, with the sensors of a way."""
    content: Content = copy.deepcopy(yaml.safe_load((ROOT / "config/examples/radar.yaml").read_text()))
    for key in ("inputs_from", "demo", "regions"):
        del content[key]
    content["sensors"] = {name: content["sensors"][name] for name in WAYS[way]}
    content["sensors"].get("sentinel2", {}).update(archive="demo/seen")
    if way == "optical alone, two thirds of its dates clouded":
        del content["features"]
    if way == FUSED:
        content["sensor_fusion"] = {"groups": {"optical": OPTICAL, "radar": RADAR}}
    # The same grid for radar alone, whose images have none.
    return content | {"tiles": [TILE], "runs": RUNS, "grid": {"like": f"demo/{YEAR}/truth/{{tile}}.tif"}}


def hide_dates(archive: Path, seen: Path) -> int:
    """Copy the products of every third date; return how many there are."""
    products = sorted((archive / TILE).iterdir(), key=lambda path: path.name.split("_")[1])
    kept = products[::KEPT_OF_DATES]
    for product in kept:
        shutil.copytree(product, seen / TILE / product.name)
    return len(kept)


def accuracies(folder: Path, way: str) -> dict[str, list[float]]:
    """Run the workflow; return what each run's map has right of all pixels, and of those of its test polygons."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(configuration(way), sort_keys=False), encoding="utf-8")
    # From nothing, but for the survey and the images: a job whose files are others than before, as that of maps with
    # a layer more, is not made again where only its old files are asked for.
    for made in ("models", "accuracy"):
        shutil.rmtree(folder / f"results/{YEAR}" / made, ignore_errors=True)
    for path in (folder / f"results/{YEAR}").glob("tiles/*/run*/*"):
        path.unlink()
    scores = f"results/{YEAR}/accuracy/scores.csv"
    command = [sys.executable, "-m", "snakemake", scores, "--profile", "local", "--directory", str(folder)]
    done = subprocess.run(
        [*command, "--configfile", str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    table = pd.read_csv(folder / scores)
    tested = table[(table.score == "overall_accuracy_unclassified_wrong") & (table.unit == "pixels")]
    with rasterio.open(folder / f"demo/{YEAR}/truth/{TILE}.tif") as file:
        truth = file.read(1)
    right = []
    for run in range(RUNS):
        with rasterio.open(folder / f"results/{YEAR}/tiles/{TILE}/run{run}/classification.tif") as file:
            right.append(float((file.read(1) == truth).mean()))
    return {MAP: right, TESTED: [float(value) for value in tested.sort_values("run").value]}


def measure(seeds: list[int], size_px: int) -> dict[str, pd.DataFrame]:
    """Return both accuracies of each way (rows) for each seed and run (columns)."""
    found: dict[str, dict[tuple[int, int], dict[str, float]]] = {MAP: {}, TESTED: {}}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_demo(folder / "demo", seed=seed, size_px=size_px, sensors=["sentinel2", "sentinel1"])
            dates = hide_dates(folder / "demo/archive", folder / "demo/seen")
            for way in WAYS:
                for what, values in accuracies(folder, way).items():
                    for run, value in enumerate(values):
                        found[what].setdefault((seed, run), {})[way] = value
                rounded = {what: [round(found[what][seed, run][way], 4) for run in range(RUNS)] for what in found}
                print(f"seed {seed}, {dates} optical dates: {way} {rounded}", file=sys.stderr, flush=True)
    return {what: pd.DataFrame(table) for what, table in found.items()}


def markdown(tables: dict[str, pd.DataFrame]) -> str:
    """Return mean, least and greatest accuracies, and differences from both in one model, as a table."""
    lines = ["| | " + " | ".join(f"{what} | both have more, points" for what in tables) + " |"]
    lines.append("|---|" + "---:|" * (2 * len(tables)))
    for way in WAYS:
        cells = []
        for table in tables.values():
            own, gains = table.loc[way], 100 * (table.loc[TOGETHER] - table.loc[way])
            cells.append(f"{own.mean():.3f} ({own.min():.3f} to {own.max():.3f})")
            more = f"{gains.mean():+.1f} ({gains.min():+.1f} to {gains.max():+.1f})"
            cells.append(more if way != TOGETHER else "")
        lines.append(f"| {way} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--size", type=int, default=300, help="pixels of 10 m")
    arguments = parser.parse_args()
    print(markdown(measure(arguments.seeds, arguments.size)))


if __name__ == "__main__":
    main()
