"""Trying functions of the user's own before the long work: on a window, on a part of it, and with gaps in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from landloom.core.errors import InputError
from landloom.core.files import write_text
from landloom.core.text import shortened
from landloom.features import vectors as features
from landloom.features.functions.calls import MOST_STORED, UserFunction, feature_name, to_stored
from landloom.features.functions.window_data import TileData, WindowData
from landloom.geo.grids import Grid, Window
from landloom.reading.series_reader import SeriesWindow, TileReader

SIDE_PX = 128
"""Of the window, without its padding."""

TOLERANCE = 1
"""Of stored numbers: sums of other neighbours may round otherwise."""


@dataclass(frozen=True)
class Trial:
    """What a function returned for a window.

    Attributes
    ----------
    read : Window
        With the padding.
    results : dict of name: ndarray, shape (rows, columns) of ``read``
    known : ndarray of bool
        Where every sensor and raster has data.
    """

    read: Window
    results: Mapping[str, np.ndarray]
    known: np.ndarray

    def inside(self, window: Window) -> tuple[slice, slice]:
        """Return the slices that cut a window out of the arrays."""
        row, column = window.row - self.read.row, window.column - self.read.column
        return slice(row, row + window.rows), slice(column, column + window.columns)

    def stored(self, one: UserFunction, name: str, window: Window) -> np.ndarray:
        """Return a result of a function in a window, as it would be stored."""
        return to_stored(self.results[name][self.inside(window)], one.settings.scale)


def best_window(validity: np.ndarray, grid: Grid) -> Window:
    """Return the window of a tile in which most pixels are seen; of equals, the first.

    Parameters
    ----------
    validity : ndarray of int, shape (rows, columns)
        Number of clear looks.
    """
    windows = list(grid.windows(SIDE_PX))
    return max(windows, key=lambda window: np.count_nonzero(validity[window.slices]))


def amid(window: Window) -> Window:
    """Return the middle of a window, half as high and wide."""
    rows, columns = max(window.rows // 2, 1), max(window.columns // 2, 1)
    return Window(window.row + window.rows // 4, window.column + window.columns // 4, rows, columns)


def scattered(window: Window, padding_px: int) -> np.ndarray:
    """Return a few pixels of a window, so far apart that between them some are not needed: as samples lie.

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
    """Try all functions on a window, on its middle and for a few of its pixels; return the names of their results.

    Raises
    ------
    InputError
        For all functions with which something is wrong, a line each.
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
    """Raise where two features would have one name."""
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
    """Yield windows with their margin; where only some pixels are wanted, what these need."""
    waiting = iter(tries)  # the reader asks for what is wanted read by read, in order

    def needed(read: Window) -> np.ndarray:
        window, wanted = next(waiting)
        if wanted is None:
            return np.ones((read.rows, read.columns), bool)
        return features.with_margin(wanted, window, read, margin)

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
    """Return what is wrong with what a function returned for a window, its middle and a few of its pixels."""
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
    """Return what is wrong with values that are others in another window."""
    differ = _differing(whole, part)
    if not differ:
        return None
    return (
        f"depends on the window at {differ} of {whole.size} pixels; it must depend on a pixel and those around it "
        f"alone, as far as `padding_px` says (here {one.settings.padding_px})"
    )


def _lost(whole: np.ndarray, gappy: np.ndarray, one: UserFunction) -> str | None:
    """Return what is wrong with values that are others where pixels far away are masked."""
    differ = _differing(whole, gappy)
    if not differ:
        return None
    return (
        f"differs at {differ} of {whole.size} pixels where those farther away than `padding_px` "
        f"(here {one.settings.padding_px}) are masked, as in samples and under clouds; a running sum, as of "
        "scipy.ndimage.uniform_filter, carries NaN along, correlate1d does not"
    )


def _differing(some: np.ndarray, others: np.ndarray) -> int:
    """Return how many stored values differ by more than rounding."""
    return int((np.abs(some.astype(np.int32) - others) > TOLERANCE).sum())


def _unfit(values: np.ndarray, scale: float) -> str | None:
    """Return what is wrong with values where every sensor has data."""
    lacking = np.count_nonzero(~np.isfinite(values))
    if lacking:
        return (
            f"is NaN or infinite at {lacking} of {values.size} pixels where all sensors have data; give numbers there"
        )
    beyond = np.count_nonzero(np.abs(values * scale) > MOST_STORED)
    if beyond > values.size / 2:
        return f"times `scale` is beyond {MOST_STORED} at {beyond} of {values.size} pixels; choose a smaller `scale`"
    return None


def write(names: Mapping[str, Sequence[str]], path: Path | str) -> None:
    """Write the names of the functions' results, for :func:`landloom.features.functions.calls.read_names`."""
    write_text(path, json.dumps({label: list(found) for label, found in names.items()}, indent=1) + "\n")
