import numpy as np
import pandas as pd

from ground import Ground
from landloom.geo.grids import Grid, Window
from landloom.objects import borders, statistics
from landloom.objects.object_table import Reader
from landloom.samples import object_samples

GROUND = Ground.random(7)
FEATURES = statistics.of_features(["mean", "count"], GROUND.schema.features)


def selection_of(path, numbers):
    part = next(Reader(path).parts())
    chosen = part.taken(np.flatnonzero(np.isin(part.numbers, numbers)))
    table = pd.DataFrame({"row": chosen.rows, "column": chosen.columns, "object": chosen.numbers, "code": 3})
    return table.assign(coverage=1.0, purity=1.0).sample(frac=1, random_state=1)


def test_samples_are_the_statistics_of_whole_objects(tmp_path):
    window = Window(0, 0, 60, 50)
    whole = GROUND.tile(window, window, tmp_path / "whole")
    parts = [
        GROUND.tile(Window(0, 0, 40, 50), Window(0, 0, 33, 50), tmp_path / "a"),
        GROUND.tile(Window(28, 0, 32, 50), Window(33, 0, 27, 50), tmp_path / "b"),
    ]
    borders.merge(parts, tmp_path / "borders.parquet")
    numbers = np.unique(GROUND.objects[:20])[1:]
    grid = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 50)
    selection = selection_of(whole, numbers)
    expected, matrix = object_samples.extract(selection, grid, FEATURES, whole, None)
    found, same = object_samples.extract(selection, grid, FEATURES, parts[0], tmp_path / "borders.parquet")
    pd.testing.assert_frame_equal(found, expected)
    np.testing.assert_array_equal(same, matrix)
    # The object of which nothing is seen is left out; the others are sorted by their first pixel.
    assert len(found) == len(numbers) - 1
    assert (np.diff(found.row * 50 + found.column) > 0).all()
    assert list(found.columns) == ["row", "column", "code", "x", "y"]
    first = found.iloc[0]
    pixels = (GROUND.objects == GROUND.objects[int(first.row), int(first.column)]) & GROUND.seen
    assert matrix[0, -1] == pixels.sum()
