"""A project of radar alone, end to end: from products of a pass to maps; what is made again, and what is not."""

import dataclasses
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import rasterio
from shapely.geometry import box

from plans import jobs_of
from running import run_snakemake, write_config
from unit.prepared.radar_making import SMALL, TILE, grid_of, later, make_product, write_dem

pytestmark = pytest.mark.long

GRID = grid_of()
PLACE = f"results/2021/tiles/{TILE}"
MAP = f"{PLACE}/run0/classification.tif"


def configuration(**changes: object) -> dict:
    radar = {"type": "sentinel1_grd", "archive": "archive", "dem": "dem.tif", "heights": "ellipsoid"}
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
        "model": {"trees": 10},
        "seed": 1,
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("radar")
    for days in (0, 12, 24):
        make_product(folder / "archive", later(SMALL, days), darker=0.5)
    write_dem(folder / "dem.tif", hills_m=30.0)
    (folder / "grids").mkdir()
    with rasterio.open(
        folder / "grids" / f"{TILE}.tif", "w", driver="GTiff", count=1, dtype="uint8", **GRID.profile()
    ):
        pass
    write_reference(folder / "reference.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,Bright,#ff0000\n2,Dark,#0000ff\n")
    config = write_config(folder / "config.yaml", configuration())
    done = run_snakemake(folder, "results/2021/report.html", config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def write_reference(path: Path) -> None:
    """Write squares of 60 m, bright ones in the west and dark ones in the east."""
    squares = []
    for row in range(6, GRID.rows - 12, 14):
        for column in (*range(6, GRID.columns // 2 - 14, 14), *range(GRID.columns // 2 + 14, GRID.columns - 12, 14)):
            left, top = GRID.left + column * 10, GRID.top - row * 10
            label = 1 if column < GRID.columns // 2 else 2
            squares.append({"label": label, "geometry": box(left, top - 60, left + 60, top)})
    gpd.GeoDataFrame(squares, crs=GRID.crs).to_file(path)


def planned(folder: Path, **changes: object) -> dict[str, int]:
    config = write_config(folder / "changed.yaml", configuration(**changes))
    return jobs_of(run_snakemake(folder, MAP, "--dry-run", config=config).stdout)


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


def test_another_filter_makes_no_image_again(project):
    before = [one.stat().st_mtime_ns for one in sorted((project / PLACE / "prepared").rglob("*.tif"))]
    jobs = planned(project, filter={"method": "lee"})
    assert {"samples", "classify"} <= set(jobs)
    assert "acquisitions" not in jobs
    config = write_config(project / "lee.yaml", configuration(filter={"method": "lee"}))
    done = run_snakemake(project, f"{PLACE}/prepared.csv", config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    images = sorted((project / PLACE / "prepared").rglob("*.tif"))
    assert [one.stat().st_mtime_ns for one in images] == before


def test_a_new_pass_makes_one_image(project):
    make_product(project / "archive", dataclasses.replace(later(SMALL, 36)), darker=0.5)
    config = project / "config.yaml"
    done = run_snakemake(project, f"{PLACE}/prepared.csv", config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    log = (project / "logs/2021/tiles" / TILE / "prepare.log").read_text()
    assert "1 images made, 3 were there" in log
