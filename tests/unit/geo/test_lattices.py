"""Grids with common pixels are known by these, whatever the phase; noise of numbers is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from landloom.geo import lattices
from landloom.geo.grids import Grid, Window

LANDSAT = Grid("EPSG:32631", 300015.0, 4800015.0, 30.0, 30.0, 100, 120)
DEGREES = Grid("EPSG:4326", 10.000137, 50.0, 1 / 3711, 1 / 3711, 5000, 6000)


@given(
    grid=some.sampled_from([LANDSAT, DEGREES]),
    row=some.integers(-5000, 5000),
    column=some.integers(-5000, 5000),
    noise=some.floats(-1e-3, 1e-3),
    phase=some.floats(0.02, 0.98),
)
@settings(max_examples=50, deadline=None)
def test_windows_of_a_grid_have_its_pixels_and_others_do_not(grid, row, column, noise, phase):
    cut = grid.cut(Window(row, column, 50, 60))
    noisy = cut.moved(noise * grid.resolution, 0.0)
    assert lattices.same(noisy, grid)
    assert lattices.same(grid, noisy)
    assert lattices.is_common([grid, cut, noisy])
    assert not lattices.same(cut.moved(phase * grid.resolution, 0.0), grid)
    assert not lattices.same(cut.moved(0.0, phase * grid.resolution), grid)
    assert not lattices.same(cut.divided(2), grid)
    together = lattices.covering([(one.crs, one.outline()) for one in (grid, noisy)], grid)
    assert lattices.same(together, grid)
    for one in (grid, cut):
        assert together.left <= one.left + 1e-6 * grid.resolution
        assert together.right >= one.right - 1e-6 * grid.resolution
        assert together.top >= one.top - 1e-6 * grid.resolution
        assert together.bottom <= one.bottom + 1e-6 * grid.resolution


def test_a_grid_covers_itself_and_no_more():
    for grid in (LANDSAT, DEGREES):
        found = lattices.covering([(grid.crs, grid.outline())], grid)
        assert (found.left, found.top, found.rows, found.columns) == (grid.left, grid.top, grid.rows, grid.columns)


def test_a_pixel_that_drifts_is_another():
    drifting = Grid(DEGREES.crs, DEGREES.left, DEGREES.top, DEGREES.resolution * 1.00001, 1 / 3711, 5000, 6000)
    assert not lattices.same(drifting, DEGREES)
    assert not lattices.same(LANDSAT, Grid("EPSG:32632", 300015.0, 4800015.0, 30.0, 30.0, 100, 120))


def test_multiples_of_the_resolution_cover_what_lies_between_them():
    found = lattices.covering([(LANDSAT.crs, LANDSAT.outline())], lattices.of_multiples(LANDSAT.crs, 30.0))
    assert (found.left, found.top, found.rows, found.columns) == (300000.0, 4800030.0, 101, 121)


def test_places_outside_of_a_crs_are_none():
    with pytest.raises(ValueError, match="outside of its domain"):
        lattices.box_of([("EPSG:4326", DEGREES.moved(0.0, 60.0).outline())], "EPSG:3857")
