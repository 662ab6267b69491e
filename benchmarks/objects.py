"""Accuracy of maps of pixels, auto-context, objects and polygons on the demo, against the true class of every pixel.

    PYTHONPATH=scripts python -m benchmarks.objects FOLDER [--size-px 200] [--seeds 1 2 3] [--maps pixels parcels]

Each map is a project of its own in the folder, made with the same demo, reference and forest; one that is there is
not made again. Polygons of the map of pixels, regularised, simplified and smoothed, are burnt on the tiles' pixels.
Printed is the fraction of right pixels among those that the tiles own: of all, of roads and bare ground, of water,
and of the other classes, since objects lose what is narrower than they are.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import yaml
from rasterio.features import rasterize

from landloom.demo.archive import make_demo

ROOT = Path(__file__).resolve().parents[1]
TILES = ("T30TYP", "T31TBJ")
SUPERPIXELS = {"side_px": 5}
VECTORS = {"map": "run0", "majority_px": 1, "minimum_m2": 1000, "smoothing": 1}
POLYGONS = "map/run0/vectors/classes.gpkg"
MAPS: dict[str, dict[str, Any]] = {
    "pixels": {"vectors": VECTORS},
    "context by labels": {"context": {"histogram": "labels"}, "superpixels": SUPERPIXELS},
    "context by probabilities": {"context": {"histogram": "probabilities"}, "superpixels": SUPERPIXELS},
    "superpixels": {"objects": {"segmentation": "superpixels"}, "superpixels": SUPERPIXELS},
    "parcels": {"objects": {"segmentation": "demo/parcels.gpkg"}},
}
NARROW = {"roads and bare ground": 10, "water": 9}

Layers = dict[str, np.ndarray]
"""Labels of each tile."""


def configuration(kind: str, seed: int) -> dict[str, Any]:
    """Return the configuration of the demo's example, with another kind of map."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/examples/objects.yaml").read_text())
    del content["objects"], content["inputs_from"]
    return {**content, **MAPS[kind], "seed": seed}


def make(folder: Path, content: dict[str, Any], demo: Path) -> None:
    """Make the map of a configuration, and its polygons if it has some."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "demo").exists():
        (folder / "demo").symlink_to(os.path.relpath(demo, folder))
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content))
    files = ["map/run0/classification.tif", *([POLYGONS] if "vectors" in content else [])]
    targets = [f"results/2018/{file}" for file in files]
    command = [sys.executable, "-m", "snakemake", *targets, "--profile", "local", "--directory", str(folder)]
    done = subprocess.run(
        [*command, "--configfile", str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])


def classified(folder: Path) -> Layers:
    """Return the map of each tile."""
    found = {}
    for tile in TILES:
        with rasterio.open(folder / f"results/2018/tiles/{tile}/run0/classification.tif") as file:
            found[tile] = file.read(1)
    return found


def burnt(folder: Path) -> Layers:
    """Return the polygons of the map on the pixels of each tile."""
    polygons, found = gpd.read_file(folder / "results/2018" / POLYGONS), {}
    for tile in TILES:
        with rasterio.open(folder / f"results/2018/tiles/{tile}/run0/classification.tif") as file:
            there = polygons.to_crs(file.crs)
            shapes = zip(there.geometry, there.code, strict=True)
            found[tile] = rasterize(shapes, file.shape, transform=file.transform, dtype="int32")
    return found


def accuracies(folder: Path, layers: Layers) -> dict[str, float]:
    """Return the fraction of right pixels, of all and of some classes, over what the tiles own."""
    right, true = [], []
    for tile, labels in layers.items():
        with rasterio.open(folder / f"demo/2018/truth/{tile}.tif") as file:
            truth = file.read(1)
        with rasterio.open(folder / f"results/2018/tiles/{tile}/regions.tif") as file:
            owned = file.read(2) > 0
        right.append((labels == truth)[owned])
        true.append(truth[owned])
    all_right, all_true = np.concatenate(right), np.concatenate(true)
    of_classes = {name: float(all_right[all_true == code].mean()) for name, code in NARROW.items()}
    others = float(all_right[~np.isin(all_true, list(NARROW.values()))].mean())
    return {"all pixels": float(all_right.mean()), **of_classes, "other classes": others}


def markdown(table: pd.DataFrame) -> str:
    """Return mean accuracies over the seeds and, of all pixels, the gain over pixels, as a table."""
    gains = 100 * table["all pixels"].unstack().T.sub(table["all pixels"]["pixels"], axis=0)
    head = ["map", table.columns[0], "points more than pixels (least, greatest)", *table.columns[1:]]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    for kind in dict.fromkeys(table.index.get_level_values(0)):
        mean, some = table.loc[kind].mean(), gains[kind]
        difference = f"{some.mean():+.1f} ({some.min():+.1f}, {some.max():+.1f})"
        lines.append(
            f"| {kind} | {mean.iloc[0]:.3f} | {difference} | {' | '.join(f'{v:.3f}' for v in mean.iloc[1:])} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Make and compare the maps of all seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size-px", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--maps", nargs="+", choices=list(MAPS), default=list(MAPS))
    chosen = parser.parse_args()
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for seed in chosen.seeds:
        demo = chosen.folder.resolve() / f"demo{seed}"
        if not demo.exists():
            make_demo(demo, seed=seed, size_px=chosen.size_px)
        for kind in chosen.maps:
            folder = chosen.folder.resolve() / f"{kind.replace(' ', '_')}{seed}"
            make(folder, configuration(kind, seed), demo)
            rows[kind, seed] = accuracies(folder, classified(folder))
            if "vectors" in MAPS[kind]:
                rows[f"polygons of {kind}", seed] = accuracies(folder, burnt(folder))
            print(f"seed {seed}: {kind} {rows[kind, seed]}", file=sys.stderr, flush=True)
    print(markdown(pd.DataFrame(rows).T))


if __name__ == "__main__":
    main()
