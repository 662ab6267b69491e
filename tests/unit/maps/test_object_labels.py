import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from ground import Ground
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo.grids import Window
from landloom.maps import object_labels, object_map
from landloom.maps.object_map import ObjectTables, PaintedModel, Predicted
from landloom.objects import borders, given_segments, statistics
from landloom.objects.settings import ObjectSettings

CLASSES = Nomenclature((LandClass(2, "wheat", "Wheat", "#123456"), LandClass(7, "maize", "Maize", "#223456")))
CODES = np.array([2, 7], np.int32)


def predicted(numbers, probabilities):
    counts = np.arange(len(numbers), dtype=np.int64)
    model = PaintedModel(np.array(probabilities, np.float32).reshape(-1, 2), CODES)
    regions = np.ones(len(numbers), np.int32)
    return Predicted(np.array(numbers, np.int64), regions, counts + 5, counts + 4, [model]), model


def test_objects_of_several_tiles_stand_there_once(tmp_path):
    object_map.write_labels(*predicted([3, 9], [[0.25, 0.75], [1, 0]]), tmp_path / "a")
    object_map.write_labels(*predicted([1, 3], [[0.5, 0.5], [0.25, 0.75]]), tmp_path / "b")
    object_map.write_labels(*predicted([], []), tmp_path / "c")
    found = object_labels.of_tiles([tmp_path / name for name in "abc"], CLASSES, ["north"])
    assert found.index.tolist() == [1, 3, 9]
    assert found["class"].tolist() == ["Wheat", "Maize", "Wheat"]
    assert found.label.tolist() == ["wheat", "maize", "wheat"]
    assert found.confidence.tolist() == [50, 75, 100]
    assert found.probability_7.tolist() == [500, 750, 0]
    assert found.region.tolist() == ["north"] * 3


def test_fields_are_those_of_the_polygons_that_have_a_label():
    labels = pd.DataFrame({"code": [2, 7]}, index=pd.Index([10, 30], name="object"))
    polygons = {"object": np.array([10, 20, 30]), "name": np.array(["a", "b", "c"]), "code": np.array([0, 0, 1])}
    found = object_labels.fields_of(polygons, labels)
    assert found.index.tolist() == [0, 2]
    assert found.to_dict("list") == {"object": [10, 30], "name": ["a", "c"], "code_given": [0, 1], "code": [2, 7]}


@pytest.mark.parametrize(("field", "written"), [("object", "object"), ("Numéro", "Nume\u0301ro"), ("Code", "Code")])
def test_names_are_those_of_the_field_however_it_is_called_and_spelt(tmp_path, field, written):
    """A field `object` is not the number that polygons have here, and accents may be stored in two ways."""
    file = str(tmp_path / "p.gpkg")
    shapes = [box(left, 4900000, left + 50, 4900050) for left in (300000, 300100)]
    gpd.GeoDataFrame({written: [40, 7]}, geometry=shapes, crs="EPSG:32631").to_file(file)
    polygons = given_segments.polygons_of(ObjectSettings(segmentation=file, field=field), file)
    labels = pd.DataFrame({"code": [5, 6]}, index=pd.Index([2, 3], name="object"))
    assert object_labels.write_polygons(polygons, field, labels, tmp_path / "o.gpkg") == 2
    table = gpd.read_file(tmp_path / "o.gpkg")
    assert table.object.tolist() == [2, 3]
    assert table[field if field == "Numéro" else f"{field}_given"].tolist() == [40, 7]


def test_statistics_are_those_of_whole_objects(tmp_path):
    ground = Ground.random(3)
    features = statistics.of_features(["mean", "max"], ground.schema.features)
    whole = Window(0, 0, 60, 50)
    expected = object_labels.statistics_of(
        [ObjectTables(ground.tile(whole, whole, tmp_path / "w"), None, features, ())]
    )
    parts = [
        ground.tile(Window(0, 0, 40, 50), Window(0, 0, 33, 50), tmp_path / "a"),
        ground.tile(Window(28, 0, 32, 50), Window(33, 0, 27, 50), tmp_path / "b"),
    ]
    borders.merge(parts, tmp_path / "borders")
    tables = [ObjectTables(part, tmp_path / "borders", features, ()) for part in parts]
    pd.testing.assert_frame_equal(object_labels.statistics_of(tables), expected)
