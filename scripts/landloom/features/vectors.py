"""What a feature vector is: the one place that turns series into features, for samples and maps alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import SeriesWindow, TileReader

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


class WindowFeatureBlock(Protocol):
    """A part of the feature vector that is made of a whole window, and of some pixels around it."""

    @property
    def names(self) -> list[str]:
        """Return the names of its features, in order."""
        ...

    @property
    def scales(self) -> list[float]:
        """Return by how much the stored number of each feature is larger than what it means."""
        ...

    @property
    def margin_px(self) -> int:
        """Return how many pixels around a pixel count for its features."""
        ...

    @property
    def bytes_per_pixel(self) -> int:
        """Return how much memory making it takes, beside the series."""
        ...

    def make(self, window: Window, read: Window, series: Mapping[str, SeriesWindow]) -> np.ndarray:
        """Return the features of a window.

        Parameters
        ----------
        window : Window
        read : Window
            That of the series: the same with the margin, as far as the tile goes.
        series : dict of sensor: SeriesWindow

        Returns
        -------
        ndarray of int16, shape (features, pixels of the window)
            -10000 where a feature is not known.
        """
        ...


@dataclass(frozen=True)
class ValidityOnly:
    """No features, but whether a sensor saw the pixel clear: where its own features are not wanted."""

    sensor: str

    @property
    def names(self) -> list[str]:
        """Return no names."""
        return []

    def write(
        self,
        series: Mapping[str, SeriesWindow],
        pixels: np.ndarray,
        matrix: np.ndarray,
        column: int,
        seen: np.ndarray,
    ) -> None:
        """Set ``seen``: see :class:`Part`."""
        for valid in series[self.sensor].valid:
            seen |= valid[pixels]


@dataclass(frozen=True)
class Layout:
    """Of what feature vectors consist: their parts, in a fixed order.

    Attributes
    ----------
    parts : tuple of Part
    whole : WindowPart or None
        What is made of whole windows; its features come last.
    """

    parts: tuple[Part, ...]
    whole: WindowFeatureBlock | None = None

    @cached_property
    def names(self) -> list[str]:
        """Return the names of all features, in order."""
        return [name for part in self._all for name in part.names]

    @property
    def scales(self) -> list[float]:
        """Return by how much the stored number of each feature is larger than what it means; 1 where none is told."""
        told = [(len(part.names), getattr(part, "scales", None)) for part in self._all]
        return [scale for count, scales in told for scale in (scales or [1.0] * count)]

    @property
    def _all(self) -> tuple[Part | WindowFeatureBlock, ...]:
        return (*self.parts, self.whole) if self.whole else self.parts

    @property
    def margin_px(self) -> int:
        """Return how many pixels around a window are read for its features."""
        return self.whole.margin_px if self.whole else 0

    @property
    def bytes_per_pixel(self) -> int:
        """Return how much memory a pixel of a window takes beside the series."""
        return self.whole.bytes_per_pixel if self.whole else 0

    def of_window(
        self, window: Window, series: Mapping[str, SeriesWindow], read: Window | None = None
    ) -> "WindowFeatures":
        """Return what makes the feature vectors of a window's pixels; ``read`` is the window of the series."""
        return WindowFeatures(self, window, series, read or window)


@dataclass(frozen=True)
class WindowFeatures:
    """The feature vectors of a window, made for some pixels at a time.

    Attributes
    ----------
    layout : Layout
    window : Window
    series : dict of sensor: SeriesWindow
        Of the window that was read.
    read : Window
        The window, with a margin where the layout needs one.
    """

    layout: Layout
    window: Window
    series: Mapping[str, SeriesWindow]
    read: Window

    @cached_property
    def _whole(self) -> np.ndarray:
        """Return the features that are made of the whole window, of shape (features, pixels)."""
        assert self.layout.whole is not None
        return self.layout.whole.make(self.window, self.read, self.series)

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
        column, positions = 0, self._places(pixels)
        for part in self.layout.parts:
            part.write(self.series, positions, matrix, column, seen)
            column += len(part.names)
        if self.layout.whole:
            matrix[:, column:] = self._whole[:, pixels].T
        return matrix, seen

    def _places(self, pixels: np.ndarray) -> np.ndarray:
        """Return the positions of pixels within the window that was read."""
        if self.read == self.window:
            return pixels
        rows, columns = np.divmod(pixels, self.window.columns)
        rows += self.window.row - self.read.row
        columns += self.window.column - self.read.column
        return rows * self.read.columns + columns


def stream(
    reader: TileReader,
    layout: Layout,
    grid: Grid,
    windows: Iterable[Window],
    wanted: Callable[[Window], np.ndarray] | None = None,
) -> Iterator[WindowFeatures]:
    """Yield what makes the feature vectors of each window, read with the margin that they need.

    Parameters
    ----------
    windows : iterable of Window
    wanted : function of Window, optional
        Returns the pixels of interest, bool of shape (rows, columns); by default all.
    """
    margin, windows = layout.margin_px, list(windows)
    asked = iter(windows)  # the reader asks for what is wanted window by window, in order

    def needed(read: Window) -> np.ndarray:
        window = next(asked)
        assert wanted is not None
        return with_margin(wanted(window), window, read, margin)

    found = reader.stream([grid.padded(window, margin) for window in windows], needed if wanted else None)
    for window, (read, series) in zip(windows, found, strict=True):
        yield layout.of_window(window, series, read)


def with_margin(wanted: np.ndarray, window: Window, read: Window, margin_px: int) -> np.ndarray:
    """Return the pixels of a read window that count for the wanted ones of the window within it.

    Parameters
    ----------
    wanted : ndarray of bool, shape (rows, columns) of ``window``
    window, read : Window
    margin_px : int
        Pixels that are as near as this count, in rows and columns each.
    """
    if not margin_px:
        return wanted
    from scipy import ndimage  # half a second, which layouts without margins do without

    row, column = window.row - read.row, window.column - read.column
    there = np.zeros((read.rows, read.columns), bool)
    there[row : row + window.rows, column : column + window.columns] = wanted
    size = 2 * margin_px + 1
    found: np.ndarray = ndimage.maximum_filter(there.view(np.uint8), size=(size, size), mode="constant").view(bool)
    return found


def chunks(pixels: int) -> Iterator[slice]:
    """Cut a number of pixels into parts that are stacked at a time."""
    for start in range(0, pixels, CHUNK):
        yield slice(start, min(start + CHUNK, pixels))
