"""A target in place of classes, from polygons to the report: a stranger's first project of regression."""

import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

from bad_input.inputs import TILE, small_configuration
from landloom.provenance import verify
from running import run_snakemake, write_config

COVER = {1: 2, 2: 3, 3: 4, 4: 8, 5: 35, 6: 85, 7: 75, 8: 10, 9: 0, 10: 1}
"""Made-up tree cover of the demo's classes, in percent."""


def project(folder, demo, **target):
    """Write the demo with a tree cover of each polygon; return the file of its configuration."""
    shutil.copytree(demo, folder / "data")
    polygons = gpd.read_file(folder / "data/2018/reference.gpkg")
    noise = np.random.default_rng(1).normal(0, 3, len(polygons))
    polygons["cover"] = np.clip(polygons.code.map(COVER) + noise, 0, 100)
    polygons[["cover", "geometry"]].to_file(folder / "data/cover.gpkg")
    content = small_configuration(
        tiles=[TILE],
        target={"field": "cover", "range": [0, 100]} | target,
        reference={"file": "data/cover.gpkg", "held_out_fraction": 0.2},
        cross_validation={"folds": 2, "block_m": 400, "samples_per_class": 50},
        fusion={"method": "median"},
        runs=2,
    )
    del content["nomenclature"]
    return write_config(folder / "config.yaml", content)


@pytest.mark.long
def test_values_and_intervals_are_mapped_tested_and_told(tiny_demo, tmp_path):
    done = run_snakemake(tmp_path, config=project(tmp_path, tiny_demo))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    results = tmp_path / "results/2018"
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
    assert verify.verify(results / "provenance.json", tmp_path)
    again = run_snakemake(tmp_path, "--dry-run", config=tmp_path / "config.yaml")
    assert "Nothing to be done" in again.stdout + again.stderr


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
