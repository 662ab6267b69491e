import pytest

from landloom.geo.opening import vrt_files
from landloom.geo.opening.vrt_files import RefusedVrtError
from unit.geo.opening.images import VRT, vrt


def test_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    assert vrt_files.sources(vrt(tmp_path / "a.vrt", "below/x.tif", relative=1)) == [str(tmp_path / "below/x.tif")]
    assert vrt_files.sources(vrt(tmp_path / "below/b.vrt", tmp_path / "x.tif")) == [str(tmp_path / "x.tif")]
    assert vrt_files.sources(vrt(tmp_path / "c.vrt", "below/x.tif")) == ["below/x.tif"]


def test_sources_of_virtual_rasters_that_show_others(tmp_path):
    inner = vrt(tmp_path / "inner.vrt", tmp_path / "x.tif")
    outer = tmp_path / "outer.vrt"
    outer.write_text(VRT.format(4, inner, "", 0).replace("</VRTDataset>", VRT.format(4, inner, "", 0)[44:]))
    assert vrt_files.all_sources(outer) == [str(inner), str(tmp_path / "x.tif")]
    vrt(inner, outer)
    with pytest.raises(RefusedVrtError, match="shows itself"):
        vrt_files.all_sources(outer)


@pytest.mark.parametrize(
    "source",
    [
        "/vsicurl/http://127.0.0.1:1/x.tif",
        "/./vsicurl/http://127.0.0.1:1/x.tif",
        "http://127.0.0.1:1/x.tif",
        "NETCDF:/etc/x.nc:v",
        "&lt;VRTDataset/&gt;",
        "/etc/hostname",
        "../x.tif",
        "",
    ],
)
def test_sources_that_are_not_below(tmp_path, monkeypatch, source):
    (tmp_path / "run").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "run")
    path = vrt(tmp_path / "data/a.vrt", source, relative=int(source.startswith("..")))
    with pytest.raises(RefusedVrtError, match=r"shows .*(lies neither below|is not the name of a file on disk)"):
        vrt_files.sources(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<SourceBand>", "<OpenOptions/><SourceBand>", "has OpenOptions"),
        ('band="1"', 'band="1" subClass="VRTDerivedRasterBand"', "has VRTDerivedRasterBand"),
        ('band="1"', 'band="1" subClass="VRTRawRasterBand"', "has VRTRawRasterBand"),
        ("<VRTDataset ", '<VRTDataset subClass="VRTWarpedDataset" ', "has VRTWarpedDataset"),
        ("SimpleSource", "ArraySource", "has ArraySource"),
        ("VRTDataset", "GDAL_WMS", "has GDAL_WMS"),
        ("<VRTDataset", '<!DOCTYPE x [<!ENTITY e "x">]><VRTDataset', "document type or entities"),
        ("</VRTDataset>", "", "is no virtual raster"),
        (
            "<SimpleSource>",
            '<Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/x</MDI></Metadata><SimpleSource>',
            "has OVERVIEWS",
        ),
    ],
)
def test_what_else_reads_files(tmp_path, old, new, message):
    (tmp_path / "a.vrt").write_text(VRT.format(4, tmp_path / "x.tif", "", 0).replace(old, new))
    with pytest.raises(RefusedVrtError, match=message):
        vrt_files.sources(tmp_path / "a.vrt")
