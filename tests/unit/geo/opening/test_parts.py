import geopandas as gpd
import pytest
from shapely import box

from landloom.geo.opening import parts
from unit.geo.opening.images import image, vrt

FRAME = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 1, 2, 2)], crs="EPSG:32631")


@pytest.mark.parametrize("name", ["a.shp", "a.tab", "a.mif"])
def test_all_that_a_format_writes_belongs_to_its_file(tmp_path, name):
    FRAME.to_file(tmp_path / name, driver="MapInfo File" if name != "a.shp" else None)
    (tmp_path / "b.dbf").touch()
    (tmp_path / "a.qmd").touch()
    found = parts.of_vector(tmp_path / name)
    assert found[0] == str(tmp_path / name)
    assert sorted(found) == sorted(str(one) for one in tmp_path.glob("a.*") if one.suffix != ".qmd")


def test_a_folder_is_all_its_files(tmp_path):
    FRAME.to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
    found = parts.of_vector(tmp_path / "a.gdb")
    assert str(tmp_path / "a.gdb/a00000001.gdbtable") in found
    assert len(found) == len(list((tmp_path / "a.gdb").iterdir()))


def test_any_other_folder_is_itself(tmp_path):
    """Nobody waits for a look at all files of a disk whose root was named by mistake."""
    (tmp_path / "a.txt").touch()
    assert parts.of_vector(tmp_path) == parts.of_raster(tmp_path) == [str(tmp_path)]
    (tmp_path / "zarr.json").touch()
    assert parts.of_raster(tmp_path) == [str(tmp_path / "a.txt"), str(tmp_path / "zarr.json")]


def test_what_is_not_there_yet_is_itself(tmp_path):
    assert parts.of_vector("demo/reference.shp") == ["demo/reference.shp"]
    assert parts.of_raster("demo/dem.vrt") == ["demo/dem.vrt"]


def test_a_journal_belongs_to_a_geopackage_while_it_holds_something(tmp_path):
    path, journal = tmp_path / "a.gpkg", tmp_path / "a.gpkg-wal"
    path.touch()
    journal.touch()
    assert parts.of_vector(path) == [str(path)]
    journal.write_bytes(b"x")
    assert parts.of_vector(path) == [str(path), str(journal)]


def test_parts_of_rasters(tmp_path):
    source = image(tmp_path / "a.tif")
    path = vrt(tmp_path / "b.vrt", source)
    mask, world = tmp_path / "a.tif.msk", tmp_path / "a.tfw"
    mask.touch()
    world.write_text("10\n")
    (tmp_path / "a.tif.aux.xml").write_text("<PAMDataset/>")
    assert parts.of_raster(path) == [str(one) for one in (path, source, mask, world)]
    assert parts.images_of_raster(path) == [str(one) for one in (path, source, mask)]
    assert parts.of_all(parts.of_raster, [str(path), str(source)]) == [
        str(one) for one in (path, source, mask, world)
    ]


def test_sources_that_may_not_be_opened_are_no_parts(tmp_path):
    path = vrt(tmp_path / "b.vrt", "/etc/hostname")
    assert parts.of_raster(path) == [str(path)]


def test_names_may_be_as_long_as_they_can_be(tmp_path):
    path = tmp_path / f"{'a' * 250}.gpkg"
    path.touch()
    assert parts.of_vector(path) == parts.of_raster(path) == [str(path)]


def test_other_folders_are_not_searched(tmp_path):
    (tmp_path / "a.tif").touch()
    assert parts.of_vector(tmp_path) == parts.of_raster(tmp_path) == [str(tmp_path)]
    (tmp_path / ".zgroup").touch()
    (tmp_path / "gone").symlink_to("nowhere")
    assert [path.rpartition("/")[2] for path in parts.of_raster(tmp_path)] == [".zgroup", "a.tif"]
