import numpy as np
import pytest
import rasterio

from landloom.context.superpixel_windows import SuperpixelParts, whole_superpixels
from landloom.features import vectors
from landloom.geo.grids import Window
from landloom.maps import classification
from landloom.maps.applied_models import Areas, owned_windows
from landloom.maps.run_map import Run
from landloom.models.contextual import Contextual, context_names
from landloom.reading.series_reader import TileReader
from unit.maps.test_classification import CLASSES, GRID, fitted, make_tile


def test_chunks_hold_whole_superpixels():
    ids = np.random.default_rng(1).integers(0, 40, 500).astype(np.uint32)
    chunks = list(whole_superpixels(ids, 60))
    np.testing.assert_array_equal(np.sort(np.concatenate(chunks)), np.flatnonzero(ids))
    held = [set(ids[chunk]) for chunk in chunks]
    assert sum(map(len, held)) == len(set.union(*held)) == len(set(ids) - {0})
    assert all((np.diff(chunk) > 0).all() for chunk in chunks)
    assert max(map(len, chunks)) <= 60
    assert len(list(whole_superpixels(ids, 1))) == len(set(ids) - {0})
    assert list(whole_superpixels(np.zeros(9, np.uint32), 60)) == []


@pytest.fixture(scope="module")
def tile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tile")
    made = make_tile(folder)
    cells = np.arange(150)[:, None] // 7 * 25 + np.arange(170) // 7 + 1
    with rasterio.open(
        folder / "superpixels.tif", "w", driver="GTiff", count=1, dtype="uint32", **GRID.profile()
    ) as file:
        file.write(cells.astype(np.uint32), 1)
    return made


def contextual(names, codes, seed):
    wide = (*names, *context_names(np.array(codes)))
    return Contextual((fitted(names, codes, seed), fitted(wide, codes, seed + 1), fitted(wide, codes, seed + 2)), {})


def mapped(tile, folder, windows, kind="labels", reach_px=6):
    source, observations, sensor = tile[:3]
    areas = Areas(source / "regions.tif", None)
    models = {1: contextual(sensor.names, [3, 300], 5), 2: contextual(sensor.names, [3, 5], 6)}
    run = Run(models, {layer: folder / f"{layer}.tif" for layer in ("classification", "confidence")}, {})
    of_all = classification.Tile(GRID, vectors.Layout((sensor,)), areas, CLASSES)
    parts = SuperpixelParts(source / "superpixels.tif", reach_px, kind)
    with TileReader({"s": observations}, GRID, {"s": "nearest"}, 2) as reader:
        classification.classify(of_all, owned_windows(areas, windows)[0], reader, [run], (), parts)
        values = reader.value_counts()
    with rasterio.open(run.outputs["classification"]) as labels:
        return labels.read(1), values


def test_windows_that_all_of_a_tile_surrounds_are_told_apart(tile, tmp_path):
    """The reach may be larger than the tile."""
    whole, values = mapped(tile, tmp_path, [Window(0, 0, 150, 170)])
    found, counted = mapped(tile, tmp_path, list(GRID.windows(64)), reach_px=200)
    np.testing.assert_array_equal(found, whole)
    assert counted == values


def test_the_map_does_not_depend_on_windows(tile, tmp_path, monkeypatch):
    whole, values = mapped(tile, tmp_path, [Window(0, 0, 150, 170)])
    assert len(np.unique(whole)) == 4
    monkeypatch.setattr("landloom.context.superpixel_windows.CHUNK", 500)
    for windows in (GRID.windows(64), [Window(row, 0, 10, 170) for row in range(0, 150, 10)]):
        found, counted = mapped(tile, tmp_path, list(windows))
        np.testing.assert_array_equal(found, whole)
        assert counted == values
    number = tile[4]
    np.testing.assert_array_equal(whole[number == 0], 0)
