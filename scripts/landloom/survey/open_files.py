"""Files of a survey's acquisitions: each is opened once, to be inspected, sampled and counted."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from landloom.geo.grids import Grid
from landloom.reading.series_reader import AcquisitionReader
from landloom.reading.shared_files import SharedFiles
from landloom.sensors.acquisition import Acquisition

MOST_OPEN = 2000
"""Files that stay open between the steps of a survey; those of further acquisitions are opened again."""


class OpenFiles:
    """Open files of acquisitions, on the grid of their tile. Each acquisition is used by one thread at a time.

    Parameters
    ----------
    grid : Grid
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._lock = threading.Lock()
        self._files: dict[Acquisition, SharedFiles] = {}

    def __enter__(self) -> "OpenFiles":
        return self

    def __exit__(self, *_: object) -> None:
        for files in self._files.values():
            files.close()

    @contextmanager
    def of(self, acquisition: Acquisition) -> Iterator[SharedFiles]:
        """Yield the files of an acquisition; they stay open for the next step unless there are too many."""
        key = _as_described(acquisition)
        with self._lock:
            files = self._files.setdefault(key, SharedFiles())
        yield files
        with self._lock:
            too_many = sum(one.number for one in self._files.values()) > MOST_OPEN
        if too_many:
            self.release(acquisition)

    @contextmanager
    def reader(self, acquisition: Acquisition) -> Iterator[AcquisitionReader]:
        """Yield a reader of an acquisition, as surveys read it: nothing is interpolated."""
        with (
            self.of(acquisition) as files,
            closing(AcquisitionReader(acquisition, self.grid, "nearest", files=files)) as one,
        ):
            yield one

    def release(self, acquisition: Acquisition) -> None:
        """Close the files of an acquisition."""
        with self._lock:
            files = self._files.pop(_as_described(acquisition), None)
        if files:
            files.close()


def _as_described(acquisition: Acquisition) -> Acquisition:
    """Return an acquisition without what a survey has found of its masks."""
    return replace(acquisition, masks_cover_nodata=True)
