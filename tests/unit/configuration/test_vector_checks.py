"""Vector files are checked before any job, by what their reader will go by."""

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import box

from landloom.configuration import vector_checks
from landloom.configuration.configuration import parse
from landloom.geo import ownership
from landloom.geo.region_settings import RegionSettings


def squares(**columns):
    shapes = [box(number, 44, number + 1, 45) for number in range(2)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def configuration(regions=None, **reference):
    series = {"type": "series", "archive": "a", "file": "{tile}_{date}.tif", "bands": {"B4": 1}}
    content = {"years": {2018: None}, "tiles": ["T"], "sensors": {"s": series}, "nomenclature": "classes.csv"}
    content["reference"] = {"field": "crop"} | reference
    return parse(content | ({"regions": regions} if regions else {}))


def test_every_vector_file_with_several_layers(tmp_path):
    for number, layer in enumerate(["y2016", "y2018"]):
        pyogrio.write_dataframe(squares(crop=["a", "b"]), tmp_path / "f.gpkg", layer=layer, append=number > 0)
    path = str(tmp_path / "f.gpkg")
    settings = configuration({"file": path, "field": "crop", "names": ["a"]}, file=path, split="file", test_file=path)
    found = vector_checks.problems(settings, None)
    assert [line.partition(":")[0] for line in found] == ["regions.file", "reference.file", "reference.test_file"]
    assert all("several layers, ['y2016', 'y2018']; say which by `" in line for line in found)
    settings = configuration(
        {"file": path, "field": "crop", "names": ["a"], "layer": "y2018"}, file=path, layer="y2018"
    )
    assert vector_checks.problems(settings, None) == []


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_names_of_regions_and_fields_are_composed(suffix, tmp_path):
    frame = squares(région=["Alsace", "Vende\u0301e"])
    path = tmp_path / f"r{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    (tmp_path / "p.csv").write_text("x,y,crop\n1,2,a\n")
    given = {"file": str(path), "field": "région", "names": ["Vendée", "Alsace"]}
    points = {"file": str(tmp_path / "p.csv"), "crs": "EPSG:4326"}
    assert vector_checks.problems(configuration(given, **points), None) == []
    assert ownership.read_regions(RegionSettings(**given))["name"].tolist() == ["Vendée", "Alsace"]
    (line,) = vector_checks.problems(configuration(given | {"names": ["Vendee"]}, **points), None)
    assert line.startswith("regions.names: `Vendee` (did you mean `Vendée`?) not in field `région`, which has [")


def test_labels_without_a_class_are_told_before_any_job(tmp_path):
    (tmp_path / "classes.csv").write_text("label,name,color\nwheat,Wheat,#aabbcc\n")
    (tmp_path / "p.csv").write_text("x,y,crop\n1,2,wheat\n1,3,whaet\n1,4,other\n")
    given = {"file": str(tmp_path / "p.csv"), "crs": "EPSG:4326", "ignore": ["other"]}
    settings = configuration(**given).model_copy(update={"nomenclature": str(tmp_path / "classes.csv")})
    memory = tmp_path / "memory"
    for _ in range(2):  # what is wrong is not remembered
        (line,) = vector_checks.problems(settings, memory)
        assert line.startswith(f"reference.field: {tmp_path}/p.csv: labels that the nomenclature lacks: `whaet`")
        assert "did you mean `wheat`" in line
    (tmp_path / "classes.csv").write_text("label,name,color\nwheat,Wheat,#aabbcc\nwhaet,Other,#000000\n")
    assert vector_checks.problems(settings, memory) == []
    assert len(list(memory.iterdir())) == 1
    (tmp_path / "classes.csv").write_text("label,name,color\nwheat,Wheat,#aabbcc\n")
    assert len(vector_checks.problems(settings, memory)) == 1


def test_the_crs_of_points_is_checked(tmp_path):
    (tmp_path / "p.csv").write_text("x,y,crop\n1,2,a\n")
    path = str(tmp_path / "p.csv")
    (line,) = vector_checks.problems(configuration(file=path), None)
    assert line == (
        f"reference.file: {path} has no coordinate reference system; give it by `reference.crs`, as EPSG:4326"
    )
    (line,) = vector_checks.problems(configuration(file=path, crs="EPSG:-1"), None)
    assert line.startswith("reference.crs: `EPSG:-1` is not a coordinate reference system")


def test_a_misspelt_label_to_ignore_is_told_before_any_job(tmp_path):
    (tmp_path / "classes.csv").write_text("label,name,color\nwheat,Wheat,#aabbcc\nwood,Wood,#aabbcc\n")
    (tmp_path / "p.csv").write_text("x,y,crop\n1,2,wheat\n1,3,wood\n")
    given = {"file": str(tmp_path / "p.csv"), "crs": "EPSG:4326", "ignore": ["Wood."]}
    settings = configuration(**given).model_copy(update={"nomenclature": str(tmp_path / "classes.csv")})
    (line,) = vector_checks.problems(settings, None)
    assert line == "reference.ignore: no polygon has the label `Wood.` (did you mean `wood`?)"
