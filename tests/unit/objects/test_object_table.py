import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.objects import object_table
from landloom.objects.object_table import Objects, Reader, Schema
from landloom.objects.sums import Sums


def some(numbers, features=3, regions=2, seed=0):
    random = np.random.default_rng(seed)
    count = len(numbers)
    sums = Sums.empty(count, features)
    for array in sums.arrays.values():
        array[:] = random.integers(-100, 100, array.shape)
    places = random.integers(0, 50, (2, count)).astype(np.int32)
    counts, in_regions = random.integers(0, 9, (2, count)), random.integers(0, 9, (count, regions))
    return Objects(np.array(numbers, np.int64), *places, *counts, in_regions, sums)


def test_a_table_is_read_as_it_was_written(tmp_path):
    schema = Schema.of(["a:b", "c", "d"], 2, ["mean", "std", "max", "count"])
    assert schema.kept == ("total", "missing", "squares", "most")
    first, second = some([5, 2**60, 7]), some([9], seed=1)
    with object_table.writer(tmp_path / "t.parquet", schema) as file:
        file.write(first)
        file.write(second)
    reader = Reader(tmp_path / "t.parquet")
    assert reader.schema == schema
    assert len(reader) == 4
    np.testing.assert_array_equal(reader.numbers(), [5, 2**60, 7, 9])
    for part, expected in zip(reader.parts(), (first, second), strict=True):
        for name in ("numbers", "rows", "columns", "pixels", "seen", "regions"):
            np.testing.assert_array_equal(getattr(part, name), getattr(expected, name))
        for name in schema.kept:
            np.testing.assert_array_equal(part.sums.arrays[name], expected.sums.arrays[name])
    chosen = reader.chosen(np.array([9, 5, 4]))
    np.testing.assert_array_equal(chosen.numbers, [5, 9])
    np.testing.assert_array_equal(chosen.sums.total, [first.sums.total[0], second.sums.total[0]])
    light = Reader(tmp_path / "t.parquet", features=())
    assert next(light.parts()).sums.total.shape == (3, 0)


def test_a_tile_without_objects_has_an_empty_table(tmp_path):
    schema = Schema.of(["a"], 1, ["mean"])
    object_table.write(tmp_path / "t.parquet", schema, object_table.none(schema))
    reader = Reader(tmp_path / "t.parquet")
    assert len(reader.chosen(np.array([1]))) == len(reader.numbers()) == 0
    assert reader.schema == schema


def test_a_broken_table_is_told(tmp_path):
    (tmp_path / "t.parquet").write_text("no table")
    with pytest.raises(InputError, match=r"t\.parquet: is broken"):
        Reader(tmp_path / "t.parquet")
