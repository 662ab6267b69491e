"""A made-up .SAFE product with real JPEG 2000 files, read through the whole of `series`."""

import datetime

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import TileReader
from landloom.sensors import registry as sensors
from landloom.sensors.sentinel2.sen2cor import Sen2corSettings
from landloom.survey import integrity
from landloom.survey.tile_grids import tile_grid

NAME = "S2B_MSIL2A_20230625T105031_N0509_R051_T31TBJ_20230625T133000"
FINE = Grid("EPSG:32631", 300000.0, 4900020.0, 10.0, 10.0, 120, 120)
COARSE = Grid("EPSG:32631", 300000.0, 4900020.0, 20.0, 20.0, 60, 60)
PERIOD = (datetime.date(2023, 1, 1), datetime.date(2023, 12, 31))
METADATA = """<?xml version="1.0"?>
<n1:Level-2A_User_Product xmlns:n1="urn:x"><n1:General_Info><Product_Image_Characteristics>
<QUANTIFICATION_VALUES_LIST><BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>
</QUANTIFICATION_VALUES_LIST><BOA_ADD_OFFSET_VALUES_LIST>{offsets}</BOA_ADD_OFFSET_VALUES_LIST>
</Product_Image_Characteristics></n1:General_Info></n1:Level-2A_User_Product>
"""


def write_jp2(path, values, grid):
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"driver": "JP2OpenJPEG", "QUALITY": "100", "REVERSIBLE": "YES", "YCBCR420": "NO"}
    with rasterio.open(path, "w", count=1, dtype=values.dtype, **options, **grid.profile()) as dataset:
        dataset.write(values, 1)


@pytest.fixture
def product(tmp_path):
    rng = np.random.default_rng(0)
    safe = tmp_path / f"{NAME}.SAFE"
    images = safe / "GRANULE" / "L2A_T31TBJ_A032903_20230625T105310" / "IMG_DATA"
    numbers = {}
    for band, layer, resolution, grid in (("B4", "B04", "10m", FINE), ("B11", "B11", "20m", COARSE)):
        numbers[band] = rng.integers(1, 12000, (grid.rows, grid.columns)).astype(np.uint16)
        numbers[band][:3, :3] = 0
        write_jp2(images / f"R{resolution}/T31TBJ_20230625T105031_{layer}_{resolution}.jp2", numbers[band], grid)
    scl = rng.integers(0, 12, (60, 60)).astype(np.uint8)
    write_jp2(images / "R20m/T31TBJ_20230625T105031_SCL_20m.jp2", scl, COARSE)
    offsets = "".join(f'<BOA_ADD_OFFSET band_id="{number}">-1000</BOA_ADD_OFFSET>' for number in range(13))
    (safe / "MTD_MSIL2A.xml").write_text(METADATA.format(offsets=offsets))
    settings = Sen2corSettings(type="sentinel2_sen2cor", archive=str(tmp_path), bands=["B4", "B11"])
    (found,) = sensors.find(settings, "T31TBJ", *PERIOD)
    return sensors.describe(settings, "s2", "T31TBJ", found), numbers, scl


def test_reflectances_and_mask(product):
    acquisition, numbers, scl = product
    assert tile_grid([acquisition]) == FINE
    integrity.check(acquisition, integrity.inspect(acquisition, FINE), FINE)
    with TileReader({"s2": [acquisition]}, FINE, {"s2": "nearest"}, 1) as reader:
        ((_, series),) = reader.stream([Window(0, 0, 120, 120)])
    values, valid = series["s2"].values[0].reshape(2, 120, 120), series["s2"].valid[0].reshape(120, 120)
    coarse = np.kron(numbers["B11"], np.ones((2, 2), np.int64))
    clear = ~np.isin(np.kron(scl, np.ones((2, 2), np.int64)), [0, 1, 3, 8, 9, 10])
    clear &= (numbers["B4"] > 0) & (coarse > 0)
    np.testing.assert_array_equal(valid, clear)
    np.testing.assert_array_equal(values[0][clear], numbers["B4"][clear].astype(int) - 1000)
    np.testing.assert_array_equal(values[1][clear], coarse[clear] - 1000)


def test_a_truncated_image_is_named(product):
    acquisition = product[0]
    path = acquisition.bands[1][1].path
    content = open(path, "rb").read()  # noqa: PTH123, SIM115
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"B11_20m\.jp2"):
        integrity.check(acquisition, integrity.inspect(acquisition, FINE), FINE)
