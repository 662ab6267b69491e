import numpy as np
import pytest

from landloom.geo import grids, ground
from landloom.geo.grids import Grid
from landloom.viewer import ground_lattice

COUNTRY = Grid("EPSG:2154", 100000.0, 7100000.0, 10.0, 10.0, 100_000, 100_000)
TILE = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 10980, 10980)


def between(values, share, nodes):
    """Interpolate as the page does: linearly between four nodes."""
    table = np.array(values, float).reshape(nodes, nodes)
    at = [one * (nodes - 1) for one in share]
    row, column = (min(int(one), nodes - 2) for one in at)
    down, across = at[0] - row, at[1] - column
    upper = table[row, column] * (1 - across) + table[row, column + 1] * across
    lower = table[row + 1, column] * (1 - across) + table[row + 1, column + 1] * across
    return upper * (1 - down) + lower * down


@pytest.mark.parametrize(("grid", "metres"), [(COUNTRY, 30), (TILE, 0.5)], ids=["country", "tile"])
def test_places_between_nodes_are_near_the_true_ones(grid, metres):
    found = ground_lattice.of_grid(grid)
    for share in np.random.default_rng(0).random((20, 2)):
        x, y = grid.left + share[1] * (grid.right - grid.left), grid.top - share[0] * (grid.top - grid.bottom)
        east, north = grids.transformer(grid.crs, ground.GEOGRAPHIC).transform(x, y)
        guess = [between(part, share, found.nodes) for part in (found.longitude, found.latitude)]
        assert ground.ELLIPSOID.inv(east, north, *guess)[2] < metres
        true = ground.distance_m(grid.crs, (x - 100, x + 100), (y, y)) / 200
        assert between(found.metres, share, found.nodes) == pytest.approx(true, rel=1e-5)


def test_a_degree_is_shorter_in_the_north():
    found = ground_lattice.of_grid(Grid("EPSG:4326", 10.0, 60.0, 0.01, 0.01, 1000, 1000), 3)
    assert found.metres[0] == pytest.approx(55_800, rel=1e-3)
    assert found.metres[-1] == pytest.approx(71_696, rel=1e-3)


def test_longitudes_run_on_over_the_180th_meridian():
    found = ground_lattice.of_grid(Grid("EPSG:32601", 200000.0, 100000.0, 100.0, 100.0, 1000, 3000), 3)
    assert np.ptp(found.longitude) < 4


def test_what_lies_nowhere_has_no_place():
    found = ground_lattice.of_grid(Grid("EPSG:3035", -9e6, 9e6, 1000.0, 1000.0, 18000, 18000), 3)
    assert None in found.longitude
    assert None not in ground_lattice.of_grid(TILE, 3).metres
