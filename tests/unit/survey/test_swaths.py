"""Survey of products without a grid: what they show of a tile, and what of it is counted."""

import dataclasses
import datetime

import numpy as np
import pytest

from landloom.core.errors import InputError
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.sensors import registry
from landloom.survey import survey, swaths
from landloom.survey.value_table import Notes
from unit.prepared.radar_making import SMALL, TILE, grid_of, later, make_product
from unit.sensors.sentinel1.making import make_safe, noise

YEAR = (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31))
GRID = grid_of(rows=40, columns=50)


def settings(archive, **changes):
    given = {"archive": str(archive), "dem": ".", "heights": "ellipsoid"} | changes
    return {"radar": registry.section_of({"type": "sentinel1_grd", **given})}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swaths")
    for days in (0, 12):
        make_product(folder, later(SMALL, days))
    return folder


def surveyed(archive, grid=GRID, on_bad_product="stop", **changes):
    return survey.survey(settings(archive, **changes), TILE, YEAR, grid, on_bad_product, 1)


def test_radar_alone_is_counted(archive):
    used, records, validity = surveyed(archive)
    assert [one.status for one in records] == ["used", "used"]
    assert [one.valid_fraction for one in records] == [1, 1]
    assert [one.product for one in used] == [one.product for one in records]
    assert validity.dtype == np.uint16
    assert (validity == 2).all()


def test_what_shows_a_part_counts_there(archive):
    aside = dataclasses.replace(GRID, left=GRID.left + 2500)
    _, records, validity = surveyed(archive, aside)
    assert 0.05 < records[0].valid_fraction < 0.95
    assert set(np.unique(validity)) == {0, 2}
    with pytest.raises(InputError, match="2 left out by filters"):
        surveyed(archive, aside, minimum_valid_fraction=0.96)


def test_products_elsewhere_are_not_listed(archive):
    with pytest.raises(InputError, match="no product of tile"):
        surveyed(archive, dataclasses.replace(GRID, top=GRID.top + 300_000))


def test_a_damaged_product_stops_or_is_left_out(archive, tmp_path):
    make_product(tmp_path, SMALL)
    broken = make_safe(tmp_path, later(SMALL, 12))
    with pytest.raises(InputError, match=broken.name):
        surveyed(tmp_path)
    _, records, validity = surveyed(tmp_path, on_bad_product="skip")
    assert [one.status for one in records] == ["used", "skipped"]
    assert (validity == 1).all()


def test_what_is_odd_in_a_series_is_told(tmp_path):
    """Versions of the processor before and since 2.90, and noise that is all zero."""
    make_product(tmp_path, SMALL)
    old = dataclasses.replace(later(SMALL, 12), ipf="002.36")
    for file in make_product(tmp_path, old).rglob("noise-*"):
        file.write_text(noise(old, level=0.0))
    notes = Notes()
    survey.survey(settings(tmp_path), TILE, YEAR, GRID, "stop", 1, notes=notes)
    versions, zeros = notes.texts
    assert versions.startswith(f"warning: sensors.radar: tile {TILE}: images of versions 2.36, 3.31 of the processor")
    assert "thermal noise of 1 of 2 images is 0" in zeros
    assert len(surveyed(tmp_path, noise=False)[0]) == 2


def test_a_grid_is_of_others(archive):
    with pytest.raises(InputError, match="radar give no grid of tiles"):
        survey.common_grid(settings(archive), TILE, YEAR)
    with pytest.raises(InputError, match=r"grid.sensor: images of radar have no grid"):
        survey.common_grid(settings(archive), TILE, YEAR, GridSettings(sensor="radar"))


def test_boxes_of_tiles_in_degrees():
    west, south, east, north = swaths.box_of(GRID)
    assert -180 <= west < east <= 180
    assert (east - west, north - south) == (pytest.approx(0.0063, abs=0.001), pytest.approx(0.0036, abs=0.001))
    fiji = Grid("EPSG:32760", 700000.0, 8050000.0, 1000.0, 1000.0, 100, 200)
    west, _, east, _ = swaths.box_of(fiji)
    assert west > 178
    assert east < -178
