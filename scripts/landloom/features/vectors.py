"""Feature vectors: computation of features from series, common to samples and maps."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow
from landloom.reading.series_reader import TileReader

CHUNK = 16384
"""Pixels whose features are computed and used at a time: a few megabytes, which fit into the third-level cache."""


class Part(Protocol):
    """Feature block: a part of the feature vector, computed pixel by pixel from one sensor."""

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
        matrix : ndarray of int16, shape (pixels, features of all blocks)
            Out: its columns, from ``column`` on; -10000 where its sensor has no valid observation.
        column : int
        seen : ndarray of bool, shape (pixels,)
            Out: set for pixels with at least one valid observation; others are unchanged.
        """
        ...


class WindowFeatureBlock(Protocol):
    """Window features: a part of the feature vector that is computed for a whole window with a margin."""

    @property
    def names(self) -> list[str]:
        """Return the names of its features, in order."""
        ...

    @property
    def scales(self) -> list[float]:
        """Return the scale factor of each feature's stored number."""
        ...

    @property
    def margin_px(self) -> int:
        """Return the distance in pixels up to which neighbours affect features."""
        ...

    @property
    def bytes_per_pixel(self) -> int:
        """Return the memory of a pixel in addition to the series."""
        ...

    def make(self, window: Window, read: Window, series: Mapping[str, SeriesWindow]) -> np.ndarray:
        """Return the features of a window.

        Parameters
        ----------
        window : Window
        read : Window
            Window of the series: with the margin, clipped to the tile.
        series : dict of sensor: SeriesWindow

        Returns
        -------
        ndarray of int16, shape (features, pixels of the window)
            -10000 where a feature is unknown.
        """
        ...


@dataclass(frozen=True)
class ValidityOnly:
    """Block without features, which only records valid observations of a sensor whose features are not used."""

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


Stack = Callable[[Mapping[str, SeriesWindow], np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Function of a window's series and pixels: returns what :meth:`WindowFeatures.stack` does."""


@dataclass(frozen=True)
class Layout:
    """Layout of feature vectors: their blocks in a fixed order.

    Attributes
    ----------
    parts : tuple of Part
    whole : WindowPart or None
        Features of whole windows, which come last.
    stack : function or None
        Makes the vectors of all parts in their place, with the same numbers: on a graphics card.
    """

    parts: tuple[Part, ...]
    whole: WindowFeatureBlock | None = None
    stack: Stack | None = None

    @cached_property
    def names(self) -> list[str]:
        """Return the names of all features, in order."""
        return [name for part in self._all for name in part.names]

    @property
    def scales(self) -> list[float]:
        """Return the scale factor of each feature's stored number; 1 by default."""
        told = [(len(part.names), getattr(part, "scales", None)) for part in self._all]
        return [scale for count, scales in told for scale in (scales or [1.0] * count)]

    @property
    def _all(self) -> tuple[Part | WindowFeatureBlock, ...]:
        return (*self.parts, self.whole) if self.whole else self.parts

    @property
    def margin_px(self) -> int:
        """Return the margin in pixels that is read around a window."""
        return self.whole.margin_px if self.whole else 0

    @property
    def bytes_per_pixel(self) -> int:
        """Return the memory of a window's pixel in addition to the series."""
        return self.whole.bytes_per_pixel if self.whole else 0

    def of_window(
        self, window: Window, series: Mapping[str, SeriesWindow], read: Window | None = None
    ) -> "WindowFeatures":
        """Return the feature computation of a window's pixels; ``read`` is the window of the series."""
        return WindowFeatures(self, window, series, read or window)


@dataclass(frozen=True)
class WindowFeatures:
    """Feature vectors of a window, computed for some pixels at a time.

    Attributes
    ----------
    layout : Layout
    window : Window
    series : dict of sensor: SeriesWindow
        Series of the window that was read.
    read : Window
        The window with the layout's margin.
    """

    layout: Layout
    window: Window
    series: Mapping[str, SeriesWindow]
    read: Window

    @cached_property
    def _whole(self) -> np.ndarray:
        """Return the features of the whole window, shape (features, pixels)."""
        assert self.layout.whole is not None
        return self.layout.whole.make(self.window, self.read, self.series)

    def stack(self, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute the feature vectors of some pixels.

        Parameters
        ----------
        pixels : ndarray of int64
            Positions within the window, ascending.

        Returns
        -------
        features : ndarray of int16, shape (pixels, features)
            Features in the order of the layout; -10000 for those of a sensor without valid observation.
        seen : ndarray of bool, shape (pixels,)
            Whether any sensor has a valid observation of the pixel.
        """
        pixels = np.ascontiguousarray(pixels, np.int64)  # a single type needs a single compilation
        if self.layout.stack:
            return self.layout.stack(self.series, self._places(pixels))
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
    counted: Callable[[Window], np.ndarray] | None = None,
) -> Iterator[WindowFeatures]:
    """Yield the feature computation of each window, read with the necessary margin.

    Parameters
    ----------
    windows : iterable of Window
    wanted : function of Window, optional
        Returns the pixels of interest, bool of shape (rows, columns); by default all.
    counted : function of Window, optional
        Likewise the pixels whose values are counted, where windows overlap; by default those of interest.
    """
    margin, windows = layout.margin_px, list(windows)
    asked, own = iter(windows), iter(windows)  # the reader requests the pixels of each window in order

    def needed(read: Window) -> np.ndarray:
        window = next(asked)
        assert wanted is not None
        return with_margin(wanted(window), window, read, margin)

    of_window = counted or wanted

    def counted_of(read: Window) -> np.ndarray:
        window = next(own)
        return placed_within(of_window(window) if of_window else True, window, read)

    padded = [grid.padded(window, margin) for window in windows]
    # Windows overlap by their margins: values there are counted where they are wanted.
    found = reader.stream(padded, needed if wanted else None, counted_of if margin or counted else None)
    for window, (read, series) in zip(windows, found, strict=True):
        yield layout.of_window(window, series, read)


def with_margin(wanted: np.ndarray, window: Window, read: Window, margin_px: int) -> np.ndarray:
    """Return the pixels of a read window that affect the requested pixels of the window within it.

    Parameters
    ----------
    wanted : ndarray of bool, shape (rows, columns) of ``window``
    window, read : Window
    margin_px : int
        Distance up to which pixels count, in rows and columns each.
    """
    if not margin_px:
        return wanted
    from scipy import ndimage  # imported here: half a second, needed only with margins

    there = placed_within(wanted, window, read)
    size = 2 * margin_px + 1
    found: np.ndarray = ndimage.maximum_filter(there.view(np.uint8), size=(size, size), mode="constant").view(bool)
    return found


def placed_within(wanted: np.ndarray | bool, window: Window, read: Window) -> np.ndarray:
    """Return pixels of a window as pixels of the window that was read around it, bool of shape (rows, columns)."""
    row, column = window.row - read.row, window.column - read.column
    there = np.zeros((read.rows, read.columns), bool)
    there[row : row + window.rows, column : column + window.columns] = wanted
    return there


def chunks(pixels: int) -> Iterator[slice]:
    """Split a number of pixels into chunks."""
    for start in range(0, pixels, CHUNK):
        yield slice(start, min(start + CHUNK, pixels))
