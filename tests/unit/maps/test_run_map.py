"""A run's map while it is made: rasters and counts, block by block."""

from contextlib import ExitStack
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio

from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo.grids import Grid, Window
from landloom.maps.layers import NOT_SEPARATE
from landloom.maps.prediction import Prediction
from landloom.maps.run_map import Run, RunMap

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 300, 4)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5)))
LAYERS = ("classification", "confidence", "probabilities", "separate", "decider")


@pytest.fixture
def run(tmp_path):
    models = {1: SimpleNamespace(), 2: SimpleNamespace()}
    return Run(models, {layer: tmp_path / f"{layer}.tif" for layer in LAYERS}, {"LANDLOOM_MODELS": "abc"})


def test_areas_are_written_and_counted(run):
    """The second area has nothing: it stays unclassified, and its pixels count so."""
    areas = Window(0, 0, 256, 4), Window(256, 0, 44, 4)
    pixels = np.array([0, 255]), np.array([1, 3])
    said = Prediction(
        np.array([[0.2, 0.8], [0.6, 0.4]], np.float32),
        np.array([3, 5], np.int32),
        np.array([2, 1], np.uint8),
        np.array([3, NOT_SEPARATE], np.int32),
    )
    with ExitStack() as files:
        made = RunMap(files, run, GRID, CLASSES)
        for area, number in zip(areas, (1, 2), strict=True):
            made.begin(area)
            if number == 1:
                made.add(pixels, said)
            regions = np.ones((2, area.rows, 4), np.uint8)
            regions[0] = number
            for write in made.finish(area, regions):
                write()
        counts = made.counts()
    assert counts.pixels == {1: {0: 256 * 4 - 2, 3: 1, 5: 1}, 2: {0: 44 * 4, 3: 0, 5: 0}}
    found = {}
    for layer, path in run.outputs.items():
        with rasterio.open(path) as dataset:
            found[layer] = dataset.read()
            assert dataset.tags()["LANDLOOM_MODELS"] == "abc"
    at = (slice(None), *pixels)
    assert found["classification"][at].tolist() == [[5, 3]]
    assert found["confidence"][at].tolist() == [[80, 60]]
    assert found["probabilities"][at].tolist() == [[200, 600], [800, 400]]
    assert found["separate"][at].tolist() == [[3, 3]]  # the second is as on the map
    assert found["decider"][at].tolist() == [[2, 1]]
    assert all((values > 0).sum() == np.prod(values[at].shape) for values in found.values())


def test_where_nothing_is_predicted_the_background_stands(run, tmp_path):
    area, everywhere = Window(0, 0, 300, 4), tuple(np.indices((300, 4)).reshape(2, -1))
    layers = ("classification", "confidence", "probabilities")
    below = Run(run.models, {layer: tmp_path / f"below_{layer}.tif" for layer in layers}, {})
    above = Run(run.models, {layer: run.outputs[layer] for layer in layers}, {}, below.outputs)
    shares = np.random.default_rng(1).random(1200, np.float32)
    low = Prediction(np.stack([shares, 1 - shares], axis=1), np.array([3, 5], np.int32))
    high = Prediction(np.array([[0.1, 0.9]], np.float32), np.array([3, 5], np.int32))
    found, counts = {}, {}
    for made, pixels, said in ((below, everywhere, low), (above, (np.array([299]), np.array([2])), high)):
        with ExitStack() as files:
            of_run = RunMap(files, made, GRID, CLASSES)
            of_run.begin(area)
            of_run.add(pixels, said)
            for write in of_run.finish(area, np.ones((2, 300, 4), np.uint8)):
                write()
            counts[id(made)] = of_run.counts().pixels[1]
        found[id(made)] = {layer: rasterio.open(made.outputs[layer]).read() for layer in layers}
    expected = {layer: values.copy() for layer, values in found[id(below)].items()}
    for layer, values in (("classification", [5]), ("confidence", [90]), ("probabilities", [100, 900])):
        expected[layer][:, 299, 2] = values
        np.testing.assert_array_equal(found[id(above)][layer], expected[layer])
    labels = expected["classification"]
    assert counts[id(above)] == {code: int((labels == code).sum()) for code in (0, 3, 5)}
