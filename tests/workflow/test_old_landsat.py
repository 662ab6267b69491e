"""Real products of Landsat 8 by THEIA before 2017, through the whole workflow: two tiles side by side, two dates.

There are no reference polygons of the place: squares of 5 x 5 pixels stand in, labelled by their own mean NDVI in the
middle of April, so that what the map shows can be told from the pixels.
"""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely import box

from running import run_snakemake, write_config

pytestmark = pytest.mark.long

TILES = ["D0005H0002", "D0005H0003"]
SIDE = 5
GREEN_ABOVE = 0.6


def ndvi(archive: Path, tile: str, date: str) -> tuple[np.ndarray, rasterio.Affine]:
    (path,) = archive.glob(f"{tile}/*_{date}_*/*PENTE*.TIF")
    with rasterio.open(path) as dataset:
        red, near_infrared = dataset.read([4, 5]).astype(float)
        return (near_infrared - red) / (near_infrared + red), dataset.transform


def squares(archive: Path) -> gpd.GeoDataFrame:
    """Return squares that are clearly green (1) or clearly not (2)."""
    rows = []
    for tile in TILES:
        index, transform = ndvi(archive, tile, "20160415")
        for row in range(0, index.shape[0] - SIDE, SIDE + 1):
            for column in range(0, index.shape[1] - SIDE, SIDE + 1):
                mean = index[row : row + SIDE, column : column + SIDE].mean()
                left, top = transform @ (column, row)
                right, bottom = transform @ (column + SIDE, row + SIDE)
                if abs(mean - GREEN_ABOVE) > 0.05:
                    rows.append({"code": 1 if mean > GREEN_ABOVE else 2, "geometry": box(left, bottom, right, top)})
    return gpd.GeoDataFrame(rows, crs="EPSG:2154")


def configuration(archive: Path) -> dict:
    return {
        "years": {2016: None},
        "tiles": TILES,
        "sensors": {"landsat8": {"type": "landsat_theia_old", "archive": str(archive), "step_days": 16}},
        "features": {"indices": ["NDVI"]},
        "nomenclature": "nomenclature.csv",
        "reference": {"file": "reference.gpkg", "field": "code"},
        "samples": {"strategy": "per_class", "number": 500},
        "model": {"trees": 20},
        "cross_validation": {"folds": 2, "block_m": 300, "samples_per_class": 50},
        "seed": 1,
    }


@pytest.fixture(scope="module")
def archive() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared/data/iota2_2020_data/data/L8_50x50"
    if not folder.is_dir():
        pytest.skip("no real products in ../shared/data")
    return folder


@pytest.fixture(scope="module")
def project(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old_landsat") / "work"
    folder.mkdir()
    squares(archive).to_file(folder / "reference.gpkg")
    (folder / "nomenclature.csv").write_text("label,name,color\n1,green,#00aa00\n2,bare,#aa8800\n")
    done = run_snakemake(folder, config=write_config(folder / "config.yaml", configuration(archive)))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "results/2016"


def test_both_dates_of_both_tiles_are_used(project: Path):
    for tile in TILES:
        table = pd.read_csv(project / f"tiles/{tile}/acquisitions.csv")
        assert list(table.date) == ["2016-03-30", "2016-04-15"]
        assert set(table.status) == {"used"}
        assert set(table.valid_fraction) == {1.0}
    assert json.loads((project / "dates.json").read_text()) == {"landsat8": ["2016-03-30", "2016-04-15"]}


def test_samples_are_reflectances_times_10000(archive: Path, project: Path):
    """Stored times 1000 in the products; dates hit exactly are not interpolated."""
    for tile in TILES:
        found = pd.read_parquet(project / f"tiles/{tile}/samples.parquet")
        (path,) = archive.glob(f"{tile}/*_20160330_*/*PENTE*.TIF")
        with rasterio.open(path) as dataset:
            bands = dataset.read()
        for name, number in {"blue": 2, "red": 4, "nir08": 5, "swir22": 7}.items():
            expected = 10 * bands[number - 1][found.row, found.column].astype(int)
            np.testing.assert_array_equal(found[f"landsat8_{name}_20160330"], expected)


def test_the_map_shows_what_is_green(archive: Path, project: Path):
    """Over both tiles, without a gap between them."""
    with rasterio.open(project / "map/run0/classification.tif") as dataset:
        label, position, crs = dataset.read(1), dataset.transform, dataset.crs
    assert (crs.to_epsg(), label.shape) == (2154, (50, 106))
    for tile in TILES:
        index, transform = ndvi(archive, tile, "20160415")
        column, row = (round(value) for value in ~position @ (transform.c, transform.f))
        mapped = label[row : row + index.shape[0], column : column + index.shape[1]]
        assert (mapped > 0).all()
        clear_cut = np.abs(index - GREEN_ABOVE) > 0.1
        assert np.mean((mapped == 1)[clear_cut] == (index > GREEN_ABOVE)[clear_cut]) > 0.9
    scores = pd.read_csv(next((project / "accuracy").rglob("scores.csv")))
    assert not scores.empty
