"""What an archive holds for a tile: its acquisitions, its pixel grid, how often each pixel is seen clear."""

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from landloom import grids, integrity, rasters, sensors
from landloom.config import AnySensor
from landloom.errors import InputError
from landloom.files import write_text
from landloom.grids import Grid, Window
from landloom.progress import Progress
from landloom.sensors.base import Acquisition, Product
from landloom.series import AcquisitionReader

WINDOW_SIDE = 2048

COLUMNS = ("sensor", "date", "product", "status", "clear_share", "problem")


@dataclass(frozen=True)
class Look:
    """One line of acquisitions.csv: an acquisition and what became of it.

    Attributes
    ----------
    sensor : str
    date : datetime.date
    product : str
    problem : str
        Why it was left out; empty where it is used.
    clear_share : float
        Share of the tile's pixels that are clear.
    """

    sensor: str
    date: datetime.date
    product: str
    problem: str
    clear_share: float


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
            empty.append(
                f"sensors.{sensor}: no product of tile {tile} from {period[0]} to {period[1]} "
                f"in {sensor_settings.archive}"
            )
        for product in products:
            try:
                good.append(sensors.describe(sensor_settings, sensor, tile, product))
            except InputError as error:
                bad.append((sensor, product, str(error)))
    if empty:
        raise InputError("\n".join(empty))
    return good, bad


def finest_grid(acquisitions: Sequence[Acquisition]) -> Grid:
    """Return the grid of the finest band of the first acquisition whose files open.

    Raises
    ------
    InputError
        Where none opens.
    """
    problem = "no product can be opened"
    for acquisition in acquisitions:
        try:
            found = [_grid_of(band.path) for _, band in acquisition.bands]
            return min(found, key=lambda grid: grid.pixel_area)
        except InputError as error:
            problem = str(error)
    raise InputError(problem)


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
    on_bad_product: str,
    threads: int,
) -> tuple[Grid, list[Look], np.ndarray]:
    """Look through a tile's archive.

    Returns
    -------
    grid : Grid
    looks : list of Look
        Sorted by sensor (as configured) and date.
    validity : ndarray of uint16, shape (rows, columns)
        Number of clear looks of each pixel, over all sensors.

    Raises
    ------
    InputError
        With all bad products together, unless they are to be skipped; where nothing is left.
    """
    found, bad = find_acquisitions(settings, tile, period)
    grid = finest_grid(found) if found else None
    good, broken = usable(found, grid) if grid else ([], [])
    rejected = [Look(sensor, product.date, product.name, problem, 0.0) for sensor, product, problem in bad]
    rejected += [Look(one.sensor, one.date, one.product, problem, 0.0) for one, problem in broken]
    if rejected and (on_bad_product == "stop" or not good):
        lines = "\n".join(f"  {look.problem}" for look in rejected)
        raise InputError(
            f"tile {tile}: {len(rejected)} products cannot be used (on_bad_product: skip leaves out)\n{lines}"
        )
    assert grid is not None
    missing = set(settings) - {one.sensor for one in good}
    if missing:
        raise InputError(f"tile {tile}: no usable product of {sorted(missing)}")
    validity, shares = count_clear(good, grid, threads)
    looks = [Look(one.sensor, one.date, one.product, "", share) for one, share in zip(good, shares, strict=True)]
    order = {sensor: rank for rank, sensor in enumerate(settings)}
    return grid, sorted(looks + rejected, key=lambda look: (order[look.sensor], look.date, look.product)), validity


def count_clear(acquisitions: Sequence[Acquisition], grid: Grid, threads: int) -> tuple[np.ndarray, list[float]]:
    """Return how often each pixel is clear (uint16), and the share of clear pixels of each acquisition."""
    validity = np.zeros((grid.rows, grid.columns), np.uint16)
    readers = [AcquisitionReader(acquisition, grid, "nearest") for acquisition in acquisitions]
    clear_pixels = np.zeros(len(readers), np.int64)
    progress = Progress("looks", grid.rows * grid.columns * len(readers))
    with ThreadPoolExecutor(threads) as pool:
        for window in grid.windows(WINDOW_SIDE):
            for look, clear in enumerate(pool.map(lambda reader, at=window: reader.seen(at), readers)):
                validity[window.slices] += clear
                clear_pixels[look] += int(clear.sum())
                progress.advance(window.pixels)
    for reader in readers:
        reader.close()
    return validity, [int(count) / validity.size for count in clear_pixels]


def write_looks(looks: Sequence[Look], path: Path | str) -> None:
    """Write acquisitions.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for look in looks:
        status = "skipped" if look.problem else "used"
        writer.writerow(
            (look.sensor, look.date.isoformat(), look.product, status, f"{look.clear_share:.4f}", look.problem)
        )
    write_text(path, text.getvalue())


def read_looks(path: Path | str) -> list[Look]:
    """Read acquisitions.csv."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [
            Look(
                row["sensor"],
                datetime.date.fromisoformat(row["date"]),
                row["product"],
                row["problem"],
                float(row["clear_share"]),
            )
            for row in csv.DictReader(file)
        ]


def used_acquisitions(
    settings: Mapping[str, AnySensor], tile: str, looks: Sequence[Look]
) -> dict[str, list[Acquisition]]:
    """Return the acquisitions that acquisitions.csv lists as used, by sensor, ready to be read.

    Raises
    ------
    InputError
        Where a product is no longer in the archive.
    """
    used: dict[str, list[Acquisition]] = {}
    for sensor, sensor_settings in settings.items():
        listed = [look for look in looks if look.sensor == sensor and not look.problem]
        dates = [look.date for look in listed]
        products = {one.name: one for one in sensors.find(sensor_settings, tile, min(dates), max(dates))}
        gone = sorted({look.product for look in listed} - set(products))
        if gone:
            raise InputError(f"sensors.{sensor}: {gone[0]} of tile {tile} has left the archive since it was surveyed")
        used[sensor] = [sensors.describe(sensor_settings, sensor, tile, products[look.product]) for look in listed]
    return used


def write_validity(validity: np.ndarray, grid: Grid, path: Path | str, tags: rasters.Tags) -> None:
    """Write the number of clear looks of each pixel; no nodata value, since 0 is a count."""
    with rasters.create(path, grid, "uint16", tags, nodata=None) as dataset:
        for window in grid.windows(WINDOW_SIDE):
            dataset.write(validity[window.slices], 1, window=Window(*window).ranges)


def date_range(looks: Sequence[Look], sensor: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last date of a sensor's used acquisitions."""
    dates = [look.date for look in looks if look.sensor == sensor and not look.problem]
    return min(dates), max(dates)
