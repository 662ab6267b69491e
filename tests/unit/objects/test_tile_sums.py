import numpy as np
import pytest

from ground import Ground, assert_equal_sums, naive_sums
from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.objects import tile_sums
from landloom.objects.object_table import Reader
from landloom.objects.sums import Sums

GROUND = Ground.random(1)
WHOLE = Window(0, 0, 60, 50)


def all_of(path):
    reader = Reader(path)
    return reader.chosen(np.unique(reader.numbers()))


@pytest.mark.parametrize("side", [7, 16, 60])
def test_sums_are_those_of_all_pixels_whatever_the_windows(tmp_path, side, monkeypatch):
    monkeypatch.setattr(tile_sums, "AT_ONCE", 8)
    found = all_of(GROUND.tile(WHOLE, WHOLE, tmp_path / "a", side))
    numbers, slots = np.unique(GROUND.objects[GROUND.objects > 0], return_inverse=True)
    inside = GROUND.objects.ravel() > 0
    matrix, seen = GROUND.features.reshape(-1, 4)[inside], GROUND.seen.ravel()[inside]
    expected, counts = naive_sums(matrix, slots, seen, len(numbers))
    order = np.argsort(found.numbers)
    np.testing.assert_array_equal(found.numbers[order], numbers)
    np.testing.assert_array_equal(found.seen[order], counts)
    np.testing.assert_array_equal(found.pixels[order], np.bincount(slots))
    assert_equal_sums(found.sums.taken(order), expected)
    first = np.array([np.flatnonzero(GROUND.objects.ravel() == number)[0] for number in numbers])
    np.testing.assert_array_equal(found.rows[order] * 50 + found.columns[order], first)
    regions = GROUND.regions.ravel()[inside]
    for region in (1, 2):
        np.testing.assert_array_equal(found.regions[order][:, region - 1], np.bincount(slots, regions == region))
    last = np.array([np.flatnonzero((GROUND.objects == number).any(axis=1))[-1] for number in found.numbers])
    assert (np.lexsort((found.numbers, last)) == np.arange(len(last))).all()


def test_windows_change_no_byte_of_the_table(tmp_path):
    first, second = (GROUND.tile(WHOLE, WHOLE, tmp_path / str(side), side).read_bytes() for side in (7, 30))
    assert first == second


def test_objects_of_the_margin_are_there_without_pixels(tmp_path):
    found = all_of(GROUND.tile(Window(0, 0, 40, 50), Window(0, 0, 28, 50), tmp_path / "a"))
    margin = set(GROUND.objects[28:30].ravel()) - set(GROUND.objects[:28].ravel()) - {0}
    alone = np.isin(found.numbers, list(margin))
    assert (found.pixels[alone] == 0).all()
    assert (found.rows[alone] == -1).all()
    assert set(found.numbers) == set(GROUND.objects[:30].ravel()) - {0}
    assert_equal_sums(found.sums.taken(np.flatnonzero(alone)), Sums.empty(int(alone.sum()), 4))


def test_too_many_objects_for_the_memory_are_told():
    class Spans:
        def most_open(self):
            return 10**6

    tile = tile_sums.TileObjects(None, None, None, Spans(), GROUND.schema)
    tile_sums.check_memory(tile, 96)
    with pytest.raises(InputError, match=r"1000000 objects .* 4 features need 96 MB, for which this job has 90"):
        tile_sums.check_memory(tile, 90)
