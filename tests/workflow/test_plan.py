"""What a request leads to, by dry runs of the demo's configuration."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rules import rules_of_workflow
from running import ROOT, run_snakemake

PER_TILE = {"acquisitions": 2, "candidates": 2, "samples": 2}
TRAINING = {"demo": 1, "dates": 1, "territory": 1, "reference": 1, "select_samples": 1, **PER_TILE}


def plan(folder, *arguments):
    done = run_snakemake(folder, *arguments, "--dry-run")
    assert done.returncode == 0, done.stderr + done.stdout
    rows = dict(re.findall(r"^(\w+) +(\d+)$", done.stdout + done.stderr, re.M))
    return {name: int(count) for name, count in rows.items() if name != "total"}


def test_everything(tmp_path):
    expected = {
        **TRAINING,
        "train": 6,
        "cross_validate": 2,
        "sample_quality": 1,
        "classify": 2,
        "mosaic": 6,
        "mosaic_validity": 1,
        "style": 3,
        "style_layers": 1,
        "seams": 3,
        "sanity": 1,
        "gate": 1,
        "accuracy": 1,
        "map_page": 1,
        "report": 1,
        "provenance": 1,
        "all": 1,
    }
    assert plan(tmp_path) == expected


def test_maps_of_agreement_are_made_where_they_are_wanted(tmp_path):
    made = plan(tmp_path, "--config", "map={crs: EPSG:2154, agreement: true}")
    found = {rule: count for rule, count in made.items() if "agreement" in rule}
    assert found == {"agreement": 6, "mosaic_agreement": 3, "style_agreement": 3}


def test_one_file_makes_just_that(tmp_path):
    """The maps of all runs of a tile are made together, so that all of its models are needed."""
    target = "results/2018/tiles/T31TBJ/run0/classification.tif"
    assert plan(tmp_path, target) == {**TRAINING, "train": 6, "classify": 1}


def test_selectors_choose_targets_and_shorten_no_input(tmp_path):
    chosen = plan(tmp_path, "--config", "tile=T31TBJ", "year=2018")
    assert chosen == {**TRAINING, "train": 6, "classify": 1, "style_tile": 3, "all": 1}


def test_a_device_that_there_is_not_is_told_before_any_job(tmp_path):
    target = "results/2018/tiles/T31TBJ/run0/classification.tif"
    done = run_snakemake(tmp_path, target, "--dry-run", "--set-resources", "classify:device=gpu")
    assert done.returncode == 1
    assert "`device` of `classify` is gpu; it must be one of cpu, auto, cuda" in done.stderr
    if not Path("/proc/driver/nvidia").exists():
        done = run_snakemake(tmp_path, target, "--set-resources", "classify:device=cuda")
        assert done.returncode == 1
        assert "this machine has no driver of NVIDIA's cards" in done.stderr
        assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("target", ["maps", "reports", "all"])
def test_what_is_asked_for_by_name_passes_the_gate(tmp_path, target):
    assert plan(tmp_path, target)["gate"] == 1


@pytest.mark.parametrize("example", ["sensors", "fusion", "radar", "vectors", "embeddings"])
def test_the_provenance_comes_after_every_job_of_the_year(tmp_path, example):
    done = run_snakemake(tmp_path, "--dag", config=ROOT / f"config/examples/{example}.yaml")
    assert done.returncode == 0, done.stderr + done.stdout
    rules = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)', done.stdout, re.M))
    (provenance,) = (number for number, rule in rules.items() if rule == "provenance")
    edges = re.findall(r"^\s*(\d+) -> (\d+)$", done.stdout, re.M)
    before = {provenance}
    while more := {source for source, target in edges if target in before} - before:
        before |= more
    assert len(before) > 20
    assert {rules[number] for number in rules.keys() - before} == {"all"}


def test_what_a_run_will_cost_is_told_and_nothing_is_started(tmp_path):
    """Of other targets beside `plan`, and never of all jobs where its hook would not run."""
    done = run_snakemake(tmp_path, "plan", "surveys")
    assert done.returncode == 0, done.stderr + done.stdout
    table = done.stdout.partition("What this run will cost, as estimated; nothing has been started.\n")[2]
    jobs = {line.split()[0]: int(line.split()[1]) for line in table.splitlines()[1:] if line[:1].islower()}
    surveys = {rule: count for rule, count in TRAINING.items() if rule != "samples"}
    assert jobs == {**surveys, "all": sum(surveys.values())}
    assert re.search(r"In all about \d+ \w+ on \d+ cores? with 16,000 MB of memory", table)
    assert "2 of 2 tiles and years nothing is known before their survey: each is taken for 0.18 million" in table
    assert not (tmp_path / "logs").exists()
    refused = run_snakemake(tmp_path, "plan", "--no-hooks")
    assert refused.returncode == 1
    assert "the target `plan` is answered by a hook" in refused.stdout + refused.stderr


@pytest.mark.parametrize("profile", ["local", "slurm"])
def test_profiles_are_found_by_name_from_the_root(profile):
    command = [sys.executable, "-m", "snakemake", "--profile", profile, "--dry-run", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_keys_of_the_profiles_do_not_overlap():
    keys = {
        name: set(yaml.safe_load((ROOT / f"profiles/{name}/config.yaml").read_text()))
        for name in ("default", "local", "slurm")
    }
    assert not keys["default"] & (keys["local"] | keys["slurm"])


def test_what_all_tiles_send_to_each_goes_in_one_file():
    """A job with a file for each tile as input and as output makes planning quadratic in the tiles."""
    assert len(rules_of_workflow()) > 40
    for rule in rules_of_workflow():
        inputs, outputs = rule.directives.get("input", ""), rule.directives.get("output", "")
        assert not ("of_tiles(" in inputs and "PLAN.tiles" in outputs), rule.name


def test_lint(tmp_path):
    done = run_snakemake(tmp_path, "--lint")
    assert "Congratulations" in done.stdout + done.stderr, done.stdout + done.stderr
