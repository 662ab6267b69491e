"""Sample of a tile's values: the same few blocks of its bands in every survey.

Reading all bands would take as long as a map. Of each sensor at least 16 blocks with valid pixels are read, over all
dates, and otherwise at most 1 % of a band's pixels. Which, does not depend on the number of threads.
"""

import math
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from landloom.core.errors import InputError
from landloom.core.stored_values import GREATEST, LEAST
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition, RasterBand

LEAST_BLOCKS, LARGEST_FRACTION = 16, 0.01
ENOUGH_PIXELS = 2**20
"""Pixels of a band beyond which a sample tells nothing more."""

BLOCK_SIDE, BLOCK_PIXELS, MOST_VALUES = 256, 2**16, 2**23
"""Largest rows and pixels of a block, and values of all bands: a larger block of a file is read in part."""

COARSE_GAIN = 0.1
"""Stored value of one in a file, below which several numbers of a file become one."""

SOME_VALUES = 4096
"""Values of a block that show whether a file has fractions."""

TRIES = 4
"""Blocks that are looked at for each that is wanted, since clouds may hide some."""

DATES_AT_ONCE = 16


@dataclass
class BandValues:
    """Values of a band at sampled valid pixels, after scaling; not rounded and not clipped.

    Attributes
    ----------
    band : RasterBand or None
        As last read, with the scaling of its file.
    pixels, clipped : int
    least, greatest : float
    finer : bool
        Whether files tell values more finely than the integers that are stored.
    """

    band: RasterBand | None = None
    pixels: int = 0
    clipped: int = 0
    least: float = math.inf
    greatest: float = -math.inf
    finer: bool = False

    def add(self, values: np.ndarray, band: RasterBand) -> None:
        """Count the values of some pixels."""
        if not values.size:
            return
        self.band = band
        least, greatest = float(values.min()), float(values.max())
        if least < LEAST - 0.5 or greatest >= GREATEST + 0.5:
            self.clipped += int(np.count_nonzero((values < LEAST - 0.5) | (values >= GREATEST + 0.5)))
        self.pixels += values.size
        self.least, self.greatest = min(self.least, least), max(self.greatest, greatest)
        numbers = (values[:SOME_VALUES] - band.shift) / band.gain
        self.finer |= abs(band.gain) < COARSE_GAIN or bool(np.abs(numbers - np.round(numbers)).max() > 1e-3)

    def join(self, other: "BandValues") -> None:
        """Add what was counted elsewhere."""
        self.band = other.band or self.band
        self.pixels += other.pixels
        self.clipped += other.clipped
        self.least, self.greatest = min(self.least, other.least), max(self.greatest, other.greatest)
        self.finer |= other.finer


@dataclass
class Sample:
    """Sampled values of a sensor in a tile.

    Attributes
    ----------
    bands : dict of str: BandValues
    blocks : int
    clear, missing : int
        Pixels that masks call clear, and how many of these are missing in a band.
    broken : dict of Acquisition: InputError
        Acquisitions whose blocks cannot be read.
    """

    bands: dict[str, BandValues]
    blocks: int = 0
    clear: int = 0
    missing: int = 0
    broken: dict[Acquisition, InputError] = field(default_factory=dict)

    def join(self, other: "Sample") -> None:
        """Add a sample of other acquisitions."""
        for name, values in other.bands.items():
            self.bands[name].join(values)
        self.blocks += other.blocks
        self.clear += other.clear
        self.missing += other.missing
        self.broken |= other.broken


def _empty(acquisition: Acquisition) -> Sample:
    return Sample({name: BandValues() for name, _ in acquisition.bands})


def take(acquisitions: Sequence[Acquisition], grid: Grid, threads: int) -> Sample:
    """Sample the values of a sensor's acquisitions of one tile, at least one.

    Parameters
    ----------
    acquisitions : sequence of Acquisition
        Of one sensor.
    """
    first = acquisitions[0]
    found, rng = _empty(first), np.random.default_rng(zlib.crc32(f"{first.tile} {first.sensor}".encode()))
    seeds = rng.integers(2**31, size=len(acquisitions))
    chosen = [(acquisitions[rank], int(seeds[rank])) for rank in rng.permutation(len(acquisitions))]
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(chosen), DATES_AT_ONCE):
            wave = chosen[start : start + DATES_AT_ONCE]
            for part in pool.map(lambda one: _of_acquisition(one[0], one[1], grid, len(chosen)), wave):
                found.join(part)
            if found.blocks >= LEAST_BLOCKS:
                break
    return found


def _of_acquisition(acquisition: Acquisition, seed: int, grid: Grid, dates: int) -> Sample:
    """Sample one of several acquisitions; one that cannot be read is told as broken."""
    found = _empty(acquisition)
    try:
        with closing(AcquisitionReader(acquisition, grid, "nearest")) as reader:
            wanted, windows = _windows(grid, reader.blocks(), seed, dates)
            for window in windows:
                _add(found, reader, window)
                if found.blocks >= wanted:
                    break
    except InputError as error:
        return Sample(_empty(acquisition).bands, broken={acquisition: error})
    return found


def _windows(
    grid: Grid, blocks_of_bands: Sequence[tuple[int, int]], seed: int, dates: int
) -> tuple[int, Iterator[Window]]:
    """Return how many blocks of a date are wanted, and blocks to try in their order."""
    block_rows, block_columns = blocks_of_bands[0]
    height = min(block_rows, BLOCK_SIDE, grid.rows)
    most = max(min(BLOCK_PIXELS, MOST_VALUES // len(blocks_of_bands)) // height, 1)
    width = min(block_columns, most, grid.columns)
    rows, columns = -(-grid.rows // height), -(-grid.columns // width)
    pixels = min(LARGEST_FRACTION * grid.rows * grid.columns * dates, ENOUGH_PIXELS)
    blocks = max(LEAST_BLOCKS, int(pixels / (height * width)))
    wanted = -(-blocks // min(dates, LEAST_BLOCKS))
    some = min(TRIES * wanted, rows * columns)
    order = np.random.default_rng(seed).choice(rows * columns, some, replace=False)
    places = ((int(one) // columns * height, int(one) % columns * width) for one in order)
    return wanted, (
        Window(row, column, min(height, grid.rows - row), min(width, grid.columns - column)) for row, column in places
    )


def _add(found: Sample, reader: AcquisitionReader, window: Window) -> None:
    """Add a block, unless nothing in it is clear."""
    clear, bands = reader.scaled(window)
    if not bands:
        return
    seen = clear & ~np.any([np.isnan(values) for values, _ in bands], axis=0)
    found.blocks += bool(seen.any())
    found.clear += int(np.count_nonzero(clear))
    found.missing += int(np.count_nonzero(clear & ~seen))
    for total, (values, band) in zip(found.bands.values(), bands, strict=True):
        total.add(values[seen], band)
