"""Observations of a sensor in one window, and what reads them into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.reading.value_counts import Counter
from landloom.sensors.acquisition import Acquisition


@dataclass(frozen=True)
class SeriesWindow:
    """All observations of one sensor in one window.

    Attributes
    ----------
    values : ndarray of int16, shape (observations, bands, pixels)
        Reflectance times 10000, nodata -10000; undefined where an observation is invalid.
    valid : ndarray of bool, shape (observations, pixels)
        Valid and requested: no mask marks it as invalid and no band is missing.
    """

    values: np.ndarray
    valid: np.ndarray


class SeriesReader(Protocol):
    """Some observations of a sensor, which are read together.

    Attributes
    ----------
    counter : Counter
        Of the values that have been read.
    """

    counter: Counter

    def read_into(
        self, window: Window, wanted: np.ndarray | None, series: SeriesWindow, counted: np.ndarray | None
    ) -> None:
        """Read a window into the observations' places of the sensor's series.

        The arguments are those of :meth:`landloom.reading.series_reader.AcquisitionReader.read`.
        """

    def blocks(self) -> list[tuple[int, int]]:
        """Return the rows and columns of each band's blocks in pixels of the tile."""

    def close(self) -> None:
        """Close all files."""


ReadersOf = Callable[[Sequence[Acquisition], Grid, int], Sequence[SeriesReader]]
"""Opens a sensor's observations on a tile's grid, for some threads: each in one of the readers."""
