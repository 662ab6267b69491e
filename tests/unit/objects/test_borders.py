"""One ground cut into one, two and four tiles has the same objects and sums."""

import numpy as np
import pytest

from ground import Ground, assert_equal_sums
from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.objects import borders, object_table
from landloom.objects.object_table import Reader, joined
from landloom.objects.sums import Sums

GROUND = Ground.random(4)
ROWS, COLUMNS = 60, 50
CUTS = {
    1: {"a": ((0, 60), (0, 50))},
    2: {"a": ((0, 33), (0, 50)), "b": ((33, 60), (0, 50))},
    4: {
        "a": ((0, 33), (0, 21)),
        "b": ((0, 33), (21, 50)),
        "c": ((33, 60), (0, 21)),
        "d": ((33, 60), (21, 50)),
    },
}


def tables_of(folder, cut):
    """Write the tables of tiles that own parts of the ground, and overlap by some pixels."""
    paths = []
    for tile, ((top, bottom), (left, right)) in CUTS[cut].items():
        edges = max(top - 6, 0), min(bottom + 6, ROWS), max(left - 6, 0), min(right + 6, COLUMNS)
        window = Window(edges[0], edges[2], edges[1] - edges[0], edges[3] - edges[2])
        owned = Window(top, left, bottom - top, right - left)
        paths.append(GROUND.tile(window, owned, folder / tile, side=13))
    return paths


def whole_ground(folder, cut):
    """Return all objects of the ground, those of several tiles merged, by their numbers."""
    paths = tables_of(folder, cut)
    borders.merge(paths, folder / "borders.parquet")
    shared = Reader(folder / "borders.parquet")
    merged = shared.chosen(shared.numbers())
    alone = [borders.whole(part, merged) for path in paths for part in Reader(path).parts()]
    found = joined([*alone, merged], shared.schema)
    return found.taken(np.argsort(found.numbers))


@pytest.mark.parametrize("cut", [2, 4])
def test_tiles_do_not_matter(tmp_path, cut):
    one, several = whole_ground(tmp_path / "one", 1), whole_ground(tmp_path / "several", cut)
    for name in ("numbers", "pixels", "seen", "regions"):
        np.testing.assert_array_equal(getattr(several, name), getattr(one, name), name)
    assert_equal_sums(several.sums, one.sums)
    assert len(Reader(tmp_path / "several" / "borders.parquet")) > 10
    assert len(Reader(tmp_path / "one" / "borders.parquet")) == 0


def test_tables_with_other_features_are_told(tmp_path):
    for name, feature in (("a", "x"), ("b", "y")):
        schema = object_table.Schema.of([feature], 1, ["mean"])
        object_table.write(tmp_path / name, schema, object_table.none(schema))
    with pytest.raises(InputError, match="has other features or regions than"):
        borders.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c")


def test_without_a_table_of_several_tiles_all_objects_are_whole(tmp_path):
    (path,) = tables_of(tmp_path, 1)
    part = next(Reader(path).parts())
    assert borders.whole(part, None) is part


@pytest.mark.parametrize(("moved", "told"), [(0, True), (70, False)])
def test_rasters_that_count_from_one_in_each_tile_are_told(tmp_path, capfd, moved, told):
    schema, zeros = object_table.Schema.of(["f"], 1, ["mean"]), np.zeros(120, np.int64)
    for tile, more in (("a", 0), ("b", moved)):
        numbers, places = np.arange(1, 121) + more, zeros.astype(np.int32)
        objects = object_table.Objects(
            numbers, places, places, zeros + 5, zeros + 5, np.full((120, 1), 5), Sums.empty(120, 1)
        )
        object_table.write(tmp_path / tile, schema, objects)
    borders.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "borders.parquet")
    assert ("if rasters of tiles" in capfd.readouterr().err) == told
