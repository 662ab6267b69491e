import numpy as np
import pandas as pd
import pytest

from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.objects import labelling, object_table
from landloom.objects.labelling import Rule
from landloom.objects.object_table import Objects, Schema
from landloom.objects.sums import Sums

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 40, 30)
SCHEMA = Schema.of(["f"], 2, ["mean"])
RULE = Rule(0.5, 0.8, (), True)


def objects_of(seen, rows=None):
    """Objects 1, 2 ... with numbers of valid pixels; odd ones lie in region 1, even ones in region 2."""
    count = len(seen)
    numbers = np.arange(1, count + 1)
    places = np.arange(count, dtype=np.int32)
    regions = np.stack([numbers % 2 * 5, (1 - numbers % 2) * 5], axis=1)
    seen = np.array(seen, np.int64)
    return Objects(numbers, places, places + 1, seen + 1, seen, regions, Sums.empty(count, 1))


def counted(rows, seen, tile_seen=None):
    """Rows of (object, polygon, code, seen, run0, test0) as a tile's table."""
    columns = ["object", "polygon", "code", "seen", "run0", "test0"]
    table = pd.DataFrame(rows, columns=columns).assign(held=False)
    table["pixels"], table["observations"] = table.seen + 1, table.seen * 3
    objects = objects_of(seen)
    place = labelling._as_frame(objects)
    return table.merge(place, on="object", how="left").fillna(0)


def label(rows, seen, rule=RULE):
    return labelling.label({"A": counted(rows, seen)}, rule, None)


def test_coverage_purity_and_roles_decide():
    rows = [
        (1, 10, 1, 6, True, False),  # covered and pure
        (2, 11, 1, 3, True, False),  # covered too little
        (3, 12, 1, 5, True, False),  # of two labels
        (3, 13, 2, 5, True, False),
        (4, 14, 2, 9, True, False),  # beside a pixel that tests
        (4, 15, 2, 1, False, True),
        (0, 16, 2, 4, True, False),  # outside of objects
        (5, 17, 2, 8, False, True),  # tests alone
        (6, 18, 2, 9, True, False),  # pure enough
        (6, 19, 1, 1, True, False),
    ]
    candidates, polygons = label(rows, [10] * 6)
    found = candidates.set_index("object")
    assert list(found.index) == [1, 4, 5, 6]
    assert found.run0.tolist() == [True, False, False, True]
    assert found.test0.tolist() == [False, False, True, False]
    assert found.code.tolist() == [1, 2, 2, 2]
    assert found.polygon.tolist() == [10, 14, 17, 18]
    assert found.number.tolist() == [1, 2, 1, 2]
    assert found.coverage.tolist() == [0.6, 1.0, 0.8, 1.0]
    assert found.purity.tolist() == [1.0, 1.0, 1.0, 0.9]
    assert (found.observations == 3).all()
    assert found[["tile", "row", "column"]].iloc[0].tolist() == ["A", 0, 1]
    expected = {
        1: {"polygons": 4, "outside": 0, "coverage": 1, "purity": 1, "split": 0, "objects": 1},
        2: {"polygons": 4, "outside": 1, "coverage": 0, "purity": 1, "split": 1, "objects": 1},
    }
    table = polygons.set_index("code")
    assert table[list(expected[1])].to_dict("index") == expected
    assert (table.run == 0).all()
    lines = labelling.described(polygons, {1: "wheat", 2: "maize"})
    assert lines[1].startswith("run 0, class maize: 1 objects; of 4 training polygons, 3 have none (1 outside of")


def test_objects_of_several_tiles_are_labelled_once(tmp_path):
    tables = {
        "B": counted([(1, 10, 1, 4, True, False)], [5]),
        "A": counted([(1, 10, 1, 3, True, False)], [4]),
    }
    object_table.write(tmp_path / "borders.parquet", SCHEMA, objects_of([20]))
    with pytest.raises(InputError, match=r"none of the 1 objects .* \(the best covered: 0.35, 1.00\)"):
        labelling.label(tables, RULE, tmp_path / "borders.parquet")
    candidates, _ = labelling.label(tables, Rule(0.35, 0.8, (), True), tmp_path / "borders.parquet")
    assert candidates[["tile", "object", "coverage"]].values.tolist() == [["A", 1, 0.35]]
    alone, _ = labelling.label(tables, Rule(0.35, 0.8, (), False), None)
    assert alone[["tile", "object", "coverage"]].values.tolist() == [["A", 1, 0.75], ["B", 1, 0.8]]


def test_no_object_on_the_reference_is_told():
    with pytest.raises(InputError, match=r"no object holds a reference pixel; does the segmentation lie"):
        label([(0, 10, 1, 4, True, False)], [5])


def test_regions_that_come_first_have_the_object():
    candidates, _ = label([(1, 10, 1, 5, True, False)], [5], Rule(0.5, 0.8, (2,), True))
    assert candidates.number.tolist() == [1]


def test_reference_pixels_are_counted_in_their_objects(tmp_path):
    random = np.random.default_rng(3)
    numbers = random.integers(0, 4, (40, 30))
    with rasters.create(tmp_path / "objects.tif", GRID, "int64", {}) as file:
        file.write(numbers, 1)
    object_table.write(tmp_path / "objects.parquet", SCHEMA, objects_of([7, 8, 9]))
    places = np.sort(random.choice(1200, 200, replace=False))
    candidates = pd.DataFrame({"row": places // 30, "column": places % 30, "polygon": random.integers(1, 4, 200)})
    candidates = candidates.assign(
        code=candidates.polygon % 2, observations=random.integers(0, 3, 200), run0=candidates.polygon > 1, held=False
    ).assign(test0=lambda table: ~table.run0)
    found = labelling.count_reference(candidates, tmp_path / "objects.tif", tmp_path / "objects.parquet")
    there = candidates.assign(object=numbers.ravel()[places])
    assert len(found) == len(there.drop_duplicates(["object", "polygon"]))
    for row in found.itertuples():
        part = there[(there.object == row.object) & (there.polygon == row.polygon)]
        expected = (len(part), (part.observations > 0).sum(), part.observations.sum())
        assert (row.pixels, row.seen, row.observations) == expected
        assert row.object_seen == (0, 7, 8, 9)[row.object]
        assert (row.run0, row.test0, row.held) == (row.polygon > 1, row.polygon == 1, False)
