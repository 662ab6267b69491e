"""Auto-context against the demo's true map: ``python -m benchmarks.context [--seeds 1 2 3] [--size 300]``.

The demo knows the class of each pixel. The workflow finds superpixels and trains models of three iterations on one
tile, for several seeds of the demo and for both kinds of class histograms; all pixels are then classified by the
models up to each iteration. Printed are the share of pixels that is right, the same of the majority in each
superpixel, and the F1 score of each class: also of those that are narrower than a superpixel.
"""

from __future__ import annotations

import argparse
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
from landloom.context.class_histograms import HISTOGRAMS, of_labels
from landloom.context.prediction import SuperpixelChunk, parts_of
from landloom.context.superpixel_windows import whole_superpixels
from landloom.demo.archive import make_demo
from landloom.models import files
from landloom.models.contextual import Contextual

TILE, ITERATIONS, TREES = "T31TBJ", 3, 50
MAJORITY = "pixels, majority of the superpixel"


def configuration(histogram: str, samples: int, side_px: int) -> dict[str, Any]:
    """Return the configuration of the example for one tile and region."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "config/examples/context.yaml").read_text())
    for key in ("inputs_from", "regions", "cross_validation"):
        del content[key]
    content["samples"]["number"] = samples
    content["superpixels"]["side_px"] = side_px
    content["model"] = {"trees": TREES}
    context = {"iterations": ITERATIONS, "histogram": histogram}
    return content | {"tiles": [TILE], "map": {"crs": "EPSG:32631"}, "context": context}


def run(folder: Path, content: dict[str, Any]) -> Contextual:
    """Run the workflow as far as models and features; return the model."""
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    model = "results/2018/models/all_run0.npz"
    targets = [model, f"results/2018/tiles/{TILE}/features.tif", f"results/2018/tiles/{TILE}/superpixels.tif"]
    command = [sys.executable, "-m", "snakemake", *targets, "--profile", "local", "--directory", str(folder)]
    done = subprocess.run(
        [*command, "--configfile", str(config)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    found = files.load(folder / model)
    assert isinstance(found, Contextual)
    return found


def maps(folder: Path, model: Contextual, histogram: str) -> dict[str, np.ndarray]:
    """Return the labels of all pixels by the models up to each iteration, flat."""
    with rasterio.open(folder / f"results/2018/tiles/{TILE}/features.tif") as file:
        features = file.read()
    with rasterio.open(folder / f"results/2018/tiles/{TILE}/superpixels.tif") as file:
        superpixels = file.read(1).ravel()
    pixels = np.ascontiguousarray(features.reshape(len(features), -1).T)
    names = ["pixels", *(f"{histogram}, {number} iterations" for number in range(1, ITERATIONS + 1)), MAJORITY]
    found = {name: np.zeros(len(pixels), np.int32) for name in names}
    for places in whole_superpixels(superpixels, 16384):
        ids, groups = np.unique(superpixels[places], return_inverse=True)
        matrix, everywhere = pixels[places], np.ones(len(places), bool)
        parts = parts_of(matrix, np.ones(len(places), np.uint8), {})
        chunk = SuperpixelChunk(places, everywhere, parts, groups.reshape(-1), len(ids), histogram)
        for iteration in range(ITERATIONS + 1):
            some = Contextual(model.members[: iteration + 1], model.how)
            probabilities = chunk.predict({1: some}, model.classes).probabilities
            found[names[iteration]][places] = model.classes[probabilities.argmax(axis=1)]
            if iteration == 0:
                shares = of_labels(chunk.groups, len(ids), probabilities)
                found[MAJORITY][places] = model.classes[shares.argmax(axis=1)[chunk.groups]]
    return found


def scores(labels: np.ndarray, truth: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """Return the share of pixels that is right, and the F1 score of each class."""
    known = (truth > 0) & (labels > 0)
    labels, truth = labels[known], truth[known]
    found = {"all": float((labels == truth).mean())}
    for code in classes.tolist():
        both = ((labels == code) & (truth == code)).sum()
        found[str(code)] = float(2 * both / max((labels == code).sum() + (truth == code).sum(), 1))
    return found


def measure(seeds: list[int], size_px: int, samples: int, side_px: int) -> pd.DataFrame:
    """Return the scores (columns) of each way and seed (rows)."""
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_demo(folder / "demo", seed=seed, size_px=size_px)
            with rasterio.open(folder / f"demo/2018/truth/{TILE}.tif") as file:
                truth = file.read(1).ravel()
            for histogram in HISTOGRAMS:
                model = run(folder, configuration(histogram, samples, side_px))
                for way, labels in maps(folder, model, histogram).items():
                    rows[way, seed] = scores(labels, truth, model.classes)
                    print(f"seed {seed}: {way} {rows[way, seed]}", file=sys.stderr, flush=True)
    return pd.DataFrame(rows).T


def markdown(table: pd.DataFrame) -> str:
    """Return mean scores and, of all pixels, the least and greatest difference from pixels alone, as a table."""
    gains = 100 * (table["all"].unstack().T.sub(table["all"]["pixels"], axis=0))
    lines = ["| map | right | points more than pixels (least, greatest) | " + " | ".join(table.columns[1:]) + " |"]
    lines.append("|---|---:|---:|" + "---:|" * (len(table.columns) - 1))
    for way in dict.fromkeys(table.index.get_level_values(0)):
        mean, some = table.loc[way].mean(), gains[way]
        classes = " | ".join(f"{value:.3f}" for value in mean.iloc[1:])
        difference = f"{some.mean():+.1f} ({some.min():+.1f}, {some.max():+.1f})"
        lines.append(f"| {way} | {mean['all']:.3f} | {difference} | {classes} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--size", type=int, default=300, help="pixels of 10 m")
    parser.add_argument("--samples", type=int, default=200, help="of each class")
    parser.add_argument("--side", type=int, default=5, help="of superpixels, in pixels")
    arguments = parser.parse_args()
    print(markdown(measure(arguments.seeds, arguments.size, arguments.samples, arguments.side)))


if __name__ == "__main__":
    main()
