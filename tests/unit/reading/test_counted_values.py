import pytest

from landloom.core.errors import InputError
from landloom.reading import counted_values
from landloom.reading.counted_values import ValueCount


def test_tables_are_read_as_written(tmp_path):
    counts = [ValueCount("s2", "B2", 10, 1, -9999, 300), ValueCount("s2", "B3", 0, 0, 0, 0)]
    counted_values.write(counts, tmp_path / "map_values.csv")
    assert counted_values.read(tmp_path / "map_values.csv") == counts
    (tmp_path / "map_values.csv").write_text("sensor,band\ns2,B2\n")
    with pytest.raises(InputError, match=r"map_values\.csv: is not a table of counted values"):
        counted_values.read(tmp_path / "map_values.csv")


def test_tiles_are_added_up():
    of_tiles = [
        ValueCount("s2", "B2", 10, 1, 5, 300),
        ValueCount("s2", "B3", 0, 0, 0, 0),
        ValueCount("s2", "B2", 5, 2, -3, 200),
        ValueCount("s2", "B3", 4, 0, 7, 9),
        ValueCount("l8", "B2", 1, 0, 1, 1),
    ]
    assert list(counted_values.joined(of_tiles).values()) == [
        ValueCount("s2", "B2", 15, 3, -3, 300),
        ValueCount("s2", "B3", 4, 0, 7, 9),
        ValueCount("l8", "B2", 1, 0, 1, 1),
    ]
