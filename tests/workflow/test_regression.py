"""A target in place of classes, from polygons to the report: a stranger's first project of regression."""

import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

import products
from bad_input.inputs import TILE, small_configuration
from landloom.provenance import verify
from plans import jobs_of, table
from running import ROOT, run_snakemake, write_config
from unit.viewer.maps import contents

COVER = {1: 2, 2: 3, 3: 4, 4: 8, 5: 35, 6: 85, 7: 75, 8: 10, 9: 0, 10: 1}
"""Made-up tree cover of the demo's classes, in percent."""


# What a change of a finished project of two runs costs; docs/regression.md has the table.
TOLD = {"report_values": 1, "provenance": 1}
TESTED = {"accuracy_values": 1, **TOLD}
CHECKED = {"sanity_values": 1, "gate": 1, "map_page": 1, **TOLD}
MAPPED = {"classify": 1, "mosaic": 4, "mosaic_fusion_values": 2, "seam_steps": 2, "accuracy_values": 1, **CHECKED}
TRAINED = {"train_values": 2, **MAPPED}
SAMPLED = {"select_samples": 1, "samples": 1, "cross_validate_values": 1, **TRAINED}
COSTS = {
    "nothing": {},
    "`unit`": {
        "style_values": 2,
        "style_fusion_values": 1,
        "style_layers": 1,
        "mosaic": 4,
        "mosaic_fusion_values": 2,
        **CHECKED,
    },
    "`folds` or `block_m` of the intervals": TRAINED,
    "`intervals`": {"cross_validate_values": 1, **TRAINED},
    "a parameter of the regressor": {"cross_validate_values": 1, **TRAINED},
    "folds of the cross-validation": {"cross_validate_values": 1, **TESTED},
    "the method of fusion": MAPPED,
    "`bins`": {"reference": 1, "candidates": 1, "mosaic_validity": 1, **SAMPLED},
    "a value of a polygon": {"reference": 1, "candidates": 1, "mosaic_validity": 1, **SAMPLED},
}
SHOWN = ["reference", "candidates", "samples", "cross_validate_values", "train_values", "classify", "mosaic"]


def configuration(**changes):
    content = small_configuration(
        tiles=[TILE],
        target={"field": "cover", "range": [0, 100]} | changes.pop("target", {}),
        reference={"file": "data/cover.gpkg", "held_out_fraction": 0.2},
        cross_validation={"folds": 2, "block_m": 400, "samples_per_class": 50},
        fusion={"method": "median"},
        runs=2,
    )
    del content["nomenclature"]
    return content | changes


def write_cover(folder, more=0.0):
    """Write a tree cover of each polygon of the demo; the first has so much more."""
    polygons = gpd.read_file(folder / "data/2018/reference.gpkg")
    noise = np.random.default_rng(1).normal(0, 3, len(polygons))
    noise[0] += more
    polygons["cover"] = np.clip(polygons.code.map(COVER) + noise, 0, 100)
    polygons[["cover", "geometry"]].to_file(folder / "data/cover.gpkg")


def project(folder, demo, **target):
    """Write the demo with a tree cover of each polygon; return the file of its configuration."""
    shutil.copytree(demo, folder / "data")
    write_cover(folder)
    return write_config(folder / "config.yaml", configuration(target=target))


@pytest.fixture(scope="module")
def finished(tiny_demo, tmp_path_factory):
    """Return the folder of a finished project."""
    folder = tmp_path_factory.mktemp("regression")
    done = run_snakemake(folder, config=project(folder, tiny_demo))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


@pytest.mark.long
def test_values_and_intervals_are_mapped_tested_and_told(finished):
    assert products.undocumented(finished) == []
    results = finished / "results/2018"
    scores = pd.read_csv(results / "accuracy/scores.csv")
    whole = scores[(scores.scope == "map") & (scores.unit == "pixels")].set_index(["tested_by", "run", "score"]).value
    assert whole["map", 0, "r2"] > 0.6
    assert whole["fused", -1, "r2"] > 0.3  # of few polygons, some of which the demo labels wrongly
    assert 0.5 < whole["map", 0, "coverage"] <= 1
    assert whole["blocks", 0, "tested"] > 0
    with rasterio.open(results / "map/fusion/value.tif") as dataset:
        values = dataset.read(1)
    assert (np.nanmin(values) >= 0) & (np.nanmax(values) <= 100)
    (item, *_), page = (
        json.loads((results / "stac.json").read_text())["features"],
        (results / "report.html").read_text(),
    )
    assert {"value", "half_width", "value_style"} <= set(item["assets"])
    assert "Map of cover" in page
    assert 'id="residuals"' in page
    layers = contents((results / "map.html").read_text())["layers"]
    assert [layer["title"] for layer in layers if layer["map"] == "fused map"] == [
        "value of the target",
        "half the width of the interval",
    ]
    assert layers[0]["limits"] == [0, 100]
    assert verify.verify(results / "provenance.json", finished)


@pytest.mark.long
def test_what_one_change_costs(finished):
    def plan(**changes):
        config = write_config(finished / "changed.yaml", configuration(**changes))
        done = run_snakemake(finished, "--dry-run", config=config)
        assert done.returncode == 0, done.stdout + done.stderr
        return jobs_of(done.stdout + done.stderr)

    found = {
        "nothing": plan(),
        "`unit`": plan(target={"unit": "%"}),
        "`folds` or `block_m` of the intervals": plan(target={"folds": 4}),
        "`intervals`": plan(target={"intervals": 0.8}),
        "a parameter of the regressor": plan(model={"trees": 11}),
        "folds of the cross-validation": plan(cross_validation={"folds": 3, "block_m": 400, "samples_per_class": 50}),
        "the method of fusion": plan(fusion={"method": "mean"}),
        "`bins`": plan(target={"bins": 4}),
    }
    write_cover(finished, more=20.0)
    found["a value of a polygon"] = plan()
    write_cover(finished)
    assert found == COSTS


def test_the_documentation_says_what_one_change_costs():
    expected = table(COSTS, SHOWN)
    assert expected in (ROOT / "docs/regression.md").read_text(), expected


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"range": [0, 10]}, "outside of `target.range` [0, 10]"),
        ({"field": "covers"}, "has no field `covers`"),
    ],
)
def test_values_that_do_not_fit_are_told_before_any_job(target, message, tiny_demo, tmp_path):
    done = run_snakemake(tmp_path, "--dry-run", config=project(tmp_path, tiny_demo, **target))
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
