"""Maps lie where their tiles do, with areas of the ellipsoid, in any CRS and across 180 degrees: end to end."""

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from pyproj import Geod
from shapely.geometry import box, shape

from landloom.geo import grids, ground, ownership, vectors
from landloom.geo.grids import Grid, Window
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

DATES = ("20180115", "20180410", "20180705", "20181001")
CODES = (1, 2, 3)


def fields(tile: Grid, side: float) -> tuple[np.ndarray, gpd.GeoDataFrame]:
    """Return the class of each cell of a checkerboard of a grid, in units of its CRS, and the cells as polygons."""
    rows, columns = int((tile.top - tile.bottom) / side), int((tile.right - tile.left) / side)
    classes = np.random.default_rng(4).choice(CODES, (rows + 1, columns + 1))
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    shapes = [
        box(
            tile.left + column * side,
            tile.top - (row + 1) * side,
            tile.left + (column + 1) * side,
            tile.top - row * side,
        )
        for row, column in cells
    ]
    labels = [int(classes[cell]) for cell in cells]
    return classes, gpd.GeoDataFrame({"label": labels}, geometry=shapes, crs=tile.crs)


def write_project(folder: Path, tiles: dict[str, Grid], ground_grid: Grid, side: float, **given) -> Path:
    """Write scenes of the tiles that show the same ground, its fields as reference, and the configuration."""
    classes, reference = fields(ground_grid, side)
    draw = np.random.default_rng(8)
    for tile, grid in tiles.items():
        x, y = grid.centres(Window(0, 0, grid.rows, grid.columns))
        x, y = grids.transformer(grid.crs, ground_grid.crs).transform(x, y)
        rows = np.clip(((ground_grid.top - y) / side).astype(int), 0, classes.shape[0] - 1)
        columns = np.clip(((x - ground_grid.left) / side).astype(int), 0, classes.shape[1] - 1)
        for date in DATES:
            values = 1000 * classes[rows, columns] + draw.normal(0, 60, x.shape)
            write(folder / f"scenes/{tile}_{date}.tif", grid, np.stack([values, 4000 - values / 2]).astype(np.int16))
    reference.to_crs(given.pop("reference_crs", ground_grid.crs)).to_file(folder / "fields.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,one,#ff0000\n2,two,#00ff00\n3,three,#0000ff\n")
    series = {"type": "series", "archive": "scenes", "file": "{tile}_{date}.tif", "bands": {"red": 1, "nir": 2}}
    content = {
        "years": {2018: None},
        "tiles": list(tiles),
        "sensors": {"s": {**series, "output_dates": "own", "common_names": {"red": "R", "nir": "N"}}},
        "nomenclature": "classes.csv",
        "reference": {"file": "fields.gpkg", "field": "label"},
        "cross_validation": {"folds": 2, "block_m": 200, "importance": False, "samples_per_class": 50},
        "model": {"trees": 10},
    }
    return write_config(folder / "config.yaml", {**content, **given})


def write(path: Path, grid: Grid, values: np.ndarray) -> None:
    path.parent.mkdir(exist_ok=True)
    options = {"driver": "GTiff", "count": len(values), "dtype": "int16", "nodata": -10000}
    with rasterio.open(path, "w", **options, **grid.profile()) as dataset:
        dataset.write(values)


def run(folder: Path, config: Path) -> Path:
    done = run_snakemake(folder, config=config)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "results/2018"


def findings(results: Path, check: str) -> dict[str, float]:
    with (results / "sanity.csv").open(newline="") as file:
        return {row["place"]: float(row["value"]) for row in csv.DictReader(file) if row["check"] == check}


def reported_hectares(results: Path) -> float:
    text = (results / "report.html").read_text()
    return float(re.search(r'id="area">.*?<small>([\d\s.]+)&nbsp;ha', text)[1].replace("\u202f", ""))


def owned_hectares(results: Path, tile: str) -> float:
    counts = json.loads((results / f"tiles/{tile}/run0/counts.json").read_text())
    return sum(sum(part.values()) for part in counts["hectares"].values())


def hectares_of(grid: Grid) -> float:
    x, y = grids.transformer(grid.crs, "EPSG:4326").transform(*grid.outline(201).exterior.xy)
    return abs(Geod(ellps="WGS84").polygon_area_perimeter(x, y)[0]) / 1e4


def test_a_mosaic_of_landsat_is_its_tile(tmp_path):
    """Corners at odd multiples of 15 m."""
    tile = Grid("EPSG:32631", 300015.0, 4800015.0, 30.0, 30.0, 60, 70)
    results = run(tmp_path, write_project(tmp_path, {"A": tile}, tile, 150.0))
    for mosaic, own in (
        ("map/run0/classification.tif", "run0/classification.tif"),
        ("map/validity.tif", "validity.tif"),
    ):
        with rasterio.open(results / mosaic) as one, rasterio.open(results / "tiles/A" / own) as other:
            assert grids.of_dataset(one) == grids.of_dataset(other) == tile
            assert one.read().tobytes() == other.read().tobytes()
    assert findings(results, "places") == {"classification": 0, "confidence": 0, "validity": 0}
    assert "The map has the pixels of its tiles." in (results / "report.html").read_text()


def test_areas_in_degrees_are_those_of_the_ellipsoid(tmp_path):
    tile = Grid("EPSG:4326", 5.0001, 60.0, 0.05, 0.05, 200, 60)
    results = run(tmp_path, write_project(tmp_path, {"A": tile}, tile, 0.25))
    expected = hectares_of(tile)
    assert owned_hectares(results, "A") == pytest.approx(expected, rel=1e-3)
    assert reported_hectares(results) == pytest.approx(expected, rel=1e-3)
    with rasterio.open(results / "map/run0/classification.tif") as dataset:
        labels = dataset.read(1)
        assert grids.of_dataset(dataset) == tile
    counts = json.loads((results / "tiles/A/run0/counts.json").read_text())
    of_rows = np.array([hectares_of(tile.cut(Window(row, 0, 1, tile.columns))) for row in range(tile.rows)])
    for code in CODES:
        expected = (of_rows * (labels == code).sum(axis=1)).sum() / tile.columns
        assert counts["hectares"]["1"][str(code)] == pytest.approx(expected, rel=1e-3)


def test_a_tile_over_180_degrees_beside_one_west_of_it(tmp_path):
    """Fields in degrees as a program writes them that knows nothing of the meridian; the map in the zone of one."""
    over = Grid("EPSG:32701", 178000.0, 8118300.0, 30.0, 30.0, 90, 160)
    x, y = grids.transformer("EPSG:32701", "EPSG:32760").transform(over.left - 2500, over.top + 300)
    tiles = {"OVER": over, "WEST": Grid("EPSG:32760", round(x), round(y), 30.0, 30.0, 100, 130)}
    everything = Grid("EPSG:32701", over.left - 3000, over.top + 1000, 30.0, 30.0, 150, 280)
    config = write_project(tmp_path, tiles, everything, 240.0, reference_crs="EPSG:4326", map={"crs": "EPSG:32701"})
    results = run(tmp_path, config)
    footprints = vectors.read_layer(results / "territory.gpkg", "footprints")
    assert footprints.is_valid.all()
    owners = np.zeros(2000, int)
    draw = np.random.default_rng(1)
    points = (
        draw.uniform(over.left - 2000, over.right - 200, 2000),
        draw.uniform(over.bottom + 200, over.top - 200, 2000),
    )
    for tile, grid in tiles.items():
        with rasterio.open(results / f"tiles/{tile}/regions.tif") as dataset:
            number, owned = dataset.read()
        with rasterio.open(results / f"tiles/{tile}/run0/classification.tif") as dataset:
            assert ((dataset.read(1) > 0) == (number > 0)).all()
        others = ownership.neighbours(footprints, tile)
        own_x, own_y = grids.transformer(over.crs, grid.crs).transform(*points)
        inside = ground.depth_m(grid, grid.crs, own_x, own_y) > 0
        owners += inside & (ownership.lead_m(tile, grid, others, own_x, own_y) > 0)
        lead = ownership.lead_m(tile, grid, others, *grid.centres(Window(0, 0, grid.rows, grid.columns)))
        np.testing.assert_array_equal(owned > 0, lead > 0)
    assert (owners == 1).all()
    with rasterio.open(results / "map/run0/classification.tif") as dataset:
        on = grids.of_dataset(dataset)
        assert (dataset.read(1)[tuple(index_of(on, *points))] > 0).all()
        assert on.columns < 300
    total = sum(owned_hectares(results, tile) for tile in tiles)
    union = gpd.GeoSeries([footprints.union_all()], crs=4326).to_crs("EPSG:6933").area.sum() / 1e4
    assert total == pytest.approx(union, rel=5e-3)
    assert findings(results, "places") == {"classification": 0, "confidence": 0, "validity": 0}
    item = json.loads((results / "stac.json").read_text())["features"][0]
    assert item["bbox"][0] > 179 > -179 > item["bbox"][2]
    assert shape(item["geometry"]).is_valid
    assert [one["finding"] for one in json.loads((results / "reference_findings.json").read_text())] in (
        [],
        ["outside of every tile"],
    )


def index_of(grid: Grid, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = np.floor((grid.top - y) / grid.resolution_y).astype(int)
    return rows, np.floor((x - grid.left) / grid.resolution).astype(int)
