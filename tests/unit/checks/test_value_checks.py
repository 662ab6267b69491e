"""Checks of maps of a target."""

import json

import pytest

from landloom.accuracy.class_counts import TileCounts
from landloom.checks import value_checks
from landloom.checks.findings import Context, RunResult
from landloom.checks.seam_steps import Step
from landloom.maps import mosaic_counts


def run_of(tmp_path, counts, mosaic):
    path = tmp_path / "value_counts.json"
    path.write_text(json.dumps({"pixels": mosaic, "places": {"A": {"compared": 100, "differing": 2}}}))
    tiles = {"A": TileCounts({1: counts}, {1: {code: number / 100 for code, number in counts.items()}})}
    steps = [Step("A", "B", 200, -5.0, 7.0), Step("A", "C", 99, 50.0, 50.0)]
    return RunResult("0", tiles, {"value": mosaic_counts.read(path)}, [], {}, {}, steps=steps)


def test_ground_without_a_value_and_mosaics_that_lack_some_are_found(tmp_path):
    context = Context({}, [], {}, {"A": 1.0}, mosaic_counts.MosaicCounts({}, {}), 100, 50.0)
    run = run_of(tmp_path, {0: 20, 1: 70, 2: 10}, {"0": 40, "1": 60})
    found = {(one.check, one.place): one.value for one in value_checks.findings(context, run)}
    expected = {("unclassified_map", ""): 0.2, ("unclassified_tile", "A"): 0.2}
    expected |= {("mosaic", "value"): 0.25, ("places", "value"): 0.02, ("seam_steps", "A and B"): 0.1}
    assert found == pytest.approx(expected)
