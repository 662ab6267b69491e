"""Trial of user-defined functions before long jobs: on a window, on a part of it, and with gaps in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.core.text import shortened
from landloom.features import vectors
from landloom.features.functions.calls import MOST_STORED, UserFunction, feature_name, to_stored
from landloom.features.functions.window_data import TileData, WindowData
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow
from landloom.reading.series_reader import TileReader

SIDE_PX = 128
"""Side of the window in pixels, without padding."""

TOLERANCE = 1
"""Tolerance in stored numbers: sums over other neighbours may round differently."""


@dataclass(frozen=True)
class Trial:
    """Results of a function for a window.

    Attributes
    ----------
    read : Window
        Window with padding.
    results : dict of name: ndarray, shape (rows, columns) of ``read``
    known : ndarray of bool
        Pixels where every sensor and raster has data.
    """

    read: Window
    results: Mapping[str, np.ndarray]
    known: np.ndarray

    def inside(self, window: Window) -> tuple[slice, slice]:
        """Return the slices that cut a window out of the arrays."""
        row, column = window.row - self.read.row, window.column - self.read.column
        return slice(row, row + window.rows), slice(column, column + window.columns)

    def stored(self, one: UserFunction, name: str, window: Window) -> np.ndarray:
        """Return a result of a function in a window as stored values."""
        return to_stored(self.results[name][self.inside(window)], one.settings.scale)


def best_window(validity: np.ndarray, grid: Grid) -> Window:
    """Return the window of a tile with the most observed pixels, the first in a tie.

    Parameters
    ----------
    validity : ndarray of int, shape (rows, columns)
        Number of valid observations.
    """
    windows = list(grid.windows(SIDE_PX))
    return max(windows, key=lambda window: np.count_nonzero(validity[window.slices]))


def amid(window: Window) -> Window:
    """Return the central part of a window with half its height and width."""
    rows, columns = max(window.rows // 2, 1), max(window.columns // 2, 1)
    return Window(window.row + window.rows // 4, window.column + window.columns // 4, rows, columns)


def scattered(window: Window, padding_px: int) -> np.ndarray:
    """Return a few distant pixels of a window, as for samples, so that pixels between them are not read.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
    """
    step = 4 * padding_px + 10
    wanted = np.zeros((window.rows, window.columns), bool)
    wanted[min(step, window.rows) // 2 :: step, min(step, window.columns) // 2 :: step] = True
    return wanted


def check(
    functions: Sequence[UserFunction], tile: TileData, reader: TileReader, window: Window
) -> dict[str, tuple[str, ...]]:
    """Call all functions on a window, its central part and a few of its pixels; return the names of their results.

    Raises
    ------
    InputError
        If any function is invalid; the message has a line for each.
    """
    margin = max(one.settings.padding_px for one in functions)
    middle, few = amid(window), scattered(window, margin)
    trials: dict[str, list[Trial]] = {one.label: [] for one in functions}
    problems: dict[str, str] = {}
    for read, series in _read(reader, tile, margin, [(window, None), (middle, None), (window, few)]):
        for one in functions:
            if one.label in problems:
                continue
            try:
                trials[one.label].append(_tried(one, tile, read, series))
            except InputError as error:
                problems[one.label] = str(error)
    for one in functions:
        if one.label not in problems and (found := _problem(trials[one.label], window, middle, few, one)):
            problems[one.label] = f"{one.position}: {found}"
    if problems:
        raise InputError("\n".join(problems[one.label] for one in functions if one.label in problems))
    results = {label: tuple(whole.results) for label, (whole, *_) in trials.items()}
    _check_names(results, tile)
    return results


def _check_names(results: Mapping[str, Sequence[str]], tile: TileData) -> None:
    """Raise if two features would have the same name."""
    makers = {name: "the sensors" for sensor in tile.sensors.values() for name in sensor.names}
    for label, names in results.items():
        for name in names:
            maker = makers.setdefault(feature_name(label, name), label)
            if maker != label:
                raise InputError(
                    f"features.functions: `{feature_name(label, name)}` is made by {maker} and by {label}; give one "
                    "another `prefix`"
                )


def _read(
    reader: TileReader, tile: TileData, margin: int, tries: Sequence[tuple[Window, np.ndarray | None]]
) -> Iterator[tuple[Window, dict[str, SeriesWindow]]]:
    """Yield windows with their margin, restricted to what the requested pixels need."""
    waiting = iter(tries)  # the reader requests the pixels of each read in order

    def needed(read: Window) -> np.ndarray:
        window, wanted = next(waiting)
        if wanted is None:
            return np.ones((read.rows, read.columns), bool)
        return vectors.with_margin(wanted, window, read, margin)

    return reader.stream([tile.grid.padded(window, margin) for window, _ in tries], needed)


def _tried(one: UserFunction, tile: TileData, read: Window, series: Mapping[str, SeriesWindow]) -> Trial:
    """Call a function on a window."""
    data = WindowData(tile, read, series, one.rasters)
    results = one.results(data)
    known = np.ones(data.shape, bool)
    for sensor in tile.sensors:
        known &= series[sensor].valid.any(axis=0).reshape(data.shape)
    for name in one.rasters:
        known &= np.isfinite(data.raster(name))
    return Trial(read, {name: np.array(values) for name, values in results.items()}, known)


def _problem(
    trials: Sequence[Trial], window: Window, middle: Window, few: np.ndarray, one: UserFunction
) -> str | None:
    """Return the problem of a function's results for a window, its central part and a few of its pixels."""
    whole, part, gappy = trials
    for other in (part, gappy):
        if list(whole.results) != list(other.results):
            return (
                f"returned {shortened(list(whole.results))} for one window and {shortened(list(other.results))} for "
                "another; it must return the same for every window and tile"
            )
    size = 2 * one.settings.padding_px + 1
    known = ndimage.minimum_filter(whole.known.view(np.uint8), size=(size, size)).view(bool)[whole.inside(window)]
    for name, values in whole.results.items():
        found = _unfit(values[whole.inside(window)][known], one.settings.scale)
        found = _lost(whole.stored(one, name, window)[few], gappy.stored(one, name, window)[few], one) or found
        found = _shifted(whole.stored(one, name, middle), part.stored(one, name, middle), one) or found
        if found:
            return f"`{name}` {found}"
    return None


def _shifted(whole: np.ndarray, part: np.ndarray, one: UserFunction) -> str | None:
    """Return the problem of values that differ in another window."""
    differ = _differing(whole, part)
    if not differ:
        return None
    return (
        f"depends on the window at {differ} of {whole.size} pixels; it must depend only on a pixel and neighbours "
        f"within `padding_px` (here {one.settings.padding_px})"
    )


def _lost(whole: np.ndarray, gappy: np.ndarray, one: UserFunction) -> str | None:
    """Return the problem of values that differ if distant pixels are masked."""
    differ = _differing(whole, gappy)
    if not differ:
        return None
    return (
        f"differs at {differ} of {whole.size} pixels if pixels farther away than `padding_px` "
        f"(here {one.settings.padding_px}) are masked, as in samples and under clouds; a running sum, as of "
        "scipy.ndimage.uniform_filter, propagates NaN, correlate1d does not"
    )


def _differing(some: np.ndarray, others: np.ndarray) -> int:
    """Return the number of stored values that differ by more than rounding."""
    return int((np.abs(some.astype(np.int32) - others) > TOLERANCE).sum())


def _unfit(values: np.ndarray, scale: float) -> str | None:
    """Return the problem of values where every sensor has data."""
    lacking = np.count_nonzero(~np.isfinite(values))
    if lacking:
        return (
            f"is NaN or infinite at {lacking} of {values.size} pixels with data of all sensors; return numbers there"
        )
    beyond = np.count_nonzero(np.abs(values * scale) > MOST_STORED)
    if beyond > values.size / 2:
        return f"times `scale` exceeds {MOST_STORED} at {beyond} of {values.size} pixels; choose a smaller `scale`"
    return None


def write(names: Mapping[str, Sequence[str]], path: Path | str) -> None:
    """Write the names of the functions' results, for :func:`landloom.features.functions.calls.read_names`."""
    write_text(path, json.dumps({label: list(found) for label, found in names.items()}, indent=1) + "\n")
