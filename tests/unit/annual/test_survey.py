"""Survey of annual images: which files show a tile, where they leave gaps, overlap and differ."""

import numpy as np
import pytest

import stac_server as web
from landloom.annual import survey
from landloom.core.errors import InputError
from landloom.geo.grids import Grid
from landloom.reading import opening
from landloom.survey import descriptions
from unit.annual.making import GRID, LEFT, TOP, acquisition, coded, settings, vectors, write
from unit.sensors.annual.test_items import write as item

ALL = coded(vectors(1, 40, 50))
WIDE = Grid(GRID.crs, LEFT, TOP, 10.0, 10.0, 40, 150)


def surveyed(folder, grid=GRID):
    section = settings(folder, values="alphaearth")
    return survey.survey(acquisition(section), section, grid)


def test_files_elsewhere_are_left_out(tmp_path):
    write(tmp_path / "2018" / "a.tif", ALL, LEFT - 90000)
    write(tmp_path / "2018" / "b.tif", ALL)
    found = surveyed(tmp_path)
    assert [one.values.path for one in found.acquisition.mosaic] == [str(tmp_path / "2018" / "b.tif")]
    assert found.acquisition.files == [str(tmp_path / "2018" / "b.tif")]
    assert found.valid.all()
    assert found.notes == []
    assert found.sample.shape[0] == 64
    assert 0.9 < np.linalg.norm(found.sample, axis=0).mean() / 10000 < 1.1


def test_no_file_of_the_tile_is_an_error(tmp_path):
    write(tmp_path / "2018" / "a.tif", ALL, LEFT - 90000)
    with pytest.raises(InputError, match="none of the 1 file of 2018 shows ground of tile T31TBJ"):
        surveyed(tmp_path)


def test_pixels_far_finer_than_the_tiles_are_refused(tmp_path):
    """A million of them in one of the tile: reading them all would not end."""
    write(tmp_path / "2018" / "a.tif", ALL)
    write(tmp_path / "2018" / "b.tif", ALL, LEFT + 100, TOP - 100, pixel=0.01)
    with pytest.raises(InputError, match=r"b.tif: has 1000 pixels along each side of one of the tile, more than 8"):
        surveyed(tmp_path)


def test_gaps_are_told(tmp_path):
    values = ALL.copy()
    values[:, 5, 6] = -128
    write(tmp_path / "2018" / "a.tif", values)
    found = surveyed(tmp_path, WIDE)
    assert found.notes == ["66.7% of the tile lies in no file of the year"]
    assert found.valid.sum() == 40 * 50 - 1
    assert not found.valid[5, 6]


def test_files_that_show_the_same_ground_are_alike(tmp_path):
    write(tmp_path / "2018" / "a.tif", ALL)
    write(tmp_path / "2018" / "b.tif", ALL[:, ::2, ::2], pixel=20)
    assert surveyed(tmp_path).valid.all()
    write(tmp_path / "2018" / "c.tif", coded(vectors(2, 40, 50)))
    with pytest.raises(InputError, match=r"a.tif and .*c.tif: show the same ground, but differ there"):
        surveyed(tmp_path)


def test_files_of_items_are_read_by_http(tmp_path, monkeypatch):
    monkeypatch.setenv(opening.PAUSE_VARIABLE, "0.01")
    write(tmp_path / "files" / "2018" / "a.tif", ALL, south_up=True)
    on_disk = surveyed(tmp_path / "files")
    with web.serving(tmp_path / "files") as site:
        item(tmp_path / "items", "a", f"{site.url}/2018/a.tif", box=[-0.5, 43.5, 0.5, 44.5])
        section = settings(tmp_path / "items", values="alphaearth", asset="data")
        site.faults.append(web.times(1, web.error(503)))
        found = survey.survey(acquisition(section), section, GRID)
    assert np.array_equal(found.valid, on_disk.valid)
    assert np.array_equal(found.sample, on_disk.sample)
    assert [one.name for one in found.acquisition.unverified] == [f"{site.url}/2018/a.tif"]
    assert found.acquisition.files == []
    descriptions.write([found.acquisition], tmp_path / "a.json")
    assert descriptions.read(tmp_path / "a.json", ["own"]) == {"own": [found.acquisition]}
