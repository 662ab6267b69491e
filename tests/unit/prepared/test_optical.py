"""Prepared images have the values and the validity that the products have, whatever their grids and masks."""

import dataclasses

import numpy as np
import pytest
from tests.unit.reading.test_series_reader import acquisition, write

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid
from landloom.prepared import image_files, optical
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Mask

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
COARSE = Grid("EPSG:32631", 300000.0, 4900000.0, 20.0, 20.0, 30, 40)
FINE = Grid("EPSG:32631", 300000.0, 4900000.0, 4.0, 4.0, 150, 200)
ELSEWHERE = Grid("EPSG:32630", 779100.0, 4903000.0, 12.0, 12.0, 90, 110)


def product(folder, grid):
    rng = np.random.default_rng(4)
    shapes = [(GRID.rows, GRID.columns), (COARSE.rows, COARSE.columns), (grid.rows, grid.columns)]
    bands = []
    for number, (shape, of_band) in enumerate(zip(shapes, (GRID, COARSE, grid), strict=True)):
        values = rng.integers(1, 9000, shape).astype(np.uint16)
        values[shape[0] // 3, shape[1] // 4 :] = 0
        band = write(folder / f"b{number}.tif", values, of_band, 0)
        bands.append(dataclasses.replace(band, gain=1.37, shift=-1000.0))
    clouds = (rng.random((COARSE.rows, COARSE.columns)) < 0.2).astype(np.uint8)
    return acquisition(bands, [Mask(write(folder / "m.tif", clouds, COARSE), invalid_values=(1,))])


def read(one, resampling):
    with TileReader({"s": [one]}, GRID, {"s": resampling}, 1) as reader:
        ((_, series),) = reader.stream([next(GRID.windows(80))])
        valid = series["s"].valid[0]
        return np.where(valid, series["s"].values[0], NODATA), valid.copy()


@pytest.mark.parametrize("resampling", ["bilinear", "nearest", "cubic"])
@pytest.mark.parametrize("grid", [COARSE, FINE, ELSEWHERE], ids=["coarse", "fine", "elsewhere"])
@pytest.mark.parametrize("shift_m", [(0.0, 0.0), (4.2, -7.0)])
def test_a_prepared_image_is_read_as_its_product(tmp_path, resampling, grid, shift_m):
    one = dataclasses.replace(product(tmp_path, grid), shift_m=shift_m)
    path = tmp_path / "image.tif"
    image_files.write(path, GRID, ("B2", "B3", "B4"), optical.parts(one, GRID, resampling), "source")
    expected = read(one, resampling)
    found = read(image_files.as_acquisition(one, path), resampling)
    for part, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(part, other)
    assert 0.3 < found[1].mean() < 0.9
