import dataclasses
import datetime

import numpy as np
import pytest
import rasterio

from landloom import features, maps, rasters
from landloom.grids import Grid, Window
from landloom.models import forest
from landloom.nomenclature import LandClass, Nomenclature
from landloom.sensors.base import Acquisition, Mask, RasterBand
from landloom.series import TileReader

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 150, 170)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5, 300)))
DATES = tuple(datetime.date(2018, month, 1) for month in (1, 4, 7, 10))
RNG = np.random.default_rng(5)


def write(path, values, nodata=None):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype=values.dtype, nodata=nodata, **GRID.profile()
    ) as file:
        file.write(values, 1)
    return RasterBand(str(path), nodata=nodata)


@pytest.fixture(scope="module")
def tile(tmp_path_factory):
    return make_tile(tmp_path_factory.mktemp("tile"))


def make_tile(folder):
    """Looks, regions and two models that know different classes."""
    looks = []
    for number, date in enumerate(DATES):
        bands = [
            (name, write(folder / f"{name}{number}.tif", RNG.integers(0, 5000, (150, 170)).astype(np.int16), -10000))
            for name in ("B4", "B8")
        ]
        cloud = RNG.random((150, 170)) < 0.4
        cloud[10:20, 30:40] = True
        mask = Mask(write(folder / f"m{number}.tif", cloud.astype(np.uint8)), invalid_bits=1)
        looks.append(Acquisition("s", "T", date, f"p{number}", tuple(bands), (mask,)))
    number = np.ones((150, 170), np.uint8)
    number[:, 90:] = 2
    number[100:, :] = 0
    owned = (number > 0) & (np.arange(150)[:, None] < 97)
    with rasters.create(folder / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([number, owned.astype(np.uint8)]))
    sensor = features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, DATES)
    names = features.names_of([sensor])
    models = {
        region: forest.fit(
            RNG.integers(-1000, 6000, (300, len(names))).astype(np.int16),
            RNG.choice(codes, 300),
            names,
            0,
            1,
            {"n_estimators": 8, "max_depth": 6},
            {},
        )
        for region, codes in ((1, [3, 300]), (2, [3, 5]))
    }
    return folder, looks, sensor, models, number, owned


def classify(tile, folder, windows, models=None):
    source, looks, sensor, own, _, _ = tile
    outputs = maps.Outputs(folder / "c.tif", folder / "k.tif", folder / "p.tif")
    with TileReader({"s": looks}, GRID, {"s": "nearest"}, 2) as reader:
        counts, _ = maps.classify(
            maps.owned_windows(source / "regions.tif", windows)[0],
            reader,
            [sensor],
            models or own,
            CLASSES,
            source / "regions.tif",
            GRID,
            outputs,
            {},
        )
    arrays = []
    for path in (outputs.classification, outputs.confidence, outputs.probabilities):
        with rasterio.open(path) as dataset:
            arrays.append(dataset.read())
    return counts, arrays


def test_every_pixel_is_what_its_regions_model_says(tile, tmp_path):
    _, looks, sensor, models, number, owned = tile
    counts, (labels, confidence, probabilities) = classify(tile, tmp_path, GRID.windows(64))
    with TileReader({"s": looks}, GRID, {"s": "nearest"}, 1) as reader:
        ((_, series),) = reader.stream(GRID.windows(1000))
    matrix, seen = features.stack([sensor], series, np.arange(number.size))
    expected = np.zeros(number.size, np.int64)
    chance = np.zeros((3, number.size))
    for region, model in models.items():
        here = (number.ravel() == region) & seen
        share = model.predict_proba(matrix)[here]
        expected[here] = model.classes[share.argmax(axis=1)]
        for column, code in enumerate(model.classes):
            chance[CLASSES.codes.index(code), here] = share[:, column]
    np.testing.assert_array_equal(labels.ravel(), expected)
    assert np.abs(confidence.ravel() - 100 * chance.max(axis=0)).max() <= 0.501
    assert np.abs(probabilities.reshape(3, -1) - 1000 * chance).max() <= 0.501
    assert labels.dtype == np.uint16
    assert (labels[0, 10:20, 30:40] == 0).all()
    assert counts == {
        region: {
            code: int((expected.reshape(number.shape)[owned & (number == region)] == code).sum())
            for code in (0, 3, 5, 300)
        }
        for region in (1, 2)
    }


def strips(rows):
    return [Window(row, 0, min(rows, GRID.rows - row), GRID.columns) for row in range(0, GRID.rows, rows)]


@pytest.mark.parametrize("windows", [strips(8), strips(16), strips(256), list(GRID.windows(256))])
def test_does_not_depend_on_windows(tile, tmp_path, windows, monkeypatch):
    (tmp_path / "a").mkdir()
    one = classify(tile, tmp_path / "a", strips(1000))
    monkeypatch.setattr(features, "CHUNK", 777)
    other = classify(tile, tmp_path, windows)
    assert one[0] == other[0]
    for left, right in zip(one[1], other[1], strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_region_without_a_model_is_an_error(tile, tmp_path):
    with pytest.raises(maps.InputError, match="region number 2 has no model"):
        classify(tile, tmp_path, GRID.windows(64), {1: tile[3][1]})
    assert list(tmp_path.iterdir()) == []


def test_a_model_of_another_nomenclature_is_an_error(tile, tmp_path):
    other = dataclasses.replace(tile[3][2], classes=np.array([3, 7], np.int32))
    with pytest.raises(maps.InputError, match=r"2 knows the classes \[7\], which the nomenclature lacks"):
        classify(tile, tmp_path, GRID.windows(64), {1: tile[3][1], 2: other})
    assert list(tmp_path.iterdir()) == []


def map_some(folder):
    """What a job does, for the test of what was compiled before."""
    (folder / "tile").mkdir()
    classify(make_tile(folder / "tile"), folder, strips(64))
