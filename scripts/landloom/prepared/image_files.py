"""Files of prepared images: one for each acquisition and tile, with all bands on the tile's grid.

A value is int16, of which one number says that the observation is invalid (-10000; of radar, -32768): who reads the
file needs no mask. It is compressed without loss by LERC, which is decoded faster than others and stores nothing of
what is invalid.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import rasterio

from landloom.core.digests import digest_of_text
from landloom.core.files import whole
from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.sensors.acquisition import Acquisition, RasterBand

BLOCK_PX = 512
"""Side of blocks: those of windows are whole multiples or equal parts."""
OPTIONS = {
    "driver": "GTiff",
    "dtype": "int16",
    "bigtiff": "if_safer",
    "tiled": True,
    "blockxsize": BLOCK_PX,
    "blockysize": BLOCK_PX,
    "interleave": "band",
    "compress": "lerc",
    "max_z_error": 0,
    "sparse_ok": True,
    "photometric": "minisblack",
    "alpha": "no",
}
TAG = "LANDLOOM_SOURCE"
LONGEST_NAME = 100


def name_of(acquisition: Acquisition, source: str) -> str:
    """Return the name of an image's file: an image made of other files, or otherwise, has another name.

    Parameters
    ----------
    source : str
        Digest of what the image is made of.
    """
    product = re.sub(r"[^A-Za-z0-9._-]", "_", acquisition.product)[:LONGEST_NAME]
    return f"{acquisition.date:%Y%m%d}_{product}_{digest_of_text(acquisition.product + source)}.tif"


def write(
    path: Path,
    grid: Grid,
    names: tuple[str, ...],
    parts: Iterable[tuple[Window, np.ndarray]],
    source: str,
    nodata: int = NODATA,
) -> None:
    """Write an image; the file gets its name when it is whole.

    Parameters
    ----------
    grid : Grid
        Of the tile.
    names : tuple of str
        Of the bands.
    parts : iterable of (Window, ndarray of int16, shape (bands, rows, columns))
        All windows of the tile, of whole rows of blocks.
    source : str
        Digest of what the image is made of.
    nodata : int
        Number of invalid pixels.

    Raises
    ------
    InputError
        If the disk is full or the folder is not writable.
    """
    with (
        whole(path) as temporary,
        rasterio.open(temporary, "w", count=len(names), nodata=nodata, **OPTIONS, **grid.profile()) as dataset,
    ):
        dataset.update_tags(**{TAG: source})
        for number, name in enumerate(names, 1):
            dataset.set_band_description(number, name)
        for window, values in parts:
            dataset.write(values, window=window.ranges)


def is_of(path: Path, source: str) -> bool:
    """Return whether a file is the image that is made of a source."""
    with suppress(rasterio.errors.RasterioError), raster_doors.product(path) as dataset:
        return bool(dataset.tags().get(TAG) == source)
    return False


def as_acquisition(acquisition: Acquisition, path: Path) -> Acquisition:
    """Return an acquisition that is read from its prepared image, in which it is in place."""
    bands = tuple((name, RasterBand(str(path), number)) for number, (name, _) in enumerate(acquisition.bands, 1))
    return replace(
        acquisition, bands=bands, masks=(), masks_cover_nodata=False, metadata=(), cut="tile", shift_m=(0.0, 0.0)
    )
