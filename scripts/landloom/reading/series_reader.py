"""Reader of a tile's time series: windows of all acquisitions, read ahead of the computation."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from landloom.geo import ground
from landloom.geo.grids import Grid, Window
from landloom.reading import resampling, value_counts
from landloom.reading.band_reader import BandReader, MaskReader
from landloom.reading.observations import ReadersOf, SeriesReader, SeriesWindow
from landloom.reading.resampling import keep_present
from landloom.reading.shared_files import SharedFiles
from landloom.reading.value_counts import Counter, ValueCount
from landloom.reading.whole_blocks import KEPT_BYTES, BlockKeeper, are_large
from landloom.sensors.acquisition import Acquisition, RasterBand

WINDOWS_AHEAD = 1
"""Windows that are read ahead: one keeps the readers busy, more would only cost memory."""

SMALLEST_RUN_ROWS = 16
"""Smallest number of rows per read, where possible: smaller reads are dominated by overhead."""


class AcquisitionReader:
    """The masks and bands of one acquisition.

    Parameters
    ----------
    kept_bytes : int
        Memory of large blocks that are kept for later windows; windows then come row by row.
    files : SharedFiles, optional
        Files that stay open when the reader is closed; by default it has its own.
    """

    def __init__(
        self,
        acquisition: Acquisition,
        grid: Grid,
        resampling: str,
        kept_bytes: int = 0,
        files: SharedFiles | None = None,
    ) -> None:
        self.acquisition = acquisition
        # An image too far east is read on a grid shifted east; in the image's own CRS the shift would differ.
        east, north = acquisition.shift_m
        east_m, north_m = ground.metres_per_unit(grid)
        seen_from = grid.moved(-east / east_m, -north / north_m) if east or north else grid
        self._own_files = SharedFiles()
        opener = (self._own_files if files is None else files).opened
        data = acquisition.numbers_read
        self._keeper = keeper = BlockKeeper(seen_from, kept_bytes)
        self._bands = [
            BandReader(band, seen_from, resampling, opener, data[band.path], keeper) for _, band in acquisition.bands
        ]
        self._masks = [
            MaskReader(mask, seen_from, opener, data[mask.source.path], keeper) for mask in acquisition.masks
        ]
        self._lock = threading.Lock()
        self.counter = Counter(len(acquisition.bands))

    def _keep_clear(self, window: Window, clear: np.ndarray) -> None:
        for mask in self._masks:
            mask.keep_clear(window, clear)

    def read(
        self,
        window: Window,
        wanted: np.ndarray | None,
        values: np.ndarray,
        valid: np.ndarray,
        counted: np.ndarray | None = None,
    ) -> None:
        """Read a window into ``values`` (bands, pixels) and ``valid`` (pixels), and count its values.

        Masks are read first; of the bands, only the parts with valid and requested pixels are read.

        Parameters
        ----------
        wanted : ndarray of bool, shape (rows, columns), or None
            Pixels of interest; None: all.
        counted : ndarray of bool, shape (pixels,), optional
            Those whose values are counted; by default all that are wanted.
        """
        shape = (window.rows, window.columns)
        clear = valid.reshape(shape)
        clear[:] = True if wanted is None else wanted
        if not clear.any():
            return
        with self._lock:
            self._keeper.begin(window)
            self._keep_clear(window, clear)
            if not clear.any():
                return
            blocks = self._blocks()
            # Of large blocks, each is left out by itself where nothing in it is wanted.
            whole = any(map(are_large, blocks))
            for part in [window] if whole else parts(clear, window, max(rows for rows, _ in blocks)):
                start = (part.row - window.row) * window.columns
                pixels = slice(start, start + part.pixels)
                shape, here = (part.rows, part.columns), valid[pixels].reshape(part.rows, part.columns)
                for reader, row in zip(self._bands, values, strict=True):
                    reader.reflectance(part, row[pixels].reshape(shape), here)
                keep_present(values[:, pixels], valid[pixels])
                of_part = valid[pixels] if counted is None else valid[pixels] & counted[pixels]
                self.counter.add(values[:, pixels], of_part)

    def blocks(self) -> list[tuple[int, int]]:
        """Return the rows and columns of each band's blocks in pixels of the tile."""
        with self._lock:
            return self._blocks()

    def _blocks(self) -> list[tuple[int, int]]:
        return [band.block() for band in self._bands]

    def seen(self, window: Window) -> np.ndarray:
        """Return the valid pixels according to the masks and, if masks do not cover nodata, the bands."""
        if self._masks and self.acquisition.masks_cover_nodata:
            clear = np.ones((window.rows, window.columns), bool)
            with self._lock:
                self._keep_clear(window, clear)
            return clear
        values = np.empty((len(self._bands), window.pixels), np.int16)
        valid = np.empty(window.pixels, bool)
        self.read(window, None, values, valid)
        return valid.reshape(window.rows, window.columns)

    def scaled(self, window: Window) -> tuple[np.ndarray, list[tuple[np.ndarray, RasterBand]]]:
        """Return what masks call clear in a window, and each band's values as :meth:`BandReader.scaled`.

        Bands that tell nothing, since nothing is clear, are not read.
        """
        clear = np.ones((window.rows, window.columns), bool)
        with self._lock:
            self._keep_clear(window, clear)
            return clear, [(band.scaled(window), band.band) for band in self._bands if clear.any()]

    def close(self) -> None:
        """Close all files."""
        for reader in [*self._bands, *self._masks]:
            reader.close()
        self._own_files.close()


class OneByOne:
    """One observation as a :class:`SeriesReader`."""

    def __init__(self, reader: AcquisitionReader, observation: int) -> None:
        self._reader, self._observation = reader, observation
        self.counter, self.blocks, self.close = reader.counter, reader.blocks, reader.close

    def read_into(
        self, window: Window, wanted: np.ndarray | None, series: SeriesWindow, counted: np.ndarray | None
    ) -> None:
        """Read a window into the observation's place of the series."""
        values, valid = series.values[self._observation], series.valid[self._observation]
        self._reader.read(window, wanted, values, valid, counted)


def parts(clear: np.ndarray, window: Window, block_rows: int) -> Iterator[Window]:
    """Return the parts of a window to read: runs of rows of blocks with valid pixels, as wide as the window.

    Parameters
    ----------
    clear : ndarray of bool, shape (rows, columns)
    window : Window
    block_rows : int
        Rows of the files' blocks.
    """
    step = -(-SMALLEST_RUN_ROWS // block_rows) * block_rows
    blocks = np.unique((np.flatnonzero(clear.any(axis=1)) + window.row) // step)
    for run in np.split(blocks, np.flatnonzero(np.diff(blocks) > 1) + 1) if len(blocks) else ():
        top = max(int(run[0]) * step, window.row)
        bottom = min((int(run[-1]) + 1) * step, window.row + window.rows)
        yield Window(top, window.column, bottom - top, window.columns)


@dataclass
class _Task:
    """Window that is being read."""

    window: Window
    series: dict[str, SeriesWindow]
    futures: list[Future]

    def result(self) -> tuple[Window, dict[str, SeriesWindow]]:
        for future in self.futures:
            future.result()
        return self.window, self.series


class _Buffer:
    """Reusable memory for the series of one window: allocating new memory is slow."""

    def __init__(self) -> None:
        self._values: dict[str, np.ndarray] = {}
        self._valid: dict[str, np.ndarray] = {}

    def cut(self, sensor: str, observations: int, bands: int, pixels: int) -> SeriesWindow:
        """Return uninitialised arrays for a sensor."""
        values, valid = observations * bands * pixels, observations * pixels
        if sensor not in self._values or self._values[sensor].size < values:
            self._values[sensor], self._valid[sensor] = np.empty(values, np.int16), np.empty(valid, bool)
        return SeriesWindow(
            self._values[sensor][:values].reshape(observations, bands, pixels),
            self._valid[sensor][:valid].reshape(observations, pixels),
        )


class TileReader:
    """Series of all sensors of a tile, as a stream of windows read ahead by a pool of threads.

    Parameters
    ----------
    acquisitions : dict of sensor: sequence of Acquisition
    grid : Grid
    resampling : dict of sensor: str
    threads : int
    bands : dict of sensor: int
        Number of bands of sensors, needed for those without acquisitions.
    readers : dict of sensor: function, optional
        Of sensors whose observations are not read one by one.
    """

    def __init__(
        self,
        acquisitions: Mapping[str, Sequence[Acquisition]],
        grid: Grid,
        resampling: Mapping[str, str],
        threads: int,
        bands: Mapping[str, int] | None = None,
        readers: Mapping[str, ReadersOf] | None = None,
    ) -> None:
        self._acquisitions = acquisitions
        self._bands = bands or {}
        kept_bytes = KEPT_BYTES // max(sum(map(len, acquisitions.values())), 1)
        self._readers: dict[str, Sequence[SeriesReader]] = {}
        for sensor, observations in acquisitions.items():
            one_by_one = partial(_one_by_one, resampling.get(sensor, ""), kept_bytes)
            self._readers[sensor] = (readers or {}).get(sensor, one_by_one)(observations, grid, threads)
        self._pool = ThreadPoolExecutor(max_workers=threads)

    def __enter__(self) -> "TileReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for reader in itertools.chain.from_iterable(self._readers.values()):
            reader.close()

    def blocks(self) -> list[tuple[int, int]]:
        """Return the block shapes of each sensor's bands in pixels of the tile, from its first acquisition."""
        return [block for readers in self._readers.values() for block in (readers[0].blocks() if readers else ())]

    def value_counts(self) -> list[ValueCount]:
        """Return the counts of the values read so far, of each band of each sensor that has acquisitions."""
        found = []
        for sensor, readers in self._readers.items():
            if readers:
                bands = [name for name, _ in self._acquisitions[sensor][0].bands]
                total = Counter(len(bands))
                for reader in readers:
                    total.join(reader.counter)
                found += total.counts(sensor, bands)
        return found

    @property
    def kept_bytes(self) -> int:
        """Return the memory of the blocks that are kept from window to window."""
        return KEPT_BYTES if any(map(are_large, self.blocks())) else 0

    def stream(
        self,
        windows: Iterable[Window],
        wanted: Callable[[Window], np.ndarray] | None = None,
        counted: Callable[[Window], np.ndarray] | None = None,
    ) -> Iterator[tuple[Window, dict[str, SeriesWindow]]]:
        """Yield each window with the series of every sensor; the next window is read meanwhile.

        The arrays are reused: they are valid until the next window is requested.

        Parameters
        ----------
        windows : iterable of Window
        wanted : function of Window, optional
            Returns the pixels of interest, bool of shape (rows, columns).
        counted : function of Window, optional
            Likewise the pixels whose values are counted, where windows overlap; by default those of interest.
        """
        buffers = itertools.cycle([_Buffer() for _ in range(WINDOWS_AHEAD + 1)])
        waiting: list[_Task] = []
        for window in windows:
            needed = wanted(window) if wanted else None
            waiting.append(self._submit(window, needed, counted(window) if counted else None, next(buffers)))
            if len(waiting) > WINDOWS_AHEAD:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()

    def _submit(
        self, window: Window, wanted: np.ndarray | None, counted: np.ndarray | None, buffer: _Buffer
    ) -> _Task:
        """Start reading a window."""
        series, futures = {}, []
        flat = None if counted is None else counted.ravel()
        for sensor, readers in self._readers.items():
            observations = self._acquisitions[sensor]
            bands = len(observations[0].bands) if observations else self._bands.get(sensor, 0)
            series[sensor] = one = buffer.cut(sensor, len(observations), bands, window.pixels)
            futures += [self._pool.submit(reader.read_into, window, wanted, one, flat) for reader in readers]
        return _Task(window, series, futures)


def _one_by_one(
    resampling: str, kept_bytes: int, acquisitions: Sequence[Acquisition], grid: Grid, threads: int
) -> list[OneByOne]:
    """Open acquisitions each by itself."""
    return [
        OneByOne(AcquisitionReader(one, grid, resampling, kept_bytes), number)
        for number, one in enumerate(acquisitions)
    ]


def use_kernels() -> None:
    """Call every kernel of the readers once, so that it is compiled before the work."""
    resampling.use_kernels()
    value_counts.use_kernels()
