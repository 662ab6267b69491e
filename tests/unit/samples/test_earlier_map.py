from collections import Counter

import numpy as np
import pandas as pd
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo.grids import Grid
from landloom.samples import earlier_map
from landloom.samples import selection as sampling
from landloom.samples.earlier_map import Layers, Wanted
from landloom.samples.earlier_map_settings import MapSampleSettings

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 60, 80)
SETTINGS = MapSampleSettings(labels=[1, 2, 4], year=2017, minimum_confidence=60, minimum_observations=3)
CODES = (1, 2, 4)


def naive_most_around(labels):
    rows, columns = labels.shape
    most = np.zeros(labels.shape, bool)
    for row in range(rows):
        for column in range(columns):
            around = labels[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
            counts = Counter(around.ravel().tolist())
            own = counts.pop(labels[row, column])
            most[row, column] = own > max(counts.values(), default=0)
    return most


def write(path, *bands, grid=GRID):
    with rasterio.open(path, "w", driver="GTiff", count=len(bands), dtype=bands[0].dtype, **grid.profile()) as file:
        for position, band in enumerate(bands, 1):
            file.write(band, position)
    return path


def make_tile(folder, seed):
    """Rasters of a tile, what they hold, and pixels of reference polygons."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    shape = (GRID.rows, GRID.columns)
    coarse = rng.choice([0, 1, 2, 3, 4], (12, 16)).astype(np.uint8)
    labels = np.kron(coarse, np.ones((5, 5), np.uint8))
    noise = rng.random(shape) < 0.1
    labels[noise] = rng.integers(0, 5, noise.sum())
    held = {
        "classification": labels,
        "confidence": rng.integers(30, 101, shape).astype(np.uint8),
        "validity": rng.integers(0, 9, shape).astype(np.uint8),
        "observations": rng.integers(0, 6, shape).astype(np.uint8),
    }
    number = np.ones(shape, np.uint8)
    number[:, 40:] = 2
    owned = np.ones(shape, np.uint8)
    owned[:4] = 0
    paths = {name: write(folder / f"{name}.tif", band) for name, band in held.items()}
    layers = Layers(regions=write(folder / "regions.tif", number, owned), **paths)
    cells = rng.choice(GRID.rows * GRID.columns, 500, replace=False)
    reference = pd.DataFrame({"row": cells // GRID.columns, "column": cells % GRID.columns})
    return layers, held | {"number": number, "owned": owned}, reference


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    return {tile: make_tile(folder / tile, seed) for seed, tile in enumerate(("B", "A"))}


def sure(held, reference):
    """Which pixels of a tile may be drawn, as they are defined."""
    taken = np.zeros((GRID.rows, GRID.columns), bool)
    taken[reference.row, reference.column] = True
    return (
        np.isin(held["classification"], CODES)
        & (held["owned"] > 0)
        & ~taken
        & (held["confidence"] >= 60)
        & (held["validity"] >= 3)
        & (held["observations"] >= np.where(held["number"] == 1, 1, 2))
        & naive_most_around(held["classification"].astype(int))
    )


def numbers(wanted, runs=2):
    rows = [(run, number, code, wanted) for run in range(runs) for number in (1, 2) for code in CODES]
    return pd.DataFrame(rows, columns=["run", "number", "code", "wanted"])


def find(tiles, wanted, seed=3, grid=GRID):
    order = Wanted(SETTINGS, CODES, wanted, {1: 1, 2: 2}, seed)
    return {tile: earlier_map.find(tile, grid, one[0], one[2], order) for tile, one in tiles.items()}


def drawn(tiles, wanted, seed=3):
    found = find(tiles, wanted, seed)
    limits, counts = earlier_map.settle(found, wanted, seed)
    draws = sampling.Draws(limits, sampling.NO_RANKS)
    return pd.concat([sampling.select(found[tile], tile, draws, 2, seed) for tile in sorted(found)]), counts


@pytest.mark.parametrize("side", [1024, 17])
def test_all_sure_pixels_where_all_are_wanted(tiles, monkeypatch, side):
    monkeypatch.setattr(earlier_map, "WINDOW_SIDE", side)
    for tile, found in find(tiles, numbers(10**6)).items():
        _, held, reference = tiles[tile]
        expected = sure(held, reference)
        assert 100 < expected.sum() < 3000
        rows, columns = np.nonzero(expected)
        np.testing.assert_array_equal(found.row, rows)
        np.testing.assert_array_equal(found.column, columns)
        np.testing.assert_array_equal(found.code, held["classification"][expected])
        np.testing.assert_array_equal(found.number, held["number"][expected])
        np.testing.assert_array_equal(found.observations, held["observations"][expected])
        assert found.run0.all()
        assert (found.polygon < 0).all()


def test_as_many_as_wanted_over_all_tiles(tiles):
    selection, counts = drawn(tiles, numbers(40))
    there = pd.concat(find(tiles, numbers(10**6)).values())
    for run in range(2):
        found = selection[selection[f"run{run}"]].groupby(["number", "code"]).size()
        expected = there.groupby(["number", "code"]).size().clip(upper=40)
        pd.testing.assert_series_equal(found, expected)
        told = counts[counts.run == run].set_index(["number", "code"])
        assert told.samples.to_dict() == expected.to_dict()
        assert set(told.wanted) == {40}
    assert not selection.run0.equals(selection.run1)


def test_the_same_samples_with_tiles_in_any_order_and_windows_of_any_size(tiles, monkeypatch):
    one, _ = drawn(tiles, numbers(40))
    monkeypatch.setattr(earlier_map, "WINDOW_SIDE", 17)
    other, _ = drawn(dict(reversed(tiles.items())), numbers(40))
    pd.testing.assert_frame_equal(one, other)
    assert not drawn(tiles, numbers(40), seed=4)[0].equals(one)


def test_nothing_is_found(tiles):
    selection, counts = drawn(tiles, numbers(0))
    assert selection.empty
    assert set(counts.samples) == {0}


def test_blocks_of_ground_stand_for_polygons(tiles):
    found = find(tiles, numbers(10**6))
    assert not set(found["A"].polygon) & set(found["B"].polygon)
    pixels = pd.DataFrame({"row": [0, 99, 100, 0], "column": [0, 99, 0, 100]})
    blocks = earlier_map._blocks("A", pixels)
    assert blocks[0] == blocks[1]
    assert len(set(blocks.tolist())) == 3


def test_numbers_are_those_of_the_reference_or_given():
    counts = pd.DataFrame({"run": 0, "region": ["x", "y", "y"], "code": [1, 1, 3], "samples": [5, 7, 9]})
    found = earlier_map.wanted_numbers(counts, ["y", "x"], CODES, None)
    assert found.to_dict("list") == {"run": [0, 0], "number": [2, 1], "code": [1, 1], "wanted": [5, 7]}
    assert earlier_map.wanted_numbers(counts, ["y", "x"], CODES, 4).wanted.tolist() == [4, 4]


def test_a_map_on_another_grid(tiles):
    other = Grid("EPSG:32631", 300010.0, 4900000.0, 10.0, 10.0, 60, 80)
    with pytest.raises(InputError, match=r"classification\.tif is not on the grid of tile B; give a map that is"):
        find(tiles, numbers(5), grid=other)


@pytest.mark.parametrize("given", [{}, {"year": 2017, "validity": "v.tif"}, {"classification": "c", "validity": "v"}])
def test_either_a_year_or_all_files(given):
    with pytest.raises(ValueError, match="needs either `year` or all of"):
        MapSampleSettings(labels=[1], **given)
