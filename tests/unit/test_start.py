"""What starts often starts light: jobs and the Snakefile import what they use, and no more."""

import json
import re
import subprocess
import sys

import pytest

from running import ROOT

HEAVY = {"geopandas", "matplotlib", "numba", "pandas", "pyogrio", "rasterio", "scipy.special", "sklearn", "spyndex"}
HEAVY |= {"torch"}
GEO = {"geopandas", "pandas", "pyogrio"}
USED = {
    "acquisitions": {"numba", "rasterio"},
    "agreement": {"rasterio"},
    "candidates": GEO | {"rasterio"},
    "classify": {"numba", "rasterio"},
    "classify_objects": {"numba", "rasterio"},
    "accuracy": {"pandas", "rasterio"},
    "dates": set(),
    "file_borders": {"numba", "rasterio"},
    "frozen_dates": {"numba"},
    "grid": {"numba", "rasterio"},
    "gate": set(),
    "accuracy_fusion": {"pandas", "rasterio"},
    "mosaic": {"rasterio"},
    "object_sums": {"numba", "rasterio"},
    "provenance": GEO | {"rasterio"},
    "reference": GEO | {"rasterio"},
    "regularise": GEO | {"numba", "rasterio"},
    "regions": GEO | {"rasterio"},
    "report": GEO | {"matplotlib", "rasterio"},
    "sanity": GEO | {"rasterio"},
    "sample_quality": {"pandas", "rasterio"},
    "samples": {"numba", "pandas", "rasterio"},
    "search_items": set(),
    "seams": GEO | {"rasterio"},
    "select_samples": {"pandas"},
    "style": set(),
    "territory": GEO | {"rasterio"},
    "accuracy_vectors": {"pandas", "rasterio"},
    "vectors": GEO | {"numba", "rasterio"},
    "zones": GEO | {"rasterio"},
    "train": {"numba", "rasterio", "sklearn"} | {"pandas", "scipy.special"},  # which scikit-learn imports
}


FORKS = """
import importlib, json, os, sys

sys.path.insert(0, "scripts")
used, scripts = json.loads(sys.argv[1])
for name in used:
    importlib.import_module(name)
for script in scripts:
    sys.stdout.flush()
    if os.fork() == 0:
        importlib.import_module(script)
        print(json.dumps([script, sorted(sys.modules)]), flush=True)
        os._exit(0)
    os.wait()
"""
"""A process that has imported what some scripts may import, and forks for each of them: importing takes a second."""


def loaded(statement):
    code = f"import sys, json; sys.path.insert(0, 'scripts'); {statement}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("used", sorted({tuple(sorted(used)) for used in USED.values()}), ids="-".join)
def test_a_job_imports_no_more_than_it_uses(used):
    scripts = [script for script, its in USED.items() if its == set(used)]
    command = [sys.executable, "-c", FORKS, json.dumps([used, scripts])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict(json.loads(line) for line in done.stdout.splitlines())
    assert found.keys() == set(scripts), done.stderr
    for script, modules in found.items():
        assert set(modules) & HEAVY <= set(used), script


def test_the_snakefile_imports_nothing_heavy():
    modules = ["configuration.plan", "configuration.listings", "configuration.workload", "jobs.workload"]
    modules += ["configuration.preflight", "features.spectral_indices", "jobs.costs", "jobs.resources"]
    modules += ["provenance.code_digests", "sensors.registry"]
    statement = f"import {', '.join(f'landloom.{one}' for one in modules)}"
    statement += "; landloom.features.spectral_indices.lookup('NDVI')"
    assert not loaded(statement) & {*HEAVY, "numpy", "pyproj"}


def test_pytorch_is_for_networks_alone():
    """Where it is not installed, all else works; where it is, nothing else waits for it."""
    networks = ROOT / "scripts/landloom/models/networks"
    for path in (ROOT / "scripts").rglob("*.py"):
        if not path.is_relative_to(networks):
            assert not re.search(r"^\s*(import|from) torch\b", path.read_text(), re.M), path
