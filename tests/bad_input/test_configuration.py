"""Configurations with errors: all named together, before any job starts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box

from bad_input.inputs import TILE, Project, small_configuration
from landloom.configuration import configuration, preflight
from landloom.core.errors import InputError


def parse_errors(**changes: Any) -> list[str]:
    """Return what parsing says, a line for each error."""
    with pytest.raises(InputError) as caught:
        configuration.parse(small_configuration(**changes))
    header, *lines = str(caught.value).splitlines()
    assert header == "the configuration has errors:"
    return [line.strip() for line in lines]


def preflight_errors(**changes: Any) -> list[str]:
    """Return what is wrong with a configuration that can be parsed, a line for each error."""
    settings = configuration.parse(small_configuration(**changes))
    with pytest.raises(InputError) as caught:
        preflight.check(settings)
    header, *lines = str(caught.value).splitlines()
    assert header == "the configuration has errors:"
    return [line.strip() for line in lines]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the files that a configuration names."""
    folder = tmp_path / "data"
    (folder / "archive").mkdir(parents=True)
    (folder / "2018").mkdir()
    (folder / "nomenclature.csv").write_text("label,name,color\n1,wood,#008000\n2,field,#ffff00\n")
    polygons = gpd.GeoDataFrame({"code": [1, 2]}, geometry=[box(0, 44, 1, 45), box(1, 44, 2, 45)], crs="EPSG:4326")
    polygons.to_file(folder / "2018" / "reference.gpkg")
    gpd.GeoDataFrame({"zone": ["a"]}, geometry=[box(0, 44, 2, 45)], crs="EPSG:4326").to_file(folder / "regions.gpkg")
    monkeypatch.chdir(tmp_path)
    return folder


def test_sound_configuration_passes():
    regions = {"file": "data/regions.gpkg", "field": "zone", "names": ["a"]}
    preflight.check(configuration.parse(small_configuration(regions=regions)))


def test_dry_run_names_all_errors_at_once(new_project: Callable[[dict[str, Any]], Project]):
    sensor = small_configuration()["sensors"]["s2"] | {"bands": ["B3", "B99"], "step_days": 0, "start": "02-30"}
    broken = small_configuration(
        sensors={"s2": sensor},
        tiles=["../T30TYP"],
        refrence={"file": "x"},
        reference={"file": "data/reference.gpkg"},
        runs="many",
    )
    code, terminal = new_project(broken).run("-n")
    assert code != 0
    for line in (
        "sensors.s2.bands: ['B99'] are not among",
        "sensors.s2.step_days: must be above 0, not 0",
        "sensors.s2.start: must be a day of the year as MM-DD, not '02-30'",
        "tiles[0]: ",
        "refrence: unknown key (did you mean reference?)",
        "reference.field: is missing",
        "runs: must be a whole number",
    ):
        assert f"  {line}" in terminal
    assert "Traceback" not in terminal


def test_dry_run_names_all_missing_inputs_at_once(new_project: Callable[[dict[str, Any]], Project]):
    regions = {"file": "data/zones.shp", "field": "zone", "names": ["a"]}
    features = {"indices": ["NDVI", "EVI", "nonsense"]}
    project = new_project(small_configuration(regions=regions, map={"crs": "Lambert"}, features=features))
    code, terminal = project.run("-n")
    assert code != 0
    _, _, lines = terminal.partition("the configuration has errors:\n")
    assert [line.strip() for line in lines.splitlines()][:7] == [
        f"reference.file (2018): no such file: data/2018/reference.gpkg (in {project.folder})",
        f"nomenclature: no such file: data/nomenclature.csv (in {project.folder})",
        f"regions.file: no such file: data/zones.shp (in {project.folder})",
        f"sensors.s2.archive: no such folder: data/archive (in {project.folder})",
        "map.crs: `Lambert` is not a coordinate reference system; write e.g. EPSG:2154",
        "features.indices: EVI needs the bands ['B', 'N', 'R'], which no sensor has; "
        "name them in `common_names`, or choose other `features.indices`",
        "features.indices: spyndex has no index `nonsense`",
    ]
    assert "Traceback" not in terminal
    assert not (project.folder / "results").exists()


@pytest.mark.parametrize(("key", "value"), [("tile", "T99XXX"), ("tile", [TILE, "T99XXX"]), ("year", 2030)])
def test_selection_of_what_is_not_there(key: str, value: object):
    wrong = value[-1] if isinstance(value, list) else value
    (line,) = parse_errors(**{key: value})
    assert line.startswith(f"configuration: {key}={wrong} is not among [")


def test_geographic_crs():
    assert preflight_errors(map={"crs": "EPSG:4326"}) == [
        "map.crs: EPSG:4326 is not projected; the map's pixels are measured in its units"
    ]


def test_index_without_bands():
    assert preflight_errors(features={"indices": ["NDVI", "EVI", "NDWI"]}) == [
        "features.indices: EVI needs the bands ['B', 'N', 'R'], which no sensor has; "
        "name them in `common_names`, or choose other `features.indices`"
    ]


def test_everything_wrong_with_the_files_is_said(data: Path):
    (data / "nomenclature.csv").write_text("label,name,color\n1,wood,green\n1,field,#ffff00\n")
    empty = gpd.read_file(data / "2018" / "reference.gpkg").iloc[:0].rename(columns={"code": "class"})
    empty.to_file(data / "2018" / "reference.gpkg")
    regions = {"file": "data/regions.gpkg", "field": "zone", "names": ["a", "b"]}
    assert preflight_errors(regions=regions) == [
        "nomenclature data/nomenclature.csv: line 2: color 'green' is not like #1a2b3c; "
        "line 3: label 1 is given twice",
        "regions.names: `b` not in field `zone`, which has ['a']",
        "reference.file: data/2018/reference.gpkg is empty",
        "reference.field: data/2018/reference.gpkg has no field `code`; it has ['class']",
    ]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_reference_without_crs_is_noticed_before_any_job(data: Path):
    path = data / "2018" / "reference.gpkg"
    gpd.read_file(path).set_crs(None, allow_override=True).to_file(path)
    assert preflight_errors() == [
        "reference.file: data/2018/reference.gpkg has no coordinate reference system; "
        "give it by `reference.crs`, as EPSG:4326"
    ]


def test_layer_that_is_not_in_the_file():
    (line,) = preflight_errors(reference={"file": "data/{year}/reference.gpkg", "field": "code", "layer": "parcels"})
    assert line == "reference.layer: data/2018/reference.gpkg has no layer `parcels`; it has ['reference']"


def test_day_that_no_year_has():
    sensor = small_configuration()["sensors"]["s2"] | {"end": "13-01"}
    assert parse_errors(sensors={"s2": sensor}) == [
        "sensors.s2.end: must be a day of the year as MM-DD, not '13-01'",
    ]


def test_file_where_the_results_go(tmp_path: Path):
    (tmp_path / "results").touch()
    assert preflight_errors() == ["results: is a file where a folder is needed; move it"]


HELD_OUT = {"file": "data/{year}/reference.gpkg", "field": "code", "held_out_fraction": 0.2}


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"fusion": {}}, "configuration: fusion needs `reference.held_out_fraction` above 0"),
        (
            {"fusion": {}, "reference": HELD_OUT},
            "configuration: fusion needs two maps: more `runs`, or `fusion.maps`",
        ),
        (
            {"fusion": {"mass": "recall"}, "reference": HELD_OUT, "runs": 2},
            "fusion: `mass` belongs to `dempster_shafer`; leave it out",
        ),
        (
            {"fusion": {"method": "mean_probability", "ties": "undecided"}, "reference": HELD_OUT, "runs": 2},
            "fusion: `ties` are those of votes; leave it out with `mean_probability`",
        ),
        (
            {
                "fusion": {"method": "mean_probability", "maps": [{"classification": "other/{tile}.tif"}]},
                "reference": HELD_OUT,
            },
            "fusion: `mean_probability` is of the runs alone; for `maps` take `majority` or `dempster_shafer`",
        ),
        (
            {"map": {"boundary_fusion": {"interior_m": 5, "exterior_m": 5}}},
            "configuration: map.boundary_fusion needs `regions`, of which there are none",
        ),
        (
            {"samples": {"annual": {"labels": [1], "year": 2018}}},
            "configuration: samples.annual: 2018 is the only one of `years`",
        ),
        (
            {"reference": HELD_OUT | {"split": "all", "train_fraction": 0.7}},
            "reference: `train_fraction` is not used",
        ),
        (
            {"samples": {"augmentation": {"method": "smote", "amount": "balance", "divisor": 5}}},
            "samples.augmentation: `divisor` belongs to method jitter, not to smote",
        ),
        ({"cross_validation": {"folds": 1}}, "cross_validation.folds: must be at least 2"),
        (
            {"map": {"boundary_fusion": {"interior_m": 100, "exterior_m": 0}}},
            "map.boundary_fusion.exterior_m: must be above 0",
        ),
        (
            {"fusion": {"maps": [{"classification": "other/{tile}_{run}.tif"}]}, "reference": HELD_OUT},
            "fusion.maps[0].classification: holds ['run']; only {year} and {tile} are known",
        ),
    ],
)
def test_fusion_and_folds_that_cannot_be(changes: dict[str, Any], start: str):
    (line,) = parse_errors(**changes)
    assert line.startswith(start)


@pytest.mark.parametrize(
    ("vectors", "start"),
    [
        ({"minimum_m2": 0}, "vectors.minimum_m2"),
        ({"map": "run3"}, "configuration: vectors.map: there is no run3; runs are run0 to run0"),
        ({"map": "fusion"}, "configuration: vectors.map: there is no fused map; add `fusion`"),
        ({"map": "maps/{tile}.tif"}, "vectors.map: holds ['tile']; only {year} is known"),
        ({"levels": ["classes", "classes"]}, "vectors.levels: must not name one twice"),
        ({"smoothing": 1, "tolerance_m": 0}, "vectors: `smoothing` is of simplified borders"),
        (
            {"zones": {"file": "z.gpkg", "field": "name", "names": ["Ain", "ain"]}},
            "vectors.zones.names: names must differ by more than case and punctuation",
        ),
    ],
)
def test_vector_maps_that_cannot_be(vectors: dict[str, Any], start: str):
    assert parse_errors(vectors=vectors)[0].startswith(start)


def test_files_groups_and_zones_of_a_vector_map_that_are_not_there():
    zones = {"file": "data/regions.gpkg", "field": "zone", "names": ["a", "b"]}
    vectors = {
        "map": "maps/{year}.tif",
        "minimum_m2": {"urban": 500},
        "sea": {"file": "sea.gpkg"},
        "zones": zones,
    }
    assert preflight_errors(vectors=vectors) == [
        f"vectors.map (2018): no such file: maps/2018.tif (in {Path.cwd()})",
        f"vectors.sea.file: no such file: sea.gpkg (in {Path.cwd()})",
        "vectors.minimum_m2.urban: needs groups of classes, and the nomenclature has no column `group`",
        "vectors.zones.names: `b` not in field `zone`, which has ['a']",
    ]


def test_fused_maps_that_are_not_there(data: Path):
    """Each is named with its key, year and tile; those that this project makes are not looked for."""
    there = data / "there.tif"
    there.touch()
    maps = [
        {"classification": "other/{year}_{tile}.tif", "confidence": "data/there.tif"},
        {"classification": "results/{year}/tiles/{tile}/run0/classification.tif"},
    ]
    assert preflight_errors(fusion={"maps": maps}, reference=HELD_OUT, tiles=[TILE]) == [
        f"fusion.maps[0].classification (year 2018, tile {TILE}): "
        f"no such file: other/2018_{TILE}.tif (in {Path.cwd()})"
    ]
