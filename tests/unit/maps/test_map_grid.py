"""The map has the pixels of its tiles wherever these have common ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from landloom.core.errors import InputError
from landloom.geo import lattices
from landloom.geo.grids import Grid
from landloom.maps import map_grid
from landloom.maps.map_grid import Wanted

LANDSAT = Grid("EPSG:32631", 300015.0, 4800015.0, 30.0, 30.0, 48, 50)
FIJI = Grid("EPSG:32701", 150000.0, 8118300.0, 30.0, 30.0, 1000, 1500)
WEST = Grid("EPSG:32760", 790000.0, 8118300.0, 30.0, 30.0, 1000, 800)


@given(
    phase=some.floats(0, 1),
    side=some.sampled_from([10.0, 30.0, 463.3127165]),
    high=some.sampled_from([1.0, 2.0]),
    places=some.lists(some.tuples(some.integers(-300, 300), some.integers(-300, 300)), min_size=1, max_size=4),
    asked=some.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_tiles_of_one_lattice_keep_it(phase, side, high, places, asked):
    left, top = 500_000 + phase * side, 5_000_000 + phase * side
    tiles = {
        f"T{place}": Grid("EPSG:32631", left + column * side, top - row * side * high, side, side * high, 20, 30)
        for place, (row, column) in enumerate(places)
    }
    wanted = Wanted("EPSG:32631", side if asked and high == 1 else None)
    found = map_grid.map_grid(tiles, wanted)
    assert map_grid.resampled(tiles, found) == []
    assert map_grid.described(tiles, found) == "The map has the pixels of its tiles."
    assert found.left == pytest.approx(min(one.left for one in tiles.values()), abs=1e-6)
    assert found.top == pytest.approx(max(one.top for one in tiles.values()), abs=1e-6)
    assert found.right == pytest.approx(max(one.right for one in tiles.values()), abs=1e-6)
    assert found.bottom == pytest.approx(min(one.bottom for one in tiles.values()), abs=1e-6)


def test_a_tile_alone_is_the_map():
    degrees = Grid("EPSG:4326", 10.000137, 50.0, 1 / 3711, 1 / 4000, 600, 700)
    for tile in (LANDSAT, degrees):
        assert map_grid.map_grid({"A": tile}, Wanted()) == tile


def test_tiles_of_other_lattices_are_resampled_and_it_is_said():
    other = Grid("EPSG:32631", 301500.0, 4800000.0, 30.0, 30.0, 48, 50)
    found = map_grid.map_grid({"A": LANDSAT, "B": other}, Wanted())
    assert lattices.same(found, other)
    assert found.left % 30 == 0
    text = map_grid.described({"A": LANDSAT, "B": other}, found)
    assert text.startswith(
        "The map has pixels of 30 m, their upper left corner at 300000, 4800030 (EPSG:32631). Each shows"
    )
    assert text.endswith("of A; it has those of the others.")
    for wanted in (Wanted("EPSG:32632"), Wanted(None, 20.0)):
        found = map_grid.map_grid({"A": LANDSAT}, wanted)
        assert map_grid.resampled({"A": LANDSAT}, found) == ["A"]
        assert found.left % found.resolution == 0


def test_tiles_in_the_maps_crs_keep_their_pixels_beside_others():
    east = Grid("EPSG:32632", 150015.0, 4800015.0, 30.0, 30.0, 48, 50)
    tiles = {"A": LANDSAT, "B": east}
    found = map_grid.map_grid(tiles, Wanted("EPSG:32631"))
    assert map_grid.resampled(tiles, found) == ["B"]


def test_resolution_in_metres_is_refused_where_units_are_none():
    degrees = Grid("EPSG:4326", 10.0, 50.0, 0.001, 0.001, 600, 700)
    with pytest.raises(InputError, match=r"map\.resolution_m: metres are wanted.*give `map\.resolution`"):
        map_grid.map_grid({"A": degrees}, Wanted(None, 20.0))
    with pytest.raises(InputError, match=r"map\.resolution_m: metres are wanted"):
        map_grid.map_grid({"A": LANDSAT}, Wanted("EPSG:3857", 30.0))
    assert map_grid.map_grid({"A": LANDSAT}, Wanted("EPSG:3857", None, 42.0)).resolution == 42.0
    assert map_grid.map_grid({"A": LANDSAT}, Wanted("EPSG:4326", None, 0.0003)).resolution == 0.0003


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:6933"])
def test_a_map_around_the_earth_is_refused(crs):
    for tiles in ({"A": FIJI}, {"A": FIJI, "B": WEST}):
        with pytest.raises(InputError, match=r"map\.crs: .* times as long as the ground of the tiles.*180th"):
            map_grid.map_grid(tiles, Wanted(crs, None, 0.001 if crs == "EPSG:4326" else 30.0))
    for crs_across in ("EPSG:32701", "EPSG:3832"):
        found = map_grid.map_grid({"A": FIJI, "B": WEST}, Wanted(crs_across))
        assert found.columns < 5000


def test_a_map_of_the_whole_earth_is_not():
    world = Grid("EPSG:4326", -180.0, 90.0, 0.05, 0.05, 3600, 7200)
    assert map_grid.map_grid({"A": world}, Wanted()) == world
