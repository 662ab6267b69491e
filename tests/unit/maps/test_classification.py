import datetime

import numpy as np
import pytest
import rasterio
from scipy.stats import entropy

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.features import sensor_features, vectors
from landloom.features.vectors import Layout
from landloom.geo import rasters
from landloom.geo.grids import Grid, Window
from landloom.maps import classification, fused_runs
from landloom.maps.applied_models import Areas, owned_windows
from landloom.maps.fused_runs import Fusion
from landloom.maps.layers import LAYERS
from landloom.maps.run_map import Run
from landloom.models.forest import conversion
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 150, 170)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5, 300)))
DATES = tuple(datetime.date(2018, month, 1) for month in (1, 4, 7, 10))
RNG = np.random.default_rng(5)


def write(path, values, nodata=None):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **GRID.profile()
    ) as file:
        file.write(values, 1)
    return RasterBand(str(path))


@pytest.fixture(scope="module")
def tile(tmp_path_factory):
    return make_tile(tmp_path_factory.mktemp("tile"))


def make_tile(folder):
    """Looks, regions and two models that know different classes."""
    observations = []
    for number, date in enumerate(DATES):
        bands = [
            (name, write(folder / f"{name}{number}.tif", RNG.integers(0, 5000, (150, 170)).astype(np.int16), -10000))
            for name in ("B4", "B8")
        ]
        cloud = RNG.random((150, 170)) < 0.4
        cloud[10:20, 30:40] = True
        mask = Mask(write(folder / f"m{number}.tif", cloud.astype(np.uint8)), invalid_bits=1)
        observations.append(Acquisition("s", "T", date, f"p{number}", tuple(bands), (mask,)))
    number = np.ones((150, 170), np.uint8)
    number[:, 90:] = 2
    number[100:, :] = 0
    owned = (number > 0) & (np.arange(150)[:, None] < 97)
    with rasters.create(folder / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([number, owned.astype(np.uint8)]))
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, DATES)
    models = {region: fitted(sensor.names, codes, region) for region, codes in ((1, [3, 300]), (2, [3, 5]))}
    return folder, observations, sensor, models, number, owned


def fitted(names, codes, seed):
    """A forest that knows some classes."""
    random = np.random.default_rng(seed)
    features = random.integers(-1000, 6000, (300, len(names))).astype(np.int16)
    options = {"n_estimators": 8, "max_depth": 6}
    return conversion.fit(features, random.choice(codes, 300), names, 0, 1, options, {})


NAMES = [layer.name for layer in LAYERS]


def classify_runs(tile, folder, windows, models, weights=None, fusions=()):
    """Return the counts and the arrays of each run; `models` has those of each."""
    source, observations, sensor = tile[:3]
    areas = Areas(source / "regions.tif", weights)
    of_all = classification.Tile(GRID, Layout((sensor,)), areas, CLASSES)
    runs = [
        Run(of_run, {layer: folder / f"{layer}{number}.tif" for layer in NAMES}, {})
        for number, of_run in enumerate(models)
    ]
    with TileReader({"s": observations}, GRID, {"s": "nearest"}, 2) as reader:
        counts, _ = classification.classify(of_all, owned_windows(areas, windows)[0], reader, runs, fusions)
    arrays = []
    for run in runs:
        arrays.append({})
        for layer, path in run.outputs.items():
            with rasterio.open(path) as dataset:
                arrays[-1][layer] = dataset.read()
    return counts, arrays


def classify(tile, folder, windows, models=None, weights=None):
    """Classify with one run."""
    counts, arrays = classify_runs(tile, folder, windows, [models or tile[3]], weights)
    return counts[0], arrays[0]


def probabilities_of(tile):
    """The probabilities of both models everywhere, by a plain matrix, and where anything was seen."""
    _, observations, sensor, models, number, _ = tile
    with TileReader({"s": observations}, GRID, {"s": "nearest"}, 1) as reader:
        ((_, series),) = reader.stream(GRID.windows(1000))
    matrix, seen = Layout((sensor,)).of_window(None, series).stack(np.arange(number.size))
    chance = {}
    for region, model in models.items():
        chance[region] = np.zeros((number.size, len(CLASSES.codes)))
        for column, code in enumerate(model.classes):
            chance[region][:, CLASSES.codes.index(code)] = model.predict_proba(matrix)[:, column]
    return chance, seen


def check_layers(found, chance, seen):
    """Check all layers that come from probabilities, of shape (pixels, classes)."""
    chance = np.where(seen[:, None], chance, 0)
    confidence, ordered = found["confidence"].ravel(), np.sort(chance, axis=1)
    assert np.abs(confidence - 100 * ordered[:, -1]).max() <= 0.501
    assert np.abs(found["probabilities"].reshape(3, -1).T - 1000 * chance).max() <= 0.501
    for layer in ("margin", "entropy"):
        np.testing.assert_array_equal(found[layer].ravel() == 255, ~seen)
    assert np.abs(found["margin"].ravel() - 100 * (ordered[:, -1] - ordered[:, -2]))[seen].max() <= 0.501
    expected = 100 * entropy(chance[seen], axis=1, base=3)
    assert np.abs(found["entropy"].ravel()[seen] - expected).max() <= 0.501
    labels, best = found["classification"].ravel(), np.array(CLASSES.codes)[chance.argmax(axis=1)]
    clear = seen & (ordered[:, -1] - ordered[:, -2] > 1e-5)
    np.testing.assert_array_equal(labels[clear], best[clear])
    assert (labels[~seen] == 0).all()


def test_every_pixel_is_what_its_regions_model_says(tile, tmp_path):
    number, owned = tile[4:]
    counts, found = classify(tile, tmp_path, GRID.windows(64))
    chance, seen = probabilities_of(tile)
    mapped = seen & (number.ravel() > 0)
    check_layers(found, np.where((number == 1).reshape(-1, 1), chance[1], chance[2]), mapped)
    labels = found["classification"][0]
    np.testing.assert_array_equal(found["separate"][0], labels)
    assert labels.dtype == np.uint16
    assert (labels[10:20, 30:40] == 0).all()
    assert counts.pixels == {
        region: {code: int((labels[owned & (number == region)] == code).sum()) for code in (0, 3, 5, 300)}
        for region in (1, 2)
    }


@pytest.fixture
def weights(tile, tmp_path):
    """Weights of the two regions, in the order of bands 2, 1: both act in columns 70 to 109."""
    number = tile[4]
    line = np.clip((np.arange(170) - 70) / 40, 0, 1).astype(np.float32)
    line[[70, 109]] = 0.001, 0.999
    stored = np.stack([line, 1 - line])[:, np.newaxis, :].repeat(number.shape[0], axis=1)
    path = tmp_path / "weights.tif"
    with rasters.create(path, GRID, "float32", {}, bands=2, nodata=None) as file:
        file.write(stored)
        for band, region in enumerate((2, 1), 1):
            file.set_band_description(band, str(region))
    return path, stored


def test_models_are_weighed_where_several_act(tile, weights, tmp_path):
    path, stored = weights
    number = tile[4]
    _, found = classify(tile, tmp_path, GRID.windows(64), weights=path)
    chance, seen = probabilities_of(tile)
    mean = stored[1].reshape(-1, 1) * chance[1] + stored[0].reshape(-1, 1) * chance[2]
    check_layers(found, mean, seen & (number.ravel() > 0))
    _, alone = classify(tile, tmp_path, GRID.windows(64))
    np.testing.assert_array_equal(found["separate"], alone["classification"])
    assert (found["classification"] != alone["classification"])[..., 70:110].any()


def strips(rows):
    return [Window(row, 0, min(rows, GRID.rows - row), GRID.columns) for row in range(0, GRID.rows, rows)]


@pytest.mark.parametrize("windows", [strips(8), strips(16), strips(256), list(GRID.windows(256))])
def test_does_not_depend_on_windows(tile, weights, tmp_path, windows, monkeypatch):
    (tmp_path / "a").mkdir()
    one = classify(tile, tmp_path / "a", strips(1000), weights=weights[0])
    monkeypatch.setattr(vectors, "CHUNK", 777)
    other = classify(tile, tmp_path, windows, weights=weights[0])
    assert one[0] == other[0]
    for layer in NAMES:
        np.testing.assert_array_equal(one[1][layer], other[1][layer])


def test_runs_together_are_what_each_is_alone(tile, weights, tmp_path):
    """Another run has other models, one of which knows fewer classes."""
    other = {region: fitted(tile[2].names, codes, 9) for region, codes in ((1, [300]), (2, [3, 5, 300]))}
    runs = [tile[3], other, tile[3]]
    counts, found = classify_runs(tile, tmp_path, GRID.windows(64), runs, weights[0])
    for number, models in enumerate(runs):
        (tmp_path / f"alone{number}").mkdir()
        alone = classify(tile, tmp_path / f"alone{number}", GRID.windows(64), models, weights[0])
        assert counts[number] == alone[0]
        for layer in NAMES:
            np.testing.assert_array_equal(found[number][layer], alone[1][layer])
    assert (found[0]["classification"] != found[1]["classification"]).any()


@pytest.mark.parametrize("method", ["majority", "mean_probability"])
def test_fused_runs_do_not_depend_on_windows(method, tile, weights, tmp_path, monkeypatch):
    other = {region: fitted(tile[2].names, codes, 9) for region, codes in ((1, [3, 300]), (2, [3, 5, 300]))}
    found = []
    for number, windows in enumerate((strips(1000), strips(8), list(GRID.windows(64)))):
        folder = tmp_path / str(number)
        folder.mkdir()
        target = Run(other, {layer: folder / f"fused_{layer}.tif" for layer in fused_runs.LAYERS}, {})
        fusion = Fusion(method, "confidence", target)
        counts, _ = classify_runs(tile, folder, windows, [tile[3], other], weights[0], [fusion])
        found.append([counts[-1], *(rasterio.open(path).read() for path in target.outputs.values())])
        monkeypatch.setattr(vectors, "CHUNK", 777)
    for one in found[1:]:
        assert one[0] == found[0][0]
        for layer in (1, 2):
            np.testing.assert_array_equal(one[layer], found[0][layer])


def test_features_are_made_once_for_all_runs(tile, tmp_path, monkeypatch):
    made = []
    stack = vectors.WindowFeatures.stack

    def counted(self, pixels):
        made.append(len(pixels))
        return stack(self, pixels)

    monkeypatch.setattr(vectors.WindowFeatures, "stack", counted)
    classify_runs(tile, tmp_path, GRID.windows(64), [tile[3]] * 3)
    assert sum(made) == (tile[4] > 0).sum()


def test_a_region_without_a_model_is_an_error(tile, tmp_path):
    with pytest.raises(InputError, match="region number 2 has no model"):
        classify(tile, tmp_path, GRID.windows(64), {1: tile[3][1]})
    assert list(tmp_path.iterdir()) == []


def map_some(folder):
    """What a job does, for the test of what was compiled before."""
    (folder / "tile").mkdir()
    classify(make_tile(folder / "tile"), folder, strips(64))
