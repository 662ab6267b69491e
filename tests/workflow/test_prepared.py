"""Copies of images: samples and maps are the same, and a finished image survives a job that ends early."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from bad_input.inputs import OTHER_TILE, TILE, small_configuration
from plans import jobs_of
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

TILES = {tile: f"results/2018/tiles/{tile}" for tile in (TILE, OTHER_TILE)}
MAP = f"{TILES[TILE]}/run0/classification.tif"


@pytest.fixture(scope="module")
def project(up_to_date: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is up to date, whose images are now copied."""
    folder = tmp_path_factory.mktemp("prepared") / "work"
    shutil.copytree(up_to_date, folder)
    content = small_configuration()
    content["sensors"]["s2"]["prepare"] = {}
    config = write_config(folder / "prepared.yaml", content)
    planned = jobs_of(run_snakemake(folder, MAP, "--dry-run", config=config).stdout)
    assert planned["prepare"] == 2
    assert "acquisitions" not in planned
    done = run_snakemake(folder, MAP, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_samples_and_maps_are_the_same(project, up_to_date):
    for place in TILES.values():
        found, expected = (pd.read_parquet(one / place / "samples.parquet") for one in (project, up_to_date))
        pd.testing.assert_frame_equal(found, expected)
        assert (project / place / "files.csv").read_bytes() == (up_to_date / place / "files.csv").read_bytes()
    with rasterio.open(project / MAP) as found, rasterio.open(up_to_date / MAP) as expected:
        np.testing.assert_array_equal(found.read(), expected.read())


def test_finished_images_survive(project):
    table = project / TILES[TILE] / "prepared.csv"
    images = [project / one for one in pd.read_csv(table).file]
    before = {one: one.stat().st_mtime_ns for one in images}
    table.unlink()
    images[2].unlink()
    done = run_snakemake(project, str(table.relative_to(project)), config=project / "prepared.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    log = (project / "logs/2018/tiles" / TILE / "prepare.log").read_text()
    assert f"1 images made, {len(images) - 1} were there" in log
    assert [one for one in images if one.stat().st_mtime_ns != before[one]] == [images[2]]


def test_copies_that_were_removed_once_maps_are_made_stay_away(project):
    """As docs/sensors.md allows; what is written afterwards tells of the others."""
    tile = project / TILES[TILE]
    finish(project)
    shutil.rmtree(tile / "prepared")
    (tile / "prepared.csv").unlink()
    (project / "results/2018/report.html").unlink()
    finish(project)
    assert not (tile / "prepared.csv").exists()
    products = json.loads((project / "results/2018/provenance.json").read_text())["products"]
    assert [name for name in products if name.endswith("prepared.csv")] == [f"tiles/{OTHER_TILE}/prepared.csv"]


def finish(project: Path) -> None:
    done = run_snakemake(project, config=project / "prepared.yaml")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
