"""Sample of a tile's values: the same few blocks of its bands in every survey.

Which blocks are read, :mod:`landloom.survey.sample_blocks` tells; it does not depend on the number of threads.
"""

import math
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from landloom.core.errors import InputError
from landloom.core.stored_values import GREATEST, LEAST
from landloom.geo.grids import Window
from landloom.reading.series_reader import AcquisitionReader
from landloom.sensors.acquisition import Acquisition, RasterBand
from landloom.survey import sample_blocks
from landloom.survey.open_files import OpenFiles
from landloom.survey.sample_blocks import LEAST_BLOCKS

COARSE_GAIN = 0.1
"""Stored value of one in a file, below which several numbers of a file become one."""

SOME_VALUES = 4096
"""Values of a block that show whether a file has fractions."""


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


def take(acquisitions: Sequence[Acquisition], files: OpenFiles, threads: int) -> Sample:
    """Sample the values of a sensor's acquisitions of one tile, at least one.

    Parameters
    ----------
    acquisitions : sequence of Acquisition
        Of one sensor.
    files : OpenFiles
        Of the survey.
    """
    first = acquisitions[0]
    found, rng = _empty(first), np.random.default_rng(zlib.crc32(f"{first.tile} {first.sensor}".encode()))
    seeds = rng.integers(2**31, size=len(acquisitions))
    chosen = [(acquisitions[rank], int(seeds[rank])) for rank in rng.permutation(len(acquisitions))]
    with ThreadPoolExecutor(threads) as pool:
        while chosen and found.blocks < LEAST_BLOCKS:
            # How many dates are looked at next goes by the blocks of the files, not by threads.
            at_once = _dates_at_once(chosen[0][0], files, len(acquisitions))
            wave, chosen = chosen[:at_once], chosen[at_once:]
            for part in pool.map(lambda one: _of_acquisition(one[0], one[1], files, len(acquisitions)), wave):
                found.join(part)
    return found


def _dates_at_once(acquisition: Acquisition, files: OpenFiles, dates: int) -> int:
    """Return on how many dates a sample lies if its files are like those of one; 1 if that one cannot be read."""
    try:
        with files.reader(acquisition) as reader:
            return sample_blocks.planned(files.grid, reader.blocks(), dates).dates
    except InputError:
        return 1


def _of_acquisition(acquisition: Acquisition, seed: int, files: OpenFiles, dates: int) -> Sample:
    """Sample one of several acquisitions; one that cannot be read is told as broken."""
    found = _empty(acquisition)
    try:
        with files.reader(acquisition) as reader:
            plan = sample_blocks.planned(files.grid, reader.blocks(), dates)
            for window in plan.windows(seed):
                _add(found, reader, window)
                if found.blocks >= plan.of_date:
                    break
    except InputError as error:
        return Sample(_empty(acquisition).bands, broken={acquisition: error})
    return found


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
