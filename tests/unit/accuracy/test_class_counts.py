from landloom.accuracy import class_counts
from landloom.accuracy.class_counts import TileCounts


def test_counts_are_read_as_written(tmp_path):
    for found in ({}, {1: {0: 5, 300: 7}, 12: {0: 0, 300: 2**40}}):
        areas = {region: {code: pixels / 7 for code, pixels in part.items()} for region, part in found.items()}
        class_counts.write(TileCounts(found, areas), tmp_path / "counts.json")
        assert class_counts.read(tmp_path / "counts.json") == TileCounts(found, areas)


def test_counts_add_up_by_class():
    assert class_counts.add([{0: 1, 3: 2}, {3: 5, 4: 1}]) == {0: 1, 3: 7, 4: 1}
    assert class_counts.add([]) == {}
