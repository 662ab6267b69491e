"""One small project with everything on: every rule that only some configurations need runs beside the others.

Of one tile, which holds both regions and the border between them, to save time.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pystac
import pytest
import rasterio

import products
from bad_input.inputs import small_configuration
from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

TOLD = {"report": 1, "provenance": 1}
POLYGONS = {"regularise": 1, "vectors": 2, "accuracy_vectors": 1}
FUSED = {"fuse": 1, "mosaic_fusion": 2, "validate_fusion": 1, "accuracy_fusion": 1, "map_page": 1, **POLYGONS, **TOLD}
MAPPED = {
    "classify": 1,
    "mosaic": 12,
    "seams": 2,
    "compare_boundary": 2,
    "agreement": 2,
    "mosaic_agreement": 2,
    "accuracy": 1,
    "accuracy_boundary": 1,
    "sanity": 1,
    "gate": 1,
}
COSTS: dict[str, Jobs] = {
    "how maps of runs are weighted": FUSED,
    "votes instead of weights, which `classify` counts": MAPPED
    | {rule: FUSED[rule] for rule in FUSED if rule != "fuse"},
    "how far models act beyond their regions' borders": {"boundaries": 1, "compare_fused": 1, **MAPPED, **FUSED},
}
SHOWN = ["train", "boundaries", "classify", "mosaic", "fuse", "mosaic_fusion", "vectors"]
REPORTED = ("groups", "folds", "fusion", "boundary", "steps", "suspected", "vectors", "regularised")


def configuration():
    return small_configuration(
        tiles=["T30TYP"],
        runs=2,
        regions={"file": "data/regions.gpkg", "field": "region", "names": ["atlantic", "mediterranean"]},
        reference={
            "file": "data/{year}/reference.gpkg",
            "field": "code",
            "split": "blocks",
            "block_m": 300,
            "held_out_fraction": 0.2,
        },
        samples={
            "strategy": "percent",
            "percent": 20,
            "augmentation": {"method": "jitter", "amount": "minimum", "number": 20},
        },
        model={"type": "extra_trees", "trees": 5},
        cross_validation={
            "folds": 2,
            "block_m": 300,
            "samples_per_class": 30,
            "suspected": {"leave_out": True},
        },
        map={
            "crs": "EPSG:2154",
            **dict.fromkeys(["probabilities", "margin", "entropy", "agreement"], True),
            "boundary_fusion": {"interior_m": 100, "exterior_m": 200, "compare": True},
        },
        fusion={"method": "dempster_shafer"},
        vectors={"map": "fusion", "levels": ["classes", "groups"]},
    )


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("everything") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    path = folder / "data/nomenclature.csv"
    head, *lines = path.read_text().splitlines()
    grouped = [f"{line},{'crops' if rank < 3 else ''}" for rank, line in enumerate(lines)]
    path.write_text("\n".join([f"{head},group", *grouped]) + "\n")
    done = run_snakemake(folder, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_files_and_columns_are_documented(project: Path):
    assert products.undocumented(project) == []


def test_nothing_is_to_be_done_again(project: Path):
    done = run_snakemake(project, config=project / "config.yaml")
    assert "Nothing to be done" in done.stdout + done.stderr


def plan(project: Path, **changes: object) -> Jobs:
    """Return the jobs that a dry run lists after sections are changed."""
    config = write_config(project / "changed.yaml", configuration() | changes)
    done = run_snakemake(project, "--dry-run", config=config)
    assert done.returncode == 0, done.stderr + done.stdout
    return jobs_of(done.stdout + done.stderr)


def test_what_a_change_costs(project: Path):
    """Other weights of maps map nothing again, and other borders train nothing again."""
    weighted, voted, bordered = COSTS
    assert plan(project, fusion={"method": "dempster_shafer", "mass": "recall"}) == COSTS[weighted]
    assert plan(project, fusion={"method": "majority"}) == COSTS[voted]
    borders = configuration()["map"]["boundary_fusion"] | {"interior_m": 150}
    assert plan(project, map=configuration()["map"] | {"boundary_fusion": borders}) == COSTS[bordered]


def test_the_documentation_says_so():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


def test_every_file_is_recorded_and_in_place(project: Path):
    path = project / "results/2018/provenance.json"
    command = [sys.executable, "-m", "landloom.provenance.verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stdout


def test_the_report_has_every_section(project: Path):
    page = (project / "results/2018/report.html").read_text()
    assert [part for part in REPORTED if not re.search(rf'id="{part}"', page)] == []


def test_layers_cover_the_same_ground(project: Path):
    """Every layer of a run has a value where its map has a class."""
    folder = project / "results/2018/map"
    for run in ("run0", "run1"):
        with rasterio.open(folder / run / "classification.tif") as dataset:
            mapped = dataset.read(1) > 0
        assert mapped.any()
        for layer in ("confidence", "probabilities"):
            with rasterio.open(folder / run / f"{layer}.tif") as dataset:
                assert (dataset.read().max(axis=0)[mapped] > 0).all()


def test_doubted_polygons_do_not_train(project: Path):
    """What trained is what is drawn less theirs, unless a region has nothing else of the class, and what is made."""
    results = project / "results/2018"
    suspected = pd.read_csv(results / "accuracy/suspected_polygons.csv")
    drawn = pd.read_parquet(results / "tiles/T30TYP/samples.parquet")
    for run in (0, 1):
        doubted = drawn.polygon.isin(suspected.polygon[suspected.run == run])
        sound = (~doubted).where(drawn[f"run{run}"])
        numbers = sound.groupby([drawn.number, drawn.code]).agg(["sum", "count"])
        expected = numbers["sum"].where(numbers["sum"] > 0, numbers["count"]).sum()
        trained = pd.concat(pd.read_csv(path) for path in results.glob(f"models/*_run{run}_samples.csv"))
        assert trained[trained.origin == "drawn"].samples.sum() == expected < drawn[f"run{run}"].sum()
        assert trained[trained.origin == "jitter"].samples.sum() > 0


def test_the_fused_map_is_an_item(project: Path):
    items = pystac.ItemCollection.from_file(str(project / "results/2018/stac.json"))
    fused = next(item for item in items if item.id.endswith("-fusion"))
    assert {"classification", "confidence", "classes", "style", "validity", "accuracy"} <= set(fused.assets)
    assert {"regularised", "vectors_classes_gpkg", "vectors_groups_gpkg"} <= set(fused.assets)
    assert fused.assets["classification"].href == "./map/fusion/classification.tif"


def test_polygons_are_those_of_the_fused_map(project: Path):
    folder = project / "results/2018/map/fusion"
    classes, groups = (gpd.read_file(folder / f"vectors/{level}.gpkg") for level in ("classes", "groups"))
    with rasterio.open(folder / "regularised.tif") as dataset:
        labels = dataset.read(1)
    assert classes.groupby("code").pixels.sum().to_dict() == {
        code: (labels == code).sum() for code in np.unique(labels[labels > 0])
    }
    assert classes.pixels.sum() == groups.pixels.sum()
    with rasterio.open(folder / "classification.tif") as dataset:
        assert (dataset.read(1) == labels)[labels > 0].mean() > 0.8
