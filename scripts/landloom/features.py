"""What a feature vector is: the one place that turns series into features, for samples and maps alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from landloom.grids import Window
from landloom.series import SeriesWindow

CHUNK = 16384
"""Pixels whose features are made and used at a time: a few megabytes, which the third-level cache holds."""


class Part(Protocol):
    """A part of the feature vector, made pixel by pixel from one sensor."""

    @property
    def names(self) -> list[str]:
        """Return the names of its features, in order."""
        ...

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Write the features of some pixels.

        Parameters
        ----------
        series : dict of sensor: SeriesWindow
        pixels : ndarray of int64
            Positions within the window, ascending.
        matrix : ndarray of int16, shape (pixels, features of all parts)
            Out: its columns, from ``column`` on; -10000 where its sensor never saw the pixel clear.
        column : int
        seen : ndarray of bool, shape (pixels,)
            Out: set where a series saw the pixel clear, at least once; else left as it is.
        """
        ...


@dataclass(frozen=True)
class Layout:
    """Of what feature vectors consist: their parts, in a fixed order."""

    parts: tuple[Part, ...]

    @cached_property
    def names(self) -> list[str]:
        """Return the names of all features, in order."""
        return [name for part in self.parts for name in part.names]

    def of_window(self, window: Window, series: Mapping[str, SeriesWindow]) -> "WindowFeatures":
        """Return what makes the feature vectors of a window's pixels."""
        return WindowFeatures(self, window, series)


@dataclass(frozen=True)
class WindowFeatures:
    """The feature vectors of a window, made for some pixels at a time.

    Attributes
    ----------
    layout : Layout
    window : Window
    series : dict of sensor: SeriesWindow
        Of the window.
    """

    layout: Layout
    window: Window
    series: Mapping[str, SeriesWindow]

    def stack(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Make the feature vectors of some pixels.

        Parameters
        ----------
        pixels : ndarray of int64
            Positions within the window, ascending.

        Returns
        -------
        features : ndarray of int16, shape (pixels, features)
            Named by the layout; -10000 for the features of a sensor that never saw the pixel clear.
        seen : ndarray of bool, shape (pixels,)
            Whether any sensor saw the pixel clear, at least once.
        """
        pixels = np.ascontiguousarray(pixels, np.int64)  # one type, one compilation
        matrix = np.empty((len(pixels), len(self.layout.names)), np.int16)
        seen = np.zeros(len(pixels), bool)
        column = 0
        for part in self.layout.parts:
            part.write(self.series, pixels, matrix, column, seen)
            column += len(part.names)
        return matrix, seen


def chunks(pixels: int) -> Iterator[slice]:
    """Cut a number of pixels into parts that are stacked at a time."""
    for start in range(0, pixels, CHUNK):
        yield slice(start, min(start + CHUNK, pixels))
