"""Annual images on a tile's grid: the files of a year joined, resampled as decoded values.

A value is the bilinear mean of the pixels around its place, those of all files together: where files adjoin, pixels
of both count, and where they overlap, the mean of both. Of pixels finer than the tile's, those within are averaged.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numba
import numpy as np

from landloom.annual import kernels
from landloom.annual.files import AnnualFile, Numbers
from landloom.annual.places import Places
from landloom.core.threads import run_tasks
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import ReadersOf, SeriesWindow
from landloom.reading.value_counts import Counter
from landloom.sensors.acquisition import Acquisition

CHUNK_PX = 2**14
"""Pixels that are decoded and resampled at a time: some MB, whatever the window."""


def readers_of(reading: Mapping[str, Any]) -> ReadersOf:
    """Return what opens annual images: see :data:`landloom.prepared.forms.SERIES`."""
    return partial(_open, reading["values"], bool(reading["unit_vectors"]))


def _open(
    values: str, unit_vectors: bool, acquisitions: Sequence[Acquisition], grid: Grid, threads: int
) -> list["AnnualReader"]:
    return [
        AnnualReader(Mosaic(one, grid, values, unit_vectors), number, threads)
        for number, one in enumerate(acquisitions)
    ]


class Mosaic:
    """The files of an annual image, on the grid of a tile. Not thread-safe.

    Parameters
    ----------
    acquisition : Acquisition
    grid : Grid
        Of the tile.
    values : str
        Key ``values`` of the section.
    unit_vectors : bool
        Whether the bands of a pixel are a vector of length 1.
    """

    def __init__(self, acquisition: Acquisition, grid: Grid, values: str, unit_vectors: bool) -> None:
        self.acquisition, self._unit_vectors = acquisition, unit_vectors
        self.files = [AnnualFile(one, values) for one in acquisition.mosaic]
        self._grid = grid
        self._places: list[Places] = []
        self._numbers = [band.number for _, band in acquisition.bands]

    @property
    def places(self) -> list[Places]:
        """Return where the tile's pixels lie in each file."""
        if not self._places:
            self._places = [Places(self._grid, file.grid) for file in self.files]
        return self._places

    def means(self, window: Window, wanted: np.ndarray | None = None) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Yield the values of a window, some rows at a time.

        Parameters
        ----------
        window : Window
        wanted : ndarray of bool, shape (rows, columns), or None
            Pixels of interest; None: all.

        Yields
        ------
        start : int
            Position of the first pixel in the window.
        values : ndarray of float32, shape (bands, pixels)
            Undefined where there are none.
        valid : ndarray of bool, shape (pixels,)
            Those of interest that have values.
        """
        step = max(CHUNK_PX // window.columns, 1)
        read = self._read(window)
        for row in range(0, window.rows, step):
            part = Window(window.row + row, window.column, min(step, window.rows - row), window.columns)
            valid = np.ones(part.pixels, bool) if wanted is None else wanted[row : row + part.rows].ravel()
            values, valid = self._of_part(part, np.ascontiguousarray(valid).copy(), read)
            yield row * window.columns, values, valid

    def _read(self, window: Window) -> list[Numbers | None]:
        """Return of each file what a window shows, None where it shows nothing."""
        parts = [places.part(window) for places in self.places]
        return [
            file.read(self._numbers, part) if part else None for file, part in zip(self.files, parts, strict=True)
        ]

    def _of_part(
        self, window: Window, valid: np.ndarray, read: Sequence[Numbers | None]
    ) -> tuple[np.ndarray, np.ndarray]:
        sums = np.zeros((len(self._numbers), window.pixels), np.float32)
        weights, parts = np.zeros(window.pixels, np.float32), np.zeros(window.pixels, np.int32)
        if valid.any():
            for file, places, numbers in zip(self.files, self.places, read, strict=True):
                if numbers is not None:
                    self._add(file, places, numbers, window, (sums, weights, parts))
        run_tasks(kernels.to_means, window.pixels, sums, weights, parts, self._unit_vectors, valid)
        return sums, valid

    def _add(
        self, file: AnnualFile, places: Places, read: Numbers, window: Window, into: tuple[np.ndarray, ...]
    ) -> None:
        """Add what a file shows of some rows."""
        part = places.part(window)
        if part is None:
            return
        first = max(part.row, read.part.row)
        rows = slice(first - read.part.row, min(part.row + part.rows, read.part.row + read.part.rows) - read.part.row)
        if rows.stop <= rows.start:
            return
        numbers, there = file.decoded(read, rows)
        share = 1.0 / places.side**2
        for offset in places.offsets():
            down, across = places.of(window, offset)
            where = down - first, across - read.part.column
            run_tasks(kernels.add_bilinear, window.pixels, numbers, there, *where, share, *into)

    def close(self) -> None:
        """Close all files."""
        for file in self.files:
            file.close()


class AnnualReader:
    """An annual image as an observation: see :class:`landloom.reading.observations.SeriesReader`.

    Parameters
    ----------
    mosaic : Mosaic
    observation : int
        Its number in the series.
    threads : int
        Of its kernels.
    """

    def __init__(self, mosaic: Mosaic, observation: int, threads: int) -> None:
        self._mosaic, self._observation = mosaic, observation
        self._threads = min(threads, numba.get_num_threads())
        self._steps = mosaic.acquisition.bands[0][1].unit
        self._lock = threading.Lock()
        self.counter = Counter(len(mosaic.acquisition.bands))

    def read_into(
        self, window: Window, wanted: np.ndarray | None, series: SeriesWindow, counted: np.ndarray | None
    ) -> None:
        """Read a window into the observation's place of the series."""
        values, valid = series.values[self._observation], series.valid[self._observation]
        valid[:] = False
        with self._lock:
            numba.set_num_threads(self._threads)
            for part, asked in _parts(window, wanted):
                offset = (part.row - window.row) * window.columns
                for start, means, there in self._mosaic.means(part, asked):
                    first = offset + start
                    run_tasks(kernels.store, there.size, means, there, self._steps, first, values)
                    valid[first : first + there.size] = there
            self.counter.add(values, valid if counted is None else valid & counted)

    def blocks(self) -> list[tuple[int, int]]:
        """Return the rows and columns of the blocks of the first file."""
        with self._lock:
            return [tuple(self._mosaic.files[0].dataset.block_shapes[0])]

    def close(self) -> None:
        """Close all files."""
        self._mosaic.close()


def _parts(window: Window, wanted: np.ndarray | None) -> Iterator[tuple[Window, np.ndarray | None]]:
    """Yield the rows of a window in which something is wanted, and what; all of it where all is."""
    if wanted is None:
        yield window, None
        return
    rows = np.flatnonzero(wanted.any(axis=1))
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > _GAP_ROWS) + 1) if rows.size else ():
        top, bottom = int(run[0]), int(run[-1]) + 1
        yield Window(window.row + top, window.column, bottom - top, window.columns), wanted[top:bottom]


_GAP_ROWS = 64
"""Rows without a wanted pixel that are not read."""


def use_kernels() -> None:
    """Call every kernel once, so that it is compiled before the work."""
    kernels.use_kernels()
