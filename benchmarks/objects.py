"""Objects and polygons against the demo's true map: ``python -m benchmarks.objects PROJECT [--context]``.

PROJECT is a finished demo with a map of features and the parcels of its landscape, as for ``benchmarks.context``,
whose training pixels, forests and seeds are the same here. Maps are made of pixels; of objects, superpixels or the
demo's parcels, by mean and standard deviation of their features; and of polygons of the map of pixels, regularised
by a majority filter and a minimum unit, simplified, smoothed, and burnt on the pixels again. All labelled objects
train, and none with a pixel that does not. Printed are the share of pixels that is right, and the F1 score of each
class.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from rasterio.features import rasterize

from benchmarks.context import Tile, maps, markdown, model_of, scores
from landloom.context.class_histograms import HISTOGRAMS
from landloom.core import nomenclature
from landloom.geo import grids, rasters
from landloom.models.interface import Model
from landloom.models.training_data import TrainingSet
from landloom.objects import statistics
from landloom.objects import sums as object_sums
from landloom.objects.settings import ObjectLabelSettings
from landloom.objects.sums import Sums
from landloom.training import fitting
from landloom.training import settings as model_settings
from landloom.vector_maps import regularised_map, vector_map
from landloom.vector_maps.cell_pieces import Rasters
from landloom.vector_maps.outputs import Targets
from landloom.vector_maps.settings import VectorSettings
from landloom.vector_maps.vector_map import Order

LABEL = ObjectLabelSettings()  # type: ignore[call-arg]
VECTORS = VectorSettings(majority_px=1, minimum_m2=1000, smoothing=1)


@dataclass(frozen=True)
class Ground:
    """The project, a tile of it, and all of its reference pixels, not those alone that train."""

    project: Path
    name: str
    tile: Tile
    reference: pd.DataFrame

    @classmethod
    def of_project(cls, project: Path, name: str, side_px: int) -> Ground:
        """Read a tile."""
        reference = pd.read_parquet(project / f"results/2018/tiles/{name}/candidates.parquet")
        return cls(project, name, Tile.of_project(project, name, side_px), reference)

    @property
    def truth(self) -> Path:
        """Return the raster of the true classes."""
        return self.project / f"demo/2018/truth/{self.name}.tif"

    def parcels(self) -> np.ndarray:
        """Return the parcel of each pixel, flat, from 1; 0 for none."""
        frame = gpd.read_file(self.project / "demo/parcels.gpkg")
        with rasterio.open(self.truth) as file:
            shapes = zip(frame.to_crs(file.crs).geometry, range(1, len(frame) + 1), strict=True)
            found: np.ndarray = rasterize(shapes, file.shape, transform=file.transform, dtype="int32")
        return found.ravel()


def trained(samples: TrainingSet, trees: int, seed: int) -> Model:
    """Train a forest."""
    settings = model_settings.of_content({"type": "random_forest", "trees": trees})
    every = [np.arange(len(samples.codes))]
    plan = fitting.TrainingPlan(settings, every, None, lambda _: seed, 1, ["sentinel2"], {})  # type: ignore[arg-type]
    return fitting.fit(samples, plan).model


def predicted(model: Model, matrix: np.ndarray) -> np.ndarray:
    """Return the most probable class of each row."""
    labels = [model.classes[model.predict_proba(part).argmax(axis=1)] for part in np.array_split(matrix, 8)]
    return np.concatenate(labels)


def of_pixels(ground: Ground, number: int, trees: int, seed: int) -> np.ndarray:
    """Map a tile by pixels, with some samples of each class: those of ``benchmarks.context``."""
    tile = ground.tile
    drawn = tile.candidates.groupby("code", group_keys=False).sample(frac=1, random_state=seed)
    drawn = drawn.groupby("code").head(number)
    places = drawn.row.to_numpy() * tile.columns + drawn.column.to_numpy()
    codes, polygons = drawn.code.to_numpy(np.int32), drawn.polygon.to_numpy(np.int64)
    return predicted(
        trained(TrainingSet(tile.features[places], codes, polygons, tile.names), trees, seed), tile.features
    )


def labelled(ground: Ground, groups: np.ndarray) -> pd.DataFrame:
    """Return the objects that the reference labels and that train: number, ``code``, ``polygon``."""
    table = ground.reference.assign(
        object=groups[ground.reference.row.to_numpy() * ground.tile.columns + ground.reference.column.to_numpy()]
    )
    counts = pd.crosstab(table.object, table.code)
    covered = counts.sum(axis=1)
    sizes = np.bincount(groups)[counts.index]
    trains = table.groupby("object").run0.all()
    good = trains & (covered >= LABEL.coverage * sizes) & (counts.max(axis=1) >= LABEL.purity * covered)
    polygon = table.groupby("object").polygon.first()
    return pd.DataFrame({"code": counts.idxmax(axis=1), "polygon": polygon})[good]


def of_objects(ground: Ground, numbers: np.ndarray, trees: int, seed: int) -> np.ndarray:
    """Map a tile by objects; the map is 0 where there is none."""
    _, groups = np.unique(numbers, return_inverse=True)
    groups = groups.reshape(-1)
    number = groups.max() + 1
    found, counts = Sums.empty(number, len(ground.tile.names)), np.zeros(number, np.int64)
    object_sums.add(found, counts, ground.tile.features, groups, np.ones(len(groups), bool))
    features = statistics.of_features(["mean", "std"], ground.tile.names)
    matrix, objects = features.matrix(counts, found), labelled(ground, groups)
    print(f"{number} objects, {len(objects)} train", file=sys.stderr)
    codes, polygons = objects.code.to_numpy(np.int32), objects.polygon.to_numpy(np.int64)
    samples = TrainingSet(matrix[objects.index], codes, polygons, tuple(features.names))
    labels = predicted(trained(samples, trees, seed), matrix)[groups]
    return np.where(numbers > 0, labels, 0)


def of_polygons(ground: Ground, labels: np.ndarray) -> np.ndarray:
    """Regularise a map, make polygons of it, and burn these on its pixels."""
    classes = nomenclature.read(ground.project / "demo/nomenclature.csv")
    grid = grids.of_raster(ground.truth)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with rasters.create(folder / "map.tif", grid, "uint8", {}) as file:
            file.write(labels.reshape(grid.rows, grid.columns).astype(np.uint8), 1)
        work = regularised_map.Work.of(folder / "map.tif", classes, VECTORS)
        regularised_map.write(work, classes, folder / "regularised.tif", {})
        order = Order(VECTORS, classes, "classes")
        files = Rasters(folder / "regularised.tif", folder / "map.tif", None, None, None)
        cells = vector_map.cell_work(order, files, "benchmark")
        (folder / "cells").mkdir()
        vector_map.finish_cells(cells, folder / "cells")
        targets = Targets(folder / "classes.gpkg", None, None, {})
        vector_map.write(order, cells, folder / "cells", targets, folder / "classes.csv")
        polygons = gpd.read_file(folder / "classes.gpkg")
    shapes = zip(polygons.geometry, polygons.code, strict=True)
    found: np.ndarray = rasterize(shapes, (grid.rows, grid.columns), transform=grid.transform, dtype="int32")
    return found.ravel()


def all_maps(ground: Ground, options: argparse.Namespace, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the name and the labels of each map, flat."""
    pixels = of_pixels(ground, options.samples, options.trees, seed)
    yield "pixels", pixels
    for histogram in HISTOGRAMS if options.context else ():
        model = model_of(ground.tile, histogram, options.samples, options.trees, seed)
        yield from list(maps(ground.tile, model, histogram).items())[1:]
    yield "objects: superpixels", of_objects(ground, ground.tile.superpixels, options.trees, seed)
    yield "objects: parcels", of_objects(ground, ground.parcels(), options.trees, seed)
    yield "polygons of the map of pixels", of_polygons(ground, pixels)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--tile", default="T31TBJ")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--samples", type=int, default=100, help="pixels of each class")
    parser.add_argument("--trees", type=int, default=40)
    parser.add_argument("--side", type=int, default=5, help="of superpixels, in pixels")
    parser.add_argument("--context", action="store_true", help="also maps of auto-context, of each iteration")
    options = parser.parse_args()
    ground = Ground.of_project(options.project, options.tile, options.side)
    classes = np.unique(ground.tile.truth)
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for seed in options.seeds:
        for way, labels in all_maps(ground, options, seed):
            rows[way, seed] = scores(labels, ground.tile.truth, classes)
            print(f"seed {seed}: {way} {rows[way, seed]}", file=sys.stderr, flush=True)
    print(markdown(pd.DataFrame(rows).T))


if __name__ == "__main__":
    main()
