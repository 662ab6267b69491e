"""Items are validated against the core schemas, which pystac brings along; those of extensions lie on the network."""

import dataclasses
import json
import math
from datetime import date
from pathlib import Path

import pystac
import pytest
from pystac.extensions.classification import ClassificationExtension
from pystac.extensions.file import FileExtension
from pystac.extensions.projection import ProjectionExtension
from pystac.stac_object import STACObjectType
from pystac.validation.stac_validator import GetSchemaError, JsonSchemaSTACValidator
from shapely.geometry import shape

from landloom.core.checksums import FileDigest
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo.crs_names import crs_name
from landloom.geo.grids import Grid
from landloom.provenance import record as provenance
from landloom.provenance import stac_collection
from landloom.provenance.record import Code, Product, Raster

CLASSES = Nomenclature((LandClass(1, "1", "Forêt dense", "#00ff00"), LandClass(7, "7", "水", "#0000fe")))
RASTER = Raster("EPSG:2154", (10.0, 0.0, 458000.0, 0.0, -20.0, 6330000.0), (200, 100), "uint8", 0.0, 1)
PERIOD = date(2018, 1, 1), date(2018, 12, 31)
SHA256 = "ab" * 32


def products(raster=RASTER):
    paths = [f"map/run{run}/{layer}.tif" for run in "01" for layer in ("classification", "confidence")]
    rasters = {path: Product(5, SHA256, True, raster) for path in paths}
    validity = Product(5, SHA256, True, dataclasses.replace(raster, dtype="uint16", nodata=None))
    return {**rasters, "map/validity.tif": validity, "report.html": Product(6, SHA256, False)}


def written(folder, raster=RASTER):
    found = provenance.document("2018", {"title": "Été"}, Code("0.1", {}, {}), products(raster), {})
    items = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0", "1"])
    stac_collection.write(items, folder / "stac.json")
    return pystac.ItemCollection.from_file(str(folder / "stac.json"))


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:4326", "wkt"])
def test_items_are_valid(tmp_path, crs):
    if crs == "wkt":
        crs = crs_name("+proj=laea +lat_0=45 +lon_0=1 +x_0=458000 +y_0=6330000")
    transform = (0.001, 0.0, 1.0, 0.0, -0.001, 45.0) if crs == "EPSG:4326" else RASTER.transform
    validator = JsonSchemaSTACValidator()
    for item in written(tmp_path, dataclasses.replace(RASTER, crs=crs, transform=transform)):
        validator.validate_core(item.to_dict(), STACObjectType.ITEM, item.to_dict()["stac_version"])
        asset = ProjectionExtension.ext(item.assets["classification"])
        assert (asset.code, asset.wkt2) == ((crs, None) if crs.startswith("EPSG") else (None, crs))


def test_the_core_schemas_refuse_what_is_wrong(tmp_path):
    wrong = next(iter(written(tmp_path))).to_dict()
    del wrong["properties"]["start_datetime"]
    with pytest.raises(pystac.STACValidationError):
        JsonSchemaSTACValidator().validate_core(wrong, STACObjectType.ITEM, wrong["stac_version"])


def test_items_are_valid_with_their_extensions(tmp_path):
    try:
        for item in written(tmp_path):
            assert len(item.validate()) == 6
    except GetSchemaError as error:
        pytest.skip(f"the schemas of extensions are on the network: {error}"[:150])


def test_an_item_for_each_run_that_names_what_there_is(tmp_path):
    items = list(written(tmp_path))
    assert [item.id for item in items] == ["ete-2018-run0", "ete-2018-run1"]
    assert set(items[1].assets) == {"classification", "confidence", "validity", "report", "provenance"}
    assert items[1].assets["classification"].href == "./map/run1/classification.tif"
    assert items[1].assets["validity"].href == "./map/validity.tif"
    assert not any(Path(asset.href).is_absolute() for item in items for asset in item.assets.values())
    assert items[0].properties["start_datetime"] == "2018-01-01T00:00:00Z"
    assert items[0].properties["end_datetime"] == "2018-12-31T23:59:59Z"


def test_an_item_for_the_fused_map_with_an_accuracy_of_its_own():
    fused = {
        f"map/fusion/{layer}.tif": Product(5, SHA256, True, RASTER) for layer in ("classification", "confidence")
    }
    tables = ("accuracy/summary.csv", "accuracy/fusion/scores.csv")
    accuracies = {path: Product(7, SHA256, True) for path in tables}
    found = provenance.document(
        "2018", {"title": "Été"}, Code("0.1", {}, {}), {**products(), **fused, **accuracies}, {}
    )
    items = list(stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0", "1"]))
    assert [item.id for item in items] == ["ete-2018-run0", "ete-2018-run1", "ete-2018-fusion"]
    assert items[2].assets["confidence"].href == "./map/fusion/confidence.tif"
    assert [item.assets["accuracy"].href for item in items[1:]] == [f"./{path}" for path in tables]


def test_files_grids_and_classes(tmp_path):
    item = next(iter(written(tmp_path)))
    asset = item.assets["classification"]
    # 0x12 is SHA-256 among the multihashes, 0x20 its length in bytes
    assert FileExtension.ext(asset).checksum == "1220" + SHA256
    assert FileExtension.ext(asset).size == 5
    assert FileExtension.ext(item.assets["provenance"]).size == 8
    grid = ProjectionExtension.ext(asset)
    assert grid.shape == [200, 100]
    assert grid.bbox == [458000, 6326000, 459000, 6330000]
    assert grid.transform == list(RASTER.transform)
    assert (asset.extra_fields["data_type"], asset.extra_fields["nodata"]) == ("uint8", 0)
    assert "nodata" not in item.assets["validity"].extra_fields
    classes = ClassificationExtension.ext(asset).classes
    assert [(one.value, one.name, one.title, one.color_hint, one.nodata) for one in classes] == [
        (0, "unclassified", "unclassified", None, True),
        (1, "foret-dense", "Forêt dense", "00FF00", None),
        (7, "class-7", "水", "0000FE", None),
    ]


def test_the_footprint_is_where_the_map_is(tmp_path):
    item = next(iter(written(tmp_path)))
    outline = shape(item.geometry)
    assert outline.is_valid
    assert outline.exterior.is_ccw
    assert item.bbox == pytest.approx(outline.bounds)
    # Lambert-93, 458-459 km east, 6326-6330 km north, is at the meridian of Greenwich, near 44 degrees north
    assert item.bbox == pytest.approx([-0.02, 43.99, 0.0, 44.03], abs=0.02)
    assert json.loads((tmp_path / "stac.json").read_text())["type"] == "FeatureCollection"


def test_the_footprint_across_the_180th_meridian_is_split():
    geometry, bbox = stac_collection.footprint(Grid("EPSG:32701", 150000.0, 8118300.0, 30.0, 30.0, 1000, 1500))
    outline = shape(geometry)
    assert geometry["type"] == "MultiPolygon"
    assert outline.is_valid
    assert all(part.exterior.is_ccw for part in outline.geoms)
    assert sorted(part.bounds[::2] for part in outline.geoms) == [(-180.0, bbox[2]), (bbox[0], 180.0)]
    west, south, east, north = bbox
    assert east < 0 < west
    assert south < north < 0


def test_polygons_are_assets_of_their_map(tmp_path):
    files = ["classes.gpkg", "classes.qml", "groups.parquet", "classes_l-ain.zip"]
    polygons = {f"map/run0/vectors/{name}": Product(9, SHA256, True) for name in files}
    regularised = {"map/run0/regularised.tif": Product(5, SHA256, True, RASTER)}
    made = {**products(), **polygons, **regularised}
    found = provenance.document("2018", {"title": "Été"}, Code("0.1", {}, {}), made, {})
    first, second = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0", "1"])
    assert {"regularised", "vectors_classes_gpkg", "vectors_groups_parquet"} <= set(first.assets)
    assert first.assets["vectors_classes_l-ain_zip"].title == "polygons and style, packed: classes, l-ain"
    assert first.assets["vectors_classes_gpkg"].media_type == pystac.MediaType.GEOPACKAGE
    assert not [name for name in second.assets if name.startswith(("vectors", "regularised"))]


def test_makers_of_sources_are_named():
    sensors = {"a": {"attribution": "By A."}, "b": {"attribution": "By A.", "licence": "CC0"}, "c": {}}
    found = provenance.document("2018", {"sensors": sensors}, Code("0.1", {}, {}), products(), {})
    item = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0"]).items[0]
    assert item.properties["attribution"] == "By A."
    assert item.properties["landloom:source_licences"] == {"b": "CC0"}


def test_an_item_says_what_the_reference_is():
    section = {"reference": {"file": "r.gpkg", "field": "c", "description": "Land survey.", "year": 2016}}
    found = provenance.document("2018", section, Code("0.1", {}, {}), products(), {})
    item = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0"]).items[0]
    assert item.properties["description"] == "Reference: Land survey; labels of 2016."


def test_classes_have_short_names_of_their_own():
    names = ["Maize (irrigated)", "Maize, irrigated", "水", "木", "Unclassified", "Wheat"]
    classes = Nomenclature(tuple(LandClass(code, str(code), name, "#00ff00") for code, name in enumerate(names, 1)))
    found = [one.name for one in stac_collection._classes(classes)]
    assert found == [
        "unclassified",
        "maize-irrigated-1",
        "maize-irrigated-2",
        "class-3",
        "class-4",
        "unclassified-5",
        "wheat",
    ]


def test_values_of_a_target_have_its_unit():
    values = Raster("EPSG:2154", RASTER.transform, (200, 100), "float32", math.nan, 1)
    made = {f"map/run0/{name}.tif": Product(5, SHA256, True, values) for name in ("value", "half_width")}
    target = {"target": {"field": "cover", "range": [0, 60], "unit": "%"}}
    found = provenance.document("2018", target, Code("0.1", {}, {}), made, {})
    item = stac_collection.collection(found, FileDigest(8, SHA256), None, PERIOD, ["0"]).items[0]
    assert [item.assets[name].extra_fields["unit"] for name in ("value", "half_width")] == ["%", "%"]


def test_codes_of_all_rasters_of_codes_have_names():
    names = ("separate", "agreement", "regularised")
    made = {f"map/run0/{name}.tif": Product(5, SHA256, True, RASTER) for name in names}
    found = provenance.document("2018", {}, Code("0.1", {}, {}), products() | made, {})
    item = stac_collection.collection(found, FileDigest(8, SHA256), CLASSES, PERIOD, ["0"]).items[0]
    named = {name for name, asset in item.assets.items() if "classification:classes" in asset.extra_fields}
    assert named == {"classification", "separate", "regularised", "agreement"}
    first, second, *_ = ClassificationExtension.ext(item.assets["agreement"]).classes
    assert [(one.value, one.name) for one in (first, second)] == [(0, "no-reference"), (1, "test-wrong")]
