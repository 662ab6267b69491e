"""Auto-context against the demo's true map: ``python -m benchmarks.context PROJECT [--tile T31TBJ] [--seeds 1 2 3]``.

PROJECT is a finished demo with a map of features, as of ``results/2018/tiles/T31TBJ/features.tif``. For each seed,
training pixels are drawn from the training polygons of its first run, models of three iterations are trained by both
kinds of class histograms, and all pixels are classified by the models up to each iteration. The demo knows the class
of each pixel. Printed are the share of pixels that is right, also of the majority of the first model in each
superpixel, and the F1 score of each class: of those, too, that are narrower than a superpixel.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio

from benchmarks.superpixels import numbers_of
from landloom.context import training
from landloom.context.class_histograms import HISTOGRAMS, of_labels
from landloom.context.prediction import SuperpixelChunk, parts_of
from landloom.context.superpixel_windows import whole_superpixels
from landloom.models.contextual import Contextual
from landloom.models.training_data import TrainingSet, superpixel_keys
from landloom.objects import segmentation_features, superpixels
from landloom.objects.cells import Cells
from landloom.objects.superpixel_settings import SuperpixelSettings
from landloom.training import fitting
from landloom.training import settings as model_settings

BANDS = ["B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"]
ITERATIONS = 3
MAJORITY = "pixels, majority of the superpixel"


@dataclass(frozen=True, eq=False)
class Tile:
    """Pixels of a tile, flat: features, superpixel (from 1), class on the true map; and its training pixels."""

    features: np.ndarray
    names: tuple[str, ...]
    superpixels: np.ndarray
    truth: np.ndarray
    candidates: pd.DataFrame
    columns: int

    @classmethod
    def of_project(cls, project: Path, name: str, side_px: int) -> Tile:
        """Read a tile and find its superpixels."""
        folder = project / f"results/2018/tiles/{name}"
        with rasterio.open(folder / "features.tif") as file:
            features, names = file.read(), file.descriptions
        with rasterio.open(project / f"demo/2018/truth/{name}.tif") as file:
            truth = file.read(1)
        settings = SuperpixelSettings(side_px=side_px)
        values = numbers_of(folder / "features.tif", "sentinel2", BANDS, settings)
        cells, seen = Cells(0, 0, *truth.shape, side_px), np.ones(truth.shape, bool)
        found = superpixels.find(values, seen, cells, settings.iterations, segmentation_features.UNIT)
        candidates = pd.read_parquet(folder / "candidates.parquet").query("run0")
        matrix = np.ascontiguousarray(features.reshape(len(features), -1).T)
        return cls(matrix, tuple(names), found.ravel() + 1, truth.ravel(), candidates, truth.shape[1])


def model_of(tile: Tile, histogram: str, samples: int, trees: int, seed: int) -> Contextual:
    """Train a model with some samples of each class."""
    drawn = tile.candidates.groupby("code", group_keys=False).sample(frac=1, random_state=seed).groupby("code")
    drawn = drawn.head(samples)
    places = drawn.row.to_numpy() * tile.columns + drawn.column.to_numpy()
    keys = superpixel_keys(0, tile.superpixels)
    around = np.flatnonzero(np.isin(keys, keys[places]))
    codes, polygons = drawn.code.to_numpy(np.int32), drawn.polygon.to_numpy(np.int64)
    own = TrainingSet(tile.features[places], codes, polygons, tile.names, 0, keys[places], ("T",))
    settings = model_settings.of_content({"type": "random_forest", "trees": trees})
    plan = fitting.TrainingPlan(settings, [np.arange(len(codes))], None, lambda _: seed, 1, ["sentinel2"], {})  # type: ignore[arg-type]
    how = {"iterations": ITERATIONS, "histogram": histogram}
    return training.fit(own, training.Surroundings(tile.features[around], keys[around]), plan, how).model


def maps(tile: Tile, model: Contextual, histogram: str) -> dict[str, np.ndarray]:
    """Return the labels of all pixels by the models up to each iteration, flat."""
    names = ["pixels", *(f"{histogram}, {number} iterations" for number in range(1, ITERATIONS + 1)), MAJORITY]
    found = {name: np.zeros(len(tile.truth), np.int32) for name in names}
    for places in whole_superpixels(tile.superpixels, 16384):
        ids, groups = np.unique(tile.superpixels[places], return_inverse=True)
        parts = parts_of(tile.features[places], np.ones(len(places), np.uint8), {})
        everywhere = np.ones(len(places), bool)
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
    found = {"all": float((labels == truth).mean())}
    for code in classes.tolist():
        both = ((labels == code) & (truth == code)).sum()
        found[str(code)] = float(2 * both / max((labels == code).sum() + (truth == code).sum(), 1))
    return found


def markdown(table: pd.DataFrame) -> str:
    """Return mean scores and, of all pixels, the least and greatest difference from pixels alone, as a table."""
    gains = 100 * table["all"].unstack().T.sub(table["all"]["pixels"], axis=0)
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
    parser.add_argument("project", type=Path)
    parser.add_argument("--tile", default="T31TBJ")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--samples", type=int, default=100, help="of each class")
    parser.add_argument("--trees", type=int, default=40)
    parser.add_argument("--side", type=int, default=5, help="of superpixels, in pixels")
    arguments = parser.parse_args()
    tile = Tile.of_project(arguments.project, arguments.tile, arguments.side)
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for seed in arguments.seeds:
        for histogram in HISTOGRAMS:
            model = model_of(tile, histogram, arguments.samples, arguments.trees, seed)
            for way, labels in maps(tile, model, histogram).items():
                rows[way, seed] = scores(labels, tile.truth, model.classes)
                print(f"seed {seed}: {way} {rows[way, seed]}", file=sys.stderr, flush=True)
    print(markdown(pd.DataFrame(rows).T))


if __name__ == "__main__":
    main()
