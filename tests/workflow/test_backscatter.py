"""A project of ready-made backscatter alone, by STAC items: filtered, in decibels, down to maps."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from plans import jobs_of
from running import run_snakemake, write_config
from unit.sensors.stac_material import item, write_cog
from workflow.test_radar import GRID, MAP, PLACE, TILE, configuration, write_reference

pytestmark = pytest.mark.long

BOX = [0.0, 40.0, 3.0, 48.0]
DAYS = ("2021-08-09", "2021-08-21", "2021-09-02")


def settings(**changes: object) -> dict:
    section = {"type": "stac", "archive": "items.json", "boxes": {TILE: BOX}, "bands": {"VV": "vv", "VH": "vh"}}
    section |= {"backscatter": "power", "step_days": 12} | changes
    ratio = {"formula": "power(VH) / power(VV)", "scale": 1000}
    return configuration() | {"sensors": {"s1": section}, "features": {"expressions": {"ratio": ratio}}}


def write_items(folder: Path) -> None:
    """Write three images whose east is darker by 6 dB; VH is a quarter of VV."""
    rng, items = np.random.default_rng(3), []
    level = np.where(np.arange(GRID.columns) < GRID.columns // 2, 0.1, 0.025)
    for day in DAYS:
        told = {"sat:orbit_state": "ascending", "sat:relative_orbit": 59, "platform": "sentinel-1a"}
        one = item(f"rtc_{day}", day, **told, **{"grid:code": None, "s2:processing_baseline": None})
        one["geometry"]["coordinates"] = [[[0, 40], [3, 40], [3, 48], [0, 48], [0, 40]]]
        one["assets"] = {}
        for key, part in (("vv", 1.0), ("vh", 0.25)):
            power = rng.gamma(4.4, part / 4.4, (GRID.rows, GRID.columns)) * level
            write_cog(folder / "rtc" / f"{day}_{key}.tif", power.astype(np.float32), -32768, GRID)
            one["assets"][key] = {"href": f"rtc/{day}_{key}.tif"}
        items.append(one)
    (folder / "items.json").write_text(json.dumps(items))


def test_the_map_is_of_filtered_decibels(tmp_path):
    write_items(tmp_path)
    (tmp_path / "grids").mkdir()
    with rasterio.open(
        tmp_path / "grids" / f"{TILE}.tif", "w", driver="GTiff", count=1, dtype="uint8", **GRID.profile()
    ):
        pass
    write_reference(tmp_path / "reference.gpkg")
    (tmp_path / "classes.csv").write_text("label,name,color\n1,Bright,#ff0000\n2,Dark,#0000ff\n")
    done = run_snakemake(tmp_path, MAP, config=write_config(tmp_path / "config.yaml", settings()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with rasterio.open(tmp_path / MAP) as dataset:
        classes = dataset.read(1)
    assert (classes[:, : GRID.columns // 2 - 10] == 1).mean() > 0.95
    assert (classes[:, GRID.columns // 2 + 10 :] == 2).mean() > 0.95
    samples = pd.read_parquet(tmp_path / PLACE / "samples.parquet")
    levels, ratios = samples.filter(like="s1_VV_").to_numpy(), samples.filter(like="s1_ratio").to_numpy()
    assert -2500 < levels.min() < levels.max() < -500
    assert np.median(ratios) == pytest.approx(250, abs=20)
    with rasterio.open(tmp_path / PLACE / "validity.tif") as dataset:
        assert (dataset.read(1) == 3).all()
    other = write_config(tmp_path / "lee.yaml", settings(filter={"method": "lee"}))
    planned = jobs_of(run_snakemake(tmp_path, MAP, "--dry-run", config=other).stdout)
    assert {"samples", "classify"} <= set(planned)
    assert "acquisitions" not in planned
