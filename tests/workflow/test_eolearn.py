"""Real Sentinel-2 NDVI of Slovenia (eo-learn's test patch) through the sensor `series`."""

import datetime
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.features import shapes
from shapely.geometry import shape

from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import TileReader
from landloom.sensors import registry as sensors
from landloom.sensors.series_settings import SeriesSettings
from landloom.timeseries import output_dates
from landloom.timeseries.gap_filling import fill_gaps
from running import ROOT, run_snakemake, write_config

pytestmark = pytest.mark.long

CLASSES = {
    2: ("forest", "#2f7d3b"),
    3: ("grassland", "#b8d977"),
    4: ("shrubland", "#c9a15c"),
    8: ("artificial", "#d8322e"),
}
PERIOD = (datetime.date(2015, 7, 1), datetime.date(2017, 12, 31))


@pytest.fixture(scope="module")
def patch(tmp_path_factory):
    """The patch as a GeoTIFF series with masks, and reference polygons cut by blocks of 20 pixels."""
    source = ROOT.parent / "shared/data/eolearn_testeopatch/example_data/TestEOPatch"
    if not source.is_dir():
        pytest.skip("no eo-learn patch in ../shared/data")
    folder = tmp_path_factory.mktemp("eolearn")
    ndvi = np.load(source / "data/NDVI.npy")[..., 0]
    valid = np.load(source / "mask/IS_VALID.npy")[..., 0]
    ring = np.array(json.loads((source / "bbox.geojson").read_text())["coordinates"][0])
    left, bottom, right, top = *ring.min(axis=0), *ring.max(axis=0)
    grid = Grid("EPSG:32633", left, top, (right - left) / 100, (top - bottom) / 101, 101, 100)
    stamps = [text.replace("-", "").replace(":", "") for text in json.loads((source / "timestamps.json").read_text())]
    archive = folder / "archive"
    archive.mkdir()
    for stamp, values, clear in zip(stamps, ndvi, valid, strict=True):
        write(archive / f"{stamp}_ndvi.tif", values, grid)
        write(archive / f"{stamp}_valid.tif", clear.astype(np.uint8), grid)
    write_reference(np.load(source / "mask_timeless/LULC.npy")[..., 0], grid, folder / "reference.gpkg")
    lines = [f"{code},{name},{color}" for code, (name, color) in CLASSES.items()]
    (folder / "nomenclature.csv").write_text("\n".join(["label,name,color", *lines]) + "\n")
    return folder, grid


def write(path, values, grid):
    with rasterio.open(path, "w", driver="GTiff", count=1, dtype=values.dtype, **grid.profile()) as dataset:
        dataset.write(values, 1)


def write_reference(codes, grid, path):
    rows, columns = np.indices(codes.shape) // 20
    keys = ((rows * 10 + columns) * 10 + codes).astype(np.int32)
    pieces = shapes(keys, mask=np.isin(codes, list(CLASSES)), transform=grid.transform)
    table = [{"key": int(key), "code": int(key) % 10, "geometry": shape(area)} for area, key in pieces]
    gpd.GeoDataFrame(table, crs=grid.crs).dissolve("key").reset_index().to_file(path)


def sensor(archive):
    return {
        "type": "series",
        "archive": str(archive),
        "file": "{date}_ndvi.tif",
        "date_format": "%Y%m%dT%H%M%S",
        "bands": {"ndvi": 1},
        "mask": {"file": "{date}_valid.tif", "valid_values": [1]},
        "scale": 1.0,
        "step_days": 16,
    }


def test_gap_filling_gives_the_published_statistics(patch):
    folder, grid = patch
    settings = SeriesSettings(**sensor(folder / "archive"))
    records = [sensors.describe(settings, "s", "x", one) for one in sensors.find(settings, "x", *PERIOD)]
    assert len(records) == 68
    days = np.array(output_dates.days([record.date for record in records]))
    with TileReader({"s": records}, grid, {"s": "nearest"}, 2) as reader:
        ((_, series),) = reader.stream([Window(0, 0, 20, 20)])
    outputs = np.unique(days)
    filled = fill_gaps(series["s"].values, series["s"].valid, days, outputs)[:, 0] / 10000
    inner = np.clip(without_extrapolation(filled, series["s"].valid, days, outputs), 0, 1)
    twice = np.isin(outputs, days[:-1][np.diff(days) == 0])
    whole = np.concatenate([inner, inner[twice]])
    assert np.nanmin(whole) == 0
    assert np.nanmax(whole) == pytest.approx(0.82836, abs=5e-5)
    assert np.nanmean(whole) == pytest.approx(0.51187, abs=5e-4)
    assert np.nanmedian(whole) == pytest.approx(0.57889, abs=5e-4)


def without_extrapolation(filled, valid, days, outputs):
    """The published statistics leave out what lies before the first and after the last clear look."""
    first = np.where(valid, days[:, None], 10**9).min(axis=0)
    last = np.where(valid, days[:, None], -1).max(axis=0)
    outside = (outputs[:, None] < first) | (outputs[:, None] > last)
    return np.where(outside, np.nan, filled)


def test_the_map_of_four_classes(patch):
    folder, _ = patch
    config = write_config(
        folder / "config.yaml",
        {
            "years": {2016: {"start": PERIOD[0], "end": PERIOD[1]}},
            "tiles": ["SLOVENIA"],
            "sensors": {"s2": sensor("archive")},
            "features": {"indices": []},
            "nomenclature": "nomenclature.csv",
            "reference": {"file": "reference.gpkg", "field": "code"},
            "runs": 2,
        },
    )
    done = run_snakemake(folder, "results/2016/accuracy/summary.csv", config=config)
    assert done.returncode == 0, done.stderr
    summary = pd.read_csv(folder / "results/2016/accuracy/summary.csv").set_index(["unit", "code", "score"])["mean"]
    print(f"overall accuracy {summary['pixels', 0, 'overall_accuracy']:.4f}")
    assert summary["pixels", 0, "overall_accuracy"] >= 0.90
