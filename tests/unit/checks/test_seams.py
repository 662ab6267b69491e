"""Tiles are compared at exactly the places that both map, whatever their projections."""

import numpy as np
import pytest
import rasterio

from landloom.checks import margins, seam_steps, seams
from landloom.checks.margins import TileMap
from landloom.checks.seam_steps import Step
from landloom.checks.seams import Seam
from landloom.geo import grids, ownership, rasters, vectors
from landloom.geo.grids import Window
from unit.geo.test_ownership import TILES

PAIRS = [("EAST", "NORTH"), ("EAST", "WEST"), ("NORTH", "WEST")]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """The regions of three tiles in two zones, and the neighbours of each."""
    folder = tmp_path_factory.mktemp("ground")
    footprints = ownership.collect_footprints(TILES)
    whole = ownership.whole_territory(footprints)
    vectors.write_layers(folder / "t.gpkg", {"footprints": footprints, "regions": whole})
    for tile in TILES:
        ownership.write_tile_regions(folder / "t.gpkg", tile, folder / f"{tile}.tif", {})
    return folder, {tile: list(ownership.neighbours(footprints, tile)) for tile in TILES}


def make_maps(ground, folder, draw):
    """Write maps whose labels `draw` gives for each tile, inside of what it maps."""
    for tile, grid in TILES.items():
        labels = draw(tile, (grid.rows, grid.columns)).astype(np.uint8)
        with rasters.create(folder / f"{tile}.tif", grid, "uint8", {}) as dataset:
            dataset.write(labels * (bands(ground[0] / f"{tile}.tif")[0] > 0), 1)
    return {tile: TileMap(folder / f"{tile}.tif", ground[0] / f"{tile}.tif") for tile in TILES}


def bands(path):
    with rasterio.open(path) as dataset:
        return dataset.read()


def naive(maps):
    """Compare pixel by pixel: what a tile maps and does not own, with all others that map the place."""
    layers = {tile: (*bands(one.regions), bands(one.layer)[0]) for tile, one in maps.items()}
    totals = {}
    for tile, (region, owned, labels) in layers.items():
        x, y = TILES[tile].centres(Window(0, 0, *labels.shape))
        shared = np.nonzero((region > 0) & (owned == 0))
        for name in sorted(set(TILES) - {tile}):
            for here, *place in zip(labels[shared], *to_grid(tile, name, x[shared], y[shared]), strict=True):
                label = naive_label(name, layers[name], *place)
                if label and here:
                    total = totals.setdefault(tuple(sorted((tile, name))), [0, 0])
                    total[0] += 1
                    total[1] += int(label != here)
    return [Seam(*pair, *total) for pair, total in sorted(totals.items())]


def to_grid(tile, name, x, y):
    return grids.transformer(TILES[tile].crs, TILES[name].crs).transform(x, y)


def naive_label(name, layers, x, y):
    grid = TILES[name]
    row, column = int((grid.top - y) // grid.resolution_y), int((x - grid.left) // grid.resolution)
    if not (0 <= row < grid.rows and 0 <= column < grid.columns) or not layers[0][row, column]:
        return 0
    return int(layers[2][row, column])


def noise(tile, shape):
    return np.random.default_rng(len(tile) + ord(tile[0])).integers(0, 3, shape)


def test_is_what_comparing_pixel_by_pixel_gives(ground, tmp_path):
    maps = make_maps(ground, tmp_path, noise)
    found = seams.compare(maps, ground[1])
    assert found == naive(maps)
    assert [(seam.tile, seam.neighbour) for seam in found] == PAIRS
    assert all(seam.compared > 100 for seam in found)


def test_one_ground_gives_no_difference_and_two_give_nothing_else(ground, tmp_path):
    same = seams.compare(make_maps(ground, tmp_path, lambda tile, shape: np.full(shape, 7)), ground[1])
    assert all(seam.differing == 0 for seam in same)
    odd = make_maps(ground, tmp_path, lambda tile, shape: np.full(shape, 7 + (tile == "EAST")))
    for seam, before in zip(seams.compare(odd, ground[1]), same, strict=True):
        assert seam.compared == before.compared
        assert seam.differing == (seam.compared if seam.tile == "EAST" else 0)


def test_nothing_that_two_tiles_map_is_left_out(ground, tmp_path):
    """The places that both map, counted on one tile's grid, are as many as those of both margins together."""
    maps = make_maps(ground, tmp_path, lambda tile, shape: np.ones(shape))
    mapped = {tile: bands(one.regions)[0] > 0 for tile, one in maps.items()}
    for seam in seams.compare(maps, ground[1]):
        x, y = TILES[seam.tile].centres(Window(0, 0, 200, 200))
        here = mapped[seam.tile]
        other = TILES[seam.neighbour]
        x, y = to_grid(seam.tile, seam.neighbour, x[here], y[here])
        rows, columns = ((other.top - y) // 20).astype(int), ((x - other.left) // 20).astype(int)
        inside = (rows >= 0) & (rows < 200) & (columns >= 0) & (columns < 200)
        both = mapped[seam.neighbour][rows[inside], columns[inside]].sum()
        assert seam.compared == pytest.approx(both, rel=0.03)


def test_unclassified_pixels_and_tiles_take_no_part(ground, tmp_path):
    maps = make_maps(ground, tmp_path, lambda tile, shape: np.full(shape, tile != "EAST"))
    assert [(seam.tile, seam.neighbour) for seam in seams.compare(maps, ground[1])] == [("NORTH", "WEST")]


def test_does_not_depend_on_windows_or_order(ground, tmp_path, monkeypatch):
    maps = make_maps(ground, tmp_path, noise)
    one = seams.compare(maps, ground[1])
    monkeypatch.setattr(margins, "WINDOW_SIDE", 16)
    assert seams.compare(dict(reversed(maps.items())), ground[1]) == one


def test_one_tile_has_no_seam(ground, tmp_path):
    maps = make_maps(ground, tmp_path, noise)
    assert seams.compare({"WEST": maps["WEST"]}, {"WEST": []}) == []


@pytest.mark.parametrize("found", [[], [Seam("A", "B", 10, 3), Seam("A, B", "C", 0, 0)]])
def test_table_is_read_as_written(tmp_path, found):
    (tmp_path / "seams.csv").write_text(seams.as_csv(found))
    assert seams.read(tmp_path / "seams.csv") == found


def make_values(folder, of):
    """Write maps of the value that `of` gives for each tile, none on its first rows."""
    for tile, grid in TILES.items():
        values = np.full((grid.rows, grid.columns), of(tile), np.float32)
        values[:9] = np.nan
        with rasters.create(folder / f"{tile}.tif", grid, "float32", {}, nodata=np.nan) as dataset:
            dataset.write(values, 1)


def test_steps_are_those_of_the_means(ground, tmp_path):
    offsets = {"EAST": 1.5, "NORTH": 4.0, "WEST": -2.0}
    make_values(tmp_path, offsets.get)
    maps = {tile: TileMap(tmp_path / f"{tile}.tif", ground[0] / f"{tile}.tif") for tile in TILES}
    found = seam_steps.compare(maps, ground[1])
    assert [(one.tile, one.neighbour) for one in found] == PAIRS
    for one in found:
        assert one.step == pytest.approx(offsets[one.neighbour] - offsets[one.tile])
        assert one.mean_difference == pytest.approx(abs(one.step))
    labels = make_maps(ground, tmp_path, lambda tile, shape: np.indices(shape)[0] >= 9)
    assert [one.compared for one in found] == [one.compared for one in seams.compare(labels, ground[1])]


def test_differences_that_cancel_are_no_step():
    one, other = np.array([1, 5, np.nan, 3], np.float32), np.array([3, 3, 7, np.nan], np.float32)
    np.testing.assert_array_equal(seam_steps.sums(one, other), [2, 0, 4])


def test_steps_are_read_as_written(tmp_path):
    found = [Step("A", "B", 10, -1.5, 2.25), Step("A, B", "C", 1, 0.0, 0.0)]
    (tmp_path / "steps.csv").write_text(seam_steps.as_csv(found))
    assert seam_steps.read(tmp_path / "steps.csv") == found
    assert seam_steps.read(tmp_path / "steps.csv") != found[:1]
