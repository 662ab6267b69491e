import datetime

import pytest

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.survey import kept_grids

GRID = Grid("EPSG:32631", 300000.0, 4900020.0, 30.0, 30.0, 20, 24)
PERIOD = (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
FINEST, LIKE = GridSettings(), GridSettings(like="grid.tif")


@pytest.fixture
def find(tmp_path, monkeypatch):
    """Return a function that finds the grid of a tile whose products move east at every look."""
    monkeypatch.chdir(tmp_path)
    looks = iter(range(99))
    monkeypatch.setattr(kept_grids.survey, "common_grid", lambda *_: GRID.moved(30 * next(looks), 0))

    def found(wanted=FINEST, way="one"):
        grid = kept_grids.find({}, "A", PERIOD, wanted, "grid.json", way)
        assert grids.load(tmp_path / "grid.json") == grid
        return (grid.left - GRID.left) / 30

    return found


def test_a_grid_holds_while_it_is_looked_for_in_the_same_way(find):
    assert [find(), find(), find(way="another"), find(way="another"), find()] == [0, 0, 1, 1, 2]


def test_a_grid_whose_file_is_removed_is_found_again(find, tmp_path):
    assert find() == 0
    (tmp_path / "grid.json").unlink()
    assert [find(), find()] == [1, 1]


def test_the_grid_of_a_raster_is_that_of_today(find):
    assert [find(LIKE), find(LIKE)] == [0, 1]


def test_a_broken_file_is_named(find, tmp_path):
    find()
    (tmp_path / "grid.json").write_text("[]")
    with pytest.raises(InputError, match=r"grid\.json: is not a tile's grid"):
        find()
