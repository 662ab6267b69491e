"""One file of an annual image: opened once, read in parts, decoded. Not thread-safe."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import rasterio

from landloom.annual import decoding, places
from landloom.annual.places import FileGrid
from landloom.core.errors import InputError
from landloom.geo.grids import Window
from landloom.geo.opening import raster_doors
from landloom.reading import declared_scaling, opening
from landloom.sensors.acquisition import MosaicFile, RasterBand


@dataclass(frozen=True)
class Numbers:
    """Part of a file, as it holds it.

    Attributes
    ----------
    part : Window
    numbers : tuple of int
        Of the bands, from 1.
    values : ndarray, shape (bands, rows, columns)
    scales : ndarray of shape (rows, columns), or None
    """

    part: Window
    numbers: tuple[int, ...]
    values: np.ndarray
    scales: np.ndarray | None


class AnnualFile:
    """A file of an annual image, with that of its scales.

    Parameters
    ----------
    source : MosaicFile
    values : str
        Key ``values`` of the section.
    """

    def __init__(self, source: MosaicFile, values: str) -> None:
        self.source, self.values = source, values
        self._files = ExitStack()
        self._opened: Any = None
        self._scales: Any = None
        self._attempt = 0

    @property
    def dataset(self) -> Any:
        """Return the open file.

        Raises
        ------
        InputError
            If it cannot be opened.
        """
        if self._opened is None:
            self._opened = self._open(self.source.values)
            self._scales = self._open(self.source.scales) if self.source.scales else None
        return self._opened

    @property
    def scales(self) -> Any:
        """Return the open file of its scales; None without one."""
        return self._scales if self.dataset else None

    def _open(self, band: RasterBand) -> Any:
        while True:
            try:
                # Files on disk as they are: rows from south to north need no turning here.
                opened = opening.opened(band, self._attempt) if band.is_remote else raster_doors.opened(band.path)
            except (rasterio.errors.RasterioError, ValueError) as error:
                self._wait(band, error)
            else:
                self._files.callback(opened.close)
                return opened

    def _wait(self, band: RasterBand, error: Exception) -> None:
        try:
            opening.wait_or_raise(band, self._attempt, error)
        except (rasterio.errors.RasterioError, ValueError) as problem:
            reason = problem.__cause__ or problem
            raise InputError(f"{band.name}: cannot be read ({reason}); is the file whole?") from None
        self._attempt += 1

    @property
    def grid(self) -> FileGrid:
        """Return the pixels of the file."""
        return places.of_dataset(self.dataset, self.source.values.name)

    def read(self, numbers: Sequence[int], part: Window) -> Numbers:
        """Return some bands of a part of the file.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        while True:
            try:
                values = self.dataset.read(list(numbers), window=part.ranges)
                scales = self.scales.read(1, window=part.ranges) if self.scales else None
                return Numbers(part, tuple(numbers), values, scales)
            except (rasterio.errors.RasterioError, ValueError) as error:
                self._wait(self.source.values, error)
                self.close()

    def decoded(self, read: Numbers, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of some rows of a part, and which pixels have some (:func:`decoding.decoded`)."""
        bands = [replace(self.source.values, number=number) for number in read.numbers]
        if self.values == "linear":
            bands = [declared_scaling.applied(band, self.dataset) for band in bands]
        nodata = [self.dataset.nodatavals[number - 1] for number in read.numbers]
        scales = None if read.scales is None else read.scales[rows]
        return decoding.decoded(self.values, np.ascontiguousarray(read.values[:, rows]), bands, nodata, scales)

    def close(self) -> None:
        """Close the file; it is opened again when it is read."""
        self._files.close()
        self._files, self._opened, self._scales = ExitStack(), None, None
