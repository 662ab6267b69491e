"""The demo, from scenes to map and report, as a user runs it (one run of the three, to save time)."""

import json
import re
import shutil
import zipfile

import numpy as np
import pandas as pd
import pytest
import rasterio
import yaml

import products
from landloom.accuracy import class_counts
from landloom.checks import evaluation
from landloom.checks import settings as levels
from landloom.core import nomenclature
from landloom.jobs import usage
from landloom.reading import counted_values
from landloom.survey import value_table
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

TILES = ("T30TYP", "T31TBJ")


def results(demo):
    return demo[0] / "results/2018"


def read(path, band=1):
    with rasterio.open(path) as dataset:
        return dataset.read(band)


def test_the_same_command_again_finds_nothing_to_do(demo):
    folder, config = demo
    done = run_snakemake(folder, config=config)
    assert "Nothing to be done" in done.stdout + done.stderr


def test_the_report_of_snakemake_holds_what_is_marked_for_it(demo, tmp_path):
    folder, config = demo
    done = run_snakemake(folder, "--report", str(tmp_path / "all.zip"), config=config)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {name.rpartition("/")[2] for name in zipfile.ZipFile(tmp_path / "all.zip").namelist()}
    assert names == {"report.html", "scores.csv", "summary.csv"}


def test_files_and_columns_are_documented(demo):
    assert products.undocumented(demo[0]) == []


def test_accuracy_against_the_true_map(demo):
    right = total = 0
    for tile in TILES:
        owned = read(results(demo) / f"tiles/{tile}/regions.tif", 2) > 0
        labels = read(results(demo) / f"tiles/{tile}/run0/classification.tif")[owned]
        truth = read(demo[0] / f"demo/2018/truth/{tile}.tif")[owned]
        right, total = right + (labels == truth).sum(), total + len(labels)
    print(f"overall accuracy against the true map: {right / total:.4f}")
    assert 0.80 < right / total < 0.97


def test_reported_accuracy_is_near_the_true_one(demo):
    summary = pd.read_csv(results(demo) / "accuracy/summary.csv").set_index(["unit", "code", "score"])["mean"]
    assert 0.75 < summary["pixels", 0, "overall_accuracy"] < 0.95
    assert summary["polygons", 0, "tested"] > 300


def test_no_polygon_is_on_both_sides_of_the_split(demo):
    """Nor is one left out, though both tiles and both regions hold pieces of some."""
    pixels = pd.concat(pd.read_parquet(results(demo) / f"tiles/{tile}/candidates.parquet") for tile in TILES)
    assert pixels.groupby("polygon").number.nunique().max() == 2
    sides = pixels.groupby("polygon")[["run0", "test0", "held"]]
    assert (sides.any() == sides.all()).all(axis=None)
    assert (sides.any().sum(axis=1) == 1).all()
    samples = pd.concat(pd.read_parquet(results(demo) / f"tiles/{tile}/samples.parquet") for tile in TILES)
    assert set(samples.polygon) <= set(pixels.polygon[pixels.run0])
    assert not {"test0", "held"} & set(samples.columns)


def test_the_map_is_what_was_promised(demo):
    classes = nomenclature.read(demo[0] / "demo/nomenclature.csv")
    path = results(demo) / "map/run0/classification.tif"
    with rasterio.open(path) as dataset:
        assert dataset.crs.to_epsg() == 2154
        assert dataset.dtypes == ("uint8",)
        assert dataset.nodata == 0
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.colormap(1)[1] == (*classes.classes[0].rgb, 255)
        assert dataset.tags(1)["CLASS_1"] == classes.classes[0].name
        assert {"LANDLOOM_VERSION", "LANDLOOM_CONFIGURATION", "LANDLOOM_SOFTWARE"} <= set(dataset.tags())
        labels = dataset.read(1)
    assert set(np.unique(labels)) == {0, *classes.codes}
    assert classes.classes[0].name in path.with_suffix(".tif.aux.xml").read_text()
    assert classes.classes[0].color in path.with_suffix(".qml").read_text()
    confidence = read(results(demo) / "map/run0/confidence.tif")
    assert confidence.max() <= 100
    assert "colorrampshader" in path.with_name("confidence.qml").read_text()
    assert "ColorMapEntry" in (results(demo) / "map/validity.sld").read_text()
    np.testing.assert_array_equal(confidence > 0, labels > 0)


def test_counts_agree_with_the_map(demo):
    for tile in TILES:
        found = class_counts.read(results(demo) / f"tiles/{tile}/run0/counts.json").pixels
        regions = read(results(demo) / f"tiles/{tile}/regions.tif")
        owned = read(results(demo) / f"tiles/{tile}/regions.tif", 2) > 0
        labels = read(results(demo) / f"tiles/{tile}/run0/classification.tif")
        for region, classes in found.items():
            here = labels[owned & (regions == region)]
            assert classes == {code: int((here == code).sum()) for code in classes}
        assert sum(class_counts.add(found.values()).values()) == owned.sum()
        never = read(results(demo) / f"tiles/{tile}/validity.tif") == 0
        np.testing.assert_array_equal((labels == 0)[owned], never[owned])


def test_values_are_counted_once_and_shown_in_the_report(demo):
    for tile in TILES:
        folder = results(demo) / f"tiles/{tile}"
        mapped = read(folder / "regions.tif") > 0
        counts = counted_values.read(folder / "map_values.csv")
        assert {one.pixels for one in counts} == {int(read(folder / "validity.tif")[mapped].sum())}
        assert [one.band for one in counts] == [one.band for one in value_table.read(folder / "values.csv")]
        assert all(one.pixels > 0 for one in counted_values.read(folder / "sample_values.csv"))
    assert 'id="band-values"' in (results(demo) / "report.html").read_text(encoding="utf-8")


def test_the_report_stands_alone(demo):
    page = (results(demo) / "report.html").read_text()
    assert "Demo of landloom" in page
    assert not re.search(r"(src|href)=[\"']https?://", page)
    assert len(page) < 3e6


def windows_of(folder):
    log = (folder / "logs/2018/tiles/T31TBJ/classify.log").read_text()
    return re.search(r"windows of \d+ x \d+ pixels", log)[0]


def test_same_pixels_with_other_threads_windows_and_devices(demo):
    folder, config = demo
    path = results(demo) / "tiles/T31TBJ/run0"
    pixels = {name: read(path / name) for name in ("classification.tif", "confidence.tif")}
    target = "results/2018/tiles/T31TBJ/run0/classification.tif"
    before = windows_of(folder)
    others = ("--cores", "1", "--set-resources", "classify:mem_mb=750", "classify:device=auto")
    done = run_snakemake(folder, target, "--forcerun", target, *others, config=config)
    assert done.returncode == 0, done.stderr
    assert windows_of(folder) != before
    log = (folder / "logs/2018/tiles/T31TBJ/classify.log").read_text()
    (device,) = re.findall(r"^device: auto: on (.*)$", log, re.M)
    on_processor = device.startswith("the processor, since no card can be used (")
    with rasterio.open(path / "classification.tif") as dataset:
        assert dataset.tags()["LANDLOOM_DEVICE"] == ("cpu" if on_processor else device)
    for name, values in pixels.items():
        np.testing.assert_array_equal(read(path / name), values)


def test_progress_and_shares_are_logged(demo):
    log = (demo[0] / "logs/2018/tiles/T30TYP/classify.log").read_text()
    assert re.search(r"classification: 100 % done, [\d.]+ million pixels/s, 0 s left", log)
    assert re.search(r"reading [\d.]+ s \(\d+ %\), gap filling", log)


def test_every_log_ends_with_what_its_job_used_and_the_report_adds_it_up(demo):
    logs = sorted((demo[0] / "logs/2018").rglob("*.log"))
    used = [usage.of_log(log) for log in logs]
    assert None not in used
    assert {"acquisitions", "train", "classify", "mosaic", "mosaic_validity", "gate"} <= {one.rule for one in used}
    assert all(one.cpu_seconds > 0 and 0 < one.peak_mb < one.allowed_mb for one in used)
    page = (results(demo) / "report.html").read_text()
    assert re.search(r"<td>classify</td><td>2</td>", page)


def test_all_products_are_parts_of_the_research_object(demo):
    crate = json.loads((results(demo) / "ro-crate-metadata.json").read_text())["@graph"]
    (root,) = (entity for entity in crate if entity["@id"] == "./")
    recorded = json.loads((results(demo) / "provenance.json").read_text())
    assert len(root["hasPart"]) == len(recorded["products"]) + 2
    assert all((results(demo) / entity["@id"]).is_file() for entity in root["hasPart"])


def test_the_demo_passes_its_checks(demo):
    found = evaluation.read(results(demo) / "sanity.csv")
    elsewhere = {"seam_steps", "file_borders"}  # of targets and of annual images
    assert {one.check for one in found} == set(levels.FailureThresholds.model_fields) - elsewhere
    assert {one.status for one in found} == {"ok"}
    (seam,) = [one for one in found if one.check == "seams"]
    assert 0.02 < seam.value < 0.3
    assert "T30TYP and T31TBJ" in (results(demo) / "report.html").read_text()


def test_a_failing_check_ends_the_workflow_before_the_report_and_keeps_the_maps(demo, tmp_path):
    """In a copy: the next run finds the report gone."""
    folder, config = shutil.copytree(demo[0], tmp_path / "demo"), demo[1]
    made = folder / "results/2018"
    maps = {path: path.stat().st_mtime_ns for path in made.rglob("*.tif")}
    content = yaml.safe_load(config.read_text())
    strict = write_config(
        folder / "strict.yaml",
        {
            **content,
            "sanity": {"warn": {"neighbour_fractions": 0.01}, "fail": {"seams": 0.02, "neighbour_fractions": 0.02}},
        },
    )
    done = run_snakemake(folder, config=strict)
    terminal = done.stdout + done.stderr
    assert done.returncode != 0
    assert "error: the map of 2018 fails 3 of " in terminal
    for key, place in (
        ("seams", "T30TYP and T31TBJ"),
        ("neighbour_fractions", "T30TYP"),
        ("neighbour_fractions", "T31TBJ"),
    ):
        assert re.search(rf"{key}, run 0, {place}: 0\.\d+ is above 0\.02 \(sanity\.fail\.{key}\)", terminal)
    assert "Traceback" not in terminal
    assert not (made / "sanity_passed.txt").exists()
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*.tif")} == maps
    assert sum(one.status == "fail" for one in evaluation.read(made / "sanity.csv")) == 3
    jobs = re.search(r"Cost of the jobs of this run:\n(.*?)\nall +2 ", terminal, re.S)
    assert {line.split()[0] for line in jobs[1].splitlines()[1:]} == {"sanity", "gate"}
    warned = write_config(folder / "warned.yaml", {**content, "sanity": {"warn": {"seams": 0.02}}})
    done = run_snakemake(folder, config=warned)
    assert done.returncode == 0, done.stderr
    assert "(sanity.warn.seams)" in (made / "report.html").read_text()
