"""Labels of polygons by the nomenclature, whatever form their file stores them in."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import vector_files
from landloom.geo.vector_files import VectorFile
from landloom.reference import label_codes
from landloom.reference.settings import ReferenceSettings

NOMENCLATURE = Nomenclature(
    tuple(LandClass(code, label, label, "#000000") for code, label in enumerate(["1", "forêt", "blé"], 1))
)


def codes(labels, path="f.gpkg", **given):
    settings = ReferenceSettings(file=str(path), field="crop", **given)
    return label_codes.codes_of(labels, settings, NOMENCLATURE, str(path), "reference.field")


def test_equal_labels_are_equal_in_every_form():
    written = [
        "fore\u0302t",
        "forêt",
        " forêt\u00a0",
        "ble\u0301",
        "01",
        "1.0",
        "1",
        1,
        1.0,
        np.float32(1),
        np.int64(1),
    ]
    found, findings = codes(pd.Series(written, dtype=object))
    assert found.tolist() == [2, 2, 2, 3] + [1] * 7
    assert findings.rows == []


def test_labels_of_a_list_are_no_traceback():
    with pytest.raises(InputError, match=r"lacks: `\['a', 'b'\]`"):
        codes(pd.Series([["a", "b"], "1"], dtype=object))


def test_ignored_labels_are_compared_alike():
    found, findings = codes(pd.Series(["e\u0301tang", "07", None, "1"]), ignore=["étang", 7])
    assert found.tolist()[3] == 1
    assert found.isna().sum() == 3
    assert {row["finding"]: row["count"] for row in findings.rows} == {"no label": 1, "label in reference.ignore": 2}


def test_a_near_label_is_named():
    with pytest.raises(
        InputError, match=r"lacks: `Foret` \(did you mean `forêt`\?\) \(2 times\), `9` \(1 time\); add"
    ):
        codes(pd.Series(["Foret", "Foret", "9", "1"]))


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("UTF-8", "f.shp has no .cpg, .* which fit as UTF-8: write f.cpg with the text UTF-8"),
        ("CP850", "f.shp has no .cpg, .* which fit as CP850: write f.cpg"),
    ],
)
def test_a_shapefile_that_does_not_say_its_encoding(stored, expected, tmp_path):
    shapes = gpd.GeoDataFrame({"crop": ["forêt", "blé"]}, geometry=[box(0, 0, 9, 9)] * 2, crs="EPSG:32631")
    path = tmp_path / "f.shp"
    pyogrio.write_dataframe(shapes, path, encoding=stored)
    (tmp_path / "f.cpg").unlink()
    # Write the DBF's mark of its language as such files have it: none.
    content = bytearray((tmp_path / "f.dbf").read_bytes())
    content[29] = 0
    (tmp_path / "f.dbf").write_bytes(content)
    labels = vector_files.read(VectorFile("reference.file", str(path)))["crop"]
    with pytest.raises(InputError, match=expected):
        codes(labels, path)
    (tmp_path / "f.cpg").write_text(stored)
    assert codes(vector_files.read(VectorFile("reference.file", str(path)))["crop"], path)[0].tolist() == [2, 3]


def test_no_hint_at_an_encoding_that_the_file_says(tmp_path):
    (tmp_path / "f.cpg").write_text("UTF-8")
    with pytest.raises(InputError, match=r"or to reference.ignore$"):
        codes(pd.Series(["château"]), tmp_path / "f.shp")
    (tmp_path / "f.cpg").unlink()
    with pytest.raises(InputError, match=r"if they look garbled, write f.cpg with its name"):
        codes(pd.Series(["château"]), tmp_path / "f.shp")
    with pytest.raises(InputError, match=r"or to reference.ignore$"):
        codes(pd.Series(["urban"]), tmp_path / "f.shp")


def test_labels_are_merged_to_one_class_and_text_to_a_number():
    found, findings = codes(
        pd.Series(["chêne", "hêtre", "wheat", "blé", None]), merge={"chêne": "forêt", "hêtre": "forêt", "wheat": 1}
    )
    assert found.tolist()[:4] == [2, 2, 1, 3]
    assert {row["finding"] for row in findings.rows} == {"no label"}
    with pytest.raises(
        InputError, match=r"reference.merge: `Foret` \(did you mean `forêt`\?\) not in the nomenclature"
    ):
        codes(pd.Series(["chêne"]), merge={"chêne": "Foret"})


def test_a_label_is_merged_to_one_that_is_ignored_in_the_file():
    found, findings = codes(pd.Series(["1", "wheat", "blé"]), ignore=["1"], merge={"wheat": "1"})
    assert found.isna().tolist() == [True, False, False]
    assert found.tolist()[1:] == [1, 3]
    assert {row["finding"]: row["count"] for row in findings.rows} == {"label in reference.ignore": 1}


def test_misspelt_labels_of_lists_are_told_with_the_near_one():
    settings = ReferenceSettings(
        file="f.gpkg", field="crop", ignore=["Woodlnd", "swamp"], merge={"beach": "1", "ash": "1"}
    )
    assert label_codes.unused(settings, {"Woodland", "beech", "ash"}) == [
        "reference.ignore: no polygon has the label `Woodlnd` (did you mean `Woodland`?)",
        "reference.merge: no polygon has the label `beach` (did you mean `beech`?)",
    ]
    assert label_codes.unused(settings, {"Woodlnd", "Woodland", "ash"}) == []
