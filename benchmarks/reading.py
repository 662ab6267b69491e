"""Reading JPEG 2000 as `classify` does, against a plain read of the same files, and copies of the images.

The tile is that of `safe_tile.py`: Sen2Cor's layout, all pixels wanted. Turns A B A B in one process; the time of all
threads of the process (CPU) counts, which other work on the machine changes least.

Usage: python -m benchmarks.reading FOLDER SIDE_PX [DATES [THREADS [ROUNDS]]]
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import rasterio

from benchmarks.big_tile import TILE
from benchmarks.safe_tile import make_safe_tile
from landloom.geo import windows
from landloom.geo.grids import Grid
from landloom.jobs.job import GDAL_CACHE_MB
from landloom.jobs.workload import READING_MB, READING_MB_OF_JPEG_2000
from landloom.prepared import image_files, optical, preparation
from landloom.prepared.forms import Maker
from landloom.reading import resampling
from landloom.reading.series_reader import TileReader
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.sentinel2.sen2cor import Sen2corSettings
from landloom.survey import survey, tile_grids

PERIOD = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
RESAMPLING = "bilinear"
ROUNDS = 3
# As in a job, and before GDAL is asked for anything: it looks once.
os.environ["GDAL_CACHEMAX"] = GDAL_CACHE_MB


@dataclass(frozen=True)
class Spent:
    """Seconds that something took: of the clock, and of all threads."""

    clock: float
    cpu: float


def measure(folder: Path, threads: int, rounds: int = ROUNDS) -> dict[str, list[Spent]]:
    """Return what each way of reading a tile took in each round, and the copying once.

    Parameters
    ----------
    folder : Path
        As :func:`benchmarks.safe_tile.make_safe_tile` has made it.
    """
    resampling.use_kernels()
    products = acquisitions(folder)
    grid = tile_grids.tile_grid(products[:1])
    maker = Maker(optical.parts)
    wanted = [preparation.wanted(one, "-", RESAMPLING, grid, "-", folder / "copies", maker) for one in products]
    for one in wanted:
        one.path.unlink(missing_ok=True)
    found = {"copying": [_timed(lambda: preparation.prepare(wanted, grid, threads, folder / "checksums.json"))]}
    copies = [image_files.as_acquisition(one.acquisition, one.path) for one in wanted]
    ways: dict[str, Callable[[], None]] = {
        "plain read": lambda: plain_read(products, threads),
        "as classify reads": lambda: read_as_classify(products, grid, threads, READING_MB_OF_JPEG_2000),
        "plain read of copies": lambda: plain_read(copies, threads),
        "as classify reads copies": lambda: read_as_classify(copies, grid, threads, READING_MB),
    }
    for _ in range(rounds):
        for name, way in ways.items():
            found.setdefault(name, []).append(_timed(way))
    return found


def acquisitions(folder: Path) -> list[Acquisition]:
    """Return the tile's acquisitions by date."""
    settings = Sen2corSettings(type="sentinel2_sen2cor", archive=str(folder / "archive"))
    found = survey.find_acquisitions({"s2": settings}, TILE, PERIOD).acquisitions
    return sorted(found, key=lambda one: one.date)


def plain_read(products: list[Acquisition], threads: int) -> None:
    """Read every file once with rasterio, a thread a file, in rows of its blocks."""

    def read(path: str) -> None:
        with rasterio.open(path) as dataset:
            rows = dataset.block_shapes[0][0]
            for row in range(0, dataset.height, rows):
                dataset.read(window=((row, min(row + rows, dataset.height)), (0, dataset.width)))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(read, [path for one in products for path in one.numbers_read]))


def read_as_classify(products: list[Acquisition], grid: Grid, threads: int, memory_mb: int) -> None:
    """Read all windows of a tile as the job does, and drop them."""
    series_bytes = sum(2 * len(one.bands) + 1 for one in products)
    with TileReader({"s2": products}, grid, {"s2": RESAMPLING}, threads) as reader:
        limit = windows.most_pixels(memory_mb, series_bytes, reader.kept_bytes)
        for _ in reader.stream(windows.plan(grid, reader.blocks(), limit).windows):
            pass


def _timed(work: Callable[[], object]) -> Spent:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - clock, time.process_time() - cpu)


def table(found: dict[str, list[Spent]], archive_bytes: int, copies_bytes: int) -> str:
    """Return the figures as text: medians, least and most of the CPU time, ratios to the plain read."""
    plain = median(one.cpu for one in found["plain read"])
    lines = [f"archive {archive_bytes / 1e6:.0f} MB, copies {copies_bytes / 1e6:.0f} MB"]
    for name, rounds in found.items():
        cpu = sorted(one.cpu for one in rounds)
        clock = median(one.clock for one in rounds)
        span = f"{cpu[0]:.1f} to {cpu[-1]:.1f}"
        lines.append(
            f"{name}: CPU {median(cpu):.1f} s ({span}), {median(cpu) / plain:.2f} x plain; clock {clock:.1f} s"
        )
    return "\n".join(lines)


def size_of(folder: Path) -> int:
    """Return the bytes of all images below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in (".jp2", ".tif"))


def main(folder: Path, side_px: int, dates: int = 3, threads: int = 2, rounds: int = ROUNDS) -> None:
    """Make the tile where it is missing, measure, and print the figures."""
    make_safe_tile(folder, side_px, dates)
    found = measure(folder, threads, rounds)
    print(table(found, size_of(folder / "archive"), size_of(folder / "copies")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
