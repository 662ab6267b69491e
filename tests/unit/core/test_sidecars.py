import datetime

import numpy as np
import pytest
import rasterio

from landloom.core import sidecars
from landloom.geo.grids import Grid
from landloom.sensors import archive_listing, registry
from landloom.sensors.inventory import Inventory

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 4, 3)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "T1_20180501.tif"
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype="int16", **GRID.profile()) as dataset:
        dataset.write(np.ones((4, 3), np.int16), 1)
    return path


def listed(folder):
    content = {"type": "series", "archive": str(folder), "file": "{tile}_{date}.tif", "bands": {"B4": 1}}
    days = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
    return archive_listing.listing(registry.sections_of({"s": content}), "T1", *days, Inventory(["T1"]))


def test_what_gdal_writes_beside_an_image(image):
    """Statistics are a remark; a nodata value is none."""
    assert sidecars.content(image) == []
    with rasterio.open(image) as dataset:
        dataset.statistics(1)
    aux = image.with_name(f"{image.name}.aux.xml")
    if not aux.exists():
        aux.write_text('<PAMDataset><PAMRasterBand band="1"><Histograms/></PAMRasterBand></PAMDataset>')
    assert sidecars.content(image) == []
    aux.write_text('<PAMDataset><PAMRasterBand band="1"><NoDataValue>1</NoDataValue></PAMRasterBand></PAMDataset>')
    ((name, text),) = sidecars.content(image)
    assert name == aux.name
    assert "NoDataValue" in text
    with rasterio.open(image) as dataset:
        assert dataset.nodata == 1


def test_entities_and_bytes_that_are_no_text_count_as_nothing(image):
    aux = image.with_name(f"{image.name}.aux.xml")
    for content in (b"<!DOCTYPE x><x><a/></x>", b"\xff\xfe\x00", b"<a><b></a>"):
        aux.write_bytes(content)
        assert sidecars.content(image) == []


@pytest.mark.parametrize("ending", [".aux.xml", ".msk"])
def test_a_listing_notices_files_beside_a_file(image, ending):
    before = listed(image.parent)
    image.with_name(f"{image.name}{ending}").write_text("<x/>")
    assert listed(image.parent) != before
