import json
import re
import shutil
import subprocess
from dataclasses import asdict

import numpy as np
import pytest

from landloom.geo import grids, ground
from landloom.geo.grids import Grid
from landloom.viewer import ground_lattice
from landloom.viewer.templating import FOLDER

GRIDS = {
    "tile": Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 10980, 10980),
    "country": Grid("EPSG:2154", 100000.0, 7100000.0, 10.0, 10.0, 100_000, 100_000),
    "continent": Grid("EPSG:3035", 2500000.0, 5500000.0, 100.0, 100.0, 40_000, 40_000),
    "pole": Grid("EPSG:3571", -2000000.0, 2000000.0, 100.0, 100.0, 40_000, 40_000),
    "meridian": Grid("EPSG:32601", 200000.0, 1000000.0, 100.0, 100.0, 1000, 3000),
    "degrees": Grid("EPSG:4326", -20.0, 38.0, 0.001, 0.001, 73_000, 70_000),
}
SIDE = 6
"""Side of the square of nodes that the page goes by."""

NODE = shutil.which("node")


def places(grid, number=20):
    """Return places on a map, and their longitude and latitude."""
    across, down = np.random.default_rng(0).random((2, number))
    x, y = grid.left + across * (grid.right - grid.left), grid.top - down * (grid.top - grid.bottom)
    return x, y, *grids.transformer(grid.crs, ground.GEOGRAPHIC).transform(x, y)


def between(values, grid, nodes, x, y):
    """Interpolate as the page does: by the polynomial through a square of nodes."""
    table = np.array(values, float).reshape(nodes, nodes)
    row = (grid.top - y) / (grid.top - grid.bottom) * (nodes - 1)
    column = (x - grid.left) / (grid.right - grid.left) * (nodes - 1)
    north, west = (min(max(int(at) + 1 - SIDE // 2, 0), nodes - SIDE) for at in (row, column))
    square = table[north : north + SIDE, west : west + SIDE]
    powers = np.linalg.inv(np.vander(np.arange(SIDE), increasing=True))
    down, across = (at ** np.arange(SIDE) @ powers for at in (row - north, column - west))
    return down @ square @ across


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_places_between_nodes_are_the_true_ones(grid):
    found = ground_lattice.of_grid(grid)
    for x, y, east, north in zip(*places(grid), strict=True):
        up = [between(part, grid, found.nodes, x, y) for part in found.up]
        guess = np.degrees([np.arctan2(up[1], up[0]), np.arctan2(up[2], np.hypot(up[0], up[1]))])
        assert ground.ELLIPSOID.inv(east, north, *guess)[2] < 0.1
        true = ground.distance_m(grid.crs, (x - 1e-3 * grid.resolution, x + 1e-3 * grid.resolution), (y, y))
        assert between(found.metres, grid, found.nodes, x, y) == pytest.approx(
            true / (2e-3 * grid.resolution), rel=1e-4
        )


@pytest.mark.skipif(NODE is None, reason="needs Node.js")
@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
def test_the_page_tells_the_true_places(grid):
    x, y, longitude, latitude = places(grid)
    outside = [[grid.left - 1, grid.top], [grid.right, grid.bottom - 1]]
    told = in_page(grid, [*zip(x.tolist(), y.tolist(), strict=True), *outside])
    assert told[-2:] == ["", ""]
    for text, *true in zip(told, latitude, longitude, strict=False):
        numbers = re.fullmatch(r"(\d+\.\d{4})° ([NS]), (\d+\.\d{4})° ([EW])", text).groups()
        found = [float(number) * (-1 if side in "SW" else 1) for number, side in (numbers[:2], numbers[2:])]
        assert found == pytest.approx(true, abs=6e-5)


@pytest.mark.skipif(NODE is None, reason="needs Node.js")
def test_the_page_knows_places_beside_those_that_lie_nowhere():
    grid = Grid("EPSG:3035", -9e6, 9e6, 1000.0, 1000.0, 18000, 18000)
    lattice = ground_lattice.of_grid(grid, 9)
    known = np.array([one is not None for one in lattice.up[0]]).reshape(9, 9)
    row, column = np.argwhere(known[:-1, :-1] & known[1:, :-1] & known[:-1, 1:] & known[1:, 1:])[0]
    step = (grid.right - grid.left) / 8
    place = [grid.left + (column + 0.5) * step, grid.top - (row + 0.5) * step]
    assert in_page(grid, [place, [grid.left, grid.top]], 9)[0]
    assert not in_page(grid, [[grid.left, grid.top]], 9)[0]


def in_page(grid, points, nodes=ground_lattice.NODES):
    """Return what the page tells of the places of points."""
    lattice = asdict(ground_lattice.of_grid(grid, nodes))
    content = {"bounds": [grid.left, grid.bottom, grid.right, grid.top], "unit": "m", "lattice": lattice}
    text = f"const document = {{ getElementById: () => ({{ textContent: {json.dumps(json.dumps(content))} }}) }};\n"
    text += (FOLDER / "ground.js").read_text(encoding="utf-8")
    text += f"\nconsole.log(JSON.stringify({json.dumps(points)}.map((point) => degreesAt(...point))));"
    return json.loads(subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, check=True).stdout)


def test_a_degree_is_shorter_in_the_north():
    found = ground_lattice.of_grid(Grid("EPSG:4326", 10.0, 60.0, 0.01, 0.01, 1000, 1000), 3)
    assert found.metres[0] == pytest.approx(55_800, rel=1e-3)
    assert found.metres[-1] == pytest.approx(71_696, rel=1e-3)


def test_what_lies_nowhere_has_no_place():
    found = ground_lattice.of_grid(Grid("EPSG:3035", -9e6, 9e6, 1000.0, 1000.0, 18000, 18000), 3)
    assert all(None in part for part in found.up)
    assert None not in ground_lattice.of_grid(GRIDS["tile"], 3).metres
