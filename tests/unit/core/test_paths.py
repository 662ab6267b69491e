import pytest

from landloom.core import paths


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://host/x.tif",
        "/./vsicurl/http://host/x.tif",
        "//vsicurl/x",
        "/data/../vsisubfile/0_10,/etc/passwd",
        "/VSICURL/x",
        "/vsizip//vsicurl/x.zip",
        "/vsicurl_streaming/x",
        "/vsicurl?url=x",
        "/vsistdin/",
        "/vsis3",
    ],
)
def test_virtual_file_systems(path):
    assert paths.is_virtual(path)
    assert not paths.on_disk(path)


@pytest.mark.parametrize(
    "path", ["http://host/x.tif", "NETCDF:x.nc:v", "s3:bucket", "CSV:/etc/passwd", "vrt://a.tif"]
)
def test_addresses(path):
    assert paths.is_address(path)
    assert not paths.on_disk(path)


@pytest.mark.parametrize("path", ["/data/vsicurl/x.tif", "vsicurl/x.tif", "a/b:c.tif", "../x.tif", "/visits/x.tif"])
def test_files(path):
    assert paths.on_disk(path)


@pytest.mark.parametrize("path", ["/data/x.tif\0.png", " <VRTDataset/>"])
def test_no_names_at_all(path):
    assert not paths.on_disk(path)
