"""A project whose images were moved on purpose: they are moved back, before samples and maps are made of them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from bad_input.inputs import TILE, file_of, products_of, small_configuration
from plans import jobs_of
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

EAST, SOUTH = 2, 1
"""Pixels of 10 m by which every second image is moved."""


SHIFTS = f"results/2018/tiles/{TILE}/shifts.csv"


def configuration(reference):
    content = small_configuration(tiles=[TILE])
    coregistration = {"reference": reference, "band": "B8", "patch_px": 64, "valid_fraction": 0.5}
    content["sensors"]["s2"] |= {"coregistration": coregistration}
    return content


def moved(path: Path) -> None:
    """Move what an image shows, not where its file says that it lies; what comes in at the edge is not clear."""
    with rasterio.open(path) as file:
        profile, values = file.profile, file.read()
    # By half a pixel of 20 m nothing can be moved; those bands are not compared.
    down, right = (int(10 * pixels / profile["transform"].a) for pixels in (SOUTH, EAST))
    path.unlink()
    with rasterio.open(path, "w", **profile) as file:
        file.write(np.roll(values, (down, right), axis=(1, 2)))


@pytest.fixture(scope="module")
def project(tiny_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coregistration") / "work"
    shutil.copytree(tiny_demo, folder / "data")
    products = products_of(folder / "data" / "archive")
    shutil.copy(file_of(products[5], "FRE_B8"), folder / "reference.tif")
    for product in products[1::2]:
        for path in product.rglob("*.tif"):
            moved(path)
    done = run_snakemake(folder, SHIFTS, config=write_config(folder / "config.yaml", configuration("reference.tif")))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_images_are_moved_back(project):
    table = pd.read_csv(project / SHIFTS)
    found = table[table.status.isin(["moved", "in_place"])]
    assert len(found) >= len(table) / 2
    for position, one in found.iterrows():
        expected = (-10 * EAST, 10 * SOUTH) if position % 2 else (0, 0)
        assert (one.shift_x_m, one.shift_y_m) == pytest.approx(expected, abs=1.0)


def test_another_reference_surveys_nothing_again(project):
    config = write_config(project / "other.yaml", configuration("best"))
    done = run_snakemake(project, SHIFTS, "--dry-run", config=config)
    assert jobs_of(done.stdout) == {"shifts": 1}, done.stdout[-2000:]


def test_samples_and_maps_wait_for_the_shifts(project):
    """A reference image that changes makes them again."""
    with rasterio.open(project / "reference.tif", "r+") as file:
        file.write(file.read() + 1)
    target = f"results/2018/tiles/{TILE}/run0/classification.tif"
    done = run_snakemake(project, target, "--dry-run", config=project / "config.yaml")
    jobs = jobs_of(done.stdout)
    assert {"shifts", "samples", "classify"} <= jobs.keys(), done.stdout[-2000:]
    assert "acquisitions" not in jobs
