"""Segments of a tile: which object each pixel belongs to, which pixels count, and where objects begin and end."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landloom.geo import rasters
from landloom.geo.grids import Grid, Window


@dataclass(frozen=True, eq=False)
class SegmentWindow:
    """Segments of a window, each array of shape (rows, columns).

    Attributes
    ----------
    numbers : ndarray of int64
        Object of each pixel of the mapped ground; 0 where there is none.
    regions : ndarray of int
        Region of each pixel; 0 where the tile is not mapped.
    counted : ndarray of bool
        Pixels that count for their object.
    ground : ndarray of bool
        Pixels that would count if they had an object.
    """

    numbers: np.ndarray
    regions: np.ndarray
    counted: np.ndarray
    ground: np.ndarray


class Segments:
    """Reads the segments of a tile.

    Parameters
    ----------
    files : ExitStack
        Closes the rasters.
    path : path
        ``objects.tif``.
    regions : path
        Raster of regions and ownership.
    shared : bool
        Whether objects have one number in all tiles: then pixels count in the tile that owns them, and every pixel of
        the ground counts once. Else a tile's objects are its own, and all pixels that it maps count, those of the
        margin too.
    """

    def __init__(self, files: ExitStack, path: Path | str, regions: Path | str, shared: bool) -> None:
        self._objects = files.enter_context(rasters.opened(path))
        self._regions = files.enter_context(rasters.opened(regions))
        self._shared = shared

    @property
    def region_type(self) -> str:
        """Return the type of the numbers of regions."""
        return str(self._regions.dtypes[0])

    def read(self, window: Window) -> SegmentWindow:
        """Return the segments of a window."""
        numbers = self._objects.read(1, window=window.ranges).astype(np.int64)
        regions, owned = self._regions.read(window=window.ranges)
        numbers[regions == 0] = 0
        ground = (owned > 0) if self._shared else (regions > 0)
        return SegmentWindow(numbers, regions, (numbers > 0) & ground, ground)


def write_outside(segments: Segments, grid: Grid, path: Path | str, tags: rasters.Tags) -> int:
    """Write the regions of a tile's pixels that lie in no object; return how many of them the tile owns.

    Parameters
    ----------
    segments : Segments
        Shared by all tiles.
    grid : Grid
    path : path
        Two bands, as of the raster of regions: region, and whether the tile owns the pixel; both 0 in objects.
    tags : dict of str to str
    """
    owned = 0
    with rasters.create(path, grid, segments.region_type, tags, bands=2, nodata=None) as file:
        for window in grid.windows(2 * rasters.BLOCK):
            part = segments.read(window)
            found = np.stack([part.regions, part.ground]).astype(segments.region_type)
            found[:, part.numbers > 0] = 0
            owned += int(found[1].sum())
            with rasters.disk_errors(path):
                file.write(found, window=window.ranges)
    return owned


@dataclass(frozen=True, eq=False)
class Spans:
    """Rows of a tile that its objects lie in.

    Attributes
    ----------
    numbers : ndarray of int64, ascending
        All objects of the mapped ground.
    first, last : ndarray of int32, shape (objects,)
        First and last row of each.
    windows : list of Window
        Windows with objects, in the order given.
    ground, counted : int
        Pixels that would count if they had an object, and those that have one.
    """

    numbers: np.ndarray
    first: np.ndarray
    last: np.ndarray
    windows: list[Window]
    ground: int
    counted: int

    @property
    def outside(self) -> float:
        """Return the fraction of the ground that lies in no object."""
        return 1 - self.counted / max(self.ground, 1)

    def most_open(self) -> int:
        """Return the largest number of objects that lie in one row of windows, or reach over it."""
        strips = {(window.row, window.row + window.rows) for window in self.windows}
        first, last = np.sort(self.first), np.sort(self.last)
        counts = [np.searchsorted(first, end) - np.searchsorted(last, start) for start, end in strips]
        return int(max(counts, default=0))


def spans(segments: Segments, windows: Sequence[Window]) -> Spans:
    """Find the rows of all objects of a tile.

    Parameters
    ----------
    segments : Segments
    windows : sequence of Window
    """
    numbers, first, last = [np.empty(0, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    there, ground, counted = [], 0, 0
    for window in windows:
        part = segments.read(window)
        ground, counted = ground + int(part.ground.sum()), counted + int(part.counted.sum())
        found, upper, lower = _rows_of_objects(part.numbers)
        if len(found):
            there.append(window)
            numbers.append(found)
            first.append(upper + window.row)
            last.append(lower + window.row)
    known, places = np.unique(np.concatenate(numbers), return_inverse=True)
    uppermost, lowest = np.full(len(known), 2**31 - 1, np.int32), np.full(len(known), -1, np.int32)
    np.minimum.at(uppermost, places, np.concatenate(first).astype(np.int32))
    np.maximum.at(lowest, places, np.concatenate(last).astype(np.int32))
    return Spans(known, uppermost, lowest, there, ground, counted)


def _rows_of_objects(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the objects of a window, and the first and last row of each; runs of pixels stand for their pixels."""
    flat, columns = numbers.ravel(), numbers.shape[1]
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    ends = np.append(starts[1:], len(flat)) - 1
    runs = flat[starts]
    found, at = np.unique(runs, return_index=True)
    _, backwards = np.unique(runs[::-1], return_index=True)
    upper, lower = starts[at] // columns, ends[len(runs) - 1 - backwards] // columns
    real = found > 0
    return found[real], upper[real], lower[real]
