"""Embeddings alone on a small demo: a map of its true classes, what changes cost, and which makers are named."""

import json
import shutil

import numpy as np
import pytest
import rasterio

from landloom.checks import evaluation
from landloom.demo.archive import make_demo
from landloom.demo.layout import make_layout
from landloom.models import files, transfer
from plans import jobs_of, table
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

TILE, SIZE_PX = "T31TBJ", 144


def configuration(**changes):
    tile = next(one for one in make_layout(SIZE_PX).tiles if one.name == TILE)
    bounds = [tile.left_m, tile.top_m - tile.size_m, tile.left_m + tile.size_m, tile.top_m]
    own = {"type": "annual", "archive": "demo/embeddings", "values": "alphaearth", "model": "made up 1"}
    return {
        "years": {2018: None},
        "tiles": [TILE],
        "grid": {"resolution_m": 10, "boxes": {TILE: {"crs": f"EPSG:{tile.epsg}", "bounds": bounds}}},
        "sensors": {"own": own | changes.pop("own", {})},
        "nomenclature": "demo/nomenclature.csv",
        "reference": {"file": "demo/{year}/reference.gpkg", "field": "code"},
        "samples": {"strategy": "per_class", "number": 100},
        "cross_validation": {"folds": 2, "block_m": 500, "samples_per_class": 60},
        "model": {"type": "sklearn", "classifier": "LogisticRegression"},
        "map": {"crs": "EPSG:2154"},
        **changes,
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embeddings") / "work"
    make_demo(folder / "demo", size_px=SIZE_PX, years=(2018, 2019), sensors=["embeddings"])
    done = run_snakemake(folder, config=write_config(folder / "own.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


@pytest.fixture
def project(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "work")


def planned(project, **changes):
    done = run_snakemake(project, "--dry-run", config=write_config(project / "own.yaml", configuration(**changes)))
    assert done.returncode == 0, done.stdout + done.stderr
    return jobs_of(done.stdout + done.stderr)


def test_the_map_is_near_the_truth(finished):
    labels, truth = (
        rasterio.open(finished / path).read(1)
        for path in (f"results/2018/tiles/{TILE}/run0/classification.tif", f"demo/2018/truth/{TILE}.tif")
    )
    assert (labels > 0).all()
    assert (labels == truth).mean() > 0.7


def test_features_are_the_bands_and_the_model_knows_whose(finished):
    model = files.load(finished / "results/2018/models/all_run0.skops")
    assert list(model.feature_names) == [f"own_A{band:02d}" for band in range(64)]
    assert json.loads(model.metadata[transfer.MODEL_TAG]) == {"own": "made up 1"}


def test_makers_are_named(finished):
    items = json.loads((finished / "results/2018/stac.json").read_text())["features"]
    line = "The AlphaEarth Foundations Satellite Embedding dataset is produced by Google and Google DeepMind."
    assert items[0]["properties"]["attribution"] == line
    assert line in (finished / "results/2018/report.html").read_text()


def steps_of(project):
    return [one for one in evaluation.read(project / "results/2018/sanity.csv") if one.check == "file_borders"]


def test_maps_that_step_along_the_borders_of_files_are_told(finished, project):
    """One of two files, beside each other, shows the same thing everywhere."""
    assert [(one.place, one.status) for one in steps_of(finished)] == [(f"{TILE}, own", "ok")]
    (first,) = (project / "demo/embeddings/2018").glob("31N*.tif")
    with rasterio.open(first) as file:
        values, profile, transform = file.read(), file.profile, file.transform
    shutil.rmtree(first.parent)
    first.parent.mkdir()
    half = values.shape[2] // 2 + 10
    for name, columns in (("west", slice(0, half)), ("east", slice(half, values.shape[2]))):
        part = values[:, :, columns]
        part = part if name == "west" else np.tile(part[:, 80:81, 5:6], (1, *part.shape[1:]))
        place = {"width": part.shape[2], "transform": transform @ transform.translation(columns.start, 0)}
        with rasterio.open(first.with_name(f"{name}.tif"), "w", **profile | place) as file:
            file.write(part)
    done = run_snakemake(project, config=write_config(project / "own.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (found,) = steps_of(project)
    assert found.status == "warn"
    assert "Steps along the borders of files" in (project / "results/2018/report.html").read_text()
    assert found.detail.startswith("demo/embeddings/2018/")


TOLD = {"map_page": 1, "report": 1, "provenance": 1}
CHECKED = {"file_borders": 1, "seams": 1, "sanity": 1, "gate": 1, "accuracy": 1, **TOLD}
TRAINED = {"train": 1, "cross_validate": 1, "sample_quality": 1, "classify": 1, "mosaic": 2, **CHECKED}
SURVEYED = {"acquisitions": 1, "territory": 1, "reference": 1, "candidates": 1, "mosaic_validity": 1}
ALL = {"dates": 1, **SURVEYED, "select_samples": 1, "samples": 1, **TRAINED}
COSTS = {
    "a new, changed or removed file of the year": ALL,
    "a new file of another year": {},
    "another year": {**ALL, "style": 1, "style_layers": 1},
    "`model`": {"samples": 1, **TRAINED},
    "`licence`, `attribution`": TOLD,
}
SHOWN = ["acquisitions", "reference", "samples", "train", "classify", "mosaic"]


def test_documented():
    printed = table(COSTS, SHOWN)
    assert printed in (ROOT / "docs/reruns.md").read_text(), f"docs/reruns.md should have:\n{printed}"


def test_what_changes_cost(project):
    assert planned(project) == {}
    assert planned(project, own={"attribution": "Others."}) == COSTS["`licence`, `attribution`"]
    assert planned(project, own={"model": "made up 2"}) == COSTS["`model`"]
    assert planned(project, years={2018: None, 2019: None}) == COSTS["another year"]
    (elsewhere,) = (project / "demo/embeddings/2019").glob("31N*.tif")
    shutil.copy(elsewhere, elsewhere.with_name("another_file.tif"))
    assert planned(project) == COSTS["a new file of another year"]
    (first,) = (project / "demo/embeddings/2018").glob("31N*.tif")
    shutil.copy(first, first.with_name("another_file.tif"))
    assert planned(project) == COSTS["a new, changed or removed file of the year"]


def test_a_classifier_of_another_model_is_refused(project):
    (project / "frozen").mkdir()
    shutil.copy(project / "results/2018/models/all_run0.skops", project / "frozen/all_run0.skops")
    frozen = {"type": "frozen", "file": "frozen/{region}_run{run}.skops"}
    target = f"results/2019/tiles/{TILE}/run0/classification.tif"
    for name, words in (("made up 2", "was trained with embeddings of `made up 1`"), ("made up 1", "")):
        content = configuration(own={"model": name}, model=frozen, years={2019: None})
        done = run_snakemake(project, target, config=write_config(project / "own.yaml", content))
        assert (done.returncode != 0) == bool(words), done.stdout[-3000:] + done.stderr[-3000:]
        assert words in done.stdout + done.stderr
    labels, truth = (rasterio.open(project / path).read(1) for path in (target, f"demo/2019/truth/{TILE}.tif"))
    assert (labels == truth).mean() > 0.6
    assert not np.array_equal(labels, rasterio.open(project / target.replace("2019", "2018")).read(1))
