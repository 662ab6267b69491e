import shutil
import sqlite3
from contextlib import closing

import geopandas as gpd
import pytest
from shapely import box

from landloom.core.errors import InputError
from landloom.geo import vector_files, vectors
from landloom.geo.opening import geopackages
from landloom.geo.opening.geopackages import RefusedVectorError
from landloom.geo.vector_files import VectorFile

FRAME = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 1, 2, 2)], crs="EPSG:32631")

ENDLESS = """
CREATE VIEW endless AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t WHERE x < 0
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "a.gpkg"
    FRAME.to_file(path, layer="a")
    return path


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copy(whole, tmp_path / "a.gpkg")


def edited(path, *statements):
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return str(path)


def test_an_endless_view_ends_with_a_message(path):
    """GDAL runs each view where it lists the layers, also of a file whose own layer is sound."""
    edited(path, ENDLESS)
    with pytest.raises(InputError, match=rf"^regions\.file: {path} has a view without end.* \(\['endless'\]\)"):
        vector_files.read(VectorFile("regions.file", str(path)))
    with pytest.raises(InputError, match=r"is broken .*without end"):
        vectors.read_layer(path, "a")


def test_views_that_begin_are_there_and_not_read(path):
    edited(path, "CREATE VIEW twos AS SELECT * FROM a WHERE code = 2")
    geopackages.judge(str(path), "a")
    assert len(vector_files.read(VectorFile("regions.file", str(path), "a"))) == 2
    with pytest.raises(RefusedVectorError, match="has its layer Twos as a view"):
        geopackages.judge(str(path), "Twos")


@pytest.mark.parametrize("kind", ["virtual", "stored"])
def test_columns_that_are_computed(path, kind):
    """Each row of such a table could take any time, and memory."""
    columns = "fid INTEGER PRIMARY KEY, big TEXT GENERATED ALWAYS AS (hex(zeroblob(9))) "
    edited(path, f"CREATE TABLE other ({columns} {kind})")
    with pytest.raises(RefusedVectorError, match=r"has columns that are computed when they are read \(\['other'\]\)"):
        geopackages.judge(str(path), "a")


def test_tables_that_lie_elsewhere(path):
    statement = (
        "INSERT INTO sqlite_master VALUES('table', 'far', 'far', 0, 'CREATE VIRTUAL TABLE far USING VirtualOGR(1)')"
    )
    edited(path, "PRAGMA writable_schema = ON", statement)
    with pytest.raises(RefusedVectorError, match=r"has tables that lie elsewhere \(\['far'\]\)"):
        geopackages.judge(str(path), None)


def test_a_database_that_is_no_geopackage(tmp_path):
    with pytest.raises(RefusedVectorError, match="lacks the table `gpkg_contents`"):
        geopackages.judge(edited(tmp_path / "b.gpkg", "CREATE TABLE a (x)"), None)


def test_changes_that_are_not_in_the_file_yet(path):
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        geopackages.judge(str(path), "a")
        writer.execute("UPDATE gpkg_contents SET description = 'new'")
        writer.commit()
        with pytest.raises(InputError, match=r"is being edited, or was left so: a\.gpkg-wal holds changes"):
            vector_files.values(VectorFile("reference.file", str(path), "a"), "code")
    geopackages.judge(str(path), "a")
    assert vector_files.values(VectorFile("reference.file", str(path), "a"), "code").tolist() == [1, 2]


def test_a_damaged_database(path):
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(len(content) - 100))
    with pytest.raises(RefusedVectorError, match="is damaged, or no GeoPackage"):
        geopackages.judge(str(path), None)
