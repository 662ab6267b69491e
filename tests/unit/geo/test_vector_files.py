"""Vector files of users: every format gives the same, and what is ambiguous is refused."""

import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import Point, box

from landloom.core.errors import InputError
from landloom.geo import vector_files
from landloom.geo.vector_files import VectorFile

LONG_LAT = "EPSG:4326"


def points(labels):
    shapes = [Point(0.25 * number, 44 + 0.5 * number) for number in range(len(labels))]
    return gpd.GeoDataFrame({"crop": labels}, geometry=shapes, crs=LONG_LAT)


def written(frame, folder, suffix):
    path = folder / f"fields{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".csv":
        pd.DataFrame({"crop": frame.crop, "X": frame.geometry.x, "y": frame.geometry.y}).to_csv(path, index=False)
    else:
        frame.to_file(path, encoding="UTF-8")
    return VectorFile("reference.file", str(path), crs=LONG_LAT if suffix == ".csv" else None)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".parquet", ".csv"])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labels=st.lists(st.sampled_from(["blé", "NA", "001", "1", "a, b"]), min_size=1, max_size=5))
def test_every_format_gives_the_same(suffix, labels, tmp_path):
    file = written(points(labels), tmp_path, suffix)
    frame = vector_files.read(file)
    assert frame["crop"].tolist() == vector_files.values(file, "crop").tolist() == labels
    assert frame.geometry.geom_equals(points(labels).geometry, align=False).all()
    assert frame.crs.equals(CRS(LONG_LAT), ignore_axis_order=True)
    assert frame.index.is_unique
    found = vector_files.describe(file)
    assert (found.features, found.fields) == (len(labels), ("crop",))
    assert vector_files.crs_problem(file, found.crs) is None


def layered(path, names, key="reference.file", layer=None):
    for number, name in enumerate(names):
        pyogrio.write_dataframe(points(["wheat"] * (number + 1)), path, layer=name, append=number > 0)
    pyogrio.write_dataframe(pd.DataFrame({"style": ["red"]}), path, layer="layer_styles", append=True)
    return VectorFile(key, str(path), layer)


@pytest.mark.parametrize("key", ["reference.file", "reference.test_file", "regions.file"])
def test_several_layers_need_a_choice(key, tmp_path):
    layer_key = key.replace("file", "layer")
    file = layered(tmp_path / "f.gpkg", ["fields_2016", "fields_2018"], key)
    for call in (vector_files.read, vector_files.describe):
        with pytest.raises(
            InputError, match=rf"{key}: .* \['fields_2016', 'fields_2018'\]; say which by `{layer_key}`"
        ):
            call(file)
    chosen = VectorFile(key, file.path, "fields_2018")
    assert len(vector_files.read(chosen)) == vector_files.describe(chosen).features == 2
    with pytest.raises(InputError, match=rf"^{layer_key}: .*`fields2018` \(did you mean `fields_2018`\?\); it has"):
        vector_files.read(VectorFile(key, file.path, "fields2018"))


def test_a_table_without_geometries_does_not_count(tmp_path):
    pyogrio.write_dataframe(pd.DataFrame({"style": ["red"]}), tmp_path / "f.gpkg", layer="layer_styles")
    pyogrio.write_dataframe(points(["wheat"]), tmp_path / "f.gpkg", layer="fields", append=True)
    file = VectorFile("reference.file", str(tmp_path / "f.gpkg"))
    assert vector_files.read(file)["crop"].tolist() == ["wheat"]
    assert vector_files.describe(file).fields == ("crop",)
    with pytest.raises(InputError, match="has no geometries"):
        vector_files.read(VectorFile("reference.file", file.path, "layer_styles"))


def test_names_of_layers_are_composed(tmp_path):
    file = layered(tmp_path / "f.gpkg", ["fore\u0302t", "b"], layer="forêt")
    assert len(vector_files.read(file)) == 1


def test_the_crs_of_a_file_without_one_comes_from_the_configuration(tmp_path):
    path = tmp_path / "f.geojson"
    frame = points(["a"])
    frame.to_parquet(tmp_path / "with.parquet")
    frame.set_crs(None, allow_override=True).to_parquet(tmp_path / "without.parquet")
    frame.to_file(path)

    def read(name, crs):
        return vector_files.read(VectorFile("reference.file", str(tmp_path / name), crs=crs)).crs

    assert read("without.parquet", "EPSG:32631") == "EPSG:32631"
    assert read("with.parquet", "OGC:CRS84").equals(CRS(LONG_LAT), ignore_axis_order=True)
    with pytest.raises(InputError, match=r"no coordinate reference system; give it by `reference.crs`"):
        read("without.parquet", None)
    with pytest.raises(InputError, match=r"^reference.crs: EPSG:32631 is not that of .*which is WGS 84; leave"):
        read("f.geojson", "EPSG:32631")
    with pytest.raises(InputError, match=r"^reference.crs: `EPSG:0` is not a coordinate reference system"):
        read("without.parquet", "EPSG:0")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("f.gpkg", b"no database", "damaged, or not of the format that its name says"),
        ("f.parquet", b"PAR1 no table", "damaged, or not of the format that its name says"),
        ("f.geojson", b'{"type": "FeatureColl', "damaged, or not of the format that its name says"),
        ("f.csv", b"x,y,crop\n1,2,a\n1;5,2,b\n", r"x of point 2 is '1;5'; numbers are needed"),
        ("f.csv", b"x;y;crop\n1,5;2;a\n", r"x of point 1 is '1,5'; numbers are needed"),
        ("f.csv", b"x,y,Y,crop\n1,2,3,a\n", "one `x` and one `y` are needed"),
        ("f.csv", b"lon,lat,crop\n1,2,a\n", "a CSV file of points needs the columns `x` and `y`"),
        ("f.csv", "x,y,crop\n1,2,blé\n".encode("latin-1"), "utf-8"),
        ("f.csv", b"x,y,crop\n", "is empty"),
    ],
)
def test_files_that_cannot_be_read(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        vector_files.read(VectorFile("reference.file", str(tmp_path / name), crs=LONG_LAT))
    assert str(caught.value).startswith(f"reference.file: {tmp_path / name} ")


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet", ".csv"])
def test_a_field_that_a_file_lacks_is_named(suffix, tmp_path):
    with pytest.raises(InputError, match=r"has no field `corp` \(did you mean `crop`\?\); it has"):
        vector_files.values(written(points(["1"]), tmp_path, suffix), "corp")


def test_plain_parquet_is_not_taken_for_geoparquet(tmp_path):
    pd.DataFrame({"crop": ["a"]}).to_parquet(tmp_path / "f.parquet")
    for call in (vector_files.read, vector_files.describe):
        with pytest.raises(InputError, match=r"reference.file: .*is damaged.*geo"):
            call(VectorFile("reference.file", str(tmp_path / "f.parquet")))
    with pytest.raises(InputError, match=r"reference.layer: .* have no layers; leave the key out"):
        vector_files.read(VectorFile("reference.file", str(tmp_path / "f.parquet"), "fields"))


def test_a_separator_at_the_end_of_lines_moves_no_column(tmp_path):
    (tmp_path / "f.csv").write_text("crop,x,y\na,1,2,\nb,3,4,\n")
    frame = vector_files.read(VectorFile("reference.file", str(tmp_path / "f.csv"), crs=LONG_LAT))
    assert [(row.crop, row.geometry.x, row.geometry.y) for row in frame.itertuples()] == [("a", 1, 2), ("b", 3, 4)]


def test_ids_of_features_are_kept(tmp_path):
    features = [
        {"type": "Feature", "id": number, "properties": {"crop": "a"}, "geometry": box(0, 0, 1, 1).__geo_interface__}
        for number in (7, 61234567890123)
    ]
    (tmp_path / "f.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    frame = vector_files.read(VectorFile("reference.file", str(tmp_path / "f.geojson")))
    assert frame.index.tolist() == [7, 61234567890123]
