"""Ways to make features against the demo's true map: ``python -m benchmarks.true_map [--seeds 1 2 3] [--size 300]``.

The demo knows the class of each pixel. The whole workflow maps a tile of it with one way after the other, for several
seeds of the demo; the accuracies of all its pixels are printed as a table, and as differences from the first.
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

import numpy as np
import pandas as pd
import rasterio
import yaml

from benchmarks.contest import ROOT
from landloom.demo.archive import make_demo

TILE = "T31TBJ"
RUNS = 2
MOVED_SHARE, MOVED_M = 0.5, 20
"""Share of the images that are moved for co-registration to move back, and how far, at most, each way."""

Content = dict[str, Any]
STATISTICS = [
    {"of": ["NDVI", "NDMI", "brightness"], "kinds": ["min", "max", "amplitude", "p10", "p50", "p90", "day_of_max"]}
]


def ways() -> dict[str, Content]:
    """Return what each way changes in the configuration of Sentinel-2 alone, linear."""
    both = {"rasters": {}, "sensors": ["sentinel2", "landsat8"]}
    return {
        "linear": {},
        "whittaker, smoothing 100": {"features": {"interpolation": {"method": "whittaker", "smoothing": 100}}},
        "whittaker, smoothing 1000": {"features": {"interpolation": {"method": "whittaker", "smoothing": 1000}}},
        "whittaker, smoothing 10000": {"features": {"interpolation": {"method": "whittaker", "smoothing": 10000}}},
        "savitzky_golay (5, 2)": {"features": {"interpolation": {"method": "savitzky_golay", "window": 5}}},
        "linear, and statistics": {"features": {"statistics": STATISTICS}},
        "statistics alone": {
            "features": {"bands": {"sentinel2": []}, "statistics": [one | {"only": True} for one in STATISTICS]}
        },
        "bands without indices": {"features": {"indices": []}},
        "PCA, 4 components a band": {"model": {"reduction": {"groups": "band", "components": 4}}},
        "Sentinel-2, Landsat 8": both,
        "Sentinel-2, Landsat 8, altitude": both
        | {"rasters": {"altitude": {"file": "demo/altitude.tif", "scale": 10}}},
        "half of the images moved": {"archive": "moved"},
        "half of the images moved, co-registered": {
            "archive": "moved",
            "coregistration": {"reference": "best", "band": "B8", "patch_px": 64},
        },
    }


def configuration(way: Content) -> Content:
    """Return the configuration of the demo for one tile, as a way changes it."""
    content: Content = copy.deepcopy(yaml.safe_load((ROOT / "config/examples/sensors.yaml").read_text()))
    for key in ("inputs_from", "demo", "regions", "cross_validation", "rasters"):
        del content[key]
    sensors = {name: content["sensors"][name] for name in way.get("sensors", ["sentinel2"])}
    sensors["sentinel2"] |= {"archive": f"demo/{way.get('archive', 'archive')}"}
    if "coregistration" in way:
        sensors["sentinel2"] |= {"coregistration": way["coregistration"]}
    changes = {key: way[key] for key in ("features", "model", "rasters") if key in way}
    return content | {"tiles": [TILE], "sensors": sensors, "runs": RUNS} | changes


def move_images(archive: Path, moved: Path, seed: int) -> None:
    """Copy an archive; move what images of every other date show by whole pixels of 20 m, masks included."""
    shutil.copytree(archive / TILE, moved / TILE)
    rng = np.random.default_rng(seed)
    for product in sorted((moved / TILE).iterdir()):
        shifts_m = rng.integers(-1, 2, 2) * MOVED_M
        if rng.random() >= MOVED_SHARE:
            continue
        for path in product.rglob("*.tif"):
            with rasterio.open(path) as file:
                profile, values = file.profile, file.read()
            path.unlink()
            with rasterio.open(path, "w", **profile) as file:
                file.write(np.roll(values, (shifts_m / file.res[0]).astype(int), axis=(1, 2)))


def accuracies(folder: Path, way: Content) -> list[float]:
    """Run the workflow; return the share of pixels that each run's map has right."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(configuration(way), sort_keys=False), encoding="utf-8")
    maps = [f"results/2018/tiles/{TILE}/run{run}/classification.tif" for run in range(RUNS)]
    command = [sys.executable, "-m", "snakemake", *maps, "--profile", "local", "--directory", str(folder)]
    done = subprocess.run(
        [*command, "--configfile", str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    with rasterio.open(folder / f"demo/2018/truth/{TILE}.tif") as file:
        truth = file.read(1)
    found = []
    for path in maps:
        with rasterio.open(folder / path) as file:
            found.append(float((file.read(1) == truth).mean()))
    return found


def measure(seeds: list[int], size_px: int, wanted: list[str]) -> pd.DataFrame:
    """Return the accuracy of each way (rows) for each seed and run (columns)."""
    table: dict[tuple[int, int], dict[str, float]] = {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_demo(folder / "demo", seed=seed, size_px=size_px, sensors=["sentinel2", "landsat8", "altitude"])
            move_images(folder / "demo/archive", folder / "demo/moved", seed)
            for way, changes in ways().items():
                if way in wanted or not wanted:
                    fractions = accuracies(folder, changes)
                    for run, fraction in enumerate(fractions):
                        table.setdefault((seed, run), {})[way] = fraction
                    print(f"seed {seed}: {way} {fractions}", file=sys.stderr, flush=True)
    return pd.DataFrame(table)


def markdown(table: pd.DataFrame) -> str:
    """Return mean accuracies, and mean, least and greatest difference from the first way, as a table."""
    gains = 100 * (table - table.iloc[0])
    lines = ["| features | true map | points more than the first | least, greatest |", "|---|---:|---:|---:|"]
    for way in table.index:
        some = gains.loc[way]
        lines.append(
            f"| {way} | {table.loc[way].mean():.3f} | {some.mean():+.1f} | {some.min():+.1f}, {some.max():+.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--size", type=int, default=300, help="pixels of 10 m")
    parser.add_argument("--ways", nargs="*", default=[], help="some of them; else all")
    arguments = parser.parse_args()
    print(markdown(measure(arguments.seeds, arguments.size, arguments.ways)))


if __name__ == "__main__":
    main()
