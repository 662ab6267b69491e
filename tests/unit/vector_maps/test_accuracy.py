import numpy as np
import pandas as pd
import pytest

from landloom.core import parquet
from landloom.geo.grids import Grid, transformer
from landloom.vector_maps import accuracy
from landloom.vector_maps.accuracy import MAP, REGULARISED, TileReference
from unit.vector_maps.made import noisy
from unit.vector_maps.maps import CLASSES, CODES, COLUMNS, GRID, ROWS, write

UTM = "EPSG:32631"


@pytest.fixture
def tile(tmp_path) -> TileReference:
    """Reference pixels of a tile in another projection, ten in each of twenty polygons; every other one tests."""
    x, y = transformer(GRID.crs, UTM).transform(GRID.left + 900, GRID.top - 700)
    grid = Grid(UTM, round(x, -1) - 300, round(y, -1) + 300, 20.0, 20.0, 40, 40)
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, 30, 200), rng.integers(0, 30, 200)
    polygon = np.repeat(np.arange(20), 10)
    table = pd.DataFrame(
        {"row": rows, "column": columns, "polygon": polygon, "code": CODES[1 + polygon % 4].astype(np.int32)}
    ).assign(number=1, test0=polygon % 2 == 0, held=False)
    parquet.write(table, tmp_path / "candidates.parquet")
    return TileReference(tmp_path / "candidates.parquet", grid)


def test_both_maps_are_scored_at_the_same_pixels_of_the_tiles(tile, tmp_path):
    ranks = noisy(ROWS, COLUMNS)
    own = write(tmp_path / "map.tif", CODES[ranks])
    other = write(tmp_path / "regularised.tif", np.full((ROWS // 2, COLUMNS // 2), 2, np.uint16), half(GRID))
    found = accuracy.compare([tile, tile], {MAP: own, REGULARISED: other}, "test0")
    assert found[MAP].pixels.sum() == found[REGULARISED].pixels.sum() == 200
    assert set(found[REGULARISED].predicted) == {2}
    table = parquet.read(tile.candidates)
    x = tile.grid.left + (table.column + 0.5) * 20
    y = tile.grid.top - (table.row + 0.5) * 20
    x, y = transformer(UTM, GRID.crs).transform(x.to_numpy(), y.to_numpy())
    labels = CODES[ranks][((GRID.top - y) // 10).astype(int), ((x - GRID.left) // 10).astype(int)]
    right = (labels == table.code)[table.test0].sum()
    same = found[MAP][found[MAP].reference == found[MAP].predicted].pixels.sum()
    assert same == 2 * right
    assert accuracy.compare([tile], {MAP: own}, None)[MAP].pixels.sum() == 200


def half(grid: Grid) -> Grid:
    return Grid(grid.crs, grid.left, grid.top, 20.0, 20.0, grid.rows // 2, grid.columns // 2)


def test_scores_tell_the_difference(tile, tmp_path):
    own = write(tmp_path / "map.tif", CODES[noisy(ROWS, COLUMNS)])
    worse = write(tmp_path / "regularised.tif", np.zeros((ROWS, COLUMNS), np.uint16))
    compared = accuracy.compare([tile], {MAP: own, REGULARISED: worse}, "test0")
    table = accuracy.scores(compared, CLASSES.codes).set_index(["map", "code", "score"])["value"]
    of_all = table[MAP, 0, "overall_accuracy_unclassified_wrong"]
    assert table[REGULARISED, 0, accuracy.DIFFERENCE] == pytest.approx(-of_all)
    assert table[REGULARISED, 0, "unclassified"] == 100
