"""What runs in numba's simulator alone (test_simulator.py): kernels for cards beside those of the processor.

Each thread of a card is one of Python here, so arrays are tiny and blocks small.
"""

import datetime

import numpy as np
import pytest
import rasterio
from numba import config, cuda

from benchmarks import cards as benchmark
from benchmarks import data
from landloom.cards import card as cards
from landloom.cards import choice, rounding
from landloom.cards.matrix import CardMatrix
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.features import card_layout, card_stack, sensor_features
from landloom.features.selection import SensorBands
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import classification
from landloom.maps.applied_models import Areas, owned_windows
from landloom.maps.run_map import Run
from landloom.models import files, placement
from landloom.models.forest import card_walk
from landloom.models.reduced import Reduced
from landloom.models.reduction import Reduction
from landloom.reading.observations import SeriesWindow
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Acquisition, RasterBand
from unit.models.forest.forests import made, pixels_for

CARD = cards.Card("simulator", threads=8)


def test_this_is_the_simulator():
    assert config.ENABLE_CUDASIM
    assert cards.first().name == "simulator of numba"


SHAPES = {
    "plain": {},
    "leaves of several classes": {"mixed": 0.9},
    "one class": {"classes": 1},
    "many classes": {"classes": 40, "mixed": 0.5},
    "one leaf": {"depth": 0, "trees": 3},
    "one feature": {"features": 1},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_forest_on_a_card_gives_the_same_bits(shape):
    forest = made(**{"trees": 5, "depth": 5, "features": 6, "classes": 3, **shape})
    pixels = pixels_for(forest, 21)
    found = card_walk.on_card(forest, CARD)
    assert np.array_equal(found.predict_proba(pixels), forest.predict_proba(pixels))
    assert (found.feature_names, found.metadata) == (forest.feature_names, forest.metadata)


def test_pixels_go_to_the_card_slice_by_slice(monkeypatch):
    monkeypatch.setattr(card_walk, "SLICE", 4)
    forest = made(trees=2, depth=3, features=3)
    pixels = pixels_for(forest, 18)  # more slices than lanes, the last one shorter
    on_card = card_walk.on_card(forest, CARD)
    for part in (pixels, pixels[:7], pixels[:0]):  # buffers of the first call serve the others
        assert np.array_equal(on_card.predict_proba(np.ascontiguousarray(part)), forest.predict_proba(part))


def test_of_many_features_fewer_pixels_go_together(monkeypatch):
    monkeypatch.setattr(card_walk, "FEATURE_BYTES", 48)
    assert [card_walk.pixels_together(features, 512) for features in (1, 12, 13, 24)] == [16, 2, 1, 1]
    forest = made(trees=2, depth=3, features=12)
    pixels = pixels_for(forest, 9)
    assert np.array_equal(card_walk.on_card(forest, CARD).predict_proba(pixels), forest.predict_proba(pixels))
    too_many = made(trees=2, depth=3, features=25)
    assert card_walk.on_card(too_many, CARD) is too_many


def test_as_many_pixels_as_a_warp_has_threads_go_together_and_not_more_than_a_block_has():
    assert [card_walk.pixels_together(10, threads) for threads in (4, 32, 512)] == [4, 32, 32]


def test_features_of_another_model_are_refused():
    forest = made(trees=2, depth=3, features=3)
    with pytest.raises(ValueError, match="features must be int16"):
        card_walk.on_card(forest, CARD).predict_proba(np.zeros((4, 2), np.int16))


def test_the_proof_tells_right_from_wrong(monkeypatch):
    assert card_walk.proof(CARD)
    monkeypatch.setattr(card_walk, "ONE_SHARE", card_walk.ONE_SHARE + 2**20)  # as a card that computes wrongly
    assert not card_walk.proof(CARD)


def test_a_job_takes_the_simulator_for_a_card(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "THREADS", 8)
    files.save(made(trees=2, depth=3, features=3), tmp_path / "forest.npz")
    (proof,) = placement.proofs([tmp_path / "forest.npz"])
    assert choice.chosen("cuda", [proof]).name == "simulator of numba"


def test_components_are_made_on_the_processor_and_classified_on_the_card(tmp_path):
    inner = made(trees=3, depth=4, features=2)
    names, ends = ("a", "b", "c"), np.array([0, 3])
    weights = np.array([0.3, -0.1, 0.2, 0.05, 0.4, -0.3])
    reduction = Reduction(names, inner.feature_names, np.arange(3), ends, np.array([0, 2]), np.zeros(3), weights)
    model = Reduced(reduction, inner)
    files.save(model, tmp_path / "model")
    assert len(placement.proofs([tmp_path / "model"])) == 1
    placed = placement.on_card(model, CARD)
    pixels = np.random.default_rng(0).integers(-2000, 2000, (10, 3)).astype(np.int16)
    assert isinstance(placed.inner, card_walk.CardForest)
    assert np.array_equal(placed.predict_proba(pixels), model.predict_proba(pixels))


class Other:
    """A model of a family without kernels for cards."""

    family = "estimators"


def test_other_families_stay_on_the_processor():
    model, forest = Other(), made(trees=2, depth=3)
    assert placement.on_card(model, CARD) is model
    assert placement.on_card(forest, None) is forest
    assert isinstance(placement.on_card(forest, CARD), card_walk.CardForest)


FORMULAS = {
    "root": "sqrt(abs(B4 - B8))",
    "negative": "-B4 * B8",
    "square": "(B4 + 0.1) ** 2 / B8",
    "least": "min(B4, B8, 0.1)",
    "greatest": "max(B4, -B8) - min(B4 / (B8 - B8), 0.2)",
    "deep": "B4 - (B8 - (B4 - (B8 - (B4 - (B8 - (B4 - 1))))))",
    "undefined": "(B4 - B4) / (B8 - B8)",
    "negative_root": "sqrt(-0.1 - abs(B4))",
}


def sensor_of(name, of_sensor, dates, wanted, **features):
    letters = dict(zip(of_sensor, "RNS", strict=False))
    settings = FeatureSettings(**features)
    return sensor_features.of_settings(SensorBands(name, tuple(of_sensor), letters), settings, dates, wanted)


def series_of(dates, bands, pixels, seed, valid=0.5):
    random = np.random.default_rng(seed)
    values = random.integers(-9999, 32768, (len(dates), bands, pixels)).astype(np.int16)
    clear = random.random((len(dates), pixels)) < valid
    clear[:, 4:12:7] = False  # never seen
    return SeriesWindow(values, clear)


def days(*numbers):
    return [datetime.date(2018, 1, 1) + datetime.timedelta(number) for number in numbers]


SENSORS = {
    "bands": [sensor_of("s", ["B4", "B8"], days(3, 3, 20, 47, 47, 47, 90), days(0, 3, 31, 47, 99))],
    "one observation": [sensor_of("s", ["B4", "B8"], days(20), days(0, 20, 31))],
    "indices": [sensor_of("s", ["B4", "B8"], days(3, 20, 47), days(10, 40), indices=["NDVI", "SAVI"])],
    "formulas": [
        sensor_of("s", ["B4", "B8"], days(3, 20, 47), days(10, 47), bands=False, indices=[], expressions=FORMULAS)
    ],
    "two sensors": [
        sensor_of("s", ["B4", "B8"], days(3, 20), days(0, 10), indices=["NDVI"]),
        sensor_of("t", ["B4"], days(5), days(5), indices=[]),
    ],
}


@pytest.mark.parametrize("sensors", SENSORS.values(), ids=SENSORS)
def test_vectors_made_on_a_card_have_the_same_bits(monkeypatch, sensors):
    monkeypatch.setattr(card_stack, "SLICE", 8)
    series = {
        one.sensor: series_of(one.observation_dates, len(one.choice.bands.names), 30, seed, 0.4)
        for seed, one in enumerate(sensors)
    }
    layout = Layout(tuple(sensors))
    assert card_layout.fits(layout)
    window = Window(0, 0, 2, 15)
    for pixels in (np.arange(3, 25), np.array([0, 4, 5, 11, 29])):  # side by side, and apart
        features, seen = layout.of_window(window, series).stack(pixels)
        there, seen_there = card_layout.on_card(layout, CARD).of_window(window, series).stack(pixels)
        assert not seen.all()
        assert np.array_equal(seen_there, seen)
        assert np.array_equal(np.asarray(there), features)
        assert np.array_equal(np.ascontiguousarray(there[seen]), features[seen])


STAY = {
    "whittaker": {"interpolation": {"method": "whittaker"}},
    "statistics": {"statistics": [{"of": ["B4"], "kinds": ["mean"]}]},
    "logarithm": {"expressions": {"a": "log(B4 + 2)"}},
    "power": {"expressions": {"a": "B4 ** 3"}},
    "too deep": {"expressions": {"a": "B4 - (" * 17 + "B8" + ")" * 17}},
}


@pytest.mark.parametrize("features", STAY.values(), ids=STAY)
def test_what_has_no_kernel_stays_on_the_processor(features):
    layout = Layout((sensor_of("s", ["B4", "B8"], days(3, 20, 47), days(10, 40), **features),))
    assert not card_layout.fits(layout)
    assert card_layout.on_card(layout, CARD) is layout


def test_vectors_are_proven():
    assert card_layout.proof(CARD)


def test_a_forest_finds_the_vectors_on_its_card():
    forest = made(trees=3, depth=4, features=3)
    pixels = pixels_for(forest, 10)
    there = CardMatrix(CARD.keep(pixels), np.arange(10))
    on_card = placement.on_card(forest, CARD)
    some = np.array([0, 3, 3, 9])
    assert placement.find_vectors_there([on_card])
    assert not placement.find_vectors_there([on_card, forest])
    assert np.array_equal(on_card.predict_proba(there), forest.predict_proba(pixels))
    assert np.array_equal(on_card.predict_proba(there[some]), forest.predict_proba(pixels[some]))


@cuda.jit
def compute(x, y, out):
    out[0], out[1], out[2] = rounding.product(x, y), rounding.total(x, y), rounding.quotient(x, y)


def test_each_operation_is_rounded_to_float32():
    x, y, out = np.float32(16777213.0), np.float32(3.1), np.zeros(3, np.float32)
    compute[1, 1](x, y, out)
    assert out.tolist() == [x * y, x + y, x / y]


def test_the_benchmark_compares_like_with_like(monkeypatch):
    monkeypatch.setattr(data, "DATES", 2)
    forest = made(trees=2, depth=3, features=2 * (data.BANDS + data.INDICES))
    for duel in benchmark.duels(CARD, forest, 6):
        assert benchmark.measured(duel, 6, 1).endswith("million pixels/s; the same bits")


GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 9, 11)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in range(1, 4)))
DAYS = tuple(datetime.date(2018, month, 1) for month in (1, 5, 9))
LAYERS = ("classification", "confidence", "margin", "probabilities")


def written(path, values, nodata=None):
    bands = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "nodata": nodata}
    with rasterio.open(path, "w", **bands, **GRID.profile()) as file:
        file.write(values, 1)
    return RasterBand(str(path))


def test_a_tile_is_classified_on_the_card_as_on_the_processor(tmp_path):
    """The whole pass: two regions with models of their own, pixels that nothing shows, two runs."""
    random = np.random.default_rng(3)
    shape = (GRID.rows, GRID.columns)
    numbers = np.ones(shape, np.uint8)
    numbers[:, 6:] = 2
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([numbers, numbers > 0]).astype(np.uint8))
    seen = []
    for number, day in enumerate(DAYS):
        values = np.where(random.random(shape) < 0.3, -10000, random.integers(-900, 900, shape)).astype(np.int16)
        values[2, 3:5] = -10000
        band = written(tmp_path / f"{number}.tif", values, -10000)
        seen.append(Acquisition("s", "T", day, f"p{number}", (("B4", band),), ()))
    sensor = sensor_features.of_sensor("s", ["B4"], {"B4": "R"}, True, [], DAYS, DAYS)
    models = [made(trees=4, depth=4, features=3, classes=3, mixed=0.4, seed=seed) for seed in range(4)]
    of_runs = [{1: models[0], 2: models[1]}, {1: models[2], 2: models[3]}]
    areas, found = Areas(tmp_path / "regions.tif", None), []
    for card in (None, CARD):
        layout = card_layout.on_card(Layout((sensor,)), card) if card else Layout((sensor,))
        tile = classification.Tile(GRID, layout, areas, CLASSES)
        runs = [
            Run(
                {region: placement.on_card(model, card) for region, model in of_run.items()},
                {layer: tmp_path / f"{layer}{number}{'' if card else '_cpu'}.tif" for layer in LAYERS},
                {},
            )
            for number, of_run in enumerate(of_runs)
        ]
        with TileReader({"s": seen}, GRID, {"s": "nearest"}, 2) as reader:
            windows = owned_windows(tile.areas, GRID.windows(50))[0]
            counts, _ = classification.classify(tile, windows, reader, runs)
        arrays = [rasterio.open(path).read() for run in runs for path in run.outputs.values()]
        found.append((counts, arrays))
    (counts, arrays), (counts_of_card, arrays_of_card) = found
    assert counts == counts_of_card
    assert sum(of_region.get(0, 0) for of_region in counts[0].pixels.values()) >= 2  # unseen ones
    assert all(map(np.array_equal, arrays, arrays_of_card))
