import geopandas as gpd
import pytest
from shapely import box

from landloom.core.errors import InputError
from landloom.geo import vector_files
from landloom.geo.opening import vector_doors
from landloom.geo.opening.geopackages import RefusedVectorError
from landloom.geo.vector_files import VectorFile

FRAME = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 1, 2, 2)], crs="EPSG:32631")

OGR_VRT = "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"

COMMAND = '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {} ! write streamed_dataset"}}'


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "a.gpkg"
    FRAME.to_file(path, layer="a")
    return path


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.shp", "a.geojson", "a.json", "a.geojsonl", "a.fgb", "a.tab", "a.mif", "a.gdb", "a.csv"]
)
def test_formats_that_are_read(tmp_path, name):
    drivers = {".geojsonl": "GeoJSONSeq", ".mif": "MapInfo File", ".json": "GeoJSON", ".gdb": "OpenFileGDB"}
    frame = FRAME.assign(WKT=FRAME.geometry.to_wkt()).drop(columns="geometry") if name == "a.csv" else FRAME
    path = tmp_path / name
    if name == "a.csv":
        frame.to_csv(path)
    else:
        frame.to_file(path, driver=drivers.get(path.suffix))
    vector_doors.judge(str(path))
    assert len(vector_files.values(VectorFile("reference.file", str(path)), "code")) == 2


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.shp", "a.geojson", "a.json", "a.fgb", "a.tab", "a.mif", "a.csv", "a.tsv"]
)
@pytest.mark.parametrize(
    "text", [OGR_VRT, '{{"type": "' + OGR_VRT + '"}}', COMMAND, "!table\ntype native\n" + OGR_VRT]
)
def test_texts_that_open_other_files_pass_under_no_name(tmp_path, source, name, text):
    path = tmp_path / name
    path.write_text(text.format(source))
    with pytest.raises(
        InputError, match=rf"^reference\.file: {path} is damaged, or not of the format that its name says"
    ):
        vector_files.describe(VectorFile("reference.file", str(path)))


@pytest.mark.parametrize("name", ["a.zip", "a.kml", "a.vrt", "a.gml", "a"])
def test_names_that_are_not_read(tmp_path, name):
    (tmp_path / name).write_text("x")
    with pytest.raises(RefusedVectorError, match="is of no format that is read, by its name: GeoPackage"):
        vector_doors.judge(str(tmp_path / name))


@pytest.mark.parametrize(
    "text", ["!table\ntype LINKED\n", "!table\ncreate view\n", '!table\ntype native\n"\\IsSeamless"']
)
def test_tables_of_mapinfo_that_open_others(tmp_path, text):
    (tmp_path / "a.tab").write_text(text)
    with pytest.raises(RefusedVectorError, match=r"not of the format that its name says \(\.tab\)"):
        vector_doors.judge(str(tmp_path / "a.tab"))


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://h/a.geojson", "CSV:/etc/passwd", "http://h/a.geojson", "/nowhere/a.gpkg"]
)
def test_only_files_on_disk(path):
    with pytest.raises(RefusedVectorError, match="is no file on disk"):
        vector_doors.judge(path)
