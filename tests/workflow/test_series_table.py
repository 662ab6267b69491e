"""A table of series through the whole workflow: exported from the archive at the drawn pixels, it trains alike."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely import box

from running import run_snakemake, write_config

pytestmark = pytest.mark.long

DAYS = ["20180115", "20180310", "20180501", "20180702", "20180905", "20181101"]
SIDE, FIELD = 60, 10
LEFT, TOP = 500000, 4900000
POSITION = ["row", "column"]


def write(path: Path, bands: np.ndarray) -> None:
    profile = {"driver": "GTiff", "crs": "EPSG:32631", "transform": from_origin(LEFT, TOP, 10, 10), "nodata": -10000}
    with rasterio.open(path, "w", count=len(bands), dtype="int16", height=SIDE, width=SIDE, **profile) as dataset:
        dataset.write(bands)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return fields of two classes on six dates, with clouds, mapped with a table of nothing yet."""
    folder = tmp_path_factory.mktemp("series_table")
    (folder / "archive").mkdir()
    random = np.random.default_rng(8)
    code = 1 + np.add.outer(np.arange(SIDE) // FIELD, np.arange(SIDE) // FIELD) % 2
    for place, day in enumerate(DAYS):
        bands = np.stack([800 + 300 * code, 2000 + 700 * code * (place % 3)]) + random.integers(
            0, 90, (2, SIDE, SIDE)
        )
        bands[:, random.random((SIDE, SIDE)) < 0.3] = -10000
        write(folder / f"archive/A_{day}.tif", bands.astype(np.int16))
    fields = [
        {"code": code[row, column], "geometry": box(left + 5, top - 95, left + 95, top - 5)}
        for row in range(0, SIDE, FIELD)
        for column in range(0, SIDE, FIELD)
        for left, top in [(LEFT + 10 * column, TOP - 10 * row)]
    ]
    gpd.GeoDataFrame(fields, crs="EPSG:32631").to_file(folder / "reference.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,green,#00aa00\n2,bare,#aa8800\n")
    return folder


def run(project: Path, table: dict | None, *targets: str) -> str:
    sensor = {"type": "series", "archive": "archive", "file": "{tile}_{date}.tif", "bands": {"red": 1, "nir": 2}}
    content = {
        "years": {2018: None},
        "tiles": ["A"],
        "sensors": {"s": sensor | {"step_days": 40, "common_names": {"red": "R", "nir": "N"}}},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.gpkg", "field": "code"},
        "samples": {"strategy": "per_class", "number": 300} | ({"table": table} if table else {}),
        "model": {"trees": 10},
        "cross_validation": {"folds": 2, "block_m": 200, "importance": False, "samples_per_class": 50},
        "seed": 3,
    }
    done = run_snakemake(project, *targets, config=write_config(project / "config.yaml", content))
    return "" if done.returncode == 0 else done.stdout[-3000:] + done.stderr[-3000:]


def exported(project: Path, factor: float = 1.0) -> pd.DataFrame:
    """Return the series of the drawn pixels as an export has them: a row for each clear date."""
    drawn = pd.read_parquet(project / "results/2018/tiles/A/samples.parquet")
    parts = []
    for day in DAYS:
        with rasterio.open(project / f"archive/A_{day}.tif") as dataset:
            red, nir = dataset.read()[:, drawn.row, drawn.column] * factor
        table = pd.DataFrame({"id": drawn.index, "crop": drawn.code, "date": day, "red": red, "nir": nir})
        parts.append(table[red > -10000 * factor])
    return pd.concat(parts)


TABLE = {"file": "series.csv", "layout": "long", "label": "crop", "id": "id", "date": "date"}


def test_exported_samples_train_as_their_pixels(project: Path):
    assert run(project, None, "results/2018/models/all_run0_cross_validation.parquet") == ""
    exported(project).to_csv(project / "series.csv", index=False)
    assert run(project, TABLE | {"use": "only"}) == ""
    results = project / "results/2018"
    drawn, series = (
        pd.read_parquet(results / "tiles/A/samples.parquet"),
        pd.read_parquet(results / "table_samples.parquet"),
    )
    names = [name for name in drawn.columns if name.startswith("s_")]
    assert [name for name in series.columns if name.startswith("s_")] == names
    # Samples are in the order in which the table first names them.
    order = pd.unique(pd.read_csv(project / "series.csv").id)
    assert series[names].to_numpy().tobytes() == drawn[names].to_numpy()[order].tobytes()
    assert series.code.tolist() == drawn.code[order].tolist()
    sources = pd.read_csv(results / "models/all_run0_samples.csv")
    assert set(sources.origin) == {"table of series"}
    assert sources.samples.sum() == len(series)
    accuracy = pd.read_csv(results / "accuracy/summary.csv")
    assert len(accuracy)
    inputs = json.loads((results / "provenance.json").read_text())["inputs"]
    assert inputs["series.csv"]["use"] == "series"
    assert "Only series of a table train" in (results / "report.html").read_text()


def test_beside_polygons_and_of_another_unit(project: Path):
    target = "results/2018/models/all_run0_samples.csv"
    assert run(project, TABLE | {"use": "add"}, target) == ""
    sources = pd.read_csv(project / target).groupby("origin").samples.sum()
    assert sources["drawn"] == sources["table of series"] > 0
    exported(project, 0.01).to_csv(project / "series.csv", index=False)
    assert "values are of another unit than the archive's" in run(project, TABLE | {"use": "add"}, target)
    assert run(project, TABLE | {"use": "add", "scale": 0.01}, target) == ""


def test_a_column_that_is_missing_is_told_before_any_job(project: Path):
    exported(project).drop(columns="nir").to_csv(project / "series.csv", index=False)
    told = run(project, TABLE | {"use": "add"}, "-n")
    assert "samples.table: lacks the column `nir`; it has ['id', 'crop', 'date', 'red']" in told
