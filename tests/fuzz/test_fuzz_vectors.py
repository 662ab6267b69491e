"""Polygons with geometries, labels, fields and CRSs that break programs."""

import json
import math
import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import CRS

from bad_input.inputs import TILE, small_configuration
from fuzz import material
from fuzz.property import refuses_or_accepts, untouched, workplace
from landloom.configuration import configuration, preflight, vector_checks
from landloom.configuration.configuration import Configuration
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.geo import ownership, vectors
from landloom.geo.grids import Grid
from landloom.geo.region_settings import RegionSettings
from landloom.reference import cleaning, train_test_split
from landloom.reference.settings import ReferenceSettings

GRIDS = {TILE: Grid("EPSG:32630", 700_000.0, 4_880_000.0, 10.0, 10.0, 200, 200)}
FOOTPRINTS = ownership.collect_footprints(GRIDS)
WHOLE = ownership.whole_territory(FOOTPRINTS)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#000000") for code in (1, 2, 3)))
LEFT, BOTTOM, RIGHT, TOP = FOOTPRINTS.total_bounds
SITE = CRS.from_wkt(
    'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
)

pytestmark = pytest.mark.filterwarnings("ignore")
"""Of GDAL, geopandas and shapely, about what the files are meant to be."""


def clean(path: Path, field: str = "code", layer: str | None = None) -> None:
    """Do with a reference what the rule does."""
    settings = ReferenceSettings(file=str(path), field=field, layer=layer, ignore=[99])
    polygons, findings = cleaning.clean(settings, 2018, CLASSES, cleaning.Ground(FOOTPRINTS, WHOLE))
    assert len(polygons)
    assert set(polygons.code) <= {1, 2, 3}
    assert polygons.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    polygons = train_test_split.split(polygons, settings, 2, 1)
    train_test_split.note_gaps(polygons, WHOLE, CLASSES, findings)
    json.dumps(findings.rows)
    vectors.write_layers(path.with_name("out.gpkg"), {"polygons": polygons})
    path.with_name("out.gpkg").unlink()


def divide(path: Path, names: list[Any], field: str = "zone") -> None:
    """Do with regions what the rules do."""
    regions = ownership.read_regions(RegionSettings(file=str(path), field=field, names=names))
    ownership.check_meetings(FOOTPRINTS, regions)
    areas = ownership.project_regions(regions, GRIDS[TILE])
    grid = GRIDS[TILE]
    ownership.draw_regions(areas, grid, next(grid.windows(200)), "uint8")


def look_at(path: Path, field: str) -> None:
    """Do with a vector file what is done before any job starts."""
    content = small_configuration(reference={"file": str(path), "field": field})
    content["regions"] = {"file": str(path), "field": field, "names": ["1", "a"]}
    for line in vector_checks.problems(Configuration.model_validate(content), None):
        assert line.startswith(("reference.", "regions."))
        assert len(line) < 10_000


# GeoJSON, which holds almost anything


coordinate = st.tuples(
    st.floats(LEFT, RIGHT) | st.floats() | st.sampled_from([1e300, -1e300, 1e9, 180.0, 0.0]),
    st.floats(BOTTOM, TOP) | st.floats() | st.sampled_from([1e300, 90.0, -90.0, 91.0]),
)
inside = st.tuples(st.floats(LEFT, RIGHT), st.floats(BOTTOM, TOP))
rings = st.lists(inside, min_size=3, max_size=8).map(lambda ring: [*ring, ring[0]])
odd_rings = st.lists(coordinate, max_size=6)
json_geometries = (
    st.builds(lambda ring: {"type": "Polygon", "coordinates": [ring]}, rings)
    | st.builds(lambda parts: {"type": "MultiPolygon", "coordinates": [[ring] for ring in parts]}, st.lists(rings))
    | st.builds(lambda ring: {"type": "Polygon", "coordinates": [ring]}, odd_rings)
    | st.builds(lambda ring: {"type": "Polygon", "coordinates": [ring, ring]}, rings)
    | st.builds(lambda line: {"type": "LineString", "coordinates": line}, odd_rings)
    | st.builds(lambda place: {"type": "Point", "coordinates": place}, coordinate)
    | st.builds(lambda one: {"type": "GeometryCollection", "geometries": one}, st.just([]))
    | st.none()
    | st.just({"type": "Polygon", "coordinates": []})
    | st.just({"type": "Nonsense", "coordinates": 1})
)
labels = (
    st.sampled_from([1, 2, "3", 1.0, 99, None, True, [1], {"a": 1}, "2018-01-01", "1 ", 1e300, "\u202e1"])
    | material.texts
)


@st.composite
def geojson(draw: st.DrawFn, field: str) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": {field: label, draw(st.sampled_from(["a", field.upper(), "fid", "q\"u'o"])): 1},
            "geometry": geometry,
        }
        for label, geometry in draw(
            st.lists(st.tuples(st.sampled_from([1, 2, 3]) | labels, json_geometries), max_size=5)
        )
    ]
    crs = draw(st.sampled_from(["EPSG:4326", "EPSG:32630", "EPSG:3857", "EPSG:999999", "nonsense"]))
    return {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": crs}}, "features": features}


def square(left: float = LEFT, top: float = TOP, side: float = 0.005) -> list[tuple[float, float]]:
    return [(left, top), (left + side, top), (left + side, top - side), (left, top - side), (left, top)]


def collection(*features: tuple[Any, Any]) -> dict[str, Any]:
    rows = [{"type": "Feature", "properties": {"code": label}, "geometry": shape} for label, shape in features]
    return {"type": "FeatureCollection", "features": rows}


SOUND = {"type": "Polygon", "coordinates": [square()]}
FAR = {"type": "Polygon", "coordinates": [square(1e300)]}
BOW = {"type": "Polygon", "coordinates": [[(LEFT, TOP), (RIGHT, BOTTOM), (RIGHT, TOP), (LEFT, BOTTOM), (LEFT, TOP)]]}


@given(content=geojson("code"))
@example(content=collection((1, SOUND), (2, FAR), (1, BOW), (2, None)))
@example(content=collection((1, SOUND), ("x" * 10**6, SOUND)))
@example(content=collection(*((f"label {n}", SOUND) for n in range(3000))))
@example(content=collection((1, SOUND), ([1, 2], SOUND)))
@example(content=collection())
def test_reference_as_geojson(content: dict[str, Any]):
    with workplace() as folder:
        path = folder / "reference.geojson"
        path.write_text(json.dumps(content))
        with untouched(folder):
            look_at(path, "code")
        refuses_or_accepts(clean, path, names=("reference.file", "reference.field"))


@given(
    content=geojson("zone"),
    names=st.lists(st.sampled_from(["1", "2", 3, "True", "99"]), min_size=1, max_size=2, unique_by=str),
)
def test_regions_as_geojson(content: dict[str, Any], names: list[Any]):
    with workplace() as folder:
        path = folder / "regions.geojson"
        path.write_text(json.dumps(content))
        with untouched(folder):
            refuses_or_accepts(divide, path, names, names=("regions.", "region ", "tile "))


@given(data=st.data(), suffix=st.sampled_from([".geojson", ".gpkg", ".shp", ".csv", ".fgb"]))
def test_damaged_files(data: st.DataObject, suffix: str):
    with workplace() as folder:
        path = folder / f"reference{suffix}"
        path.write_bytes(data.draw(material.damaged(whole_file(suffix))))
        with untouched(folder):
            look_at(path, "code")
        refuses_or_accepts(clean, path, names=("reference.file", "reference.field"))


FILES: dict[str, bytes] = {}


def whole_file(suffix: str) -> bytes:
    if suffix not in FILES:
        frame = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[shapely.Polygon(square())] * 2, crs="EPSG:4326")
        with workplace() as folder:
            frame.to_file(folder / f"a{suffix}") if suffix != ".csv" else frame.to_csv(folder / "a.csv")
            FILES[suffix] = (folder / f"a{suffix}").read_bytes()
    return FILES[suffix]


# What shapely and pandas can write


NAN, INF = math.nan, math.inf
SQUARE = shapely.box(700_100, 4_879_000, 700_150, 4_879_050)
HOLE = shapely.Polygon(SQUARE.exterior, [SQUARE.buffer(10).exterior])


def odd_polygon(corners: str) -> shapely.Polygon:
    with np.errstate(invalid="ignore"):
        return shapely.from_wkt(f"POLYGON ((700100 4879000, {corners}, 700150 4879050, 700100 4879000))")


GEOMETRIES = {
    "none": None,
    "empty": shapely.Polygon(),
    "empty parts": shapely.MultiPolygon([SQUARE, shapely.Polygon()]),
    "nan": odd_polygon("700150 nan"),
    "infinite": odd_polygon("inf 4879000, 700150 -inf"),
    "huge": shapely.box(-1e300, -1e300, 1e300, 1e300),
    "far": shapely.box(1e8, 1e8, 2e8, 2e8),
    "everywhere": shapely.box(-2e7, -2e7, 2e7, 2e7),
    "flat": shapely.Polygon([(700_100, 4_879_000)] * 4),
    "spike": shapely.Polygon([(700_100, 4_879_000), (700_150, 4_879_000), (700_100, 4_879_000)]),
    "bow": shapely.Polygon([(700_100, 4_879_000), (700_150, 4_879_050), (700_150, 4_879_000), (700_100, 4_879_050)]),
    "hole larger than its polygon": HOLE,
    "the same twice": shapely.MultiPolygon([SQUARE, SQUARE]),
    "tiny": shapely.box(700_100, 4_879_000, 700_100 + 1e-9, 4_879_000 + 1e-9),
    "line": shapely.LineString([(700_100, 4_879_000), (700_150, 4_879_000)]),
    "point": shapely.Point(700_100, 4_879_000),
    "collection": shapely.GeometryCollection([SQUARE, shapely.Point(700_100, 4_879_000)]),
    "empty collection": shapely.GeometryCollection(),
    "three dimensions": shapely.force_3d(SQUARE, 1e300),
    "square": SQUARE,
}


def write(path: Path, table: dict[str, Any], geometries: list[Any], crs: Any = "EPSG:32630") -> None:
    gpd.GeoDataFrame(table, geometry=geometries, crs=crs).to_file(path)


@pytest.mark.parametrize("kind", GEOMETRIES)
def test_geometry_among_sound_ones(kind: str, tmp_path: Path):
    path = tmp_path / "reference.gpkg"
    write(path, {"code": [1, 2, 3]}, [SQUARE, GEOMETRIES[kind], shapely.affinity.translate(SQUARE, 200)])
    assert not refuses_or_accepts(clean, path, names=("reference.file",))


@pytest.mark.parametrize("kind", GEOMETRIES)
def test_geometry_alone(kind: str, tmp_path: Path):
    path = tmp_path / "reference.gpkg"
    write(path, {"code": [1]}, [GEOMETRIES[kind]])
    refuses_or_accepts(clean, path, names=("reference.file",))


@pytest.mark.parametrize("kind", GEOMETRIES)
def test_geometry_of_a_region(kind: str, tmp_path: Path):
    path = tmp_path / "regions.gpkg"
    write(path, {"zone": ["a", "b"]}, [GEOMETRIES[kind], SQUARE.buffer(1e5)])
    refuses_or_accepts(divide, path, ["a", "b"], names=("regions.file", "region a"))


squares = st.tuples(st.sampled_from(sorted(GEOMETRIES)), st.sampled_from([1, 2, 3]), st.sampled_from([0, 0, 10, 25]))
RING = "hole larger than its polygon"


@given(rows=st.lists(squares, min_size=1, max_size=6))
@example(rows=[("collection", 1, 0), (RING, 1, 0), (RING, 1, 10), (RING, 2, 10)])
@example(rows=[("bow", 1, 0), (RING, 1, 0), (RING, 1, 10), (RING, 2, 0)])
def test_geometries_together(rows: list[tuple[str, int, int]]):
    shapes = [GEOMETRIES[kind] and shapely.affinity.translate(GEOMETRIES[kind], move) for kind, _, move in rows]
    with workplace() as folder:
        write(folder / "reference.gpkg", {"code": [code for _, code, _ in rows]}, shapes)
        refuses_or_accepts(clean, folder / "reference.gpkg", names=("reference.file",))


LABELS = {
    "dates": pd.to_datetime(["2018-01-01", None]),
    "floats": [1.0, NAN],
    "infinite": [1.0, INF],
    "booleans": [True, False],
    "bytes": [b"\xff", b"1"],
    "long text": ["1", "x" * 10**6],
    "control characters": ["1", "\x1b[2J\n"],
    "large integers": np.array([1, 2**62]),
    "all missing": [None, None],
    "text": ["1", " 2 "],
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_another_type(kind: str, tmp_path: Path):
    path = tmp_path / "reference.gpkg"
    write(path, {"code": LABELS[kind]}, [SQUARE, shapely.affinity.translate(SQUARE, 200)])
    look_at(path, "code")
    refuses_or_accepts(clean, path, names=("reference.file", "reference.field"))


@pytest.mark.parametrize("crs", [SITE, None, "EPSG:4326", "EPSG:3031", "EPSG:4978", "EPSG:5703", "IAU_2015:49900"])
def test_crs(crs: Any, tmp_path: Path):
    path = tmp_path / "vectors.gpkg"
    write(path, {"code": [1], "zone": ["a"]}, [SQUARE], crs)
    look_at(path, "code")
    assert refuses_or_accepts(clean, path, names=("reference.file",))
    assert refuses_or_accepts(divide, path, ["a"], names=("regions.file", "region a"))


FIELDS = [
    "geometry",
    "geom",
    "fid",
    "index",
    "polygon",
    "code",
    "area_m2",
    'a"b',
    "a'b",
    "a b",
    "a;--",
    "é",
    "",
    "x" * 300,
]


@pytest.mark.parametrize("field", FIELDS)
def test_fields(field: str, tmp_path: Path):
    path = tmp_path / "vectors.geojson"
    content = collection((1, SOUND))
    content["features"][0]["properties"] = {field: 1}
    path.write_text(json.dumps(content))
    look_at(path, field)
    refuses_or_accepts(clean, path, field, names=("reference.field",))
    refuses_or_accepts(divide, path, [1], field, names=("regions.field", "tile"))
    assert refuses_or_accepts(clean, path, "no such", names=("reference.field",))


def test_fields_of_one_name(tmp_path: Path):
    path = tmp_path / "reference.csv"
    path.write_text(f'WKT,code,code\n"{shapely.Polygon(square()).wkt}",1,2\n')
    look_at(path, "code")
    refuses_or_accepts(clean, path, names=("reference.f",))


@pytest.mark.parametrize("layer", ["x", "", "a'; DROP TABLE reference; --", "../x", "\u202e", "x" * 5000])
def test_layers(layer: str, tmp_path: Path):
    path = tmp_path / "reference.gpkg"
    write(path, {"code": [1]}, [SQUARE])
    with untouched(tmp_path):
        refuses_or_accepts(clean, path, "code", layer, names=("reference.layer",)) if layer else None


NAMES = [
    "a b;$(touch canary)'\"",
    "`touch canary`",
    "a!b",
    "a?b#c",
    "zip:",
    "-x",
    "é",
    "a\\b",
    "%2e%2e",
    "[x]",
    "\udcff",
    "s3:",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_folders_and_files(name: str):
    """GDAL, rasterio and pyogrio read some names as addresses, as archives or as options: those are refused."""
    with workplace() as folder:
        path = Path(name, f"{name}.geojson")
        path.parent.mkdir()
        path.write_text(json.dumps(collection((1, SOUND))))
        content = small_configuration(reference={"file": str(path), "field": "code"})
        with untouched(folder):
            message = refuses_or_accepts(configuration.parse, content, names=("reference.file: must not",))
        assert bool(message) == any(part in name for part in ("!", ";", "zip:", "s3:", "\udcff"))
        assert message or not refuses_or_accepts(clean, path, names=(".geojson",))


def test_file_that_is_a_link_to_itself_or_a_pipe(tmp_path: Path):
    (tmp_path / "loop.gpkg").symlink_to("loop.gpkg")
    os.mkfifo(tmp_path / "pipe.gpkg")
    for name, problem in (("loop.gpkg", "no such file"), ("pipe.gpkg", "is neither a file nor a folder")):
        content = small_configuration(reference={"file": str(tmp_path / name), "field": "code"})
        assert problem in refuses_or_accepts(preflight.load, content, names=("reference.file (2018)",))
