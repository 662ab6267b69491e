"""Sentinel-2, Landsat 8 and altitude on a small demo, beside Sentinel-2 alone: as accurate, and explained.

And with a model for each sensor, fused after classification.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import yaml

from landloom.demo.archive import make_demo
from landloom.jobs import costs
from landloom.models import files
from landloom.survey import source_files
from plans import jobs_of
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

TILE = "T31TBJ"
ALL = ["sentinel2", "landsat8"]


def configuration(sensors, rasters):
    content = yaml.safe_load((ROOT / "config/examples/sensors.yaml").read_text())
    kept = {key: content[key] for key in ("years", "nomenclature", "reference", "seed", "runs")}
    return kept | {
        "tiles": [TILE],
        "sensors": {name: content["sensors"][name] for name in sensors},
        # The file is written in the order of the keys: Landsat would be the first, and its grid that of the tile.
        "grid": {"sensor": "sentinel2"},
        "rasters": content["rasters"] if rasters else {},
        "samples": {"strategy": "per_class", "number": 250},
        "cross_validation": {"folds": 2, "block_m": 500, "samples_per_class": 60},
        "model": {"trees": 50},
        "map": {"crs": "EPSG:2154"},
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a folder with all products of three sensors, and accuracies: of them, and of Sentinel-2 alone."""
    folder = tmp_path_factory.mktemp("three") / "work"
    make_demo(folder / "demo", size_px=200, sensors=[*ALL, "altitude"])
    found = {}
    for name, content in (("one", configuration(ALL[:1], False)), ("three", configuration(ALL, True))):
        target = ["results/2018/accuracy/summary.csv"] if name == "one" else []
        done = run_snakemake(folder, *target, config=write_config(folder / f"{name}.yaml", content))
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        found[name] = accuracies(folder)
    return folder, found


def accuracies(folder: Path) -> dict[str, float]:
    """Return the overall accuracy against the true map, and at test polygons by pixels."""
    labels, truth = (
        rasterio.open(folder / path).read(1)
        for path in (f"results/2018/tiles/{TILE}/run0/classification.tif", f"demo/2018/truth/{TILE}.tif")
    )
    summary = pd.read_csv(folder / "results/2018/accuracy/summary.csv").set_index(["unit", "code", "score"])["mean"]
    return {"truth": (labels == truth).mean(), "test": summary["pixels", 0, "overall_accuracy"]}


def test_three_sensors_are_no_less_accurate_than_one(project):
    _, found = project
    print(found)
    assert found["three"]["truth"] >= found["one"]["truth"]
    assert found["three"]["test"] >= found["one"]["test"] - 0.005


GROUPS = {"sentinel": ["sentinel2", "altitude"], "landsat": ["landsat8", "altitude"]}


@pytest.fixture(scope="module")
def apart(project):
    """Return a copy with a model for each sensor, both with the altitude."""
    folder = shutil.copytree(project[0], project[0].with_name("apart"))
    config = write_config(folder / "apart.yaml", configuration(ALL, True) | {"sensor_fusion": {"groups": GROUPS}})
    done = run_snakemake(folder, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert not {"acquisitions", "samples"} & set(jobs_of(done.stdout + done.stderr))
    return folder


def test_each_sensor_has_a_model_of_its_own(apart):
    for group, members in GROUPS.items():
        (path,) = (apart / "results/2018/models").glob(f"*_run0_{group}.npz")
        names = files.load(path).feature_names
        assert {name.split("_")[0] for name in names} == set(members)


def test_sensors_apart_are_decided_between(apart, project):
    with rasterio.open(apart / "results/2018/map/run0/decider.tif") as dataset:
        deciders = dataset.read(1)
    with rasterio.open(apart / "results/2018/map/run0/classification.tif") as dataset:
        labels = dataset.read(1)
    numbers = np.bincount(deciders[labels > 0], minlength=4)
    print(f"all agree, Sentinel-2, Landsat 8: {numbers[1:]}; {accuracies(apart)} beside {project[1]}")
    assert numbers[0] == 0
    assert (numbers[1:] > 0).all()
    assert numbers[1] > 0.5 * numbers.sum()
    assert accuracies(apart)["truth"] > project[1]["three"]["truth"] - 0.05


def test_the_report_tells_of_sensors_apart_and_together(apart):
    page = (apart / "results/2018/report.html").read_text()
    assert 'id="sensors"' in page
    scores = pd.read_csv(apart / "results/2018/accuracy/cross_validation.csv")
    assert set(scores.sensors) == {*GROUPS, "all"}
    found = (
        scores[(scores.scheme == "polygons") & (scores.score == "overall_accuracy")]
        .groupby("sensors")["value"]
        .mean()
    )
    print(found)
    assert found["all"] > found["landsat"]


def test_nothing_is_to_be_done_again_with_sensors_apart(apart):
    done = run_snakemake(apart, config=apart / "apart.yaml")
    assert "Nothing to be done" in done.stdout + done.stderr


def test_each_has_its_own_dates_and_the_altitude_none(project):
    folder, _ = project
    dates = json.loads((folder / "results/2018/dates.json").read_text())
    assert set(dates) == set(ALL)
    names = pd.read_parquet(folder / f"results/2018/tiles/{TILE}/samples.parquet").columns
    assert {name.rsplit("_", 1)[1].isdecimal() for name in names if name.startswith(tuple(ALL))} == {True}
    assert "altitude" in names
    used = pd.read_csv(folder / f"results/2018/tiles/{TILE}/acquisitions.csv").sensor
    assert used.value_counts().to_dict() == {"landsat8": 22, "sentinel2": 16}


def test_the_report_tells_what_each_brought(project):
    folder, _ = project
    table = pd.read_csv(folder / "results/2018/accuracy/importance.csv")
    whole = table[(table.scope == "map") & (table.by == "sensor")].set_index("sensor").importance
    assert set(whole.index) == {*ALL, "altitude"}
    assert whole["sentinel2"] > whole["landsat8"] > 0
    assert set(table.by) == {"sensor", "date", "band"}
    assert 'id="importance"' in (folder / "results/2018/report.html").read_text()


def test_inputs_are_known_by_checksum(project):
    folder, _ = project
    inputs = json.loads((folder / "results/2018/provenance.json").read_text())["inputs"]
    assert inputs["demo/altitude.tif"]["use"] == "rasters"
    table = pd.read_csv(folder / f"results/2018/tiles/{TILE}/static_rasters.csv")
    assert table.sha256[0] == inputs["demo/altitude.tif"]["sha256"]
    listed = {one.sensor for one in source_files.read(folder / f"results/2018/tiles/{TILE}/files.csv")}
    assert listed == set(ALL)


def test_classify_stays_within_its_memory(project):
    folder, _ = project
    (used,) = [one for one in costs.collect(folder / "logs") if one.rule == "classify"]
    print(used)
    assert 0 < used.peak_mb < used.allowed_mb
    (benchmark,) = (folder / "benchmarks").rglob("classify.tsv")
    assert pd.read_csv(benchmark, sep="\t").max_rss[0] < used.allowed_mb


def test_what_is_put_beside_a_raster_counts_unless_it_is_a_remark(project):
    folder, _ = project
    beside = folder / "demo/altitude.tif.aux.xml"
    planned = []
    for part in ("<Histograms/>", "<NoDataValue>7</NoDataValue>"):
        beside.write_text(f'<PAMDataset><PAMRasterBand band="1">{part}</PAMRasterBand></PAMDataset>')
        done = run_snakemake(folder, "-n", config=folder / "three.yaml")
        planned.append(jobs_of(done.stdout + done.stderr).get("static_rasters", 0))
    beside.unlink()
    assert planned == [0, 1]


def test_another_raster_makes_only_what_reads_it_again(project):
    folder, _ = project
    with rasterio.open(folder / "demo/altitude.tif", "r+") as dataset:
        dataset.write(dataset.read(1) + 1, 1)
    done = run_snakemake(folder, "-n", config=folder / "three.yaml")
    jobs = jobs_of(done.stdout + done.stderr)
    assert (jobs["static_rasters"], jobs["samples"], jobs["classify"]) == (1, 1, 1)
    assert not {"grid", "acquisitions", "dates", "candidates"} & set(jobs)
