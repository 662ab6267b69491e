import datetime

import numpy as np
import pandas as pd
import pytest
import rasterio

from landloom.features import sensor_features
from landloom.features.vectors import Layout
from landloom.geo.grids import Grid, Window
from landloom.geo.windows import plan
from landloom.reading.series_reader import TileReader
from landloom.samples import extraction
from landloom.sensors.acquisition import Acquisition, Mask, RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 90, 70)
DATES = tuple(datetime.date(2018, month, 1) for month in (1, 5, 9))


def write(path, values):
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=values.dtype, **GRID.profile()) as file:
        file.write(values, 1)
    return RasterBand(str(path))


def make_looks(folder):
    rng = np.random.default_rng(2)
    found = []
    for number, date in enumerate(DATES):
        bands = [
            (name, write(folder / f"{name}{number}.tif", rng.integers(0, 5000, (90, 70)).astype(np.int16)))
            for name in ("B4", "B8")
        ]
        cloud = rng.random((90, 70)) < 0.4
        cloud[5, 5] = True
        mask = Mask(write(folder / f"m{number}.tif", cloud.astype(np.uint8)), invalid_bits=1)
        found.append(Acquisition("s", "T", date, f"p{number}", tuple(bands), (mask,)))
    return found


@pytest.fixture
def observations(tmp_path):
    return make_looks(tmp_path)


def reader(observations):
    return TileReader({"s": observations}, GRID, {"s": "nearest"}, 2)


@pytest.mark.parametrize("most_pixels", [700, 10_000])
def test_samples_have_the_features_of_their_pixels(observations, most_pixels):
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, DATES)
    rng = np.random.default_rng(3)
    cells = rng.choice(90 * 70, 200, replace=False)
    cells[0] = 5 * 70 + 5  # never clear
    rows, columns = np.divmod(cells, 70)
    selection = pd.DataFrame({"row": rows.astype(np.int32), "column": columns.astype(np.int32), "code": 1})
    windows = plan(GRID, [(9, 70)], most_pixels).windows
    with reader(observations) as source:
        table, found = extraction.extract(selection, GRID, windows, Layout((sensor,)), source)
    with reader(observations) as source:
        ((_, series),) = source.stream([Window(0, 0, 90, 70)])
        matrix, seen = Layout((sensor,)).of_window(None, series).stack(np.arange(90 * 70))
    expected = np.sort(cells[seen[cells]])
    assert len(expected) < 200
    np.testing.assert_array_equal(table.row * 70 + table.column, expected)
    np.testing.assert_array_equal(found, matrix[expected])
    np.testing.assert_array_equal(table.x, 300000 + (table.column + 0.5) * 10)


def test_a_tile_without_samples_has_an_empty_table(observations):
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {}, True, [], DATES, DATES)
    nothing = pd.DataFrame({"row": np.zeros(0, np.int32), "column": np.zeros(0, np.int32)})
    with reader(observations) as source:
        table, found = extraction.extract(nothing, GRID, list(GRID.windows(50)), Layout((sensor,)), source)
    assert len(table) == 0
    assert found.shape == (0, len(sensor.names))


def read_some(folder):
    """What a job does, for the test of what was compiled before."""
    sensor = sensor_features.of_sensor("s", ["B4", "B8"], {"B4": "R", "B8": "N"}, True, ["NDVI"], DATES, DATES)
    rows, columns = np.divmod(np.arange(0, 90 * 70, 13, dtype=np.int32), 70)
    with reader(make_looks(folder)) as source:
        windows = plan(GRID, source.blocks(), 2000).windows
        extraction.extract(pd.DataFrame({"row": rows, "column": columns}), GRID, windows, Layout((sensor,)), source)
