"""Rasters of ours that were damaged on the disk are noticed, where GDAL says nothing."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landloom.core.errors import InputError
from landloom.geo import rasters
from landloom.geo.grids import Grid

RNG = np.random.default_rng(1)
GRID = Grid("EPSG:32630", 700_000.0, 4_880_000.0, 10.0, 10.0, 300, 300)


@pytest.mark.parametrize("bands", [1, 3])
def test_flipped_bits_among_the_pixels(bands: int, tmp_path: Path):
    pixels = RNG.integers(0, 9, (bands, 300, 300)).astype(np.uint8)
    with rasters.create(tmp_path / "a.tif", GRID, "uint8", {}, bands=bands) as dataset:
        dataset.write(pixels)
    with rasters.opened(tmp_path / "a.tif") as dataset:
        assert (dataset.read() == pixels).all()
    content = (tmp_path / "a.tif").read_bytes()
    found: Counter[bool] = Counter()
    for position in RNG.integers(len(content) // 4, 3 * len(content) // 4, 30):
        broken = bytearray(content)
        broken[position] ^= 1 << position % 8
        (tmp_path / "a.tif").write_bytes(broken)
        with pytest.raises(InputError, match=r"a\.tif: is broken \("):
            rasters.opened(tmp_path / "a.tif")
        found[is_read_without_error(tmp_path / "a.tif")] += 1
    assert found[True], "GDAL notices it by itself: this check is not needed any more"


def is_read_without_error(path: Path) -> bool:
    try:
        with rasterio.open(path) as dataset:
            dataset.read()
    except rasterio.errors.RasterioError:
        return False
    return True


@pytest.mark.parametrize("size", [0, 100, 20_000, -1])
def test_truncated(size: int, tmp_path: Path):
    with rasters.create(tmp_path / "a.tif", GRID, "uint8", {}) as dataset:
        dataset.write(RNG.integers(0, 255, (1, 300, 300)).astype(np.uint8))
    (tmp_path / "a.tif").write_bytes((tmp_path / "a.tif").read_bytes()[:size])
    with pytest.raises(InputError, match=r"a\.tif: is broken \("):
        rasters.opened(tmp_path / "a.tif")


def test_blocks_that_are_not_stored(tmp_path: Path):
    with rasterio.open(
        tmp_path / "a.tif",
        "w",
        driver="GTiff",
        dtype="uint8",
        count=1,
        sparse_ok=True,
        compress="deflate",
        **GRID.profile(),
    ):
        pass
    with rasters.opened(tmp_path / "a.tif") as dataset:
        assert not dataset.read().any()


@pytest.mark.parametrize("told_by", ["nodata 255", "nodata 0", "mask", "nothing"])
def test_maps_of_others_are_0_where_they_tell_nothing(told_by: str, tmp_path: Path):
    labels = RNG.integers(0, 9, (300, 300)).astype(np.uint8)
    missing = RNG.random(labels.shape) < 0.2
    labels[missing] = 255 if told_by == "nodata 255" else 7
    nodata = float(told_by.split()[1]) if told_by.startswith("nodata") else None
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", dtype="uint8", count=1, nodata=nodata, **GRID.profile()
    ) as dataset:
        dataset.write(labels, 1)
        if told_by == "mask":
            dataset.write_mask(~missing)
    with rasters.opened(tmp_path / "a.tif") as dataset:
        found = rasters.read_or_0(dataset, ((0, 300), (0, 300)))
    hidden = missing & (told_by in ("nodata 255", "mask"))
    np.testing.assert_array_equal(found, np.where(hidden, 0, labels))
