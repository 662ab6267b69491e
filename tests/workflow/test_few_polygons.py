"""A project with hardly any polygons, end to end: no traceback, and no number that claims more than it knows."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

import fields
from fields import NORTH, WEST
from landloom.accuracy import clusters
from running import run_snakemake, write_config

pytestmark = pytest.mark.long

SIDE = 40
DARK = (slice(15, 25), slice(None))
"""Rows and columns that no date shows."""

CLASSES = {1: 4, 2: 5, 3: 7}
"""Polygons of each class, all in a grid of 4 x 4."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    random = np.random.default_rng(4)
    codes = random.permutation(np.repeat(list(CLASSES), list(CLASSES.values())))
    truth = np.kron(codes.reshape(4, 4), np.ones((SIDE // 4, SIDE // 4), int))
    write_archive(folder / "archive", truth, random)
    write_reference(folder / "reference.gpkg", codes)
    fields.write_classes(folder)
    config = write_config(folder / "config.yaml", configuration())
    done = run_snakemake(folder, "results/2018/report.html", config=config)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results/2018"


def configuration() -> dict:
    return fields.configuration(
        60,
        cross_validation={"folds": 5, "block_m": 150},
        model={"type": "random_forest", "trees": 5},
        runs=2,
    )


def write_archive(folder: Path, truth: np.ndarray, random: np.random.Generator) -> None:
    folder.mkdir()
    clear = np.ones((SIDE, SIDE), np.uint8)
    clear[DARK] = 0
    for day in ("20180201", "20180601", "20181001"):
        bands = truth * np.array([300, 500])[:, None, None] + random.normal(0, 350, (2, SIDE, SIDE))
        fields.write_image(folder, day, bands, clear)


def write_reference(path: Path, codes: np.ndarray) -> None:
    """Write the polygons; those of class 1 are of one pixel."""
    shapes = []
    for position, code in enumerate(codes):
        x, y = WEST + 100 * (position % 4) + 50, NORTH - 100 * (position // 4) - 50
        shapes.append(Point(x + 5, y + 5).buffer(4) if code == 1 else box(x - 30, y - 30, x + 30, y + 30))
    gpd.GeoDataFrame({"label": codes}, geometry=shapes, crs=fields.CRS).to_file(path)


def test_the_first_sentence_tells_which_pixels_it_is_of(project: Path):
    right, classified, tested = [], [], []
    for run in (0, 1):
        table = pd.read_parquet(project / f"accuracy/run{run}/comparison.parquet")
        right.append(table.pixels[table.reference == table.predicted].sum())
        classified.append(table.pixels[table.predicted > 0].sum())
        tested.append(table.pixels.sum())
    right, classified, tested = map(np.array, (right, classified, tested))
    assert (tested > classified).all()
    page = re.sub(r"<[^>]*>|\s+|\N{NO-BREAK SPACE}|&nbsp;", " ", (project / "report.html").read_text())
    page = re.sub(r"\s+", " ", page)
    assert f"Of the classified test pixels, {100 * (right / classified).mean():.1f} % are mapped correctly" in page
    assert f"{100 * (right / tested).mean():.1f} % of all test pixels, if unclassified ones count as wrong" in page


def test_intervals_are_by_polygons(project: Path):
    scores = pd.read_csv(project / "accuracy/scores.csv")
    table = pd.read_parquet(project / "accuracy/run0/comparison.parquet")
    table = table[table.predicted > 0].assign(right=lambda seen: seen.pixels * (seen.reference == seen.predicted))
    sums = table.groupby("polygon")[["right", "pixels"]].sum()
    expected = clusters.ratio(sums.right.to_numpy(), sums.pixels.to_numpy())
    row = scores[(scores.run == 0) & (scores.unit == "pixels") & (scores.score == "overall_accuracy")].iloc[0]
    assert (row.interval_low, row.interval_high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert row.polygons == len(sums) < 10
    assert "half_width" not in pd.read_csv(project / "accuracy/summary.csv")


def test_each_polygon_is_left_out_once_and_said_so(project: Path):
    logs = project.parents[1] / "logs/2018/models"
    assert "polygons is left out once" in next(logs.glob("*run0*cross_validate.log")).read_text()
    found = pd.read_parquet(next((project / "models").glob("*run0_cross_validation.parquet")))
    probabilities = found.filter(like="probability_polygons_")
    tested = found.predicted_polygons > 0
    assert (probabilities.sum(axis=1)[tested] - 1000).abs().max() <= 2
    best = probabilities.to_numpy().argmax(axis=1)[tested]
    codes = np.array([int(name.rpartition("_")[2]) for name in probabilities])
    assert (codes[best] == found.predicted_polygons[tested]).mean() > 0.95
