"""Accuracy of maps of pixels and of objects on the demo, against the true class of every pixel.

    python -m benchmarks.objects FOLDER [--size-px 200] [--seeds 1 2 3] [--maps pixels parcels superpixels]

Each map is a project of its own in the folder, made with the same demo, samples and forest. Printed are the overall
accuracy of all pixels that the tiles own, and of those of roads and bare ground, of water, of other classes: objects
lose what is narrower than they are.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import yaml

ROOT = Path(__file__).resolve().parents[1]
TILES = ("T30TYP", "T31TBJ")
MAPS: dict[str, dict[str, Any]] = {
    "pixels": {},
    "parcels": {"objects": {"segmentation": "demo/parcels.gpkg"}},
    "superpixels": {"objects": {"segmentation": "superpixels"}, "superpixels": {"side_px": 5}},
}
NARROW = {"roads and bare ground": 10, "water": 9}


def configuration(kind: str, seed: int, size_px: int) -> dict[str, Any]:
    """Return the configuration of the demo's example, with other objects or none."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/examples/objects.yaml").read_text())
    del content["objects"]
    return {**content, **MAPS[kind], "demo": {"seed": seed, "size_px": size_px}, "seed": seed}


def make(folder: Path, content: dict[str, Any]) -> None:
    """Make the map of a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content))
    target = "results/2018/map/run0/classification.tif"
    command = [sys.executable, "-m", "snakemake", target, "--profile", "local", "--directory", str(folder)]
    subprocess.run([*command, "--configfile", str(config)], cwd=ROOT, check=True, capture_output=True)


def accuracies(folder: Path) -> dict[str, float]:
    """Return the fraction of right pixels, of all and of some classes, over what the tiles own."""
    right, true = [], []
    for tile in TILES:
        layers = ("results/2018/tiles/{}/run0/classification.tif", "demo/2018/truth/{}.tif")
        label, truth = (rasterio.open(folder / layer.format(tile)).read(1) for layer in layers)
        owned = rasterio.open(folder / f"results/2018/tiles/{tile}/regions.tif").read(2) > 0
        right.append((label == truth)[owned])
        true.append(truth[owned])
    all_right, all_true = np.concatenate(right), np.concatenate(true)
    of_classes = {name: float(all_right[all_true == code].mean()) for name, code in NARROW.items()}
    others = float(all_right[~np.isin(all_true, list(NARROW.values()))].mean())
    return {"all": float(all_right.mean()), **of_classes, "other classes": others}


def main() -> None:
    """Make and compare the maps of all seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size-px", type=int, default=200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--maps", nargs="+", choices=list(MAPS), default=list(MAPS))
    chosen = parser.parse_args()
    for kind in chosen.maps:
        for seed in chosen.seeds:
            folder = chosen.folder / f"{kind}{seed}"
            make(folder, configuration(kind, seed, chosen.size_px))
            print(kind, seed, {name: round(value, 4) for name, value in accuracies(folder).items()}, flush=True)


if __name__ == "__main__":
    main()
