"""Ready-made backscatter (RTC) on a tile's grid, as signed power without speckle filter (sar/signed_power.py).

Products of others are linear power on a grid of their own. They are resampled as power; filter and decibels follow
when samples and maps read the images, as of those that are geocoded here.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from landloom.core.errors import InputError
from landloom.geo.grids import Grid, Window
from landloom.prepared.forms import Maker
from landloom.prepared.image_files import BLOCK_PX
from landloom.prepared.optical import KEPT_BYTES
from landloom.reading.series_reader import AcquisitionReader
from landloom.sar.signed_power import NONE, to_stored
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.sensors.settings import SensorSettings

AT_ONCE = 2
"""Images that are made at a time: float64 takes twice the memory of optical ones."""

LEAST_POWER = -1.0
"""Noise removal leaves small negative powers; what is lower is no power."""


def maker(settings: SensorSettings, tile: str, grid: Grid, memory: Path, threads: int) -> Maker:
    """Return what makes images: see :mod:`landloom.prepared.forms`."""
    return Maker(parts, nodata=NONE, at_once=AT_ONCE)


def parts(acquisition: Acquisition, grid: Grid, resampling: str) -> Iterator[tuple[Window, np.ndarray]]:
    """Yield an image in rows of blocks as wide as the tile.

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
        Signed power (:mod:`landloom.sar.signed_power`), -32768 where masks or missing values say that there is none.

    Raises
    ------
    InputError
        If numbers are no linear power.
    """
    with closing(AcquisitionReader(acquisition, grid, resampling, KEPT_BYTES)) as reader:
        for row in range(0, grid.rows, BLOCK_PX):
            window = Window(row, 0, min(BLOCK_PX, grid.rows - row), grid.columns)
            values = np.full((len(acquisition.bands), window.rows, window.columns), NONE, np.int16)
            clear, bands = reader.scaled(window)
            for stored, (numbers, band) in zip(values, bands, strict=False):  # nothing is read where nothing is clear
                stored[:] = to_stored(_power(numbers, band, clear))
            yield window, values


def _power(numbers: np.ndarray, band: RasterBand, clear: np.ndarray) -> np.ndarray:
    """Return linear power as float32, NaN where it is not clear."""
    power: np.ndarray = np.where(clear, numbers / band.unit, np.nan).astype(np.float32)
    lowest = np.fmin.reduce(power, axis=None)
    if lowest < LEAST_POWER:
        raise InputError(
            f"{band.name}: holds {lowest:g} where `backscatter: power` wants linear power, which is above "
            f"{LEAST_POWER:g}; are these decibels, or is it a nodata value (`nodata`)?"
        )
    return power
