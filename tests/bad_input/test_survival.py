"""What a map survives, and says so; in folders whose names have spaces, apostrophes and accents."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from bad_input.inputs import OTHER_TILE, TILE, Project, products_of
from landloom.accuracy import class_counts
from landloom.survey import acquisition_table

pytestmark = pytest.mark.long


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def tile_file(project: Project, tile: str, name: str) -> Path:
    return project.folder / "results" / "2018" / "tiles" / tile / name


def test_paths_with_spaces_and_accents(finished: Project):
    made = finished.files("results", "2018")
    assert {"report.html", "map/run0/classification.tif", "map/validity.tif", "accuracy/summary.csv"} <= made
    assert not [name for name in made if Path(name).name.startswith(".")]
    classes = read(finished.folder / "results/2018/map/run0/classification.tif")
    assert len(np.unique(classes[classes > 0])) > 5


def test_tile_in_cloud_is_left_unclassified(finished: Project):
    assert not read(tile_file(finished, OTHER_TILE, "validity.tif")).any()
    assert not read(tile_file(finished, OTHER_TILE, "run0/classification.tif")).any()
    assert not read(tile_file(finished, OTHER_TILE, "run0/confidence.tif")).any()
    owned = read_band(tile_file(finished, OTHER_TILE, "regions.tif"), 2)
    found = class_counts.read(tile_file(finished, OTHER_TILE, "run0/counts.json")).pixels
    assert {code: count for code, count in found[1].items() if count} == {0: int(owned.sum())}


def read_band(path: Path, band: int) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(band)


def test_other_tile_is_mapped_all_the_same(finished: Project):
    classes = read(tile_file(finished, TILE, "run0/classification.tif"))
    seen = read(tile_file(finished, TILE, "validity.tif")) > 0
    mapped = read(tile_file(finished, TILE, "regions.tif")) > 0
    assert ((classes > 0) == (seen & mapped)).all()
    found = class_counts.read(tile_file(finished, TILE, "run0/counts.json")).pixels[1]
    assert sum(found.values()) - found[0] > 0.9 * read_band(tile_file(finished, TILE, "regions.tif"), 2).sum()


def test_skipped_product_is_said_so(finished: Project):
    product = products_of(finished.folder / "données d'entrée" / "archive")[4].name
    (skipped,) = [
        observation
        for observation in acquisition_table.read(tile_file(finished, TILE, "acquisitions.csv"))
        if observation.problem
    ]
    assert skipped.product == product
    assert "FRE_B8.tif: is truncated" in skipped.problem
    log = (finished.folder / f"logs/2018/tiles/{TILE}/acquisitions.log").read_text()
    assert f"warning: left out: {skipped.problem}" in log
    assert product in (finished.folder / "results/2018/report.html").read_text()


def test_findings_of_the_reference(finished: Project):
    rows = json.loads((finished.folder / "results/2018/reference_findings.json").read_text())
    found = {row["finding"]: (row["action"], row["count"]) for row in rows}
    assert found["outside of every tile"] == ("left out", 1)
    assert found["label in reference.ignore"] == ("left out", 1)
    assert found["no polygon of class 11"] == ("the class is mapped only where samples come from elsewhere", 0)
    (untested,) = [finding for finding in found if finding.startswith("the only polygon of")]
    assert found[untested] == ("trains, so the class is untested there", 1)


def test_class_of_one_polygon_trains_and_is_not_tested(finished: Project):
    samples = pd.read_csv(finished.folder / "results/2018/sample_counts.csv").set_index("code").samples
    assert samples[10] > 0
    matrix = pd.read_csv(finished.folder / "results/2018/accuracy/run0/confusion_pixels.csv", index_col=0)
    assert matrix.loc[10].sum() == 0
    assert matrix.loc[1].sum() > 0
