"""A tile from its files to its map: landloom's `classify` against what it cannot do without.

There is no program to compare with that does the same: Orfeo ToolBox would write the gap-filled stack to disk in
between. So the parts are the peers: reading alone, and computing alone on a series that lies in memory.
"""

from __future__ import annotations

import datetime
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

from benchmarks.big_tile import TILE, make_big_tile, positions
from benchmarks.contest import Case, Contestant, Job
from landloom.core.nomenclature import read
from landloom.features import sensor_features, vectors
from landloom.features.vectors import Layout
from landloom.geo import rasters, windows
from landloom.geo.grids import Grid, Window
from landloom.jobs.job import GDAL_CACHE_MB, limit_threads
from landloom.maps import classification
from landloom.maps.applied_models import Areas
from landloom.maps.classification import Tile
from landloom.maps.run_map import Run
from landloom.models import files
from landloom.models.forest import conversion
from landloom.models.forest.model import Forest
from landloom.models.interface import StoredModel
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.sentinel2.bands import COMMON_NAMES
from landloom.sensors.sentinel2.theia import TheiaSettings
from landloom.survey import survey, tile_grids

SIDE_PX, QUICK_SIDE_PX = 1680, 420
PERIOD = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
STEP_DAYS = 10
SAMPLES = 17_000
MEMORY_MB = 2000
SENSOR = "sentinel2"
# As in a job, and before GDAL is asked for anything: it looks once, and would take a share of the machine.
os.environ["GDAL_CACHEMAX"] = GDAL_CACHE_MB


def make(folder: Path, quick: bool) -> dict[str, Any]:
    """Make the tile, and train a forest on some of its pixels and their true classes."""
    return make_of_side(folder, QUICK_SIDE_PX if quick else SIDE_PX)


def make_files(folder: Path, side: int) -> None:
    """Make the images of a tile, which is of one region."""
    make_big_tile(folder, side)
    grid = grid_of(folder)
    with rasters.create(folder / "regions.tif", grid, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.ones((2, grid.rows, grid.columns), np.uint8))


def make_of_side(folder: Path, side: int) -> dict[str, Any]:
    """Make a tile of any size and its forest."""
    make_files(folder, side)
    observations, grid = acquisitions(folder), grid_of(folder)
    model = train(folder, observations)
    files.save(model, folder / "model.npz")
    size = sum(path.stat().st_size for path in (folder / "archive").rglob("*.tif"))
    return {
        "pixels": grid.rows * grid.columns,
        "observations": len(observations),
        "output dates": len(sensor_of(observations).output_dates),
        "bands": len(observations[0].bands),
        "features": len(model.feature_names),
        "nodes": len(model.nodes),
        "files": f"{size / 1e6:.0f} MB",
        "uncompressed": f"{_plain_bytes(observations) / 1e6:.0f} MB",
    }


def _settings(folder: Path) -> dict[str, TheiaSettings]:
    return {SENSOR: TheiaSettings(type="sentinel2_theia", archive=str(folder / "archive"))}


def acquisitions(folder: Path) -> list[Acquisition]:
    """Return the tile's acquisitions by date."""
    found = survey.find_acquisitions(_settings(folder), TILE, PERIOD)
    return sorted(found.acquisitions, key=lambda observation: observation.date)


def grid_of(folder: Path) -> Grid:
    """Return the grid of the tile."""
    return tile_grids.tile_grid(acquisitions(folder)[:1])


def sensor_of(observations: list[Acquisition]) -> sensor_features.SensorFeatures:
    """Return the features of a series: all bands and the default indices."""
    first, last = observations[0].date, observations[-1].date
    outputs = [first + datetime.timedelta(day) for day in range(0, (last - first).days + 1, STEP_DAYS)]
    dates = [observation.date for observation in observations]
    return sensor_features.of_sensor(
        SENSOR, [name for name, _ in observations[0].bands], COMMON_NAMES, True, None, dates, outputs
    )


def _plain_bytes(observations: list[Acquisition]) -> int:
    """Count the bytes of all bands and masks at their own resolution."""
    total = 0
    for path in _files(observations):
        with rasterio.open(path) as dataset:
            total += dataset.width * dataset.height * np.dtype(dataset.dtypes[0]).itemsize
    return total


def _files(observations: list[Acquisition]) -> list[str]:
    bands = [band.path for observation in observations for _, band in observation.bands]
    return bands + [mask.source.path for observation in observations for mask in observation.masks]


def open_reader(observations: list[Acquisition], grid: Grid, threads: int) -> TileReader:
    """Return a reader of the series."""
    return TileReader({SENSOR: observations}, grid, {SENSOR: "bilinear"}, threads)


def train(folder: Path, observations: list[Acquisition], trees: int = 100, seed: int = 1) -> Forest:
    """Train a forest on pixels of the tile's upper rows."""
    grid = grid_of(folder)
    with rasterio.open(folder / "demo/2018/truth" / f"{TILE}.tif") as dataset:
        truth = dataset.read(1)
    where = positions(len(truth), grid.rows)
    rows = Window(0, 0, min(grid.rows, 400), grid.columns)
    pixels = np.sort(np.random.default_rng(5).choice(rows.pixels, min(SAMPLES, rows.pixels), replace=False))
    labels = truth[np.ix_(where[: rows.rows], where)].ravel()[pixels]
    sensor = sensor_of(observations)
    with open_reader(observations, grid, 2) as reader:
        ((_, series),) = reader.stream([rows])
        matrix, seen = Layout((sensor,)).of_window(rows, series).stack(pixels)
    return conversion.fit(matrix[seen], labels[seen], sensor.names, seed, 2, {"n_estimators": trees}, {})


def start_landloom(folder: Path, threads: int) -> Job:
    """Map the tile: files to labels and confidence."""
    return job(folder, acquisitions(folder), files.load(folder / "model.npz"), threads)


def job(folder: Path, observations: list[Acquisition], model: StoredModel, threads: int) -> Job:
    """Map the tile from some of its acquisitions."""
    outputs = {"classification": folder / f"map{threads}.tif", "confidence": folder / f"confidence{threads}.tif"}
    return job_of_runs(folder, observations, [Run({1: model}, outputs, {})], threads)


def job_of_runs(folder: Path, observations: list[Acquisition], runs: list[Run], threads: int) -> Job:
    """Map the tile with the models of several runs."""
    grid, threads = grid_of(folder), limit_threads(threads)
    classes = read(folder / "demo/nomenclature.csv")

    def work() -> None:
        with open_reader(observations, grid, threads) as reader:
            plan = _plan(reader, observations, grid, len(runs))
            areas = Areas(folder / "regions.tif", None)
            tile = Tile(grid, Layout((sensor_of(observations),)), areas, classes)
            classification.classify(tile, plan.windows, reader, runs)

    return Job(work, grid.rows * grid.columns, lambda result: None)


def _plan(reader: TileReader, observations: list[Acquisition], grid: Grid, runs: int) -> windows.Plan:
    block = classification.block_bytes(grid, 0, ["classification", "confidence"] * runs)
    most_pixels = windows.most_pixels(MEMORY_MB, len(observations) * (2 * 10 + 1), block)
    return windows.plan(grid, reader.blocks(), most_pixels)


def start_reading(folder: Path, threads: int) -> Job:
    """Read every file whole with rasterio, a thread a file, and drop what was read."""
    observations, grid = acquisitions(folder), grid_of(folder)

    def read_file(path: str) -> None:
        with rasterio.open(path) as dataset:
            for row in range(0, dataset.height, 512):
                dataset.read(1, window=((row, min(row + 512, dataset.height)), (0, dataset.width)))

    def work() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(read_file, _files(observations)))

    return Job(work, grid.rows * grid.columns, lambda result: None)


def start_computing(folder: Path, threads: int) -> Job:
    """Fill gaps, make features and walk the forest, on a part of the tile whose series lies in memory."""
    observations, grid = acquisitions(folder), grid_of(folder)
    limit_threads(threads)
    model, sensor = files.load(folder / "model.npz"), sensor_of(observations)
    part = Window(0, 0, min(256, grid.rows), grid.columns)
    with open_reader(observations, grid, threads) as reader:
        ((_, series),) = reader.stream([part])

    def work() -> None:
        for chunk in vectors.chunks(part.pixels):
            matrix, _ = Layout((sensor,)).of_window(part, series).stack(np.arange(chunk.start, chunk.stop))
            model.predict_proba(matrix)

    return Job(work, part.pixels, lambda result: None)


def check(folder: Path, threads: int) -> list[str]:
    """Compare the map with the true one."""
    with rasterio.open(folder / "demo/2018/truth" / f"{TILE}.tif") as dataset:
        truth = dataset.read(1)
    with rasterio.open(folder / f"map{threads}.tif") as dataset:
        found = dataset.read(1)
    where = positions(len(truth), len(found))
    right = np.mean(found == truth[np.ix_(where, where)])
    return [f"{right:.1%} of the map's pixels have the true class ({threads} threads)"]


CASE = Case(
    module=__name__,
    title="From files to map",
    description="`classify` of a tile: decode, fill gaps, make features, walk the forest, write labels.",
    make=make,
    matches=(
        (
            Contestant("landloom", start_landloom),
            Contestant("reading alone", start_reading, "rasterio reads every file of bands and masks once, whole"),
            Contestant(
                "computing alone",
                start_computing,
                "landloom's gap filling, features and forest on 256 rows that lie in memory; per pixel as all others",
            ),
        ),
    ),
    check=check,
)
