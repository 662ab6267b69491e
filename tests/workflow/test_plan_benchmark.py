"""The benchmarks run."""

import json
import subprocess
import sys

from running import ROOT

MOST_JOBS_OF_A_TILE_AND_YEAR = 4
"""The time and memory of planning a country go by it: benchmarks/README.md."""


def test_plan_of_several_tiles_and_years():
    sizes = ["--tiles", "5", "--years", "2", "--regions", "2", "--runs", "1"]
    command = [sys.executable, "benchmarks/plan.py", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # acquisitions, candidates, samples, classify
    per_tile = 5 * MOST_JOBS_OF_A_TILE_AND_YEAR
    # dates, territory, reference, select_samples, validity, sanity, gate, accuracy, sample_quality, map page,
    # report, provenance; of each region: train, cross_validate; mosaics, two of style, seams
    per_year = 12 + 2 * 2 + 2 + 2 + 1
    assert found["jobs"] == 2 * (per_tile + per_year) + 1
    assert found["peak_mb"] > 0


def test_comparison_of_products_with_their_records():
    command = [sys.executable, "benchmarks/records.py", "--tiles", "2", "--years", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["records"] for line in done.stdout.splitlines()] == [2 * 4 + 6] * 3
