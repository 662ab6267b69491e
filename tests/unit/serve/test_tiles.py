"""Tiles at level 0 are the file's values, put together again; above, what rasterio reads."""

import io
import threading

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import Resampling

from landloom.geo.grids import Grid
from landloom.serve import tiles
from landloom.serve.tiles import Kept, NoTileError, Tile
from unit.viewer.maps import CLASSES, fields, read, write

GRID = Grid("EPSG:32631", 300000.0, 4900000.0, 10.0, 10.0, 300, 530)


@pytest.fixture(scope="module")
def rasters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("year") / "map/run0"
    rng = np.random.default_rng(0)
    small = np.where(fields(GRID) == 300, 0, fields(GRID)).astype(np.uint8)
    values = rng.normal(0, 100, (GRID.rows, GRID.columns)).astype(np.float32)
    values[:20] = np.nan
    return {
        "classification": write(folder / "classification.tif", small, GRID, colors=CLASSES),
        "separate": write(folder / "separate.tif", fields(GRID), GRID),
        "confidence": write(folder / "confidence.tif", (small * 9).astype(np.uint8), GRID, resampling="average"),
        "value": write(folder / "value.tif", values, GRID, np.nan, "average"),
    }


def pixels(image):
    found = np.asarray(Image.open(io.BytesIO(image)))
    return np.ascontiguousarray(found).view(">f4")[..., 0] if found.ndim == 3 else found


def joined(path, level):
    side = tiles.SIDE * 2**level
    rows, columns = -(-GRID.rows // side), -(-GRID.columns // side)
    return np.block([[pixels(tiles.cut(path, Tile(1, level, r, c))) for c in range(columns)] for r in range(rows)])


@pytest.mark.parametrize("name", ["classification", "separate", "confidence", "value"])
def test_all_tiles_are_the_whole_raster(rasters, name):
    np.testing.assert_array_equal(joined(rasters[name], 0), read(rasters[name]))


@pytest.mark.parametrize(("rows", "blocks"), [(2**19, 256), (2**15, 2**15)])
def test_huge_rasters_without_overviews_or_blocks_get_no_coarse_tiles(tmp_path, rows, blocks):
    """They have next to no bytes: nothing is written into them."""
    options = {"driver": "GTiff", "dtype": "uint8", "count": 1, "SPARSE_OK": True, "BIGTIFF": "YES"}
    options |= {"tiled": True, "blockxsize": blocks, "blockysize": blocks, "compress": "deflate"}
    profile = GRID.profile() | {"height": rows, "width": 2**15}
    with rasterio.open(tmp_path / "a.tif", "w", **options | profile):
        pass
    if blocks == 256:
        assert not pixels(tiles.cut(tmp_path / "a.tif", Tile(1, 0, 3, 5))).any()
    with pytest.raises(NoTileError, match="too large blocks, or no overviews"):
        tiles.cut(tmp_path / "a.tif", Tile(1, 12 if blocks == 256 else 0, 0, 0))


@pytest.mark.parametrize("name", ["classification", "confidence"])
def test_coarser_tiles_are_what_rasterio_reads(rasters, name):
    resampling = Resampling.average if name == "confidence" else Resampling.nearest
    with rasterio.open(rasters[name]) as dataset:
        window = ((0, 300), (0, 512))
        expected = dataset.read(1, window=window, out_shape=(150, 256), resampling=resampling)
    np.testing.assert_array_equal(pixels(tiles.cut(rasters[name], Tile(1, 1, 0, 0))), expected)
    assert joined(rasters[name], 1).shape == (150, 265)


def test_classes_have_their_colours(rasters):
    image = Image.open(io.BytesIO(tiles.cut(rasters["classification"], Tile(1, 0, 0, 0))))
    row, column = np.argwhere(np.asarray(image) == 7)[0]
    assert image.convert("RGB").getpixel((int(column), int(row))) == (0x20, 0x60, 0xC0)


@pytest.mark.parametrize(
    "tile", [Tile(2, 0, 0, 0), Tile(0, 0, 0, 0), Tile(1, 25, 0, 0), Tile(1, 0, 2, 0), Tile(1, 0, 0, 3)]
)
def test_tiles_that_are_not_there(rasters, tile):
    with pytest.raises(NoTileError):
        tiles.cut(rasters["classification"], tile)


def test_rasters_of_other_numbers_have_none(tmp_path):
    path = write(tmp_path / "map/run0/features.tif", np.ones((40, 60), np.int16), nodata=-10000)
    with pytest.raises(NoTileError, match="int16"):
        tiles.cut(path, Tile(1, 0, 0, 0))


def test_what_is_kept_has_its_bound():
    kept, made = Kept(most_bytes=10), []

    def make(key):
        return lambda: made.append(key) or b"1234"

    for key in "ababcb":
        assert kept.get(key, make(key)) == b"1234"
    assert made == ["a", "b", "c"]
    kept.get("a", make("a"))  # was forgotten for c: b had been asked for later
    kept.get("huge", lambda: bytes(100))
    kept.get("b", make("b"))
    assert made == ["a", "b", "c", "a", "b"]


def test_few_are_made_at_once():
    kept, running, most = Kept(at_once=2), [], []

    def make():
        running.append(1)
        most.append(len(running))
        threading.Event().wait(0.01)
        running.pop()
        return b""

    threads = [threading.Thread(target=kept.get, args=(key, make)) for key in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert max(most) <= 2
