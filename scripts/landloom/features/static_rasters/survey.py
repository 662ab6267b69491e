"""Survey of a tile's static rasters: checks of their values before long jobs."""

import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from landloom.core import checksums
from landloom.core.errors import InputError
from landloom.core.stored_values import GREATEST, LEAST
from landloom.features.static_rasters.settings import StaticRasterSettings
from landloom.features.static_rasters.table import Found
from landloom.geo.grids import Grid, Window
from landloom.reading.band_reader import BandReader
from landloom.sensors.acquisition import RasterBand

FEW_LEVELS = 10
"""Range of values that are no integers, below which the rounded feature hardly tells them apart."""

_STRIP_PIXELS = 2**21


def survey(
    settings: Mapping[str, StaticRasterSettings], tile: str, year: str, grid: Grid, memory: Path, threads: int
) -> list[Found]:
    """Survey the rasters of a tile.

    Parameters
    ----------
    memory : Path
        See :func:`landloom.core.checksums.of_files`.

    Raises
    ------
    InputError
        If files cannot be read, values are out of range, or a required raster has no value in the tile; the message
        has all problems.
    """
    found, problems = [], []
    for name, one in settings.items():
        try:
            found.append(_survey(name, one, tile, year, grid))
        except InputError as error:
            problems.append(f"rasters.{name}: {error}")
    if problems:
        raise InputError("\n".join(problems))
    digests = checksums.of_files([one.path for one in found], memory, threads)
    return [replace(one, bytes=digests[one.path].bytes, sha256=digests[one.path].sha256) for one in found]


def _survey(name: str, settings: StaticRasterSettings, tile: str, year: str, grid: Grid) -> Found:
    band = settings.band(tile, year)
    least, greatest, missing, finer = _values(band, grid, settings.resampling)
    fraction = missing / (grid.rows * grid.columns)
    if fraction == 1 and settings.required:
        raise InputError(
            f"{band.path} has no value in tile {tile}; does it cover the tile, and is its CRS right? If the tile "
            f"can do without, set `rasters.{name}.required: false`"
        )
    if least < LEAST or greatest > GREATEST:
        raise InputError(
            f"{band.path} has values from {least:g} to {greatest:g} in tile {tile} (after `scale` and `offset`), but "
            f"a feature holds {LEAST} to {GREATEST}; choose another `scale`, or set `nodata` if they are not valid"
        )
    return Found(name, band.path, 0, "", least, greatest, fraction, coarse=finer and greatest - least < FEW_LEVELS)


def _values(band: RasterBand, grid: Grid, resampling: str) -> tuple[float, float, int, bool]:
    """Return unclipped minimum, maximum, number of missing pixels, and whether values are no integers."""
    least, greatest, missing, finer = math.inf, -math.inf, 0, False
    with closing(BandReader(band, grid, resampling)) as reader:
        for window in _strips(grid):
            values = reader.scaled(window)
            there = values[np.isfinite(values)]
            missing += values.size - there.size
            if there.size:
                least, greatest = min(least, float(there.min())), max(greatest, float(there.max()))
                finer = finer or bool((there != np.round(there)).any())
    return (least, greatest, missing, finer) if greatest >= least else (math.nan, math.nan, missing, False)


def _strips(grid: Grid) -> list[Window]:
    side = max(_STRIP_PIXELS // grid.columns, 1)
    return [Window(row, 0, min(side, grid.rows - row), grid.columns) for row in range(0, grid.rows, side)]
