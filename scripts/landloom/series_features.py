"""Features of one sensor's series: bands and indices on the output dates."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit, prange

from landloom import index_catalogue
from landloom.calendars import EPOCH, days
from landloom.gapfill import BLOCK, BLOCKS_PER_TASK, Timeline, fill_block, new_scratch, timeline
from landloom.index_catalogue import Index
from landloom.indices import INDEX_SCALE, Programs, compile_formulas, compute_block
from landloom.sensors.base import NODATA, REFLECTANCE_SCALE
from landloom.series import SeriesWindow


@dataclass(frozen=True)
class SensorFeatures:
    """What is made of one sensor's series.

    Attributes
    ----------
    sensor : str
    bands : tuple of str
    use_bands : bool
        Whether the bands themselves are features.
    indices : tuple of Index
        Those for which the sensor has the bands.
    positions : dict of str: int
        Position of each standard letter among the bands.
    look_dates, output_dates : tuple of date
        Of the acquisitions, ascending; of the gap filling.
    """

    sensor: str
    bands: tuple[str, ...]
    use_bands: bool
    indices: tuple[Index, ...]
    positions: Mapping[str, int]
    look_dates: tuple[datetime.date, ...]
    output_dates: tuple[datetime.date, ...]

    @cached_property
    def names(self) -> list[str]:
        """Return the feature names: bands date by date, then each index date by date."""
        stamps = [date.strftime("%Y%m%d") for date in self.output_dates]
        bands = [f"{self.sensor}_{band}_{stamp}" for stamp in stamps for band in self.bands] if self.use_bands else []
        return bands + [f"{self.sensor}_{index.name}_{stamp}" for index in self.indices for stamp in stamps]

    @property
    def scales(self) -> list[float]:
        """Return by how much the stored number of each feature is larger than what it means."""
        dates, bands = len(self.output_dates), len(self.bands) if self.use_bands else 0
        of_indices = [
            REFLECTANCE_SCALE if one.name == index_catalogue.BRIGHTNESS else INDEX_SCALE for one in self.indices
        ]
        return [float(REFLECTANCE_SCALE)] * (bands * dates) + [float(one) for one in of_indices for _ in range(dates)]

    @cached_property
    def timeline(self) -> Timeline:
        """Return the looks and outputs as days."""
        return timeline(days(self.look_dates), days(self.output_dates))

    @cached_property
    def programs(self) -> Programs:
        """Return the indices' formulas, ready to be computed."""
        return compile_formulas(self.indices, self.positions, len(self.bands))

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Write the features of some pixels: see :class:`landloom.features.Part`."""
        window = series[self.sensor]
        first = 0 if self.use_bands else len(self.bands) * len(self.output_dates)
        tasks = -(-len(pixels) // (BLOCK * BLOCKS_PER_TASK))
        _stack(window.values, window.valid, pixels, self.timeline, self.programs, first, matrix, column, seen, tasks)


def of_sensor(
    sensor: str,
    bands: Sequence[str],
    letters: Mapping[str, str],
    use_bands: bool,
    index_names: Sequence[str] | None,
    look_dates: Sequence[datetime.date],
    output_dates: Sequence[datetime.date],
) -> SensorFeatures:
    """Choose the indices that a sensor's bands allow.

    Parameters
    ----------
    letters : dict of str: str
        Standard letter of each band that has one.
    """
    positions = {letters[band]: position for position, band in enumerate(bands) if band in letters}
    possible = index_catalogue.chosen(index_names, positions)
    return SensorFeatures(
        sensor, tuple(bands), use_bands, possible, positions, tuple(look_dates), tuple(output_dates)
    )


# A block of pixels goes through gap filling, indices and transposition while it lies in the second-level cache: only
# the vectors are written to memory, once.


@njit(cache=True, parallel=True)
def _stack(values, valid, pixels, line, programs, first, features, column, seen, tasks):
    for task in prange(tasks):
        _stack_task(np.int64(task), values, valid, pixels, line, programs, first, features, column, seen)


@njit(cache=True)
def _stack_task(task, values, valid, pixels, line, programs, first, features, column, seen):
    """Make the vectors of some blocks."""
    bands, dates = values.shape[1], len(line.output_days)
    rows = np.empty((dates * (bands + len(programs.ends)), BLOCK), np.int16)
    numbers = np.zeros((programs.depth, BLOCK))
    scratch = new_scratch(line)
    begin = task * BLOCK * BLOCKS_PER_TASK
    for start in range(begin, min(begin + BLOCK * BLOCKS_PER_TASK, len(pixels)), BLOCK):
        block = pixels[start : start + BLOCK]
        fill_block(values, valid, block, line, scratch, rows)
        compute_block(programs, rows, bands, dates, numbers)
        for place in range(len(block)):
            if scratch.seen[place]:
                seen[start + place] = True
            else:
                rows[:, place] = NODATA
        _transpose(rows, first, features, start, len(block), column)


@njit(cache=True)
def _transpose(rows, first, features, start, pixels, column):
    """Turn rows of pixels into vectors, 32 features (a line of the cache) at a time."""
    for low in range(first, len(rows), 32):
        high = min(low + 32, len(rows))
        for pixel in range(pixels):
            vector, place = np.uint64(start + pixel), np.uint64(pixel)
            for row in range(np.uint64(low), np.uint64(high)):  # unsigned indices: no test for negative ones
                features[vector, np.uint64(column - first) + row] = rows[row, place]


def use_kernels() -> None:
    """Call every kernel once, with the types of a tile's series: compiled ahead of the work."""
    index = Index("NDVI", "(N-R)/(N+R)", ("N", "R"), {})
    sensor = SensorFeatures("s", ("R", "N"), True, (index,), {"R": 0, "N": 1}, (EPOCH,), (EPOCH,))
    window = SeriesWindow(np.ones((1, 2, 4), np.int16), np.ones((1, 4), bool))
    sensor.write({"s": window}, np.arange(4), np.empty((4, len(sensor.names)), np.int16), 0, np.zeros(4, bool))
