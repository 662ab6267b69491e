import json
from contextlib import ExitStack

import numpy as np
import pytest
import rasterio

from ground import Ground
from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.features.vectors import Layout
from landloom.geo import grids
from landloom.geo.grids import Window
from landloom.maps import classification, object_map
from landloom.maps.applied_models import Areas
from landloom.maps.run_map import Run
from landloom.models.interface import SingleModel
from landloom.objects import borders, statistics
from landloom.objects.object_table import Reader
from landloom.objects.segments import Segments

GROUND = Ground.random(9)
FEATURES = statistics.of_features(["mean", "std"], GROUND.schema.features)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (2, 5, 9)))
CODES = np.array(CLASSES.codes, np.int32)
LAYERS = ("classification", "confidence", "probabilities")


class Made(SingleModel):
    """A model whose probabilities follow from the features' sum."""

    feature_names = tuple(FEATURES.names)

    def __init__(self, *codes):
        self.metadata = {}
        self.classes = np.array(codes, np.int32)

    def predict_proba(self, features):
        first = (features.astype(np.int64).sum(axis=1) % 101 / 100).astype(np.float32)
        return np.stack([first, 1 - first], axis=1)


MODELS = {1: Made(2, 9), 2: Made(5, 9)}


def paint(folder, shared_table=None):
    """Map a tile; return its layers and the predicted objects."""
    grid = grids.of_raster(folder / "objects.tif")
    tables = object_map.ObjectTables(folder / "objects.parquet", shared_table, FEATURES, ())
    predicted = object_map.predict(tables, [MODELS], CODES)
    known, (model,) = predicted.numbers, predicted.models
    areas = Areas(folder / "regions.tif", None)
    tile = classification.Tile(grid, Layout(()), areas, CLASSES)
    run = Run({1: model, 2: model}, {layer: folder / f"{layer}.tif" for layer in LAYERS}, {})
    windows = list(grid.windows(32))
    with ExitStack() as files:
        segments = Segments(files, folder / "objects.tif", folder / "regions.tif", True)
        parts = object_map.ObjectParts(segments, known, 1)
        counts, _ = classification.classify(tile, windows, None, [run], parts=parts)
    return {layer: rasterio.open(path).read() for layer, path in run.outputs.items()}, known, model, counts[0]


def test_an_object_has_one_label_that_its_regions_model_gives(tmp_path):
    whole = Window(0, 0, 60, 50)
    table = GROUND.tile(whole, whole, tmp_path)
    layers, known, model, counts = paint(tmp_path)
    part = next(Reader(table).parts())
    assert len(known) == (part.seen > 0).sum() == len(part) - 1
    for place, number in enumerate(known):
        pixels = GROUND.objects == number
        row = np.flatnonzero(part.numbers == number)
        region = 1 + (np.bincount(GROUND.regions[pixels], minlength=3)[1:]).argmax()
        expected = np.zeros(3, np.float32)
        of_model = MODELS[region]
        matrix = FEATURES.matrix(part.seen[row], part.sums.taken(row))
        expected[np.searchsorted(CODES, of_model.classes)] = of_model.predict_proba(matrix)[0]
        np.testing.assert_array_equal(model.probabilities[place], expected)
        assert (layers["classification"][0][pixels] == CODES[expected.argmax()]).all()
        assert (layers["confidence"][0][pixels] == np.floor(100 * expected.max() + 0.5)).all()
    unknown = ~np.isin(GROUND.objects, known)
    assert (layers["classification"][0][unknown] == 0).all()
    pixels = json.loads(json.dumps(counts.pixels))
    assert sum(of_code["0"] for of_code in pixels.values()) == unknown.sum()


def test_tiles_do_not_matter(tmp_path):
    whole = Window(0, 0, 60, 50)
    GROUND.tile(whole, whole, tmp_path / "whole")
    expected = paint(tmp_path / "whole")[0]
    tops = {"a": (0, 33), "b": (33, 60)}
    windows = {"a": Window(0, 0, 39, 50), "b": Window(25, 0, 35, 50)}
    paths = [
        GROUND.tile(windows[tile], Window(top, 0, bottom - top, 50), tmp_path / tile)
        for tile, (top, bottom) in tops.items()
    ]
    borders.merge(paths, tmp_path / "borders.parquet")
    for tile, (top, bottom) in tops.items():
        found = paint(tmp_path / tile, tmp_path / "borders.parquet")[0]
        start = windows[tile].row
        mapped = slice(max(top - 2, 0), min(bottom + 2, 60))  # the margin, too
        for layer in LAYERS:
            np.testing.assert_array_equal(
                found[layer][:, mapped.start - start : mapped.stop - start], expected[layer][:, mapped], layer
            )


def test_a_region_without_a_model_is_told(tmp_path):
    whole = Window(0, 0, 60, 50)
    tables = object_map.ObjectTables(GROUND.tile(whole, whole, tmp_path), None, FEATURES, ())
    with pytest.raises(InputError, match="region number 2 has no model"):
        object_map.predict(tables, [{1: MODELS[1]}], CODES)
