"""Runs fused in the job that maps them: who makes the fused map, and that it is right."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio

from bad_input.inputs import TILE, small_configuration
from landloom.core import nomenclature
from landloom.maps import fused
from landloom.maps.fused import MapFiles, Rule
from plans import jobs_of
from running import run_snakemake, write_config

TARGET = f"results/2018/tiles/{TILE}/fusion/classification.tif"
REFERENCE = {"file": "data/{year}/reference.gpkg", "field": "code", "held_out_fraction": 0.1}


def configured(folder: Path, **fusion: object) -> Path:
    changes = {"tiles": [TILE], "runs": 2, "reference": REFERENCE, "fusion": fusion}
    return write_config(folder / "config.yaml", small_configuration(**changes))


@pytest.mark.parametrize(
    ("fusion", "maker"),
    [
        ({"method": "majority"}, {"classify": 1}),
        ({"maps": [{"classification": "data/other_{tile}.tif"}]}, {"classify": 1, "fuse": 1}),
    ],
)
def test_runs_are_fused_as_they_are_mapped_unless_others_have_a_say(fusion, maker, tiny_demo, tmp_path):
    shutil.copytree(tiny_demo, tmp_path / "data")
    if "maps" in fusion:
        shutil.copy(tiny_demo / f"2018/truth/{TILE}.tif", tmp_path / f"data/other_{TILE}.tif")
    done = run_snakemake(tmp_path, TARGET, "--dry-run", config=configured(tmp_path, **fusion))
    assert done.returncode == 0, done.stderr + done.stdout
    jobs = jobs_of(done.stdout + done.stderr)
    assert {rule: jobs[rule] for rule in ("classify", "compare_fused", "fuse") if rule in jobs} == maker


@pytest.mark.long
def test_the_job_votes_as_the_rasters_would_and_averages_what_they_do_not_hold(tiny_demo, tmp_path):
    shutil.copytree(tiny_demo, tmp_path / "data")
    found = {}
    for method in ("mean_probability", "majority"):
        done = run_snakemake(tmp_path, TARGET, config=configured(tmp_path, method=method))
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        found[method] = {one: read(tmp_path / TARGET, one) for one in ("classification", "confidence")}
    assert jobs_of(done.stdout + done.stderr) == {"classify": 1}  # trained before
    again = run_snakemake(tmp_path, TARGET, "--dry-run", config=configured(tmp_path, method="majority"))
    assert "Nothing to be done" in again.stdout + again.stderr

    tile = tmp_path / f"results/2018/tiles/{TILE}"
    maps = [MapFiles(tile / run / "classification.tif", tile / run / "confidence.tif") for run in ("run0", "run1")]
    after = MapFiles(tmp_path / "classification.tif", tmp_path / "confidence.tif")
    classes = nomenclature.read(tmp_path / "data/nomenclature.csv")
    rule = Rule(np.ones((2, len(classes.codes))), "confidence")
    fused.write_tile(maps, rule, classes, tile / "regions.tif", after, {})
    for layer, values in found["majority"].items():
        np.testing.assert_array_equal(values, read(after.classification, layer))
    # With two runs, the larger of two confidences decides a vote, and the mean mostly says the same.
    voted, averaged = (found[method]["classification"] for method in ("majority", "mean_probability"))
    assert ((voted > 0) == (averaged > 0)).all()
    assert 0.9 < (voted == averaged)[voted > 0].mean() < 1


def read(path: Path, layer: str) -> np.ndarray:
    with rasterio.open(path.with_name(f"{layer}.tif")) as dataset:
        return dataset.read(1)
