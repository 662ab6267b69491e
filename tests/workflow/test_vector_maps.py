"""The vector map in the workflow: which jobs make it, what one change costs, and that all of its files are told."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
import shapely

from bad_input.inputs import small_configuration
from landloom.provenance import verify
from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config

FOLDER = "results/2018/map/run0"
ZONES = {"file": "data/regions.gpkg", "field": "region", "names": ["atlantic", "mediterranean"], "separate": True}
VECTORS = {"zones": ZONES, "formats": ["geoparquet"], "zip": True}

TOLD = {"report": 1, "provenance": 1}
POLYGONS = {"vectors": 1, **TOLD}
REGULARISED = {"regularise": 1, "zones": 1, "accuracy_vectors": 1, "map_page": 1, **POLYGONS}
COSTS: dict[str, Jobs] = {
    "`tolerance_m`, `smoothing`, `cut_km`, `fields`, formats": POLYGONS,
    "the zones": {"zones": 1, **POLYGONS},
    "the minimum unit, the majority filter, the sea": REGULARISED,
    "names and colours of classes, with a vector map": {
        "style": 1,
        "mosaic": 1,
        "sanity": 1,
        "gate": 1,
        **REGULARISED,
    },
}
SHOWN = ["mosaic", "regularise", "zones", "vectors"]


@pytest.fixture
def project(up_to_date: Path, tmp_path: Path) -> Path:
    """A project that is up to date but for its vector map."""
    return Path(shutil.copytree(up_to_date, tmp_path / "work"))


def run(project: Path, *arguments: str, **vectors: object) -> Jobs:
    """Run or plan with a section `vectors`; return the jobs."""
    config = write_config(project / "config.yaml", small_configuration(vectors=VECTORS | vectors))
    done = run_snakemake(project, *arguments, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return jobs_of(done.stdout + done.stderr)


def test_the_documentation_says_what_a_change_costs():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


def test_a_vector_map_costs_jobs_of_its_own_alone(project: Path):
    assert run(project, "--dry-run") == REGULARISED
    of_groups = f"{FOLDER}/vectors/classes.gpkg"
    assert run(project, of_groups, "--dry-run", zones=None) == {"regularise": 1, "vectors": 1}


@pytest.mark.long
def test_polygons_of_a_small_project(project: Path):
    assert run(project) == REGULARISED
    assert run(project, "--dry-run") == {}
    polygons = gpd.read_file(project / FOLDER / "vectors/classes.gpkg")
    assert shapely.coverage_is_valid(polygons.geometry.values)
    assert set(polygons.zone) == set(ZONES["names"])
    with rasterio.open(project / FOLDER / "regularised.tif") as dataset:
        labels, zones = dataset.read(1), rasterio.open(project / FOLDER / "zones.tif").read(1)
    assert polygons.pixels.sum() == ((labels > 0) & (zones > 0)).sum()
    assert (
        len(gpd.read_file(project / FOLDER / "vectors/classes_atlantic.gpkg")) == (polygons.zone == "atlantic").sum()
    )
    assert verify.verify(project / "results/2018/provenance.json", project)
    items = json.loads((project / "results/2018/stac.json").read_text())["features"]
    assert {"regularised", "vectors_classes_gpkg", "vectors_classes_parquet", "vectors_classes_atlantic_zip"} <= set(
        items[0]["assets"]
    )
    page = (project / "results/2018/report.html").read_text()
    assert '<table id="vectors">' in page
    assert '<table id="regularised">' in page
    costs = {
        "`tolerance_m`, `smoothing`, `cut_km`, `fields`, formats": {"smoothing": 1},
        "the zones": {"zones": ZONES | {"names": ZONES["names"][::-1]}},
        "the minimum unit, the majority filter, the sea": {"majority_px": 1},
    }
    for change, vectors in costs.items():
        assert run(project, "--dry-run", **vectors) == COSTS[change], change
    path = project / "data/nomenclature.csv"
    path.write_text(path.read_text().replace("meadow", "meadows", 1))
    assert run(project, "--dry-run") == COSTS["names and colours of classes, with a vector map"]


@pytest.mark.long
def test_polygons_of_a_map_of_ones_own(project: Path):
    """As of another program; without layers, polygons have neither confidence nor validity."""
    (project / "maps").mkdir()
    shutil.copy(project / FOLDER / "classification.tif", project / "maps/2018.tif")
    target = "results/2018/map/own/vectors/classes.gpkg"
    assert run(project, target, map="maps/{year}.tif", zones=None) == {"regularise": 1, "vectors": 1}
    found = gpd.read_file(project / target)
    assert "confidence" not in found.columns
    assert shapely.coverage_is_valid(found.geometry.values)
