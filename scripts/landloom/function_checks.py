"""Trying functions of the user's own before the long work: on a window, and on a part of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from landloom.errors import InputError
from landloom.files import write_text
from landloom.function_data import TileData, WindowData
from landloom.grids import Grid, Window
from landloom.series import SeriesWindow, TileReader
from landloom.user_functions import MOST_STORED, UserFunction, to_stored
from landloom.words import shortened

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


def check(
    functions: Sequence[UserFunction], tile: TileData, reader: TileReader, window: Window
) -> dict[str, tuple[str, ...]]:
    """Try all functions on a window and on its middle; return the names of their results.

    Raises
    ------
    InputError
        For all functions with which something is wrong, a line each.
    """
    margin = max(one.settings.padding_px for one in functions)
    middle = amid(window)
    reads = [tile.grid.padded(one, margin) for one in (window, middle)]
    trials: dict[str, list[Trial]] = {one.label: [] for one in functions}
    problems: dict[str, str] = {}
    for read, series in reader.stream(reads):
        for one in functions:
            if one.label in problems:
                continue
            try:
                trials[one.label].append(_tried(one, tile, read, series))
            except InputError as error:
                problems[one.label] = str(error)
    for one in functions:
        if one.label not in problems and (found := _problem(trials[one.label], window, middle, one)):
            problems[one.label] = f"{one.place}: {found}"
    if problems:
        raise InputError("\n".join(problems[one.label] for one in functions if one.label in problems))
    return {label: tuple(whole.results) for label, (whole, _) in trials.items()}


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


def _problem(trials: Sequence[Trial], window: Window, middle: Window, one: UserFunction) -> str | None:
    """Return what is wrong with what a function returned for a window and for its middle."""
    whole, part = trials
    if list(whole.results) != list(part.results):
        return (
            f"returned {shortened(list(whole.results))} for one window and {shortened(list(part.results))} for "
            "another; it must return the same for every window and tile"
        )
    size = 2 * one.settings.padding_px + 1
    known = ndimage.minimum_filter(whole.known.view(np.uint8), size=(size, size)).view(bool)[whole.inside(window)]
    for name, values in whole.results.items():
        here, there = (to_stored(trial.results[name][trial.inside(middle)], one.settings.scale) for trial in trials)
        differ = int((np.abs(here.astype(np.int32) - there) > TOLERANCE).sum())
        found = _unfit(values[whole.inside(window)][known], one.settings.scale)
        if differ:
            found = (
                f"depends on the window at {differ} of {middle.pixels} pixels; it must depend on a pixel and those "
                f"around it alone, as far as `padding_px` says (here {one.settings.padding_px})"
            )
        if found:
            return f"`{name}` {found}"
    return None


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
    """Write the names of the functions' results, for :func:`landloom.user_functions.read_names`."""
    write_text(path, json.dumps({label: list(found) for label, found in names.items()}, indent=1) + "\n")
