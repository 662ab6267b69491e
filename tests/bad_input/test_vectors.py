"""Reference polygons and regions that cannot be used, or not all of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box, unary_union

from bad_input.inputs import OTHER_TILE, TILE
from landloom.core import nomenclature
from landloom.core.errors import InputError
from landloom.geo import ownership
from landloom.geo.grids import Grid
from landloom.geo.region_settings import RegionSettings
from landloom.reference import cleaning, train_test_split
from landloom.reference.findings import Findings
from landloom.reference.settings import ReferenceSettings

GRIDS = {
    TILE: Grid("EPSG:32630", 700_000.0, 4_880_000.0, 10.0, 10.0, 200, 200),
    OTHER_TILE: Grid("EPSG:32630", 701_500.0, 4_880_000.0, 10.0, 10.0, 200, 200),
}
NAMES = ["wood", "field", "water"]


@pytest.fixture
def footprints() -> gpd.GeoDataFrame:
    return ownership.collect_footprints(GRIDS)


@pytest.fixture
def classes(tmp_path: Path) -> nomenclature.Nomenclature:
    path = tmp_path / "nomenclature.csv"
    lines = [f"{code},{name},#0000{code:02d}" for code, name in enumerate(NAMES, 1)]
    path.write_text("\n".join(["label,name,color", *lines]) + "\n")
    return nomenclature.read(path)


def squares(labels: list[Any]) -> gpd.GeoDataFrame:
    """Return squares of 50 m side by side within the tiles, one of each label."""
    shapes = [box(700_100 + 80 * n, 4_879_000, 700_150 + 80 * n, 4_879_050) for n in range(len(labels))]
    return gpd.GeoDataFrame({"code": labels}, geometry=shapes, crs="EPSG:32630")


@pytest.fixture
def clean(
    tmp_path: Path, footprints: gpd.GeoDataFrame, classes: nomenclature.Nomenclature
) -> Callable[..., tuple[gpd.GeoDataFrame, Findings]]:
    """Return what writes polygons to a file and cleans them."""

    def write_and_clean(polygons: gpd.GeoDataFrame, **settings: Any) -> tuple[gpd.GeoDataFrame, Findings]:
        path = tmp_path / "reference.gpkg"
        polygons.to_file(path)
        chosen = ReferenceSettings(**({"file": str(path), "field": "code"} | settings))
        ground = cleaning.Ground(footprints, ownership.whole_territory(footprints))
        return cleaning.clean(chosen, 2018, classes, ground)

    return write_and_clean


def rows(findings: Findings) -> dict[str, tuple[str, int, list[int]]]:
    return {row["finding"]: (row["action"], row["count"], row["ids"]) for row in findings.rows}


def test_empty_reference(clean: Callable[..., Any], tmp_path: Path):
    with pytest.raises(InputError) as caught:
        clean(squares([1]).iloc[:0])
    assert str(caught.value) == f"reference.file: {tmp_path}/reference.gpkg is empty"


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_reference_without_crs(clean: Callable[..., Any], tmp_path: Path):
    with pytest.raises(InputError) as caught:
        clean(squares([1, 2]).set_crs(None, allow_override=True))
    lacks = f"reference.file: {tmp_path}/reference.gpkg has no coordinate reference system"
    assert str(caught.value) == f"{lacks}; give it by `reference.crs`, as EPSG:4326"


def test_reference_without_the_field(clean: Callable[..., Any]):
    with pytest.raises(InputError) as caught:
        clean(squares([1, 2]).rename(columns={"code": "class"}))
    assert "reference.field: " in str(caught.value)
    assert "has no field `code`; it has ['class']" in str(caught.value)


def test_reference_that_is_no_vector_file(footprints: gpd.GeoDataFrame, classes: Any, tmp_path: Path):
    path = tmp_path / "reference.gpkg"
    path.write_bytes(b"SQLite format 3\0 cut off")
    settings = ReferenceSettings(file=str(path), field="code")
    ground = cleaning.Ground(footprints, ownership.whole_territory(footprints))
    with pytest.raises(InputError, match=f"reference.file: {path} is damaged, or no GeoPackage"):
        cleaning.clean(settings, 2018, classes, ground)


def test_unknown_labels_are_counted(clean: Callable[..., Any]):
    with pytest.raises(InputError) as caught:
        clean(squares([1, 2, 7, 7, 8]))
    assert "labels that the nomenclature lacks: `7` (2 times), `8` (1 time)" in str(caught.value)
    assert "add them there, or to reference.ignore" in str(caught.value)


def test_ignored_labels_are_left_out_and_counted(clean: Callable[..., Any]):
    polygons, findings = clean(squares([1, 2, 7, 7]), ignore=[7])
    assert polygons.code.tolist() == [1, 2]
    assert rows(findings)["label in reference.ignore"] == ("left out", 2, [3, 4])


def test_nothing_but_ignored_labels(clean: Callable[..., Any]):
    with pytest.raises(InputError) as caught:
        clean(squares([7, 7]), ignore=[7])
    assert "nothing in " in str(caught.value)
    assert "label in reference.ignore: 2, left out" in str(caught.value)


def test_polygons_without_label_are_left_out(clean: Callable[..., Any]):
    polygons, findings = clean(squares(["1", None, "2"]))
    assert polygons.code.tolist() == [1, 2]
    assert rows(findings)["no label"] == ("left out", 1, [2])


def test_lines_are_neither_polygons_nor_points(clean: Callable[..., Any]):
    lines = squares([1, 2])
    lines.geometry = lines.boundary
    with pytest.raises(InputError) as caught:
        clean(lines)
    assert "neither polygon nor point: 2, left out" in str(caught.value)


def test_polygon_outside_every_tile_is_reported(clean: Callable[..., Any]):
    polygons = squares([1, 2, 1])
    polygons.geometry = [polygons.geometry[0], polygons.geometry[1].buffer(1), box(0, 0, 10, 10)]
    kept, findings = clean(polygons)
    assert kept.polygon.tolist() == [1, 2]
    assert rows(findings) == {"outside of every tile": ("left out", 1, [3])}


def test_all_polygons_outside(clean: Callable[..., Any]):
    away = squares([1, 2]).translate(50_000)
    with pytest.raises(InputError) as caught:
        clean(squares([1, 2]).set_geometry(away))
    assert "nothing in " in str(caught.value)
    assert "is within a tile; is its CRS right?" in str(caught.value)


def test_class_of_one_polygon_trains_and_is_reported(
    clean: Callable[..., Any], footprints: gpd.GeoDataFrame, classes: nomenclature.Nomenclature
):
    polygons, findings = clean(squares([1, 1, 1, 2]))
    polygons = train_test_split.split(polygons, ReferenceSettings(file="r.gpkg", field="code"), 3, 1)
    train_test_split.note_gaps(polygons, ownership.whole_territory(footprints), classes, findings)
    assert polygons.loc[polygons.code == 2, ["run0", "run1", "run2"]].values.tolist() == [["train"] * 3]
    assert rows(findings) == {
        "the only polygon of class 2 in region all": ("trains, so the class is untested there", 1, [4]),
        "no polygon of class 3": ("the class is mapped only where samples come from elsewhere", 0, []),
    }


def with_test_file(tests: gpd.GeoDataFrame, tmp_path: Path) -> dict[str, Any]:
    tests.to_file(tmp_path / "tests.gpkg")
    return {"split": "file", "test_file": str(tmp_path / "tests.gpkg")}


def test_unknown_labels_of_the_test_file(clean: Callable[..., Any], tmp_path: Path):
    with pytest.raises(InputError) as caught:
        clean(squares([1, 2]), **with_test_file(squares([1, 9]), tmp_path))
    assert "tests.gpkg: labels that the nomenclature lacks: `9` (1 time)" in str(caught.value)


def test_a_test_file_of_another_place(clean: Callable[..., Any], tmp_path: Path):
    away = squares([1, 2]).set_geometry(squares([1, 2]).translate(50_000))
    with pytest.raises(InputError, match=r"reference.test_file: nothing in .*tests.gpkg is within a tile"):
        clean(squares([1, 2]), **with_test_file(away, tmp_path))


def test_a_test_file_that_takes_all_ground(clean: Callable[..., Any], tmp_path: Path):
    all_ground = squares([1]).set_geometry([box(700_000, 4_878_900, 701_000, 4_879_100)])
    with pytest.raises(InputError, match=r"reference.file: .*nothing left beside test polygons: 2, left out"):
        clean(squares([1, 2]), **with_test_file(all_ground, tmp_path))


def test_findings_tell_test_polygons_apart(clean: Callable[..., Any], tmp_path: Path):
    tests = squares([1, None, 2])
    tests.geometry = tests.translate(0, 300)
    polygons, findings = clean(squares([1, 2]), **with_test_file(tests, tmp_path))
    assert polygons.polygon.tolist() == [1, 2, cleaning.TEST_FILE_IDS + 1, cleaning.TEST_FILE_IDS + 3]
    assert rows(findings) == {"no label (test file)": ("left out", 1, [2])}


# Regions


def halves(footprints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a region that meets both tiles, and one far from them."""
    near = unary_union(footprints.geometry).envelope
    return gpd.GeoDataFrame({"zone": ["near", "far"]}, geometry=[near, box(50, 50, 51, 51)], crs="EPSG:4326")


def read_regions(frame: gpd.GeoDataFrame, path: Path, names: list[str], field: str = "zone") -> gpd.GeoDataFrame:
    frame.to_file(path)
    return ownership.read_regions(RegionSettings(file=str(path), field=field, names=names))


def test_region_that_is_not_in_the_file(footprints: gpd.GeoDataFrame, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_regions(halves(footprints), tmp_path / "r.gpkg", ["near", "nowhere"])
    assert str(caught.value) == "regions.names: `nowhere` not in field `zone`, which has ['far', 'near']"


def test_region_field_that_is_not_in_the_file(footprints: gpd.GeoDataFrame, tmp_path: Path):
    with pytest.raises(InputError, match=r"regions.field: .*r.gpkg has no field `name`; it has \['zone'\]"):
        read_regions(halves(footprints), tmp_path / "r.gpkg", ["near"], "name")


def test_region_that_meets_no_tile(footprints: gpd.GeoDataFrame, tmp_path: Path):
    regions = read_regions(halves(footprints), tmp_path / "r.gpkg", ["near", "far"])
    with pytest.raises(InputError) as caught:
        ownership.check_meetings(footprints, regions)
    assert str(caught.value) == "region far: intersects no tile; remove it from regions.names or add its tiles"


def test_tiles_that_meet_no_region(footprints: gpd.GeoDataFrame, tmp_path: Path):
    regions = read_regions(halves(footprints), tmp_path / "r.gpkg", ["far"])
    with pytest.raises(InputError) as caught:
        ownership.check_meetings(footprints, regions)
    assert f"tile {TILE}: intersects no region of regions.names" in str(caught.value)
    assert f"tile {OTHER_TILE}: intersects no region of regions.names" in str(caught.value)
