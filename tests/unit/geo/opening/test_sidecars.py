import datetime

import numpy as np
import pytest
import rasterio

from landloom.geo.grids import Grid
from landloom.geo.opening import sidecars
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


def test_what_is_no_plain_xml_counts_as_it_is(image):
    """GDAL reads nodata values beside comments, and of texts that end early."""
    aux = image.with_name(f"{image.name}.aux.xml")
    for text in ("<!-- a --><PAMDataset/>", "<!DOCTYPE x><x/>", "<a><b></a>"):
        aux.write_text(text)
        assert sidecars.content(image) == [(aux.name, text)]


def test_metadata_are_remarks_only_if_statistics(image):
    aux = image.with_name(f"{image.name}.aux.xml")
    text = '<PAMDataset><Metadata><MDI key="{}">0</MDI></Metadata></PAMDataset>'
    aux.write_text(text.format("STATISTICS_MEAN"))
    assert sidecars.content(image) == []
    assert sidecars.deciding(image) == []
    aux.write_text(text.format("NODATA_VALUES"))
    with rasterio.open(image) as dataset:
        assert dataset.mask_flag_enums[0] != [rasterio.enums.MaskFlags.all_valid]
    assert len(sidecars.content(image)) == 1
    assert sidecars.deciding(image) == [aux]


@pytest.mark.parametrize("name", ["a.tfw", "a.TFW", "a.tifw", "a.wld", "a.tab", "a.tif.msk", "a.tif.OVR", "a.aux"])
def test_names_that_gdal_looks_for(tmp_path, name):
    image, beside = tmp_path / "a.tif", tmp_path / name
    beside.touch()
    (tmp_path / "b.tfw").touch()
    assert sidecars.beside(image) == [beside]
    assert sidecars.beside(image, {name}) == [beside]
    assert sidecars.beside(image, {"b.tfw"}) == []


@pytest.mark.parametrize("ending", [".aux.xml", ".msk", ".ovr"])
def test_a_listing_notices_files_beside_a_file(image, ending):
    before = listed(image.parent)
    image.with_name(f"{image.name}{ending}").write_text("<x/>")
    assert listed(image.parent) != before
