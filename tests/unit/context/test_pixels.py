import numpy as np
import pandas as pd
import pytest
import rasterio

from landloom.context import pixels
from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 50)
IDS = (np.arange(40)[:, None] // 5 * 10 + np.arange(50) // 5 + 1).astype(np.uint32)
SAMPLES = pd.DataFrame({"row": [2, 3, 39], "column": [7, 9, 49], "code": [1, 2, 1]})


@pytest.fixture
def files(tmp_path):
    mapped = np.ones((2, 40, 50), np.uint8)
    mapped[:, :, 48:] = 0
    ids = IDS.copy()
    ids[2, 8] = 0  # nothing was seen there
    for name, bands in (("superpixels", ids[np.newaxis]), ("regions", mapped)):
        with rasterio.open(
            tmp_path / f"{name}.tif", "w", driver="GTiff", count=len(bands), dtype=bands.dtype, **GRID.profile()
        ) as file:
            file.write(bands)
    return tmp_path / "superpixels.tif", tmp_path / "regions.tif"


@pytest.mark.parametrize("window_px", [7, 2048])
def test_pixels_of_the_superpixels_of_samples(files, monkeypatch, window_px):
    monkeypatch.setattr(pixels, "_WINDOW_PX", window_px)
    found = pixels.select(SAMPLES, files, GRID, "T", 100, 1)
    assert found.samples.superpixel.tolist() == [2, 2, 80]
    around = found.around.sort_values(["row", "column"])
    expected = [(row, column) for row in range(5) for column in range(5, 10) if (row, column) != (2, 8)]
    expected += [(row, column) for row in range(35, 40) for column in range(45, 48)]
    assert list(zip(around.row, around.column, strict=True)) == expected
    np.testing.assert_array_equal(around.superpixel, IDS[around.row, around.column])


def test_no_superpixel_has_more_than_the_limit(files):
    found = pixels.select(SAMPLES, files, GRID, "T", 11, 1)
    assert found.around.groupby("superpixel").size().to_dict() == {2: 11, 80: 11}
    again = pixels.select(SAMPLES[:1], files, GRID, "T", 11, 1)  # other samples change nothing of a superpixel
    pd.testing.assert_frame_equal(again.around, found.around[found.around.superpixel == 2])


def test_samples_and_pixels_around_are_parted(files):
    found = pixels.select(SAMPLES, files, GRID, "T", 100, 1)
    table = found.pixels.sort_values(["row", "column"], kind="stable").iloc[1:]
    features = table[["row", "column"]].to_numpy().astype(np.int16)
    samples, around = found.parted(table.assign(x=0.5, y=table.row * 1.0), features)
    assert samples.table.code.tolist() == [1, 2, 1]
    assert samples.table.y.tolist() == samples.table.row.tolist()
    for part in (samples, around):
        np.testing.assert_array_equal(part.features, part.table[["row", "column"]])
    assert len(around.table) == len(found.around) - 1
