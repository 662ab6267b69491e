"""The benchmarks run."""

import json
import subprocess
import sys

from running import ROOT


def test_plan_of_several_tiles_and_years():
    sizes = ["--tiles", "5", "--years", "2", "--regions", "2", "--runs", "3"]
    command = [sys.executable, "benchmarks/plan.py", *sizes]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    # grid, acquisitions, regions, candidates, samples, classify
    per_tile = 5 * 6
    # dates, territory, reference, select_samples, validity, sanity, gate, accuracy, sample_quality, report,
    # importance, provenance, stac; of each region: cross_validate; of each run: train, mosaics, style, seams
    per_year = 13 + 2 + 3 * (2 + 2 + 1 + 1)
    assert found["jobs"] == 2 * (per_tile + per_year) + 1
    assert found["peak_mb"] > 0
