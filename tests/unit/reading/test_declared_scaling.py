"""Scale and offset that files declare are used, agree with what else is told, or are refused."""

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import BandReader
from landloom.sensors.acquisition import RasterBand

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 4)


def write(path, scale, offset):
    with rasterio.open(path, "w", driver="GTiff", count=2, dtype="uint16", **GRID.profile()) as dataset:
        dataset.write(np.full((2, 4, 4), 3000, np.uint16))
        dataset.scales, dataset.offsets = (1.0, scale), (0.0, offset)
    return str(path)


def read(path, **how):
    reader, out = BandReader(RasterBand(path, 2, **how), GRID, "nearest"), np.empty((4, 4), np.int16)
    reader.reflectance(Window(0, 0, 4, 4), out)
    reader.close()
    return int(out[0, 0])


REPLACED = {"file_scale": "replaces", "file_offset": "replaces"}


@pytest.mark.parametrize(
    ("declared", "how", "expected"),
    [
        ((1.0, 0.0), REPLACED, 3000),
        ((0.0001, -0.1), REPLACED, 2000),
        ((0.0002, 0.0), REPLACED, 6000),
        ((1.0, -0.1), REPLACED | {"unit": 1.0, "gain": 2.0}, 3000),
        ((0.0001, -0.1), {"shift": -1000.0}, 2000),
        ((np.float32(0.0001), np.float32(-0.1)), {"shift": -1000.0}, 2000),
        ((0.0001, -0.1), {"shift": -1000.0, "file_scale": "replaces"}, 2000),
        ((0.0001, -0.1), {"file_scale": "ignored", "file_offset": "ignored"}, 3000),
        ((0.01, 5.0), {"gain": 0.1, "shift": 50.0, "unit": 10.0}, 350),
    ],
)
def test_what_a_file_declares(tmp_path, declared, how, expected):
    assert read(write(tmp_path / "a.tif", *declared), **how) == expected


@pytest.mark.parametrize(
    ("declared", "how"),
    [
        ((0.0001, -0.1), {}),
        ((0.0001, -0.1), {"file_scale": "replaces"}),
        ((0.001, 0.0), {}),
        ((0.001, 0.0), {"file_offset": "replaces"}),
        ((0.0001, -0.1), {"shift": -1000.0, "gain": 1.001}),
    ],
)
def test_a_file_that_declares_something_else_is_refused(tmp_path, declared, how):
    path = write(tmp_path / "a.tif", *declared)
    with pytest.raises(InputError) as caught:
        read(path, **how)
    for part in (path, f"scale {declared[0]:g}", f"offset {declared[1]:g}", "`file_scaling: ignore`"):
        assert part in str(caught.value)
