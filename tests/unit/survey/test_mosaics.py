"""Survey of annual images with other sensors' tables: rows, values, valid pixels, and the grids of tiles."""

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.geo.grid_settings import GridSettings
from landloom.survey import survey
from landloom.survey.value_table import Notes
from unit.annual.making import GRID, LEFT, TILE, TOP, YEAR, coded, settings, vectors, write

BOUNDS = [LEFT, TOP - 400, LEFT + 500, TOP]
BOXES = {"resolution_m": 10, "boxes": {TILE: {"crs": "EPSG:32631", "bounds": BOUNDS}}}


def surveyed(section, bad="stop", notes=None):
    return survey.survey({"own": section}, TILE, YEAR, GRID, bad, 1, GridSettings(**BOXES), notes=notes)


def test_an_image_of_a_year_is_one_observation(tmp_path):
    values = coded(vectors(1, 40, 50))
    values[:, :10, :25] = -128
    write(tmp_path / "2018" / "a.tif", values)
    notes = Notes()
    used, records, validity = surveyed(settings(tmp_path, values="alphaearth"), notes=notes)
    assert [(one.product, one.status, one.valid_fraction) for one in records] == [("2018", "used", 0.875)]
    assert len(used[0].mosaic) == 1
    assert np.array_equal(validity, (values[0] != -128).astype(np.uint16))
    assert [one.band for one in notes.values[:2]] == ["A00", "A01"]
    assert all(-10000 < one.least < one.greatest < 10000 for one in notes.values)
    with pytest.raises(InputError, match="1 left out by filters"):
        surveyed(settings(tmp_path, values="alphaearth", minimum_valid_fraction=0.9))


def test_a_bad_file_is_told_with_its_reason(tmp_path):
    write(tmp_path / "2018" / "a.tif", coded(vectors(1, 40, 50))[:63])
    with pytest.raises(InputError, match=r"1 product cannot be used.*\n.*a.tif: has 63 bands, but 64"):
        surveyed(settings(tmp_path, values="alphaearth"))


def test_values_beyond_the_features_are_refused(tmp_path):
    write(tmp_path / "2018" / "a.tif", np.random.default_rng(1).normal(0, 20, (2, 40, 50)).astype(np.float32))
    with pytest.raises(InputError, match=r"own: tile T31TBJ, band b001: .* lie outside of -9999 to 32767"):
        surveyed(settings(tmp_path, count=2))
    assert surveyed(settings(tmp_path, count=2, steps_per_unit=100))[2].all()


def test_a_box_gives_the_grid_of_a_tile(tmp_path):
    section = {"own": settings(tmp_path, count=1)}
    assert survey.common_grid(section, TILE, YEAR, GridSettings(**BOXES)) == GRID
    for crs, words in (("EPSG:4326", "give a projected CRS"), ("nothing", "is not a coordinate reference system")):
        odd = {"resolution_m": 10, "boxes": {TILE: {"crs": crs, "bounds": [0, 0, 50, 40]}}}
        with pytest.raises(InputError, match=f"grid.boxes.T31TBJ.*{words}"):
            survey.common_grid(section, TILE, YEAR, GridSettings(**odd))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resolution_m": None}, "boxes: need `resolution_m`"),
        ({"like": "a.tif", "resolution_m": None}, "boxes: need"),
        ({"resolution_m": 30}, "boxes.T31TBJ.bounds: are not whole pixels of 30.0 m apart"),
        ({"boxes": {TILE: {"crs": "EPSG:32631", "bounds": [5, 0, 0, 5]}}}, "must be left, bottom, right, top"),
    ],
)
def test_boxes_that_are_no_grid_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        GridSettings(**BOXES | changes)
