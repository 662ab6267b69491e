import itertools
from pathlib import Path

import numpy as np
import pytest
import rasterio

from landloom.geo.block_offsets import block_place, end_of_blocks

LAYOUTS = {
    "strips": {"compress": "deflate"},
    "one strip": {"blockysize": 70},
    "tiles": {"tiled": True, "blockxsize": 32, "blockysize": 16, "compress": "lzw"},
    "bands apart": {"interleave": "band", "compress": "deflate"},
    "big": {"bigtiff": "yes", "compress": "deflate"},
    "big, one block": {"bigtiff": "yes", "blockysize": 70, "interleave": "pixel"},
    "sparse": {"sparse_ok": True, "tiled": True, "blockxsize": 16, "blockysize": 16},
    "big endian": {"endianness": "big", "compress": "deflate"},
    "ordered for the web": {"driver": "COG", "compress": "deflate"},
}


def by_gdal(path):
    """Ask GDAL for the place of each block of each band."""
    with rasterio.open(path) as dataset:
        places = [
            block_place(dataset, band, *block) for band in dataset.indexes for block, _ in dataset.block_windows(band)
        ]
        return max(sum(place) for place in places if place)


@pytest.mark.parametrize(("layout", "bands"), list(itertools.product(LAYOUTS, (1, 3))))
def test_equals_what_gdal_says_block_by_block(layout, bands, tmp_path: Path):
    path = tmp_path / "a.tif"
    values = np.random.default_rng(1).integers(0, 9000, (bands, 70, 90)).astype(np.int16)
    options = {"driver": "GTiff", "width": 90, "height": 70, "count": bands, "dtype": "int16", **LAYOUTS[layout]}
    with rasterio.open(path, "w", **options) as dataset:
        if layout == "sparse":
            dataset.write(values[:, :16, :16], window=((32, 48), (32, 48)))
        else:
            dataset.write(values)
    end = end_of_blocks(path)
    assert end == by_gdal(path)
    assert 0 < end <= path.stat().st_size


@pytest.mark.parametrize(
    "content", [b"", b"II", b"II*\0", b"II*\0\xff\xff\0\0", b"\x89PNG\r\n\x1a\n", b"MM\0*\0\0\0\x08\xff\xff"]
)
def test_what_is_no_such_file_tells_nothing(content, tmp_path: Path):
    (tmp_path / "a.tif").write_bytes(content)
    assert end_of_blocks(tmp_path / "a.tif") == 0


def test_every_cut_is_survived(tmp_path: Path):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=9, height=30, count=1, dtype="uint8", compress="lzw"
    ) as dataset:
        dataset.write(np.arange(270, dtype=np.uint8).reshape(1, 30, 9))
    content = path.read_bytes()
    for size in range(len(content)):
        path.write_bytes(content[:size])
        assert end_of_blocks(path) >= 0
