"""Co-registration: shifts of a tile's acquisitions relative to a reference image."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np
import rasterio

from landloom.core.errors import InputError
from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.reading import missing, warping
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.coregistration_settings import BEST, CoregistrationSettings
from landloom.survey import offset_estimation
from landloom.survey.acquisition_table import AcquisitionRecord
from landloom.survey.offset_estimation import Consensus
from landloom.survey.shift_table import Shift

Patch = tuple[np.ndarray, np.ndarray]
"""Values, float or int, and their validity, both of shape (rows, columns)."""
Read = Callable[[Window], Patch]


@dataclass(frozen=True)
class Sensor:
    """Band and settings of a sensor for co-registration.

    Attributes
    ----------
    name : str
    settings : CoregistrationSettings
    resampling : str
        Resampling of its bands to the tile's grid.
    """

    name: str
    settings: CoregistrationSettings
    resampling: str


def patches(grid: Grid, settings: CoregistrationSettings) -> list[Window]:
    """Return the patches to compare, evenly spread; in a small tile they overlap by half at most."""
    side = min(settings.patch_px, grid.rows, grid.columns)
    most = max(math.isqrt(settings.most_patches), 1)

    def starts(length: int) -> list[int]:
        count = min(most, max(2 * length // side - 1, 1))
        return [round(float(start)) for start in np.linspace(0, length - side, count)]

    return [Window(row, column, side, side) for row in starts(grid.rows) for column in starts(grid.columns)]


def find(
    sensor: Sensor,
    acquisitions: Sequence[Acquisition],
    valid_fractions: Mapping[str, float],
    raster: str | None,
    grid: Grid,
    threads: int,
) -> list[Shift]:
    """Estimate the shift of each acquisition of a sensor.

    Parameters
    ----------
    sensor : Sensor
    acquisitions : sequence of Acquisition
    valid_fractions : dict of product: float
        Fraction of the tile's pixels that are valid.
    raster : str or None
        Reference raster, unless the reference is an acquisition.
    grid : Grid
        Grid of the tile.
    threads : int
        Acquisitions that are read at a time; each holds one patch in memory, the reference a row of patches.

    Raises
    ------
    InputError
        If the reference is missing, or has no valid patch in the tile.
    """
    chosen = None if raster else _reference_of(sensor, acquisitions, valid_fractions)
    others = [one for one in acquisitions if one is not chosen]
    with ExitStack() as files:
        reference = files.enter_context(
            _of_acquisition(chosen, sensor, grid) if chosen else _of_raster(str(raster), sensor.settings, grid)
        )
        images = [files.enter_context(_of_acquisition(one, sensor, grid)) for one in others]
        told = _told_shifts(reference, images, patches(grid, sensor.settings), sensor.settings, threads)
    if told is None:
        raise InputError(
            f"sensors.{sensor.name}.coregistration.reference: {raster or sensor.settings.reference} has no valid "
            f"patch of {min(sensor.settings.patch_px, grid.rows, grid.columns)} pixels in tile {acquisitions[0].tile}"
        )
    middle = _middle(told, sensor.settings) if sensor.settings.reference == BEST else np.zeros(2)
    found = {id(one): _judged(sensor, one, shifts - middle, grid) for one, shifts in zip(others, told, strict=True)}
    return [_of_reference(sensor, one, -middle, grid) if one is chosen else found[id(one)] for one in acquisitions]


def _middle(told: Sequence[np.ndarray], settings: CoregistrationSettings) -> np.ndarray:
    """Return the median of the shifts onto the least cloudy image, including its own shift of zero.

    The least cloudy image may be displaced itself; the median is more reliable.
    """
    together = [offset_estimation.consensus(shifts) for shifts in told]
    believed = [
        one.shift_px
        for one, shifts in zip(together, told, strict=True)
        if one and not _disagreement(one, len(shifts), settings)
    ]
    return np.median([(0.0, 0.0), *believed], axis=0) if len(believed) > 1 else np.zeros(2)


def _of_reference(sensor: Sensor, acquisition: Acquisition, shift_px: np.ndarray, grid: Grid) -> Shift:
    """Return the shift of the reference acquisition."""
    this = Shift(sensor.name, acquisition.date, acquisition.product, "reference")
    return this if sensor.settings.reference != BEST else _shifted(this, sensor.settings, shift_px, grid)


def _told_shifts(
    reference: Read, images: Sequence[Read], windows: Sequence[Window], settings: CoregistrationSettings, threads: int
) -> list[np.ndarray] | None:
    """Return the shifts of the patches of each image, shape (patches, 2); None if the reference has no valid patch.

    Patches are processed row by row, since files in strips would be decoded again for each patch.
    """
    told: list[list[tuple[float, float] | None]] = [[] for _ in images]

    def compare(row: Iterable[Window]) -> bool:
        edges = ((window, _edges(reference, window, settings)) for window in row)
        known = {window: one for window, one in edges if one is not None}
        for shifts, more in zip(told, pool.map(partial(_compared, known, settings), images), strict=True):
            shifts += more
        return bool(known)

    with ThreadPoolExecutor(threads) as pool:
        some = [compare(row) for _, row in groupby(windows, key=lambda window: window.row)]
    return [np.array([one for one in shifts if one]).reshape(-1, 2) for shifts in told] if any(some) else None


def _compared(
    reference: Mapping[Window, np.ndarray], settings: CoregistrationSettings, read: Read
) -> list[tuple[float, float] | None]:
    """Return the shift of each patch of an image against the reference; None if it cannot be estimated."""
    shifts = []
    for window, edges in reference.items():
        image = _edges(read, window, settings)
        shifts.append(None if image is None else offset_estimation.patch_shift(edges, image))
        del image  # free it before the next allocation
    return shifts


def _reference_of(
    sensor: Sensor, acquisitions: Sequence[Acquisition], valid_fractions: Mapping[str, float]
) -> Acquisition:
    """Return the reference acquisition: that of a date, or the least cloudy, the first in a tie."""
    day = sensor.settings.reference_date
    possible = [one for one in acquisitions if day in (None, one.date)]
    if not possible:
        raise InputError(
            f"sensors.{sensor.name}.coregistration.reference: no used acquisition of tile {acquisitions[0].tile} "
            f"is of {day}; give another day, or `best`"
        )
    return max(possible, key=lambda one: valid_fractions[one.product])


@contextmanager
def _of_raster(path: str, settings: CoregistrationSettings, grid: Grid) -> Iterator[Read]:
    """Open a reference raster for reading patches."""
    with ExitStack() as files:
        with _said_of(path):
            dataset = files.enter_context(raster_doors.opened(path))
            if settings.reference_band > dataset.count:
                raise InputError(f"{path}: has {dataset.count} bands, no band {settings.reference_band}")
            stored = files.enter_context(missing.band(dataset, settings.reference_band))
            seen = files.enter_context(warping.on_grid(stored, grid, "bilinear", warping.FLOATS))

        def read(window: Window) -> Patch:
            with _said_of(path):
                values = seen.read(window)
            return values, np.isfinite(values)

        yield read


@contextmanager
def _said_of(path: str) -> Iterator[None]:
    try:
        yield
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error.__cause__ or error}) as a reference") from None


@contextmanager
def _of_acquisition(acquisition: Acquisition, sensor: Sensor, grid: Grid) -> Iterator[Read]:
    """Open an acquisition for reading patches of the compared band."""
    bands = tuple(band for band in acquisition.bands if band[0] == sensor.settings.band)

    def read(window: Window) -> Patch:
        values, clear = np.zeros((1, window.pixels), np.int16), np.empty(window.pixels, bool)
        reader.read(window, None, values, clear)
        shape = window.rows, window.columns
        return values.reshape(shape), clear.reshape(shape)

    with closing(AcquisitionReader(replace(acquisition, bands=bands), grid, sensor.resampling)) as reader:
        yield read


def _edges(read: Read, window: Window, settings: CoregistrationSettings) -> np.ndarray | None:
    values, clear = read(window)
    return offset_estimation.edges(values, clear) if clear.mean() >= settings.valid_fraction else None


def _judged(sensor: Sensor, acquisition: Acquisition, found: np.ndarray, grid: Grid) -> Shift:
    """Return the shift from the patches, or the reason why it is rejected."""
    settings = sensor.settings
    together = offset_estimation.consensus(found)
    why = _why_not(together, len(found), settings)
    this = sensor.name, acquisition.date, acquisition.product
    agreeing = together.agreeing if together else 0
    if together is None or why:
        status = "left_out" if settings.otherwise == "leave_out" else "not_found"
        return Shift(*this, status, patches=len(found), agreeing=agreeing, problem=why)  # type: ignore[arg-type]
    known = Shift(
        *this, "moved", patches=len(found), agreeing=agreeing, spread_m=together.spread_px * ground.pixel_m(grid)[1]
    )
    return _shifted(known, settings, np.array(together.shift_px), grid)


def _shifted(shift: Shift, settings: CoregistrationSettings, shift_px: np.ndarray, grid: Grid) -> Shift:
    """Return a shift in rows and columns, with its status."""
    rows, columns = map(float, shift_px)
    small = max(abs(rows), abs(columns)) < settings.smallest_shift_px
    high_m, wide_m = ground.pixel_m(grid)
    x_m, y_m = columns * wide_m, -rows * high_m
    return replace(shift, status="in_place" if small else "moved", x_m=x_m, y_m=y_m)


def _why_not(together: Consensus | None, compared: int, settings: CoregistrationSettings) -> str:
    """Return the reason why the shift of the patches is rejected; empty if it is accepted."""
    if problem := _disagreement(together, compared, settings):
        return problem
    assert together
    largest = max(map(abs, together.shift_px))
    if largest > settings.largest_shift_px:
        return f"a shift of {largest:.1f} pixels is more than {settings.largest_shift_px:g} (`largest_shift_px`)"
    return ""


def _disagreement(together: Consensus | None, compared: int, settings: CoregistrationSettings) -> str:
    """Return the reason why the patches give no shift; empty if they do."""
    if together is None or compared < settings.least_patches:
        return f"{compared} patches are valid enough to be compared, {settings.least_patches} are needed"
    least = max(settings.least_patches, math.ceil(settings.agreeing_fraction * compared))
    return (
        "" if together.agreeing >= least else f"{together.agreeing} of {compared} patches agree, {least} are needed"
    )


def of_tile(
    sensors: Sequence[Sensor],
    acquisitions: Mapping[str, Sequence[Acquisition]],
    records: Sequence[AcquisitionRecord],
    rasters: Mapping[str, str | None],
    grid: Grid,
    threads: int,
) -> list[Shift]:
    """Estimate the shifts of all sensors of a tile: see :func:`find`.

    Parameters
    ----------
    records : sequence of AcquisitionRecord
        Rows of acquisitions.csv.
    rasters : dict of sensor: str or None
        Reference rasters.
    """
    found = []
    for sensor in sensors:
        fractions = {record.product: record.valid_fraction for record in records if record.sensor == sensor.name}
        seen = acquisitions[sensor.name]
        found += find(sensor, seen, fractions, rasters[sensor.name], grid, threads) if seen else []
    return found
