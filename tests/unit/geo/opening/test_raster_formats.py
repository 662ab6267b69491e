import pytest

from landloom.geo.opening import raster_formats
from landloom.geo.opening.raster_formats import Opening, RefusedRasterError
from unit.geo.opening.images import image

WMS = b'<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:1/x</ServerUrl></Service></GDAL_WMS>'


@pytest.mark.parametrize(
    ("name", "content", "drivers"),
    [
        ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", ("JP2OpenJPEG",)),
        ("a.tif", b"\x89HDF\r\n\x1a\n", ("netCDF", "HDF5", "HDF5Image")),
        ("a.nc", b"CDF\x01\0\0", ("netCDF",)),
        ("a.img", b"EHFA_HEADER_TAG\0", ("HFA",)),
        ("a.asc", b"ncols 4\nnrows 4\n", ("AAIGrid",)),
        ("N43E001.hgt", bytes(100), ("SRTMHGT",)),
        ("egm96.gtx", bytes(100), ("GTX",)),
        ("a.VRT", b"<VRTDataset/>", ("VRT",)),
    ],
)
def test_first_bytes_tell_the_driver_or_the_name_does(tmp_path, name, content, drivers):
    (tmp_path / name).write_bytes(content)
    assert raster_formats.drivers(str(tmp_path / name)) == drivers


def test_images_of_numbers_have_a_header(tmp_path):
    path = tmp_path / "a.bil"
    path.write_bytes(bytes(100))
    with pytest.raises(RefusedRasterError, match="of no format that is read: GeoTIFF"):
        raster_formats.drivers(str(path))
    (tmp_path / "a.hdr").write_text("BYTEORDER I\n")
    assert raster_formats.drivers(str(path)) == ("EHdr",)
    (tmp_path / "a.hdr").write_text("ENVI\n")
    assert raster_formats.drivers(str(path)) == ("ENVI",)


@pytest.mark.parametrize("name", ["a.tif", "a.jp2", "a.asc", "a.hgt", "a.img", "a.png", "a"])
@pytest.mark.parametrize(
    "text", [WMS, b"<VRTDataset/>", b"  <WMTS/>", b"ncols 4 <OGRVRTDataSource>", b"CDF\x01<VRTDataset"]
)
def test_texts_that_open_other_files_pass_under_no_name(tmp_path, name, text):
    (tmp_path / name).write_bytes(text)
    with pytest.raises(RefusedRasterError, match="of no format that is read"):
        raster_formats.drivers(str(tmp_path / name))


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://h/x.tif", "/./vsimem/x.tif", "http://h/x.tif", "WMS:x", "/nowhere/x.tif"]
)
def test_only_files_on_disk(path):
    with pytest.raises(RefusedRasterError, match="file"):
        raster_formats.opening(path)


def test_packed_images_go_by_their_names():
    assert raster_formats.opening("/vsizip/{a/b.zip}/c/d.jp2") == Opening(("JP2OpenJPEG",), "a/b.zip", packed=True)
    assert raster_formats.opening("/vsitar/{a.tar}/d.TIF").drivers == ("GTiff",)
    for path in ("/vsizip/{a.zip}/d.vrt", "/vsizip/{a.zip}/d", "/vsizip/{/vsicurl/http://h/a.zip}/d.tif"):
        with pytest.raises(RefusedRasterError, match="packed"):
            raster_formats.opening(path)


def test_variables_are_of_files_of_their_kind(tmp_path):
    path = tmp_path / "a.nc"
    path.write_bytes(b"CDF\x01\0\0")
    assert raster_formats.opening(f'NETCDF:"{path}":v').drivers == ("netCDF",)
    with pytest.raises(RefusedRasterError, match="is no HDF5Image file"):
        raster_formats.opening(f'HDF5:"{path}"://v')
    with pytest.raises(RefusedRasterError, match="is not the name of a file on disk"):
        raster_formats.opening('NETCDF:"http://h/a.nc":v')
    with pytest.raises(RefusedRasterError, match="is no netCDF file"):
        raster_formats.opening(f'NETCDF:"{image(tmp_path / "a.tif")}":v')


@pytest.mark.parametrize("key", ["record_size", r"\u0072ecord_siz\u0065"])
def test_folders_of_references_are_no_zarr(tmp_path, key):
    """They could name any file or address."""
    listed = tmp_path / "a.zarr" / ".zmetadata"
    listed.parent.mkdir()
    listed.write_text('{"metadata": {}}')
    assert raster_formats.drivers(str(listed.parent)) == ("Zarr",)
    listed.write_text('{"metadata": {}, "KEY": 10}'.replace("KEY", key))
    with pytest.raises(RefusedRasterError, match="whose numbers lie in other files"):
        raster_formats.drivers(str(listed.parent))
