"""How right maps are that are fused."""

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy import confusion
from landloom.fusion import accuracy as fusion_accuracy
from landloom.fusion import belief_masses
from landloom.geo import rasters
from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 40)
CODES = [1, 2, 3]


@pytest.fixture
def tile(tmp_path):
    """Three maps and reference pixels: polygons of a row each, of which each fifth is held out."""
    random = np.random.default_rng(5)
    paths, labels = [], random.choice([0, *CODES], (3, 40, 40), p=[0.1, 0.3, 0.3, 0.3]).astype(np.uint8)
    for number, values in enumerate(labels):
        paths.append(tmp_path / f"map{number}.tif")
        with rasters.create(paths[-1], GRID, "uint8", {}) as file:
            file.write(values, 1)
    row, column = (one.ravel() for one in np.indices((40, 40)))
    table = pd.DataFrame({"row": row, "column": column, "polygon": row, "code": row % 3 + 1, "number": 1})
    held = row % 5 == 0
    table = table.assign(held=held, test0=~held & (row % 2 == 0), test1=~held & (row % 2 == 1))
    return paths, labels, table


def naive(labels, pixels):
    """The confusion matrix of a map at some pixels, by a loop."""
    matrix = pd.DataFrame(0, index=CODES, columns=[0, *CODES])
    for one in pixels.itertuples():
        matrix.loc[one.code, labels[one.row, one.column]] += 1
    return matrix


def test_beliefs_come_from_each_maps_own_test_polygons(tile):
    paths, labels, table = tile
    comparison = fusion_accuracy.compare_for_beliefs(table, paths, 2)
    found = fusion_accuracy.beliefs(comparison, 3, CODES, "recall")
    tested = [table[table.test0], table[table.test1], table[~table.held]]
    for number, pixels in enumerate(tested):
        matrix = naive(labels[number], pixels)
        expected = [matrix.loc[code, code] / matrix.loc[code, CODES].sum() for code in CODES]
        np.testing.assert_allclose(found[number], belief_masses.weights_of_evidence(np.array(expected)))


def test_a_class_without_test_polygons_is_believed_as_the_whole_map():
    """Its only polygon trains: what the map calls so among what tests is wrong, which tells nothing of the class."""
    rows = [(1, 1, 1, 8), (1, 1, 3, 2), (2, 2, 2, 9), (2, 2, 1, 1)]
    comparison = pd.DataFrame(rows, columns=["polygon", "reference", "predicted", "pixels"]).assign(map=0)
    for measure, first in (("precision", 8 / 9), ("recall", 8 / 10)):
        found = fusion_accuracy.beliefs(comparison, 1, CODES, measure)[0]
        np.testing.assert_allclose(found[[0, 2]], belief_masses.weights_of_evidence(np.array([first, 17 / 20])))


def test_all_maps_are_tested_on_what_is_held_out(tile):
    paths, labels, table = tile
    names = fusion_accuracy.names_of(paths, 2)
    assert names == ["run0", "run1", "other0"]
    comparison = fusion_accuracy.compare_held_out(table, dict(zip(names, paths, strict=True)))
    scores = fusion_accuracy.scores(comparison, CODES).set_index(["map", "unit", "code", "score"]).value
    for name, values in zip(names, labels, strict=True):
        matrix = naive(values, table[table.held])
        assert scores[name, "pixels", 0, "overall_accuracy"] == pytest.approx(confusion.overall_accuracy(matrix))
        assert scores[name, "pixels", 0, "tested"] == 8 * 40
        assert scores[name, "polygons", 0, "tested"] == 8
