"""Files that several readers share: each is opened once."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from typing import Any, TypeVar

from rasterio._err import CPLE_BaseError

from landloom.reading import opening
from landloom.sensors.acquisition import RasterBand

T = TypeVar("T")
Opener = Callable[[RasterBand, int], AbstractContextManager[Any]]
"""Opens the file of a band; attempts are numbered from 0."""


def own_file(band: RasterBand, attempt: int) -> AbstractContextManager[Any]:
    """Open the file of a band for this band only."""
    return closing(opening.opened(band, attempt))


def _forget_errors(dataset: Any) -> None:
    """Clear the error that GDAL keeps of a failed read in this thread, which the next call would be taken to have."""
    with suppress(CPLE_BaseError):
        _ = dataset.colorinterp


class SharedFiles:
    """Files on disk, each opened once for all its bands, so that blocks with several bands are decoded once.

    Not thread-safe. Remote files are opened for each band, and reopened after failures.
    """

    def __init__(self) -> None:
        self._datasets: dict[tuple[str, str], Any] = {}

    def opened(self, band: RasterBand, attempt: int) -> AbstractContextManager[Any]:
        """Open the file of a band, or return it if it is open."""
        if band.is_remote:
            return own_file(band, attempt)
        key = band.path, band.variable
        if key in self._datasets:
            _forget_errors(self._datasets[key])
        else:
            self._datasets[key] = opening.opened(band, attempt)
        return nullcontext(self._datasets[key])

    @property
    def number(self) -> int:
        """Return the number of files that are open."""
        return len(self._datasets)

    def reading(self, band: RasterBand, work: Callable[[Any], T]) -> T:
        """Apply a function to the open file of a band: see :func:`landloom.reading.opening.reading`."""
        if band.is_remote:
            return opening.reading(band, work)
        with self.opened(band, 0) as dataset:
            return work(dataset)

    def close(self) -> None:
        """Close all files; no reader may use them afterwards."""
        for dataset in self._datasets.values():
            dataset.close()
        self._datasets.clear()
