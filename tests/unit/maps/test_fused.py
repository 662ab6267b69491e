"""One map from several, from file to file."""

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.core.nomenclature import LandClass, Nomenclature
from landloom.fusion import combination
from landloom.geo import rasters
from landloom.geo.grids import Grid
from landloom.maps import fused
from landloom.maps.fused import MapFiles, Rule

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 90, 70)
CLASSES = Nomenclature(tuple(LandClass(code, str(code), f"class {code}", "#123456") for code in (3, 5, 300)))
SHAPE = (GRID.rows, GRID.columns)


def write(path, values, dtype, grid=GRID):
    with rasters.create(path, grid, dtype, {}) as file:
        file.write(values.astype(dtype), 1)
    return path


@pytest.fixture
def tile(tmp_path):
    """Three maps, the last without a confidence, and two regions of which the tile owns most."""
    random = np.random.default_rng(7)
    labels = random.choice([0, 3, 5, 300], (3, *SHAPE)).astype(np.int32)
    confidence = random.integers(1, 101, (3, *SHAPE)).astype(np.uint8)
    confidence[2] = 100
    maps = [
        MapFiles(
            write(tmp_path / f"c{number}.tif", labels[number], "uint16"),
            write(tmp_path / f"k{number}.tif", confidence[number], "uint8") if number < 2 else None,
        )
        for number in range(3)
    ]
    regions = np.ones((2, *SHAPE), np.uint8)
    regions[0, :, 40:] = 2
    regions[1, 80:] = 0
    with rasters.create(tmp_path / "regions.tif", GRID, "uint8", {}, bands=2, nodata=None) as file:
        file.write(regions)
    return tmp_path, maps, labels, confidence, regions


def fuse(tile, maps, folder):
    outputs = MapFiles(folder / "fused.tif", folder / "confidence.tif")
    rule = Rule(np.ones((len(maps), 3)), "confidence")
    counts = fused.write_tile(maps, rule, CLASSES, tile[0] / "regions.tif", outputs, {})
    read = []
    for path in (outputs.classification, outputs.confidence):
        with rasterio.open(path) as dataset:
            read.append(dataset.read(1))
    return counts, *read


def test_tile_by_windows_is_what_the_arrays_say(tile, tmp_path, monkeypatch):
    _, maps, labels, confidence, regions = tile
    counts, found, sure = fuse(tile, maps, tmp_path)
    flat = labels.reshape(3, -1), confidence.reshape(3, -1)
    expected = combination.fuse(*flat, np.ones((3, 3)), CLASSES.codes, "confidence")
    np.testing.assert_array_equal(found.ravel(), expected[0])
    np.testing.assert_array_equal(sure.ravel(), expected[1])
    assert found.dtype == np.uint16
    assert counts.pixels == {
        region: {
            code: int(((found == code) & (regions[0] == region) & (regions[1] > 0)).sum()) for code in (0, 3, 5, 300)
        }
        for region in (1, 2)
    }
    monkeypatch.setattr(fused, "WINDOW_SIDE", 32)
    assert fuse(tile, maps, tmp_path)[0] == counts


def test_map_on_another_grid(tile, tmp_path):
    other = Grid("EPSG:32631", 300010.0, 4900000.0, 10.0, 10.0, 90, 70)
    path = write(tmp_path / "shifted.tif", tile[2][0], "uint16", other)
    with pytest.raises(
        InputError, match=r"shifted.tif: has 70 x 90 pixels .* from 300010, 4900000 .* maps are not resampled"
    ):
        fuse(tile, [*tile[1], MapFiles(path, None)], tmp_path)
    assert not (tmp_path / "fused.tif").exists()


def test_map_with_other_classes(tile, tmp_path):
    path = write(tmp_path / "foreign.tif", np.full(SHAPE, 4), "uint8")
    with pytest.raises(InputError, match=r"foreign.tif: has the labels .*4.*, which the nomenclature lacks"):
        fuse(tile, [*tile[1], MapFiles(path, None)], tmp_path)
    assert not (tmp_path / "fused.tif").exists()


def test_no_map_at_all(tile, tmp_path):
    (tmp_path / "no.tif").write_text("no raster")
    with pytest.raises(InputError, match=r"no.tif: cannot be read"):
        fuse(tile, [*tile[1], MapFiles(tmp_path / "no.tif", None)], tmp_path)


def test_shares_instead_of_percentages(tile, tmp_path):
    path = write(tmp_path / "shares.tif", np.full(SHAPE, 0.5), "float32")
    with pytest.raises(InputError, match=r"shares.tif: holds float32; .* whole numbers"):
        fuse(tile, [MapFiles(tile[1][0].classification, path)], tmp_path)
