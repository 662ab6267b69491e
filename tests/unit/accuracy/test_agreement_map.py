"""The map of agreement with the reference."""

import numpy as np
import pandas as pd
import pytest
import rasterio

from landloom.accuracy import agreement_map, confusion
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.maps import styles

GRID = Grid("EPSG:32631", 500_000.0, 4_900_000.0, 10.0, 10.0, 2300, 40)
MEANING = {"test wrong": 1, "test right": 2, "train wrong": 3, "train right": 4}
MEANING |= {"test unclassified": 5, "train unclassified": 6}


@pytest.fixture
def case(tmp_path):
    """A map with unclassified pixels, and reference pixels of all roles."""
    random = np.random.default_rng(0)
    labels = random.choice([0, 3, 7, 300], (GRID.rows, GRID.columns), p=[0.1, 0.4, 0.3, 0.2]).astype(np.uint16)
    with rasters.create(tmp_path / "map.tif", GRID, "uint16", {}) as dataset:
        dataset.write(labels, 1)
    positions = np.sort(random.choice(labels.size, 3000, replace=False))
    rows, columns = np.divmod(positions, GRID.columns)
    role = random.choice(["train", "test", "both", "held"], len(positions))
    table = pd.DataFrame({"row": rows, "column": columns, "polygon": 1, "code": random.choice([3, 7, 300], 3000)})
    masks = {"run0": False, "run1": np.isin(role, ["train", "both"]), "test1": np.isin(role, ["test", "both"])}
    return labels, role, table.assign(number=1, test0=True, held=role == "held", **masks), tmp_path


def test_as_a_naive_loop_says(case):
    labels, roles, candidates, folder = case
    agreement_map.write(candidates, 1, folder / "map.tif", folder / "agreement.tif", {"LANDLOOM_CODE": "c"})
    expected = np.zeros(labels.shape, np.uint8)
    for role, pixel in zip(roles, candidates.itertuples(), strict=True):
        label = labels[pixel.row, pixel.column]
        side, right = ("train" if role == "train" else "test"), ("right" if label == pixel.code else "wrong")
        expected[pixel.row, pixel.column] = MEANING[f"{side} {right if label else 'unclassified'}"]
    with rasterio.open(folder / "agreement.tif") as dataset:
        assert (dataset.dtypes, dataset.nodata, dataset.tags()["LANDLOOM_CODE"]) == (("uint8",), 0, "c")
        np.testing.assert_array_equal(dataset.read(1), expected)
    assert set(np.unique(expected)) == {0, 1, 2, 3, 4, 5, 6}


def test_test_pixels_agree_as_often_as_the_scores_say(case):
    _, _, candidates, folder = case
    candidates = candidates[~candidates.held]
    agreement_map.write(candidates, 1, folder / "map.tif", folder / "agreement.tif", {})
    matrix = confusion.confusion(confusion.compare(candidates, 1, folder / "map.tif"), [3, 7, 300])
    with rasterio.open(folder / "agreement.tif") as dataset:
        _, wrong, right, _, _, unclassified, _ = np.bincount(dataset.read(1).ravel(), minlength=7)
    assert right / (wrong + right) == pytest.approx(confusion.overall_accuracy(matrix))
    assert unclassified == matrix[0].sum()


def test_a_tile_without_reference_is_empty(case):
    _, _, candidates, folder = case
    agreement_map.write(candidates.iloc[:0], 1, folder / "map.tif", folder / "agreement.tif", {})
    with rasterio.open(folder / "agreement.tif") as dataset:
        assert not dataset.read(1).any()


def test_names_and_colours(tmp_path):
    assert agreement_map.LEGEND.codes == list(MEANING.values())
    styles.write_class_names(tmp_path / "names.xml", agreement_map.LEGEND)
    text = (tmp_path / "names.xml").read_text()
    assert text.index("no reference") < text.index("test, wrong") < text.index("training, right")
