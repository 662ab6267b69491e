import numpy as np
import pytest
import rasterio
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioIOError

from landloom.geo.opening import raster_doors
from unit.geo.opening.images import GRID, image, vrt

ELSEWHERE = '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{}</MDI></Metadata></PAMDataset>'
MOVED = "<PAMDataset><GeoTransform>0, 10, 0, 0, 0, -10</GeoTransform></PAMDataset>"


def masked(path):
    """An image with a mask beside it."""
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK="NO"), rasterio.open(image(path), "r+") as dataset:
        dataset.write_mask(np.tri(32).astype(bool))
    return path


def test_images_with_what_lies_beside_them(tmp_path):
    path = masked(tmp_path / "a.tif")
    (tmp_path / "a.tif.aux.xml").write_text(MOVED)
    with raster_doors.opened(path) as dataset:
        assert MaskFlags.per_dataset in dataset.mask_flag_enums[0]
        assert (dataset.read_masks(1) > 0).tolist() == np.tri(32).astype(bool).tolist()
        assert dataset.transform.c == 0


def test_products_without(tmp_path):
    path = masked(tmp_path / "a.tif")
    (tmp_path / "a.tif.aux.xml").write_text(MOVED)
    with raster_doors.product(path) as dataset:
        assert dataset.mask_flag_enums[0] == [MaskFlags.all_valid]
        assert dataset.transform == GRID.transform


def test_products_are_geotiffs(tmp_path):
    with pytest.raises(RasterioIOError):
        raster_doors.product(vrt(tmp_path / "b.tif", image(tmp_path / "a.tif")))


@pytest.mark.parametrize("ending", [".msk", ".ovr", ".OVR"])
def test_a_mask_or_overviews_that_name_other_files(tmp_path, ending):
    """GDAL opens both with any of its drivers."""
    path, other = image(tmp_path / "a.tif"), image(tmp_path / "other.tif", 77)
    beside = vrt(tmp_path / f"a.tif{ending}", other)
    with pytest.raises(RasterioIOError, match=rf"a\.tif: has a\.tif{ending} beside it, which is no GeoTIFF"):
        raster_doors.opened(path)
    beside.unlink()
    image(beside)
    (tmp_path / f"a.tif{ending}.aux.xml").write_text(ELSEWHERE.format(other))
    with pytest.raises(RasterioIOError, match="overviews are in another file"):
        raster_doors.opened(path)


def test_overviews_by_metadata_beside_an_image(tmp_path):
    path, half = image(tmp_path / "a.tif"), image(tmp_path / "half.tif", 55, width=16, height=16)
    (tmp_path / "a.tif.aux.xml").write_text(ELSEWHERE.format(vrt(tmp_path / "half.txt", half, 16)))
    with pytest.raises(RasterioIOError, match=r"a\.tif: its metadata say that its overviews are in another file"):
        raster_doors.opened(path)


def test_overviews_by_metadata_of_a_file_on_another_machine(tmp_path):
    """Opened by one driver, and without files beside it, a GeoTIFF of a server had GDAL read any file here."""
    path, half = image(tmp_path / "a.tif"), image(tmp_path / "half.tif", 55, width=16, height=16)
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(half))
    for door in (
        raster_doors.opened,
        raster_doors.product,
        lambda path: raster_doors.opened_elsewhere(path, "GTiff"),
    ):
        with pytest.raises(RasterioIOError, match="its metadata say that its overviews are in another file"):
            door(str(path))


def test_virtual_rasters_of_images_beside_them(tmp_path):
    path = vrt(tmp_path / "b.vrt", image(tmp_path / "a.tif", 5))
    with raster_doors.opened(path) as dataset:
        assert dataset.driver == "VRT"
        assert (dataset.read(1) == 5).all()


@pytest.mark.parametrize("text", ["<GDAL_WMS/>", "<VRTDataset/>"])
def test_virtual_rasters_whose_sources_may_not_be_opened(tmp_path, text):
    (tmp_path / "a.tif").write_text(text)
    with pytest.raises(RasterioIOError, match=r"a\.tif: is of no format that is read"):
        raster_doors.opened(vrt(tmp_path / "b.vrt", tmp_path / "a.tif"))


def test_a_changed_virtual_raster_is_judged_anew(tmp_path):
    path = vrt(tmp_path / "b.vrt", image(tmp_path / "a.tif", 5))
    raster_doors.opened(path).close()
    vrt(path, "/etc/hostname")
    with pytest.raises(RasterioIOError, match="lies neither below"):
        raster_doors.opened(path)


def test_datasets_are_opened_again(tmp_path):
    path = image(tmp_path / "a.tif", 3)
    with rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2])
    with raster_doors.opened(path) as dataset, raster_doors.opened_again(dataset, overview_level=0) as half:
        assert half.shape == (16, 16)
        assert raster_doors.beside_of(dataset) == raster_doors.FILES_BY_NAME
