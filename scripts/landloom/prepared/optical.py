"""Images of optical products on a tile's grid: read as samples and maps read them, invalid pixels left out."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from landloom.core.stored_values import NODATA
from landloom.geo.grids import Grid, Window
from landloom.prepared.forms import Maker
from landloom.prepared.image_files import BLOCK_PX
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.settings import SensorSettings

KEPT_BYTES = 2**28
"""Memory of an acquisition's blocks that the next rows need: two rows of those of JPEG 2000, of a full tile."""


def maker(settings: SensorSettings, tile: str, grid: Grid, memory: Path, threads: int) -> Maker:
    """Return what makes images: see :mod:`landloom.prepared.forms`."""
    return Maker(parts)


def parts(acquisition: Acquisition, grid: Grid, resampling: str) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield an image in rows of blocks as wide as the tile; every block of its files is decoded once.

    Parameters
    ----------
    acquisition : Acquisition
        With the shift onto its reference.
    grid : Grid
        Of the tile.
    resampling : str
        Of bands on another grid.

    Yields
    ------
    window : Window
    values : ndarray of int16, shape (bands, rows, columns)
        -10000 where the observation is invalid. Overwritten by the next one.
    """
    bands = len(acquisition.bands)
    buffer = np.empty(bands * BLOCK_PX * grid.columns, np.int16)
    with closing(AcquisitionReader(acquisition, grid, resampling, KEPT_BYTES)) as reader:
        for row in range(0, grid.rows, BLOCK_PX):
            window = Window(row, 0, min(BLOCK_PX, grid.rows - row), grid.columns)
            values = buffer[: bands * window.pixels].reshape(bands, window.pixels)
            valid = np.empty(window.pixels, bool)
            reader.read(window, None, values, valid)
            invalid = np.flatnonzero(~valid)
            for of_band in values:
                of_band[invalid] = NODATA
            yield window, values.reshape(bands, window.rows, window.columns)
