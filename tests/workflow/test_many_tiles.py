"""Forty tiles, as small as they can be, run through to report and verification."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely import box

from landloom.provenance import verify
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

TILES = [f"T{number:02d}" for number in range(40)]
IN_A_ROW = 8
DAYS = ["20180115", "20180501", "20180905"]
SIDE, FIELD = 24, 4
"""Pixels of a tile and of a field."""
LEFT, TOP, RESOLUTION_M = 500000, 4900000, 10
GROUND_M = SIDE * RESOLUTION_M


def corner(number: int) -> tuple[int, int]:
    """Return the upper left corner of a tile: they lie side by side."""
    return LEFT + number % IN_A_ROW * GROUND_M, TOP - number // IN_A_ROW * GROUND_M


def labels(number: int) -> np.ndarray:
    """Return the class of each pixel of a tile: two classes in fields, as on a chessboard with holes."""
    random = np.random.default_rng(number)
    fields = random.integers(1, 3, (SIDE // FIELD, SIDE // FIELD))
    return fields.repeat(FIELD, axis=0).repeat(FIELD, axis=1)


def write_tile(archive: Path, number: int) -> list[dict]:
    """Write the images of a tile; return the fields that are known."""
    code, random = labels(number), np.random.default_rng([number, 1])
    left, top = corner(number)
    profile = {"driver": "GTiff", "count": 2, "dtype": "int16", "height": SIDE, "width": SIDE, "nodata": -10000}
    profile |= {"crs": "EPSG:32631", "transform": from_origin(left, top, RESOLUTION_M, RESOLUTION_M)}
    for place, day in enumerate(DAYS):
        bands = np.stack([800 + 300 * code, 2000 + 700 * code * place]) + random.integers(0, 90, (2, SIDE, SIDE))
        with rasterio.open(archive / f"{TILES[number]}_{day}.tif", "w", **profile) as dataset:
            dataset.write(bands.astype(np.int16))
    field_m = FIELD * RESOLUTION_M
    places = [(row, column) for row in range(SIDE // FIELD) for column in range(SIDE // FIELD)]
    return [
        {
            "code": int(code[row * FIELD, column * FIELD]),
            "geometry": box(x + 2, y - field_m + 2, x + field_m - 2, y - 2),
        }
        for row, column in places[number % 3 :: 3]
        for x, y in [(left + column * field_m, top - row * field_m)]
    ]


def configuration() -> dict:
    sensor = {"type": "series", "archive": "archive", "file": "{tile}_{date}.tif", "bands": {"red": 1, "nir": 2}}
    return {
        "years": {2018: None},
        "tiles": TILES,
        "sensors": {"s": sensor | {"step_days": 60, "common_names": {"red": "R", "nir": "N"}}},
        "nomenclature": "classes.csv",
        "reference": {"file": "reference.gpkg", "field": "code"},
        "samples": {"strategy": "per_class", "number": 400},
        "model": {"trees": 5},
        "cross_validation": {"folds": 2, "block_m": 300, "importance": False, "samples_per_class": 50},
        "map": {"crs": "EPSG:32631"},
        "seed": 3,
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many_tiles")
    (folder / "archive").mkdir()
    fields = [field for number in range(len(TILES)) for field in write_tile(folder / "archive", number)]
    gpd.GeoDataFrame(fields, crs="EPSG:32631").to_file(folder / "reference.gpkg")
    (folder / "classes.csv").write_text("label,name,color\n1,green,#00aa00\n2,bare,#aa8800\n")
    done = run_snakemake(folder, config=write_config(folder / "config.yaml", configuration()))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_the_mosaic_shows_all_tiles(project: Path):
    with rasterio.open(project / "results/2018/map/run0/classification.tif") as dataset:
        mapped = dataset.read(1)
        assert (dataset.transform.c, dataset.transform.f) == (LEFT, TOP)
    truth = np.block([[labels(row + column) for column in range(IN_A_ROW)] for row in range(0, len(TILES), IN_A_ROW)])
    assert mapped.shape == truth.shape
    assert (mapped == truth).mean() > 0.99


def test_report_provenance_and_page_tell_of_all(project: Path, capsys: pytest.CaptureFixture[str]):
    year = project / "results/2018"
    told = json.loads((year / "provenance.json").read_text())
    assert [tile for tile in TILES if f"tiles/{tile}/run0/classification.tif" not in told["products"]] == []
    report = (year / "report.html").read_text()
    assert [tile for tile in TILES if tile not in report] == []
    assert verify.verify(year / "provenance.json"), capsys.readouterr().out
    done = run_snakemake(project, "--dry-run", config=project / "config.yaml")
    assert "Nothing to be done" in done.stdout + done.stderr
