"""Cloud-Optimized GeoTIFFs: written plainly on a scratch disk, then rearranged with overviews."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.shutil

from landloom.core.files import scratch, whole
from landloom.geo import rasters
from landloom.geo.grids import Grid

COG_BLOCK = 512
MOST_BYTES = 2**24
"""Largest size of a block of all bands, or of a window of a band; with hundreds of bands, both are smaller."""
SCRATCH_COPIES = 3
"""Uncompressed copies on the disk: the plain file, the optimised one, and GDAL's intermediate file."""


@contextmanager
def create(
    path: Path,
    grid: Grid,
    dtype: str,
    tags: rasters.Tags,
    overview_resampling: str,
    *,
    bands: int = 1,
    nodata: float | None = 0,
) -> Iterator[Any]:
    """Yield an open GeoTIFF; it is rearranged and gets its name when the block ends.

    Parameters
    ----------
    overview_resampling : str
        ``nearest`` for classes, ``average`` for quantities.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    size = SCRATCH_COPIES * grid.rows * grid.columns * bands * np.dtype(dtype).itemsize
    block = side(COG_BLOCK, bands, dtype)
    with rasters.disk_errors(path), whole(path) as temporary, scratch(path, size) as folder:
        plain, optimized = folder / "plain.tif", folder / path.name
        order = "pixel" if block == COG_BLOCK else "band"
        with rasters.create(plain, grid, dtype, tags, bands=bands, nodata=nodata, interleave=order) as target:
            if bands == 1:
                target.set_band_description(1, path.stem)
            yield target
        rasterio.shutil.copy(
            plain,
            optimized,
            driver="COG",
            compress="deflate",
            blocksize=block,
            overview_resampling=overview_resampling,
            bigtiff="if_safer",
        )
        shutil.move(optimized, temporary)
        rasters.check_written(temporary)


def side(most: int, bands: int, dtype: str, most_bytes: int = MOST_BYTES) -> int:
    """Return the side of a block of all bands: halved until it is small, or 128 pixels."""
    length = most
    while length > 128 and length**2 * bands * np.dtype(dtype).itemsize > most_bytes:
        length //= 2
    return length
