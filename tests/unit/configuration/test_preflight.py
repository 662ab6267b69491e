import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from landloom.configuration import configuration, preflight, vector_checks
from landloom.models.networks import pytorch


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "classes.csv").write_text("label,name,color\n1,water,#0000ff\n")
    frame = gpd.GeoDataFrame({"code": [1], "name": ["north"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    for name in ("reference.shp", "regions.gpkg"):
        frame.to_file(tmp_path / name)
    return {
        "years": {2018: None, 2019: None},
        "tiles": ["T31TCJ"],
        "sensors": {"s": {"type": "sentinel2_theia", "archive": "archive"}},
        "regions": {"file": "regions.gpkg", "field": "name", "names": ["north"]},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.shp", "field": "code"},
    }


def test_reference_images_are_there(project, tmp_path):
    coregistration = {"reference": "reference_{tile}.tif", "band": "B8"}
    project["sensors"]["s"]["coregistration"] = coregistration
    with pytest.raises(configuration.ConfigurationError, match=r"reference: no such file: reference_T31TCJ.tif"):
        preflight.load(project)
    (tmp_path / "reference_T31TCJ.tif").write_text("")
    preflight.load(project)
    project["sensors"]["s"]["coregistration"] = coregistration | {"reference": "best"}
    preflight.load(project)


@pytest.fixture
def opened(monkeypatch):
    """The vector files that are opened."""
    found = []
    function = vector_checks._of_fields
    monkeypatch.setattr(vector_checks, "_of_fields", lambda source: found.append(source.path) or function(source))
    return found


def test_vectors_are_opened_once_until_they_change(project, opened, tmp_path):
    for _ in range(2):
        preflight.load(project, tmp_path / "memory")
    assert opened == ["regions.gpkg", "reference.shp"]
    (tmp_path / "reference.prj").unlink()
    for _ in range(2):
        with pytest.raises(configuration.ConfigurationError, match="no coordinate reference system"):
            preflight.load(project, tmp_path / "memory")
    assert len(opened) == 6


def test_another_configuration_of_the_same_vectors_is_checked(project, tmp_path):
    preflight.load(project, tmp_path / "memory")
    project["regions"]["names"] = ["south"]
    with pytest.raises(configuration.ConfigurationError, match="south"):
        preflight.load(project, tmp_path / "memory")


def test_vectors_are_checked_without_a_memory(project, opened, tmp_path):
    (tmp_path / "memory").write_text("a file where the folder would be")
    for memory in (None, tmp_path / "memory"):
        preflight.load(project, memory)
    assert len(opened) == 4


@pytest.fixture
def with_test_file(project, tmp_path):
    """The project with a test file of its own field; and what writes that file."""
    project["reference"] |= {"split": "file", "test_file": "test_{year}.gpkg", "test_field": "kind"}

    def write(**given):
        columns = given.get("columns", {"kind": [1]})
        frame = gpd.GeoDataFrame(columns, geometry=[box(0, 0, 1, 1)], crs=given.get("crs", 4326))
        for year in (2018, 2019):
            frame.to_file(tmp_path / f"test_{year}.gpkg")

    return write


def test_a_test_file_passes(project, with_test_file):
    with_test_file()
    assert preflight.problems(configuration.parse(project)) == []


def test_a_test_file_that_is_not_there(project, with_test_file):
    assert preflight.problems(configuration.parse(project)) == [
        f"reference.test_file ({year}): no such file: test_{year}.gpkg (in {Path.cwd()})" for year in (2018, 2019)
    ]


def test_a_test_file_without_the_field(project, with_test_file):
    with_test_file(columns={"code": [1]})
    lines = preflight.problems(configuration.parse(project))
    assert lines[0] == "reference.test_field: test_2018.gpkg has no field `kind`; it has ['code']"


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_test_file_without_crs(project, with_test_file):
    with_test_file(crs=None)
    lines = preflight.problems(configuration.parse(project))
    assert lines[0].startswith("reference.test_file: test_2018.gpkg has no coordinate reference system; give it by")


def test_files_of_the_samples_are_read(project, tmp_path):
    (tmp_path / "n.csv").write_text("label,number\n1,5\n9,5\n")
    map_files = {layer: f"old/{layer}_{{tile}}.tif" for layer in ("classification", "confidence", "validity")}
    project["samples"] = {"strategy": "per_class", "numbers": "n.csv", "from_map": {"labels": [1], **map_files}}
    project["years"] = {2018: None}
    with pytest.raises(configuration.ConfigurationError) as caught:
        preflight.load(project)
    told = "\n".join(caught.value.lines)
    assert "samples.numbers: n.csv: line 3: label `9` is not in the nomenclature" in told
    for layer in map_files:
        assert f"samples.from_map.{layer} (year 2018, tile T31TCJ): no such file: old/{layer}_T31TCJ.tif" in told


def test_dates_of_bands_are_read_before_any_job(project):
    sensor = {"type": "series", "archive": "archive", "file": "{band}.tif", "dates": "gone.txt", "bands": {"b": 1}}
    with pytest.raises(configuration.ConfigurationError, match=r"sensors.s.dates: gone.txt: cannot be read"):
        preflight.load(project | {"sensors": {"s": sensor}})


@pytest.mark.parametrize(
    ("changes", "end", "message"),
    [
        ({}, "auto", ""),
        ({}, "12-01", ""),
        ({"samples": {"years": "all"}}, "auto", ""),
        ({"samples": {"years": "all"}}, "11-01", ""),
        ({"samples": {"years": "all"}}, "12-01", "sensors.s: has 31 output dates in 2018, 67 in 2019, whose samples"),
        ({"samples": {"annual": {"labels": [1], "year": 2019}}}, "12-01", "has 31 output dates in 2018, 67 in 2019"),
        ({}, "06-01", r"sensors.s \(2019\): `06-01` is not a day of the period 2019-08-01 to 2020-12-31"),
    ],
)
def test_years_that_share_samples_need_as_many_dates(project, changes, end, message):
    """The second period has two days of the name 12-01."""
    years = {2018: {"start": "2018-02-01"}, 2019: {"start": "2019-02-01", "end": "2020-01-31"}}
    if "12-01" in end:
        years[2019] = {"start": "2019-02-01", "end": "2020-12-31"}
    if "06-01" in end:
        years[2019] = {"start": "2019-08-01", "end": "2020-05-31"}
    sensor = project["sensors"]["s"] | {"start": "02-04", "end": end}
    project = project | changes | {"years": years, "sensors": {"s": sensor}}
    if not message:
        preflight.load(project)
        return
    with pytest.raises(configuration.ConfigurationError, match=message.replace("2020-12-31", "2020-05-31")):
        preflight.load(project)


@pytest.mark.parametrize("bounds", [{"start": "02-29"}, {"end": "02-29"}, {"start": "02-29", "end": "12-31"}])
def test_a_day_that_a_year_lacks_is_told_while_planning(project, bounds):
    project["sensors"]["s"] |= bounds
    message = r"sensors.s \(2018\): `02-29` is not a day of the period 2018-01-01 to 2018-12-31"
    with pytest.raises(configuration.ConfigurationError, match=message):
        preflight.load(project)
    project["years"] = {2020: None}
    preflight.load(project)


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        (
            {"red": "R", "nir": "NIR"},
            r"s.common_names: `NIR` of nir is no standard letter.*; those are A, B, G",
        ),
        ({"red": "r", "nir": "N"}, r"`r` of red is no standard letter \(did you mean R\?\)"),
        ({"red": "R", "nir": "R"}, "red and nir are both R"),
    ],
)
def test_letters_that_no_formula_knows_are_refused(project, letters, message):
    bands = {"red": 1, "nir": 2}
    project["sensors"]["s"] = {"type": "series", "archive": "archive", "file": "{date}.tif", "bands": bands}
    preflight.load(project)
    project["sensors"]["s"]["common_names"] = letters
    with pytest.raises(configuration.ConfigurationError, match=message):
        preflight.load(project)


def test_a_file_whose_accents_are_stored_otherwise_is_named(project, tmp_path):
    (tmp_path / "ve\u0301rite\u0301.gpkg").touch()
    content = project | {"years": {2018: None}, "reference": {"file": "vérité.gpkg", "field": "code"}}
    (line,) = preflight.problems(configuration.parse(content))[:1]
    assert line.endswith("; its accents are stored otherwise on disk ('ve\\u0301rite\\u0301.gpkg'): rename it")


def test_networks_need_pytorch_wherever_they_come_from(project, monkeypatch, tmp_path):
    with zipfile.ZipFile(tmp_path / "old.network", "w") as archive:
        archive.writestr("network.json", "{}")
    monkeypatch.setattr(pytorch, "problem", lambda: "networks need PyTorch, which is not installed here")
    for model in ({"type": "network"}, {"type": "frozen", "file": "old.network"}):
        with pytest.raises(configuration.ConfigurationError, match=r"model.type: networks need PyTorch") as caught:
            preflight.load(project | {"model": model})
        assert len(caught.value.lines) == 1
    preflight.load(project | {"model": {"type": "extra_trees"}})


def test_the_class_of_a_network_is_looked_for_without_being_executed(project, tmp_path, monkeypatch):
    monkeypatch.setattr(pytorch, "problem", lambda: "")
    own = {"file": "mine.py", "class": "Mine"}
    content = project | {"model": {"type": "network", "architecture": own, "allow_code": True}}
    for code, message in ((None, "mine.py: cannot be read"), ("raise SystemExit", "mine.py: has no class `Mine`")):
        if code:
            (tmp_path / "mine.py").write_text(code)
        with pytest.raises(configuration.ConfigurationError, match=f"model.architecture: {message}"):
            preflight.load(content)
    (tmp_path / "mine.py").write_text("raise SystemExit\nclass Mine: pass\n")
    preflight.load(content)


@pytest.mark.parametrize(
    ("model", "features", "message"),
    [
        ({"input": "observations"}, {}, "model.input: observations are not interpolated"),
        ({}, {"interpolation": {"method": "none"}}, "filled needs another `features.interpolation.method`"),
        ({"input": "observations", "architecture": "mlp"}, {}, "mlp takes the same dates for all pixels"),
        ({"reduction": {"components": 2}}, {}, "components have no dates"),
        ({"search": {"grid": {"members": [1]}}}, {}, "search.grid: members is not one of batch"),
        ({"search": {"grid": {"batch": [1]}}}, {}, "search.grid.batch: 1: "),
        ({"architecture": "resnet"}, {}, "model.network.architecture"),
        ({"architecture": {"file": "a.py"}}, {}, "model.architecture.class: is missing"),
        ({"architecture": {"file": "a.py", "class": "A"}}, {}, "would be executed with your permissions"),
        ({"architecture": {"file": "a.py", "class": "A", "arguments": {"a": 1e999}}}, {}, "is no number, text"),
        ({"type": "frozen", "file": "f", "architecture": {"file": "a.py", "class": "A"}}, {}, "`allow_code: true`"),
        ({"epochs": 0}, {}, "epochs"),
        ({"batch": 1}, {}, "batch"),
        ({"learning_rate": 0}, {}, "learning_rate"),
        ({"validation_share": 0.9}, {}, "validation_share"),
    ],
)
def test_keys_of_networks_that_do_not_fit(project, model, features, message):
    project["sensors"]["s"]["output_dates"] = "union"
    content = project | {"model": {"type": "network", **model}, "features": features}
    with pytest.raises(configuration.ConfigurationError) as caught:
        configuration.parse(content)
    assert message.removeprefix("model.network.") in str(caught.value)


ANNUAL = {"type": "annual", "archive": "archive", "values": "alphaearth"}
BOXES = {"resolution_m": 10, "boxes": {"T31TCJ": {"crs": "EPSG:32631", "bounds": [0, 0, 100, 100]}}}


def test_annual_images_alone_need_a_grid(project):
    project |= {"sensors": {"own": ANNUAL}, "grid": BOXES}
    preflight.load(project)
    for grid, words in (
        ({}, "grid.like: is needed"),
        ({**BOXES, "boxes": {"T": BOXES["boxes"]["T31TCJ"]}}, "grid.boxes: lacks tile T31TCJ"),
        ({"sensor": "own"}, "grid.sensor: images of own have no grid"),
    ):
        with pytest.raises(configuration.ConfigurationError, match=words):
            preflight.load(project | {"grid": grid})


def test_superpixels_may_be_of_bands_of_annual_images(project):
    project |= {"sensors": {"own": ANNUAL}, "grid": BOXES, "context": {}}
    with pytest.raises(configuration.ConfigurationError, match=r"superpixels.features: is needed"):
        preflight.load(project)
    preflight.load(project | {"superpixels": {"features": {"A00": 0.1, "own_A63": 0.1}}})
    with pytest.raises(configuration.ConfigurationError, match="`A64` is not among the features"):
        preflight.load(project | {"superpixels": {"features": {"A64": 0.1}}})
