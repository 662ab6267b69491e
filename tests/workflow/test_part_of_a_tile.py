"""A raster says which pixels of a tile are mapped: a part of it, in another place than any product's corner."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from bad_input.inputs import TILE, products_of, small_configuration
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

ROWS, COLUMNS = 70, 90
FIRST_ROW, FIRST_COLUMN = 31, 21


def test_a_part_of_a_tile_is_mapped(tiny_demo: Path, tmp_path: Path):
    shutil.copytree(tiny_demo, tmp_path / "data")
    with rasterio.open(next(products_of(tmp_path / "data/archive")[0].rglob("*_FRE_B4.tif"))) as dataset:
        crs, left, top = dataset.crs, dataset.bounds.left, dataset.bounds.top
    corner = from_origin(left + 10 * FIRST_COLUMN, top - 10 * FIRST_ROW, 10, 10)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": crs, "transform": corner}
    with rasterio.open(tmp_path / f"data/{TILE}.tif", "w", height=ROWS, width=COLUMNS, **profile) as dataset:
        dataset.write(np.zeros((1, ROWS, COLUMNS), np.uint8))
    content = small_configuration(tiles=[TILE], grid={"like": "data/{tile}.tif"}, samples={"strategy": "all"})
    done = run_snakemake(tmp_path, config=write_config(tmp_path / "config.yaml", content))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with rasterio.open(tmp_path / f"results/2018/tiles/{TILE}/run0/classification.tif") as dataset:
        labels = dataset.read(1)
        assert (dataset.crs, dataset.transform) == (crs, corner)
    with rasterio.open(tmp_path / f"data/2018/truth/{TILE}.tif") as dataset:
        part = (slice(FIRST_ROW, FIRST_ROW + ROWS), slice(FIRST_COLUMN, FIRST_COLUMN + COLUMNS))
        truth = dataset.read(1)[part]
    known = (labels > 0) & (truth > 0)
    assert known.mean() > 0.9
    print(f"right: {(labels == truth)[known].mean():.3f}")
    assert (labels == truth)[known].mean() > 0.6
    assert f"data/{TILE}.tif" in (tmp_path / "results/2018/provenance.json").read_text()
