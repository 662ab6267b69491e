"""Steps along the borders of regions."""

import numpy as np
import pandas as pd
import pytest

from landloom.accuracy import border_steps
from landloom.accuracy.class_counts import disagreement
from landloom.geo import rasters
from landloom.geo.grids import Grid

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 50)


@pytest.fixture
def tile(tmp_path):
    """Regions 1, 2, 3 from left to right, a map that changes at the first border, and one that does not."""
    numbers = np.ones((60, 50), np.uint8)
    numbers[:, 20:], numbers[:, 40:], numbers[50:] = 2, 3, 0
    owned = (numbers > 0) & (np.arange(60) < 45)[:, np.newaxis]
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.stack([numbers, owned.astype(np.uint8)]))
    random = np.random.default_rng(6)
    flat = random.choice([0, 1, 2], (60, 50), p=[0.1, 0.45, 0.45]).astype(np.uint8)
    steep = np.where((numbers == 1) & (flat == 2) & (random.random((60, 50)) < 0.8), 1, flat).astype(np.uint8)
    paths = {}
    for name, labels in (("flat", flat), ("steep", steep)):
        paths[name] = tmp_path / f"{name}.tif"
        with rasters.create(paths[name], GRID, "uint8", {}) as file:
            file.write(labels, 1)
    return tmp_path, paths, {"flat": flat, "steep": steep}, numbers, owned


def test_strips_as_a_naive_loop_counts_them(tile, monkeypatch):
    folder, paths, labels, numbers, owned = tile
    expected = {}
    for row, column in np.argwhere(owned):
        near = {
            int(numbers[y, x])
            for y in range(max(row - 3, 0), min(row + 4, 60))
            for x in range(max(column - 3, 0), min(column + 4, 50))
            if abs(y - row) + abs(x - column) <= 3
        }
        for name, values in labels.items():
            for other in near - {0, int(numbers[row, column])}:
                if values[row, column]:
                    key = (name, int(numbers[row, column]), other, int(values[row, column]))
                    expected[key] = expected.get(key, 0) + 1
    for side in (1024, 16):
        monkeypatch.setattr(border_steps, "WINDOW_SIDE", side)
        found = border_steps.count_strips(paths, folder / "regions.tif")
        assert found.set_index(["map", "number", "neighbour", "code"]).pixels.to_dict() == expected


def test_a_map_that_changes_at_a_border_has_a_step_there(tile):
    folder, paths, *_ = tile
    strips = border_steps.count_strips(paths, folder / "regions.tif")
    steps = border_steps.steps(strips).set_index(["map", "number", "neighbour"])
    assert steps.step["steep", 1, 2] > 0.25 > steps.step["flat", 1, 2] + 0.1
    assert steps.step["steep", 2, 3] == steps.step["flat", 2, 3]
    steep = strips[strips["map"] == "steep"].set_index(["number", "neighbour", "code"]).pixels
    one, other = steep[1, 2].to_dict(), steep[2, 1].to_dict()
    assert steps.step["steep", 1, 2] == pytest.approx(disagreement(one, other))
    named = border_steps.steps_of_runs(strips.assign(run=4), {1: "a", 2: "b", 3: "c"})
    assert named[["run", "region", "neighbour"]].drop_duplicates().values.tolist() == [[4, "a", "b"], [4, "b", "c"]]


def test_maps_are_compared_where_several_models_act(tile, tmp_path):
    _, paths, labels, *_ = tile
    weights = np.zeros((2, 60, 50), np.float32)
    weights[0], weights[1, :, 15:25] = 1, 0.25
    with rasters.create(tmp_path / "weights.tif", GRID, "float32", {}, bands=2, nodata=None) as file:
        file.write(weights)
    row, column = (one.ravel() for one in np.indices((60, 50)))
    table = pd.DataFrame(
        {"row": row, "column": column, "polygon": row, "code": 1, "number": 1, "test2": row % 2 == 0}
    )
    found = border_steps.compare(table, 2, paths, tmp_path / "weights.tif")
    scores = border_steps.scores_of_runs(found.assign(run=2), [1, 2]).set_index(["place", "map"])
    for place, columns in (("map", slice(None)), ("border", slice(15, 25))):
        for name, values in labels.items():
            seen = values[::2, columns]
            assert scores.tested[place, name] == seen.size
            assert scores.overall_accuracy[place, name] == pytest.approx((seen == 1).sum() / (seen > 0).sum())


def test_regions_that_do_not_touch_have_no_step(tmp_path):
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(np.ones((2, 60, 50), np.uint8))
    strips = border_steps.count_strips({}, tmp_path / "regions.tif")
    assert strips.empty
    named = border_steps.steps_of_runs(strips.assign(run=0), {1: "a"})
    assert named.empty
    assert "step" in named.columns
