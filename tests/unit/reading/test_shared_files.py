"""Files that several readers share."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from landloom.reading.shared_files import SharedFiles
from landloom.sensors.acquisition import RasterBand


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "image.tif"
    profile = {"width": 4, "height": 3, "count": 2, "dtype": "int16", "crs": "EPSG:32631"}
    with rasterio.open(path, "w", driver="GTiff", transform=from_origin(0, 30, 10, 10), **profile) as dataset:
        dataset.write(np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    return str(path)


def test_bands_of_a_file_share_one_opening(image: str):
    with closing(SharedFiles()) as files:
        with files.opened(RasterBand(image, 1), 0) as first, files.opened(RasterBand(image, 2), 0) as second:
            assert first is second
        assert files.number == 1
        assert not first.closed, "open until all are closed, though a band has been read"
    assert first.closed


def test_work_reads_the_open_file(image: str):
    with closing(SharedFiles()) as files:
        with files.opened(RasterBand(image, 1), 0) as held:
            found = files.reading(RasterBand(image, 2), lambda dataset: (dataset is held, dataset.read(2)[0, 0]))
        assert found == (True, 12)


def test_closed_files_open_again(image: str):
    files = SharedFiles()
    for _ in range(2):
        with files.opened(RasterBand(image, 1), 0) as dataset:
            assert dataset.read(1)[2, 3] == 11
        files.close()
        assert files.number == 0
