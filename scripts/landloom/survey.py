"""What an archive holds for a tile: its acquisitions, its pixel grid, how often each pixel is seen clear."""

import datetime
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

import numpy as np
import rasterio

from landloom import grids, integrity, rasters, sensors
from landloom.errors import InputError
from landloom.grids import Grid, Window
from landloom.looks import Look
from landloom.progress import Progress
from landloom.sensor_settings import AnySensor
from landloom.sensors.base import Acquisition, Product
from landloom.series import AcquisitionReader

STRIP_BYTES = 10**8
"""Of the bands of a look that are read at once, for a thread."""


def find_acquisitions(
    settings: Mapping[str, AnySensor], tile: str, period: tuple[datetime.date, datetime.date]
) -> tuple[list[Acquisition], list[tuple[str, Product, str]]]:
    """Return a tile's acquisitions, and the products that cannot be used with the reason.

    Raises
    ------
    InputError
        Where a sensor has no product at all.
    """
    good, bad, empty = [], [], []
    for sensor, sensor_settings in settings.items():
        products = sensors.find(sensor_settings, tile, *period)
        if not products:
            empty.append(sensors.no_products(sensor, sensor_settings, tile, period))
        for product in products:
            try:
                good.append(sensors.describe(sensor_settings, sensor, tile, product))
            except InputError as error:
                bad.append((sensor, product, str(error)))
    if empty:
        raise InputError("\n".join(empty))
    return good, bad


def tile_grid(acquisitions: Sequence[Acquisition]) -> Grid:
    """Return the grid of the finest band that most acquisitions share, of the first sensor whose files open.

    Most, not the first: a single product of another place must not move the tile there.

    Raises
    ------
    InputError
        Where none opens.
    """
    problem = "no product can be opened"
    for _, looks in groupby(acquisitions, key=lambda acquisition: acquisition.sensor):
        found: list[Grid] = []
        for acquisition in looks:
            try:
                grids_of_bands = [_grid_of(band.path) for _, band in acquisition.bands]
                found.append(min(grids_of_bands, key=lambda grid: grid.pixel_area))
            except InputError as error:
                problem = str(error)
        if found:
            return Counter(found).most_common(1)[0][0]
    raise InputError(problem)


def common_grid(settings: Mapping[str, AnySensor], tile: str, period: tuple[datetime.date, datetime.date]) -> Grid:
    """Return the grid that most of a tile's products share: see :func:`tile_grid`.

    Raises
    ------
    InputError
        Where no product can be used.
    """
    found, bad = find_acquisitions(settings, tile, period)
    if not found:
        raise InputError(_refusal(tile, [problem for _, _, problem in bad], "does the sensor describe them?"))
    return tile_grid(found)


def _refusal(tile: str, problems: Sequence[str], remedy: str) -> str:
    # Files of several dates have one problem for all.
    lines = "\n".join(f"  {problem}" for problem in dict.fromkeys(problems))
    return f"tile {tile}: {len(problems)} product{'s' * (len(problems) > 1)} cannot be used; {remedy}:\n{lines}"


def _grid_of(path: str) -> Grid:
    try:
        with rasterio.open(path) as dataset:
            return grids.of_dataset(dataset)
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None


def usable(
    acquisitions: Sequence[Acquisition], grid: Grid
) -> tuple[list[Acquisition], list[tuple[Acquisition, str]]]:
    """Separate whole products of this tile from the others."""
    good, bad = [], []
    for acquisition in acquisitions:
        try:
            integrity.check(acquisition, grid)
            good.append(acquisition)
        except InputError as error:
            bad.append((acquisition, str(error)))
    return good, bad


def survey(
    settings: Mapping[str, AnySensor],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    grid: Grid,
    on_bad_product: str,
    threads: int,
) -> tuple[list[Acquisition], list[Look], np.ndarray]:
    """Look through a tile's archive.

    Returns
    -------
    acquisitions : list of Acquisition
        Those that are used.
    looks : list of Look
        All, in the order of the products.
    validity : ndarray of uint16, shape (rows, columns)
        Number of clear looks of each pixel, over all sensors.

    Raises
    ------
    InputError
        With all bad products together, unless they are to be skipped; where nothing is left, or where most
        products lie on another grid than the tile's.
    """
    found, bad = find_acquisitions(settings, tile, period)
    good, broken = usable(found, grid)
    rejected = [Look(sensor, product.date, product.name, problem, 0.0) for sensor, product, problem in bad]
    rejected += [Look(one.sensor, one.date, one.product, problem, 0.0) for one, problem in broken]
    if rejected and (on_bad_product == "stop" or not good):
        remedy = (
            "get whole ones, or leave out with `on_bad_product: skip`" if good else "does the sensor describe them?"
        )
        raise InputError(_refusal(tile, [look.problem for look in rejected], remedy))
    missing = set(settings) - {one.sensor for one in good}
    if missing:
        raise InputError(f"tile {tile}: no usable product of {sorted(missing)}")
    if tile_grid(found) != grid:
        raise InputError(
            f"tile {tile}: most products lie on another grid than when the tile was first surveyed; "
            "draw all grids again with `--forcerun grid`"
        )
    validity, shares = count_clear(good, grid, threads)
    looks = [Look(one.sensor, one.date, one.product, "", share) for one, share in zip(good, shares, strict=True)]
    order = {sensor: rank for rank, sensor in enumerate(settings)}
    ordered = sorted(looks + rejected, key=lambda look: (order[look.sensor], look.date, look.product))
    return good, ordered, validity


def count_clear(acquisitions: Sequence[Acquisition], grid: Grid, threads: int) -> tuple[np.ndarray, list[float]]:
    """Return how often each pixel is clear (uint16), and the share of clear pixels of each acquisition."""
    validity = np.zeros((grid.rows, grid.columns), np.uint16)
    progress = Progress("looks", validity.size * len(acquisitions))
    adding = threading.Lock()

    def count(acquisition: Acquisition) -> int:
        reader = AcquisitionReader(acquisition, grid, "nearest")
        clear_pixels = 0
        for window in _strips(grid, len(acquisition.bands)):
            clear = reader.seen(window)
            clear_pixels += int(np.count_nonzero(clear))
            with adding:
                validity[window.slices] += clear
                progress.advance(window.pixels)
        reader.close()
        return clear_pixels

    with ThreadPoolExecutor(threads) as pool:
        counts = list(pool.map(count, acquisitions))
    return validity, [number / validity.size for number in counts]


def write_validity(validity: np.ndarray, grid: Grid, path: Path | str, tags: rasters.Tags) -> None:
    """Write the number of clear looks of each pixel; no nodata value, since 0 is a count."""
    with rasters.create(path, grid, "uint16", tags, nodata=None) as dataset:
        for window in _strips(grid, 1):
            dataset.write(validity[window.slices], 1, window=window.ranges)


def _strips(grid: Grid, bands: int) -> list[Window]:
    """Cut a grid into rows of its whole width: files in strips would be decoded again for windows side by side."""
    side = max(min(512, STRIP_BYTES // (2 * bands * grid.columns)), 1)
    starts = range(0, grid.rows, side)
    return [Window(row, 0, min(side, grid.rows - row), grid.columns) for row in starts]
