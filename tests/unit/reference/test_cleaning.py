import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box, mapping

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import ownership, vectors
from landloom.geo.grids import Grid
from landloom.reference import cleaning
from landloom.reference.findings import Findings
from landloom.reference.settings import ReferenceSettings

GRID = Grid("EPSG:32631", 500000.0, 4900000.0, 10.0, 10.0, 100, 100)
NOMENCLATURE = Nomenclature(
    (
        LandClass(1, "1", "wheat", "#ffff00"),
        LandClass(2, "2", "maize", "#ff8800"),
        LandClass(3, "3", "wood", "#008800"),
    )
)


def cell(column, row, size=80.0):
    left, top = 500000 + 100 * column, 4900000 - 100 * row
    return box(left, top - size, left + size, top)


def cleaned(tmp_path, rows, **given):
    frame = gpd.GeoDataFrame(rows, columns=["code", "geometry"], crs="EPSG:32631")
    frame.to_file(tmp_path / "reference.gpkg")
    return cleaned_file(tmp_path / "reference.gpkg", **given)


def cleaned_file(path, **given):
    settings = ReferenceSettings(file=str(path), field="code", **given)
    footprints = ownership.collect_footprints({"T": GRID})
    west, east = box(500000, 4899000, 500500, 4900000), box(500500, 4899000, 501000, 4900000)
    regions = gpd.GeoDataFrame(
        {"number": [1, 2], "region": ["w", "e"], "name": ["w", "e"]}, geometry=[west, east], crs="EPSG:32631"
    )
    return cleaning.clean(settings, 2018, NOMENCLATURE, cleaning.Ground(footprints, regions))


def found(findings):
    return {row["finding"]: (row["action"], row["count"], row["ids"]) for row in findings.rows}


def test_good_polygons_pass_untouched(tmp_path):
    polygons, findings = cleaned(tmp_path, [(1, cell(0, 0)), (2, cell(7, 1)), (3, cell(4, 4, 200.0))])
    assert findings.rows == []
    assert polygons.code.tolist() == [1, 2, 3]
    assert polygons.number.tolist() == [1, 2, 2 if polygons.number[2] == 2 else 1]
    assert polygons.area_m2[0] == pytest.approx(6400, rel=0.01)


def test_region_is_that_of_the_larger_part(tmp_path):
    wide = box(500450, 4899500, 500600, 4899600)
    polygons, _ = cleaned(tmp_path, [(1, wide), (2, cell(0, 0))])
    assert polygons.number.tolist() == [2, 1]


def test_invalid_geometry_is_repaired_and_reported(tmp_path):
    bow = Polygon([(500100, 4899900), (500200, 4899800), (500200, 4899900), (500100, 4899800)])
    polygons, findings = cleaned(tmp_path, [(1, bow), (2, cell(5, 5))])
    assert found(findings)["invalid geometry"] == ("repaired", 1, [1])
    assert polygons.geometry.is_valid.all()
    assert polygons.area[0] == pytest.approx(5000)


def test_outside_duplicate_empty_and_tiny(tmp_path):
    rows = [
        (1, cell(0, 0)),
        (1, cell(0, 0)),
        (2, cell(50, 50)),
        (3, None),
        (3, cell(3, 3, 4.0)),
        (2, cell(6, 6)),
    ]
    polygons, findings = cleaned(tmp_path, rows, minimum_area_m2=100)
    assert polygons.polygon.tolist() == [1, 6]
    notes = found(findings)
    assert notes["outside of every tile"] == ("left out", 1, [3])
    assert notes["duplicate of another polygon of its class"] == ("left out", 1, [2])
    assert notes["empty geometry"] == ("left out", 1, [4])
    assert notes["smaller than 100 m2"] == ("left out", 1, [5])


def test_ground_claimed_by_two_classes_is_cut_out(tmp_path):
    left, right = box(500000, 4899900, 500060, 4900000), box(500040, 4899900, 500100, 4900000)
    polygons, findings = cleaned(tmp_path, [(1, left), (2, right), (1, box(500000, 4899900, 500030, 4900000))])
    assert found(findings)["overlap with another class"] == ("common ground cut out", 2, [1, 2])
    assert polygons.set_index("polygon").area.round().to_dict() == {1: 4000, 2: 4000, 3: 3000}


def test_overlap_within_a_class_is_reported(tmp_path):
    polygons, findings = cleaned(tmp_path, [(1, cell(0, 0)), (1, cell(0, 0, 90.0)), (2, cell(5, 5))])
    assert found(findings)["overlap within a class"][1:] == (2, [1, 2])
    assert len(polygons) == 3


def test_polygons_that_share_ground_are_one_component_also_through_others(tmp_path):
    def strip(left, code):
        return code, box(500_000 + left, 4_899_900, 500_060 + left, 4_900_000)

    rows = [(2, cell(7, 7)), strip(100, 1), strip(50, 1), (1, cell(5, 5)), strip(0, 1), strip(150, 2)]
    polygons, _ = cleaned(tmp_path, rows)
    assert dict(zip(polygons.polygon, polygons.component, strict=True)) == {1: 1, 2: 2, 3: 2, 4: 4, 5: 2, 6: 6}


def test_multipolygons_stay_one_polygon(tmp_path):
    both = MultiPolygon([cell(0, 0), cell(2, 2)])
    polygons, _ = cleaned(tmp_path, [(1, both), (2, cell(5, 5))])
    assert len(polygons) == 2
    assert polygons.area[0] == pytest.approx(12800)


def test_unknown_labels_are_an_error_that_counts_them(tmp_path):
    rows = [(1, cell(0, 0)), (9, cell(1, 1)), (9, cell(2, 2))]
    with pytest.raises(InputError, match=r"`9` \(2 times\)"):
        cleaned(tmp_path, rows)
    polygons, findings = cleaned(tmp_path, rows, ignore=[9])
    assert polygons.code.tolist() == [1]
    assert found(findings)["label in reference.ignore"][1] == 2


def test_labels_of_the_nomenclature_can_be_ignored_too(tmp_path):
    rows = [(1, cell(0, 0)), (2, cell(1, 1)), (2, cell(2, 2))]
    polygons, findings = cleaned(tmp_path, rows, ignore=[2])
    assert polygons.code.tolist() == [1]
    assert found(findings)["label in reference.ignore"][1] == 2
    with pytest.raises(InputError, match=r"nothing in .* can be used \(label in reference.ignore: 3, left out\)"):
        cleaned(tmp_path, rows, ignore=[1, 2])


def test_what_is_empty_is_left_out_and_reported(tmp_path):
    frame = [(1, cell(0, 0)), (2, Point(500500, 4899500).buffer(0))]
    polygons, findings = cleaned(tmp_path, frame)
    assert len(polygons) == 1
    assert found(findings)["empty geometry"][1] == 1


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (12.0, "12"), ("  blé ", "blé"), (None, None), (float("nan"), None), (1.5, "1.5")]
)
def test_label_text(value, text):
    assert vectors.label_texts(pd.Series([value], dtype=object)).tolist() == [text]


def centre_of(row, column):
    return Point(500000 + 10 * column + 5, 4900000 - 10 * row - 5)


def test_a_point_stands_for_its_pixel(tmp_path):
    anywhere = Point(500123.4, 4899876.5)
    rows = [(1, anywhere), (2, centre_of(50, 60)), (3, cell(3, 3)), (2, Point(510000, 4899500))]
    polygons, findings = cleaned(tmp_path, rows, minimum_area_m2=1000)
    assert polygons.polygon.tolist() == [1, 2, 3]
    assert polygons.point.tolist() == [True, True, False]
    corners = polygons.geometry[0].bounds
    assert corners == pytest.approx((500120, 4899870, 500130, 4899880), abs=1e-6)
    assert polygons.area_m2[:2].tolist() == pytest.approx([100, 100], rel=0.01)
    assert found(findings)["points"] == ("each stands for the pixel that it lies in", 2, [1, 2])
    assert found(findings)["outside of every tile"][2] == [4]


def test_points_of_one_pixel(tmp_path):
    """Of one class they count once; of two classes, none says what the pixel is."""
    rows = [(1, Point(500121, 4899871)), (1, Point(500129, 4899879)), (3, centre_of(2, 2))]
    rows += [(1, Point(500501, 4899501)), (2, Point(500508, 4899507))]
    polygons, findings = cleaned(tmp_path, rows)
    assert polygons.polygon.tolist() == [1, 3]
    notes = found(findings)
    assert notes["duplicate of another polygon of its class"] == ("left out", 1, [2])
    assert notes["overlap with another class"] == ("common ground cut out", 2, [4, 5])
    assert notes["nothing left beside overlaps"] == ("left out", 2, [4, 5])


def test_points_and_polygons_of_one_file(tmp_path):
    """A pixel in a polygon of its class goes with it; in one of another class, its ground is of neither."""
    rows = [(1, cell(0, 0)), (1, centre_of(3, 3)), (2, cell(5, 5)), (3, centre_of(53, 53)), (3, centre_of(90, 90))]
    polygons, _ = cleaned(tmp_path, rows)
    assert dict(zip(polygons.polygon, polygons.component, strict=True)) == {1: 1, 2: 1, 3: 3, 5: 5}
    assert polygons.set_index("polygon").area_m2[3] == pytest.approx(6300, rel=0.01)


def test_a_multipoint_is_one_object(tmp_path):
    several = MultiPoint([centre_of(1, 1), centre_of(1, 2), centre_of(40, 40)])
    polygons, _ = cleaned(tmp_path, [(1, several), (2, centre_of(9, 9))])
    assert polygons.area_m2.tolist() == pytest.approx([300, 100], rel=0.01)


def test_points_that_test_take_their_pixels_from_training(tmp_path):
    tests = gpd.GeoDataFrame({"code": [2]}, geometry=[centre_of(3, 3)], crs="EPSG:32631")
    tests.to_file(tmp_path / "tests.gpkg")
    rows = [(1, centre_of(3, 3)), (1, cell(0, 0)), (2, centre_of(50, 50))]
    polygons, findings = cleaned(tmp_path, rows, split="file", test_file=str(tmp_path / "tests.gpkg"))
    assert polygons.polygon.tolist() == [2, 3, cleaning.TEST_FILE_IDS + 1]
    assert found(findings)["nothing left beside test polygons"][2] == [1]


def test_fields_across_the_180th_meridian(tmp_path):
    """In the tile's CRS, in degrees split or not, with longitudes up to 360: the same fields of the same area."""
    grid = Grid("EPSG:32701", 179000.0, 8118300.0, 10.0, 10.0, 300, 400)
    footprints = ownership.collect_footprints({"T": grid})
    ground = cleaning.Ground(footprints, ownership.whole_territory(footprints))
    fields = [box(179200 + 300 * place, 8116000, 179450 + 300 * place, 8117000) for place in range(10)]
    of_tile = gpd.GeoDataFrame({"code": [1, 2] * 5}, geometry=fields, crs=grid.crs)
    raw = of_tile.to_crs("EPSG:4326")
    east = shapely.transform(raw.geometry.values, lambda xy: np.column_stack([xy[:, 0] % 360, xy[:, 1]]))
    turned = raw.set_geometry(east)
    wide = (raw.bounds.maxx - raw.bounds.minx > 180).sum()
    assert wide == 1
    points = of_tile.set_geometry(of_tile.representative_point()).to_crs("EPSG:4326")
    for name, frame in {"tile": of_tile, "raw": raw, "turned": turned, "points": points}.items():
        frame.to_file(tmp_path / f"{name}.gpkg")
        settings = ReferenceSettings(file=str(tmp_path / f"{name}.gpkg"), field="code")
        polygons, findings = cleaning.clean(settings, 2018, NOMENCLATURE, ground)
        assert len(polygons) == 10, name
        assert [row["finding"] for row in findings.rows] == (["points"] if name == "points" else [])
        area = 100 if name == "points" else 250_000
        assert polygons.area_m2.tolist() == pytest.approx([area] * 10, rel=3e-3)
        local = polygons.to_crs(grid.crs)
        assert local.area.sum() == pytest.approx(10 * area, rel=1e-3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(2**62), 2**62), min_size=2, max_size=4, unique=True))
def test_ids_of_any_size_are_used(tmp_path, ids):
    shapes = [cell(2 * place, 0) for place in range(len(ids))]
    frame = gpd.GeoDataFrame({"code": [1] * len(ids)}, geometry=shapes, crs="EPSG:32631", index=ids)
    found = Findings()
    kept = cleaning.ids_of(frame.index, found)
    fit = all(0 <= one < cleaning.TEST_FILE_IDS for one in ids)
    assert kept.tolist() == (ids if fit else list(range(1, len(ids) + 1)))
    assert len(found.rows) == (0 if fit else 1)


def test_polygons_of_large_ids_are_numbered_by_their_place_in_the_file(tmp_path):
    features = [
        {
            "type": "Feature",
            "id": 61234567890123 - place,
            "properties": {"code": code},
            "geometry": shape and mapping(shape),
        }
        for place, (code, shape) in enumerate([(1, cell(0, 0)), (2, cell(7, 1)), (3, None), (3, cell(4, 4))])
    ]
    collection = {"type": "FeatureCollection", "features": features}
    collection["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}}
    (tmp_path / "f.geojson").write_text(json.dumps(collection))
    polygons, findings = cleaned_file(tmp_path / "f.geojson")
    assert polygons.polygon.tolist() == [1, 2, 4]
    assert polygons.code.tolist() == [1, 2, 3]
    assert found(findings)["empty geometry"] == ("left out", 1, [3])
    ids = "feature ids from 61234567890120 to 61234567890123, not all between 0 and 10^12"
    assert found(findings)[ids] == ("polygons are numbered from 1 in the order of the file", 4, [1, 2, 3, 4])


def test_a_file_of_points_as_text(tmp_path):
    (tmp_path / "p.csv").write_text("x;y;code\n500105;4899895;01\n500705;4899795;2.0\n")
    polygons, _ = cleaned_file(tmp_path / "p.csv", crs="EPSG:32631")
    assert polygons.code.tolist() == [1, 2]
    assert polygons.geometry[0].bounds == (500100, 4899890, 500110, 4899900)
