"""Integrity of products: completeness and position are checked before long jobs start."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import rasterio

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids
from landloom.geo.block_offsets import end_of_blocks
from landloom.geo.grids import Grid
from landloom.reading import declared_scaling, missing, opening
from landloom.reading.band_reader import even_factor, same_corner
from landloom.sensors import time_axes
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.survey import band_labels


@dataclass(frozen=True)
class File:
    """Band or mask of an acquisition, opened once.

    Attributes
    ----------
    band : RasterBand
    grid : Grid or None
        None if it cannot be opened.
    problem : str
        Reason why it cannot be used; empty if it can.
    description : str
        Description of the band in the file.
    day : datetime.date or None
        Day of a band of a file of several dates, by its time axis or its description.
    nodata : float or None
        Nodata value that it declares.
    hidden : bool
        Whether a mask or an alpha band hides some of its pixels.
    """

    band: RasterBand
    grid: Grid | None
    problem: str = ""
    description: str = ""
    day: datetime.date | None = None
    nodata: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Inspection:
    """All files of an acquisition, each opened once.

    Attributes
    ----------
    bands, masks : tuple of File
    """

    bands: tuple[File, ...]
    masks: tuple[File, ...]

    @property
    def finest(self) -> Grid | InputError:
        """Return the grid of the finest band, or the error of a band that cannot be opened."""
        opened = [file.grid for file in self.bands if file.grid]
        if len(opened) < len(self.bands):
            return InputError(next(file.problem for file in self.bands if not file.grid))
        return min(opened, key=lambda grid: grid.pixel_area)


def inspect(acquisition: Acquisition, grid: Grid) -> Inspection:
    """Open every file of an acquisition and check its completeness, georeferencing and overlap with the tile.

    Parameters
    ----------
    grid : Grid
        Working grid of the tile.
    """
    data = acquisition.numbers_read
    bands = tuple(_inspected(band, grid, data[band.path]) for _, band in acquisition.bands)
    # Numbers of masks are no quantities.
    flags = (replace(mask.source, file_scale="ignored", file_offset="ignored") for mask in acquisition.masks)
    return Inspection(bands, tuple(_inspected(band, grid, data[band.path]) for band in flags))


def _inspected(band: RasterBand, grid: Grid, data: Collection[int]) -> File:
    try:
        return opening.reading(band, partial(_file, band=band, grid=grid, data=data))
    except (rasterio.errors.RasterioError, ValueError) as error:
        return File(band, None, f"{band.name}: cannot be read ({error})")
    except InputError as error:
        return File(band, None, str(error))


def _file(dataset: Any, band: RasterBand, grid: Grid, data: Collection[int]) -> File:
    found = grids.of_dataset(dataset)
    try:
        _check_dataset(dataset, band, found, grid)
        declared_scaling.applied(band, dataset)
    except InputError as error:
        return File(band, found, str(error))
    description = dataset.descriptions[band.number - 1] or ""
    of_dates = band.bands_of_file is not None
    day = (time_axes.day_of(dataset, band.number) or band_labels.day_in(description)) if of_dates else None
    hidden = bool(missing.signs(dataset, band.number, data=data).masks)
    return File(band, found, "", description, day, missing.declared_nodata(dataset, band.number), hidden)


def check(acquisition: Acquisition, inspection: Inspection, own: Grid) -> None:
    """Raise if a file of an acquisition is incomplete, of another tile, or not aligned with the others.

    Parameters
    ----------
    own : Grid
        Grid of the finest band of most products of the sensor and tile.

    Raises
    ------
    InputError
        If a check fails; the message names the file.
    """
    for file in (*inspection.bands, *inspection.masks):
        if file.problem or not file.grid:
            raise InputError(file.problem)
        if acquisition.cut != "scene":
            _check_place(file.grid, file.band.name, own, acquisition.cut == "tile")
    if acquisition.cut == "unknown":  # the names of bands, and their places in files, are the user's
        _check_labels(acquisition, inspection)


def _check_labels(acquisition: Acquisition, inspection: Inspection) -> None:
    """Raise if a file says that a band is another one, or of another day."""
    names = [name for name, _ in acquisition.bands]
    for name, file in zip(names, inspection.bands, strict=True):
        where = f"{file.band.name}: band {file.band.number}"
        if other := band_labels.other_name(file.description, name, names):
            raise InputError(
                f"{where} is read as {name}, but the file describes it as {other} (`{shortened(file.description)}`); "
                "correct the numbers of `bands`, or `order`"
            )
        if file.day and file.day != acquisition.date:
            raise InputError(
                f"{where} is read as of {acquisition.date}, but is of {file.day} by the file itself; correct "
                "`dates`, `order` or the numbers of `bands`"
            )


def _check_dataset(dataset: Any, band: RasterBand, found: Grid, grid: Grid) -> None:
    if band.number > dataset.count:
        raise InputError(f"{band.name}: has {dataset.count} bands, no band {band.number}")
    if band.bands_of_file not in (None, dataset.count):
        raise InputError(
            f"{band.name}: has {dataset.count} bands, but {band.bands_of_file} by `dates` and the bands of each; "
            "correct `dates`, or give `bands_per_date` and `order`"
        )
    if band.bands_of_file is None and dataset.count > 1:
        days = {time_axes.day_of(dataset, number) for number in (1, dataset.count)}
        if None not in days and len(days) > 1:
            raise InputError(
                f"{band.name}: holds several days by its time axis, and one date by its name; take `{{date}}` out of "
                "`file` and give `dates: time_axis`"
            )
    box = found.outline()
    x, y = grids.transformer(found.crs, grid.crs).transform(*box.exterior.xy)
    apart = min(x) >= grid.right or max(x) <= grid.left or min(y) >= grid.top or max(y) <= grid.bottom
    if apart:
        raise InputError(f"{band.name}: does not intersect the tile's grid; is it of another tile?")
    _check_whole(dataset, band)


def _check_place(found: Grid, path: str, own: Grid, cut_to_tile: bool) -> None:
    """Raise if an image differs in its corner or size from the sensor's other images of the tile.

    Images that are not cut to the tile may have any extent; they are resampled.
    """
    found = found.expressed_in(own.crs)
    if found.crs != own.crs or not same_corner(found, own):
        if cut_to_tile:
            raise InputError(
                f"{path}: has its upper left corner at {found.corner_described()}, most products of the "
                f"tile have it at {own.corner_described()}; is it of another tile?"
            )
    elif found.resolution <= 2 * own.resolution and not even_factor(found, own):
        unit = grids.unit(own.crs)
        raise InputError(
            f"{path}: has {found.columns} x {found.rows} pixels of {found.resolution} {unit}s, "
            f"which does not fit the tile's {own.columns} x {own.rows} of {own.resolution} {unit}s"
        )


def _check_whole(dataset: Any, band: RasterBand) -> None:
    """Raise if a file is truncated."""
    if dataset.driver == "GTiff" and not band.path.startswith("/vsi"):
        _check_blocks(band)
    elif dataset.driver.startswith("JP2") and not band.path.startswith("/vsi"):
        with Path(band.path).open("rb") as file:
            file.seek(-2, 2)
            if file.read(2) != b"\xff\xd9":
                raise InputError(f"{band.path}: is truncated (no end of code-stream marker)")


def _check_blocks(band: RasterBand) -> None:
    """Raise if the blocks of a GeoTIFF extend beyond the end of the file."""
    size, end = Path(band.path).stat().st_size, end_of_blocks(band.path)
    if end > size:
        raise InputError(f"{band.path}: is truncated ({size} bytes, data up to {end})")
