"""Two runs of one configuration make the same bytes; what they were made from is told, and can be verified."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pystac
import pytest

from landloom.core import checksums
from landloom.provenance import record as provenance
from running import ROOT, run_snakemake

pytestmark = pytest.mark.long

YEAR = "results/2018"
FIRST_TILE, LAST_TILE = "T30TYP", "T31TBJ"
OTHER_WAY = [
    *("--cores", "4", "--scheduler", "ilp"),
    *("--set-threads", *(f"{rule}=4" for rule in ("acquisitions", "samples", "train", "classify", "provenance"))),
    *("--set-resources", *(f"{rule}:mem_mb=600" for rule in ("samples", "classify"))),
]


@pytest.fixture(scope="module")
def runs(demo, tmp_path_factory):
    """Return the demo, and one made with four threads, smaller windows, another scheduler, the last tile first."""
    one, config = demo
    other = tmp_path_factory.mktemp("the other")
    shutil.copytree(one / "demo", other / "demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_NUM_THREADS", "4")
        for targets in ([f"{YEAR}/tiles/{LAST_TILE}/run0/classification.tif"], []):
            done = run_snakemake(other, *targets, *OTHER_WAY, config=config)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return one, other


def provenance_of(folder):
    return provenance.read(folder / YEAR / "provenance.json")


def files_below(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def test_the_two_runs_did_differ(runs):
    logs = [(folder / f"logs/2018/tiles/{FIRST_TILE}/classify.log").read_text() for folder in runs]
    windows = [re.search(r"windows of \d+ x \d+", log)[0] for log in logs]
    threads = [re.search(r"(\d) threads,", log)[1] for log in logs]
    assert windows[0] != windows[1]
    assert threads == ["1", "4"]


def test_equal_products(runs):
    one, other = (provenance_of(folder).products for folder in runs)
    assert set(one) == set(other)
    changed = [name for name in one if one[name].reproducible and one[name] != other[name]]
    assert not changed
    assert [name for name in one if not one[name].reproducible] == ["report.html"]


def test_equal_facts_but_for_the_run(runs):
    one, other = map(provenance_of, runs)
    for section in ("configuration", "code", "software", "inputs"):
        assert getattr(one, section) == getattr(other, section)
    assert one.run.command.startswith("snakemake --set-threads acquisitions=1 ")
    assert "--scheduler ilp" in other.run.command


def test_every_file_is_told(runs):
    told = provenance_of(runs[0])
    found = {name for name in files_below(runs[0] / YEAR) if not name.startswith("records/")}
    assert found == {*told.products, "provenance.json", "stac.json", "ro-crate-metadata.json"}
    for name, product in told.products.items():
        assert checksums.of_file(runs[0] / YEAR / name).sha256 == product.sha256
    bands = {f"demo/{name}" for name in files_below(runs[0] / "demo") if "_FRE_" in name}
    assert bands
    assert bands <= set(told.inputs)
    assert {source.use for source in told.inputs.values()} == {
        "nomenclature",
        "reference",
        "regions",
        "sensors.sentinel2",
    }


def test_the_map_is_a_stac_item(runs):
    items = list(pystac.ItemCollection.from_file(str(runs[0] / YEAR / "stac.json")))
    assert len(items) == 1
    for asset in items[0].assets.values():
        path = runs[0] / YEAR / asset.href
        assert asset.extra_fields["file:size"] == path.stat().st_size
        assert asset.extra_fields["file:checksum"] == "1220" + checksums.of_file(path).sha256


def make_verify(folder):
    command = ["make", "verify", "YEAR=2018", f"DIRECTORY={folder}"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)


def test_make_verify(runs):
    folder = runs[1]
    done = make_verify(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all as recorded" in done.stdout
    scene = next(path for path in sorted((folder / "demo/archive").rglob("*_FRE_B3.tif")))
    content = scene.read_bytes()
    scene.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    done = make_verify(folder)
    scene.write_bytes(content)
    assert done.returncode != 0
    assert [line for line in done.stdout.splitlines() if line.startswith("changed input: demo/archive")]
    assert "1 differ" in done.stdout


def test_the_recorded_configuration_makes_the_same_again(runs, tmp_path):
    """It is as parsed, with all defaults, so Snakemake finds nothing changed."""
    command = [sys.executable, "-m", "landloom.provenance.record", str(runs[0] / YEAR / "provenance.json")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    again = tmp_path / "again.json"
    again.write_text(done.stdout)
    assert json.loads(done.stdout)["runs"] == 1
    done = run_snakemake(runs[1], config=again)
    assert "Nothing to be done" in done.stdout + done.stderr
