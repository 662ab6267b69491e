"""Finding the shifts of a tile's acquisitions against a reference image."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import rasterio

from landloom import shift_estimates, warped
from landloom.coregistration_settings import CoregistrationSettings
from landloom.errors import InputError
from landloom.grids import Grid, Window
from landloom.looks import Look
from landloom.sensors.base import Acquisition
from landloom.series import AcquisitionReader
from landloom.shift_estimates import Consensus
from landloom.shifts import Shift

Patch = tuple[np.ndarray, np.ndarray]
"""Values, float or int, and where they are clear, both of shape (rows, columns)."""


@dataclass(frozen=True)
class Sensor:
    """What is compared of a sensor.

    Attributes
    ----------
    name : str
    settings : CoregistrationSettings
    resampling : str
        How its bands come onto the tile's grid.
    """

    name: str
    settings: CoregistrationSettings
    resampling: str


def patches(grid: Grid, settings: CoregistrationSettings) -> list[Window]:
    """Return the patches that are compared, spread evenly; those of a small tile overlap, at most by half."""
    side = min(settings.patch_px, grid.rows, grid.columns)
    most = max(math.isqrt(settings.most_patches), 1)

    def starts(length: int) -> list[int]:
        count = min(most, max(2 * length // side - 1, 1))
        return [round(float(start)) for start in np.linspace(0, length - side, count)]

    return [Window(row, column, side, side) for row in starts(grid.rows) for column in starts(grid.columns)]


def find(
    sensor: Sensor,
    acquisitions: Sequence[Acquisition],
    clear_shares: Mapping[str, float],
    raster: str | None,
    grid: Grid,
    threads: int,
) -> list[Shift]:
    """Find how far each acquisition of a sensor has to be moved.

    Parameters
    ----------
    sensor : Sensor
    acquisitions : sequence of Acquisition
    clear_shares : dict of product: float
        Share of the tile's pixels that are clear.
    raster : str or None
        Reference, where it is not an acquisition.
    grid : Grid
        Of the tile.
    threads : int
        Acquisitions that are read at a time; each has one patch in memory.

    Raises
    ------
    InputError
        Where the reference is not there, or shows nothing of the tile.
    """
    windows = patches(grid, sensor.settings)
    chosen = None if raster else _reference_of(sensor, acquisitions, clear_shares)
    reference = _of_raster(raster, sensor.settings, grid, windows) if raster else []
    if chosen is not None:
        reference = _of_acquisition(chosen, sensor, grid, windows, [True] * len(windows))
    usable = [patch is not None for patch in reference]
    if not any(usable):
        raise InputError(
            f"sensors.{sensor.name}.coregistration.reference: {raster or sensor.settings.reference} shows no patch "
            f"of {windows[0].rows} pixels of tile {acquisitions[0].tile} clear"
        )

    def shift_of(acquisition: Acquisition) -> Shift:
        if acquisition is chosen:
            return Shift(sensor.name, acquisition.date, acquisition.product, "reference")
        images = _of_acquisition(acquisition, sensor, grid, windows, usable)
        pairs = [(one, other) for one, other in zip(reference, images, strict=True) if one is not None]
        told = [shift_estimates.patch_shift(one, other) for one, other in pairs if other is not None]
        found = np.array([shift for shift in told if shift is not None]).reshape(-1, 2)
        return _judged(sensor, acquisition, found, grid)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(shift_of, acquisitions))


def _reference_of(
    sensor: Sensor, acquisitions: Sequence[Acquisition], clear_shares: Mapping[str, float]
) -> Acquisition:
    """Return the acquisition that is the reference: that of a day, or the clearest, the first of equal ones."""
    day = sensor.settings.reference_date
    possible = [one for one in acquisitions if day in (None, one.date)]
    if not possible:
        raise InputError(
            f"sensors.{sensor.name}.coregistration.reference: no acquisition of tile {acquisitions[0].tile} that is "
            f"used is of {day}; name another day, or `best`"
        )
    return max(possible, key=lambda one: clear_shares[one.product])


def _of_raster(
    path: str, settings: CoregistrationSettings, grid: Grid, windows: Sequence[Window]
) -> list[np.ndarray | None]:
    """Return the edges of a reference raster, patch by patch; None where too little of it is there."""
    try:
        with rasterio.open(path) as dataset:
            if settings.reference_band > dataset.count:
                raise InputError(f"{path}: has {dataset.count} bands, no band {settings.reference_band}")
            reference = warped.layer(dataset, settings.reference_band)
            with warped.on_grid(reference, grid, "bilinear", warped.FLOATS) as seen:

                def read(window: Window) -> Patch:
                    values = seen.read(window)
                    return values, np.isfinite(values)

                return [_edges(read, window, settings) for window in windows]
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error.__cause__ or error}) as a reference") from None


def _of_acquisition(
    acquisition: Acquisition, sensor: Sensor, grid: Grid, windows: Sequence[Window], wanted: Sequence[bool]
) -> list[np.ndarray | None]:
    """Return the edges of an acquisition, patch by patch; None where it is not clear, or not wanted."""
    bands = tuple(band for band in acquisition.bands if band[0] == sensor.settings.band)
    reader = AcquisitionReader(replace(acquisition, bands=bands), grid, sensor.resampling)

    def read(window: Window) -> Patch:
        values, clear = np.zeros((1, window.pixels), np.int16), np.empty(window.pixels, bool)
        reader.read(window, None, values, clear)
        shape = window.rows, window.columns
        return values.reshape(shape), clear.reshape(shape)

    try:
        return [
            _edges(read, window, sensor.settings) if use else None
            for window, use in zip(windows, wanted, strict=True)
        ]
    finally:
        reader.close()


def _edges(read: Callable[[Window], Patch], window: Window, settings: CoregistrationSettings) -> np.ndarray | None:
    values, clear = read(window)
    return shift_estimates.edges(values, clear) if clear.mean() >= settings.clear_share else None


def _judged(sensor: Sensor, acquisition: Acquisition, found: np.ndarray, grid: Grid) -> Shift:
    """Return the shift that patches tell, or why it is not believed."""
    settings = sensor.settings
    together = shift_estimates.consensus(found)
    why = _why_not(together, len(found), settings)
    this = sensor.name, acquisition.date, acquisition.product
    agreeing = together.agreeing if together else 0
    if together is None or why:
        status = "left_out" if settings.otherwise == "leave_out" else "not_found"
        return Shift(*this, status, patches=len(found), agreeing=agreeing, problem=why)  # type: ignore[arg-type]
    rows, columns = together.shift_px
    small = max(abs(rows), abs(columns)) < settings.smallest_shift_px
    return Shift(
        *this,
        "in_place" if small else "moved",
        x_m=columns * grid.resolution,
        y_m=-rows * grid.resolution_y,
        patches=len(found),
        agreeing=agreeing,
        spread_m=together.spread_px * grid.resolution,
    )


def _why_not(together: Consensus | None, compared: int, settings: CoregistrationSettings) -> str:
    """Return why what patches tell is not believed; empty where it is."""
    if together is None or compared < settings.least_patches:
        return f"{compared} patches are clear enough to be compared, {settings.least_patches} are needed"
    least = max(settings.least_patches, math.ceil(settings.agreeing_share * compared))
    if together.agreeing < least:
        return f"{together.agreeing} of {compared} patches agree, {least} are needed"
    largest = max(map(abs, together.shift_px))
    if largest > settings.largest_shift_px:
        return f"a shift of {largest:.1f} pixels is more than {settings.largest_shift_px:g} (`largest_shift_px`)"
    return ""


def of_tile(
    sensors: Sequence[Sensor],
    acquisitions: Mapping[str, Sequence[Acquisition]],
    looks: Sequence[Look],
    rasters: Mapping[str, str | None],
    grid: Grid,
    threads: int,
) -> list[Shift]:
    """Find the shifts of all sensors of a tile: see :func:`find`.

    Parameters
    ----------
    looks : sequence of Look
        Of acquisitions.csv.
    rasters : dict of sensor: str or None
        References that are rasters.
    """
    found = []
    for sensor in sensors:
        shares = {look.product: look.clear_share for look in looks if look.sensor == sensor.name}
        seen = acquisitions[sensor.name]
        found += find(sensor, seen, shares, rasters[sensor.name], grid, threads) if seen else []
    return found
