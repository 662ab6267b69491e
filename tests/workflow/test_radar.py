"""A project of radar alone, end to end: from products of a pass to maps; what is made again, and what is not."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import rasterio
from shapely.geometry import box

from plans import Jobs, jobs_of, table
from running import ROOT, run_snakemake, write_config
from unit.prepared.radar_making import SMALL, TILE, grid_of, later, make_product, write_dem

pytestmark = pytest.mark.long

GRID = grid_of()
PLACE = f"results/2021/tiles/{TILE}"
MAP = f"{PLACE}/run0/classification.tif"
TABLE = f"{PLACE}/prepared.csv"

MADE = {"samples": 1, "train": 1, "cross_validate": 1, "sample_quality": 1, "classify": 1, "mosaic": 2}
MADE |= {"seams": 1, "sanity": 1, "gate": 1, "accuracy": 1, "map_page": 1, "report": 1, "provenance": 1}
PREPARED = {"prepare": 1, **MADE}
SURVEYED = {"acquisitions": 1, "dates": 1, "territory": 1, "reference": 1, "candidates": 1}
SURVEYED |= {"mosaic_validity": 1, "select_samples": 1}
COSTS: dict[str, Jobs] = {
    "a pass over the tile, added or removed": {**SURVEYED, **PREPARED},
    "a product of another place; heights of another place, in a folder": {},
    "`filter`": MADE,
    "other heights in the tile's files": PREPARED,
    "`dem`, `heights` (where they hold others, all images)": {**SURVEYED, **PREPARED},
    "`radiometry`, `noise`, `mask`": PREPARED,
}
IMAGES = ["one; none", "none", "none", "all", "none", "all"]
SHOWN = ["acquisitions", "prepare", "samples", "train", "classify", "mosaic"]


def configuration(**changes: object) -> dict:
    radar = {"type": "sentinel1_grd", "archive": "archive", "dem": "heights", "heights": "ellipsoid"}
    radar |= {"step_days": 12, "noise": False}
    return {
        "years": {2021: None},
        "tiles": [TILE],
        "sensors": {"s1": radar | changes},
        "grid": {"like": "grids/{tile}.tif"},
        "features": {"expressions": {"ratio": {"formula": "VH - VV", "scale": 100}}},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.gpkg", "field": "label"},
        "samples": {"strategy": "per_class", "number": 200},
        "cross_validation": {"folds": 2, "samples_per_class": 50, "block_m": 200},
        "model": {"trees": 10},
        "map": {"crs": GRID.crs},
        "seed": 1,
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("radar")
    for days in (0, 12, 24):
        make_product(folder / "archive", later(SMALL, days), darker=0.5)
    for name in ("heights", "grids"):
        (folder / name).mkdir()
    write_dem(folder / "heights/hills.tif", hills_m=30.0)
    with rasterio.open(
        folder / "grids" / f"{TILE}.tif", "w", driver="GTiff", count=1, dtype="uint8", **GRID.profile()
    ):
        pass
    write_reference(folder / "reference.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,Bright,#ff0000\n2,Dark,#0000ff\n")
    run(folder, write_config(folder / "config.yaml", configuration()))
    return folder


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A copy to be changed, at another place."""
    return Path(shutil.copytree(project, tmp_path / "work"))


def run(folder: Path, config: Path, *targets: str) -> None:
    done = run_snakemake(folder, *targets, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def write_reference(path: Path) -> None:
    """Write squares of 60 m, bright ones in the west and dark ones in the east."""
    squares = []
    for row in range(6, GRID.rows - 12, 14):
        for column in (*range(6, GRID.columns // 2 - 14, 14), *range(GRID.columns // 2 + 14, GRID.columns - 12, 14)):
            left, top = GRID.left + column * 10, GRID.top - row * 10
            label = 1 if column < GRID.columns // 2 else 2
            squares.append({"label": label, "geometry": box(left, top - 60, left + 60, top)})
    gpd.GeoDataFrame(squares, crs=GRID.crs).to_file(path)


def planned(folder: Path, **changes: object) -> Jobs:
    config = write_config(folder / "changed.yaml", configuration(**changes))
    done = run_snakemake(folder, "--dry-run", config=config)
    assert done.returncode == 0, done.stdout + done.stderr
    return jobs_of(done.stdout + done.stderr)


def times_of_images(folder: Path) -> dict[str, int]:
    """Return when each image got its name; those that are being made have hidden ones."""
    return {one.name: one.stat().st_mtime_ns for one in (folder / PLACE / "prepared").rglob("[!.]*.tif")}


def images_made(folder: Path, **changes: object) -> tuple[int, int]:
    """Prepare the images; return how many were made, and how many are there that were before."""
    before = times_of_images(folder)
    run(folder, write_config(folder / "changed.yaml", configuration(**changes)), TABLE)
    after = times_of_images(folder)
    kept = sum(before.get(name) == time_ns for name, time_ns in after.items())
    return len(after) - kept, kept


def elsewhere(folder: Path) -> None:
    """Give the archive a product of another place, and the folder of heights a tile of one."""
    safe = make_product(folder / "archive", later(SMALL, 6))
    manifest = safe / "manifest.safe"
    head, _, rest = manifest.read_text().partition("coordinates>")
    _, _, tail = rest.partition("</")
    manifest.write_text(f"{head}coordinates>1,101 1,103 3,103 3,101</{tail}")
    (folder / "heights/N10E100.hgt").write_bytes(bytes(2 * 1201 * 1201))


def test_the_map_tells_bright_from_dark(project):
    with rasterio.open(project / MAP) as dataset:
        classes = dataset.read(1)
    west, east = classes[:, : GRID.columns // 2 - 10], classes[:, GRID.columns // 2 + 10 :]
    assert (west == 1).mean() > 0.95
    assert (east == 2).mean() > 0.95


def test_features_are_decibels(project):
    names = pd.read_parquet(project / PLACE / "samples.parquet")
    values = names.filter(like="s1_")
    levels, ratios = values.filter(like="_VV_"), values.filter(like="ratio")
    assert levels.to_numpy().min() > -5000
    assert levels.to_numpy().max() < 1000
    # VH is made with half of the amplitude of VV, whose power is 6 dB more.
    assert ratios.to_numpy().mean() == pytest.approx(-602, abs=15)


def test_radar_alone_is_counted_and_listed(project):
    with rasterio.open(project / PLACE / "validity.tif") as dataset:
        assert (dataset.read(1) == 3).all()
    listed = pd.read_csv(project / PLACE / "acquisitions.csv")
    assert (listed.status == "used").all()
    assert len(listed) == 3
    assert len(pd.read_csv(project / PLACE / "files.csv")) == 3 * 9


def test_the_documentation_says_so():
    expected = table(COSTS, SHOWN, {"images": IMAGES})
    assert expected in (ROOT / "docs/reruns.md").read_text(), expected


def test_nothing_is_made_again_for_what_is_elsewhere(copy):
    assert planned(copy) == {}
    elsewhere(copy)
    assert planned(copy) == {}


def test_a_pass_over_the_tile_makes_one_image(copy):
    make_product(copy / "archive", later(SMALL, 36), darker=0.5)
    assert planned(copy) == COSTS["a pass over the tile, added or removed"]
    assert images_made(copy) == (1, 3)


def test_another_filter_makes_no_image(copy):
    assert planned(copy, filter={"method": "lee"}) == COSTS["`filter`"]


def test_other_heights_make_all_images(copy):
    write_dem(copy / "heights/hills.tif", hills_m=31.0)
    assert planned(copy) == COSTS["other heights in the tile's files"]
    assert images_made(copy) == (3, 0)
    assert planned(copy, radiometry="gamma") == COSTS["`radiometry`, `noise`, `mask`"]
    shutil.copytree(copy / "heights", copy / "same")
    assert planned(copy, dem="same") == COSTS["`dem`, `heights` (where they hold others, all images)"]
    assert images_made(copy, dem="same") == (0, 3)


def test_a_job_that_is_killed_keeps_finished_images(copy):
    shutil.rmtree(copy / PLACE / "prepared")
    (copy / TABLE).unlink()
    command = [sys.executable, "-m", "snakemake", TABLE, "--profile", "local", "--directory", str(copy)]
    command += ["--configfile", str(copy / "config.yaml")]
    process = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and not times_of_images(copy):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = times_of_images(copy)
    assert finished
    made, kept = images_made(copy)
    assert (made + kept, kept) == (3, len(finished))


def verified(folder: Path) -> list[str]:
    command = [sys.executable, "-m", "landloom.provenance.verify", str(folder / "results/2021/provenance.json")]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return [line for line in done.stdout.splitlines() if not line.startswith("note")][:-1]


def test_the_provenance_holds_heights_and_images(copy):
    assert verified(copy) == []
    heights, image = copy / "heights/hills.tif", next((copy / PLACE / "prepared").rglob("*.tif"))
    for path in (heights, image):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    found = verified(copy)
    assert len(found) == 2
    assert found[0].startswith("changed input: heights/hills.tif")
    assert found[1].startswith(f"changed copy: {image.relative_to(copy)}")
