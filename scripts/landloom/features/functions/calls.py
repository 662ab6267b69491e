"""Calls of user-defined functions on a window, and conversion of their results to features."""

import copy
import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from landloom.core.errors import InputError
from landloom.core.files import REMAKE, read_limited
from landloom.core.stored_values import NODATA
from landloom.core.text import shortened
from landloom.features.functions import files as function_files
from landloom.features.functions import iota2_interface
from landloom.features.functions.files import formatted, importing_from, place_of
from landloom.features.functions.rasters import RasterReader
from landloom.features.functions.settings import FunctionSettings
from landloom.features.functions.window_data import TileData, WindowData
from landloom.features.pipeline import TilePipeline
from landloom.features.sensor_features import SensorFeatures
from landloom.features.settings import FeatureSettings
from landloom.features.vectors import Layout, ValidityOnly
from landloom.geo.grids import Grid, Window
from landloom.reading.observations import SeriesWindow

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
MOST_STORED = 32767
_BYTES_OF_FEATURE = 8
"""Memory of a pixel of a function's results before conversion to int16."""


@dataclass(frozen=True)
class UserFunction:
    """User-defined function, ready to be called.

    Attributes
    ----------
    settings : FunctionSettings
    call : callable
    rasters : dict of str: RasterReader
    """

    settings: FunctionSettings
    call: Callable[..., Any]
    rasters: Mapping[str, RasterReader]

    @property
    def label(self) -> str:
        """Return the prefix of its features' names."""
        return self.settings.label

    def results(self, data: WindowData) -> dict[str, np.ndarray]:
        """Call the function on a window.

        Returns
        -------
        dict of name: ndarray, shape (rows, columns)
            Its kept results in their order.

        Raises
        ------
        InputError
            If it raises an error, or returns something else; the message names file and line.
        """
        path = Path(self.settings.file)
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(), importing_from(path.parent):
                warnings.simplefilter("ignore", RuntimeWarning)  # as for means of NaN only
                # Copies: changes that a function makes to its arguments must not affect the next window.
                returned = self.call(data, **copy.deepcopy(self.settings.arguments))
        except (Exception, SystemExit) as error:
            raise InputError(f"{self.position}: {place_of(error, path)}: {formatted(error)}") from None
        try:
            return self._kept(layers(returned, data.shape))
        except InputError as error:
            raise InputError(f"{self.position}: {error}") from None

    @property
    def position(self) -> str:
        """Return the function's name for messages."""
        return f"features.functions: `{self.settings.name}` of {self.settings.file}"

    def _kept(self, found: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the results that become features."""
        wanted = list(found) if self.settings.keep is None else self.settings.keep
        unknown = [name for name in wanted if name not in found]
        if unknown:
            raise InputError(f"`keep` has {shortened(unknown)}, which it does not return; it returns {list(found)}")
        return {name: found[name] for name in found if name in wanted}


def layers(returned: Any, shape: tuple[int, int]) -> dict[str, np.ndarray]:
    """Return a function's result as layers by name.

    Parameters
    ----------
    returned : (array of shape (features, rows, columns) or (rows, columns), name or names), or dict of name: array
        Masked values count as NaN.
    shape : (rows, columns)

    Raises
    ------
    InputError
        If it is something else.
    """
    if isinstance(returned, Mapping):
        names, values = list(returned), [_plain(value) for value in returned.values()]
    elif isinstance(returned, tuple) and len(returned) == 2:
        array, names = _plain(returned[0]), returned[1]
        names = [names] if isinstance(names, str) else list(names)
        values = list(array if array.ndim == 3 else [array])
    else:
        raise InputError(
            f"returned {type(returned).__name__}; it must return an array with the names of its features, or a "
            "dictionary of arrays by name"
        )
    if len(values) != len(names):
        raise InputError(f"returned {len(values)} arrays with {len(names)} names; each needs one")
    if not names:
        raise InputError("returned nothing")
    _check_layers(names, values, shape)
    return dict(zip(names, values, strict=True))


def _plain(values: Any) -> np.ndarray:
    """Return an array, or a list of arrays, as one array with NaN where masked."""
    if isinstance(values, list | tuple):
        return np.asarray([_plain(one) for one in values])
    if np.ma.isMaskedArray(values) and values.dtype.kind in "buif":
        return np.asarray(np.ma.filled(values.astype(np.result_type(values.dtype, np.float32)), np.nan))
    return np.asarray(values)


def _check_layers(names: Sequence[Any], values: Sequence[np.ndarray], shape: tuple[int, int]) -> None:
    for name, value in zip(names, values, strict=True):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(f"the name {name!r} of a result must be of letters, digits, `_`, `.` and `-`")
        if value.shape != shape:
            raise InputError(f"`{name}` has the shape {value.shape}; the window has {shape} (rows, columns)")
        if value.dtype.kind not in "buif":
            raise InputError(f"`{name}` is of {value.dtype}; it must be numeric")
    if len(set(names)) < len(names):
        raise InputError(f"returned the same name twice: {shortened(sorted(names))}")


def feature_name(label: str, result: str) -> str:
    """Return the feature name of a function's result."""
    return f"{label}_{result}"


def to_stored(values: np.ndarray, scale: float) -> np.ndarray:
    """Return values times a scale as int16.

    Halves are rounded up and values clipped to -32767..32767. NaN becomes -10000; a value of -10000 becomes -9999, so
    that it is not taken for missing.
    """
    numbers = np.floor(values.astype(np.float64) * scale + 0.5)
    np.clip(numbers, -MOST_STORED, MOST_STORED, out=numbers)
    numbers[numbers == NODATA] = NODATA + 1
    numbers[np.isnan(numbers)] = NODATA
    return numbers.astype(np.int16)


@dataclass(frozen=True)
class FunctionFeatures:
    """Features of all functions: see :class:`landloom.features.vectors.WindowFeatureBlock`.

    Attributes
    ----------
    functions : tuple of UserFunction
    expected : dict of label: tuple of str
        Names of the results of each function when it was checked.
    tile : TileData
    """

    functions: tuple[UserFunction, ...]
    expected: Mapping[str, tuple[str, ...]]
    tile: TileData

    @cached_property
    def names(self) -> list[str]:
        """Return the names of all features, composed of the function and its result."""
        return [feature_name(one.label, name) for one in self.functions for name in self.expected[one.label]]

    @property
    def scales(self) -> list[float]:
        """Return the scale of each feature."""
        return [one.settings.scale for one in self.functions for _ in self.expected[one.label]]

    @property
    def margin_px(self) -> int:
        """Return the widest padding: all functions receive the same window."""
        return max(one.settings.padding_px for one in self.functions)

    @property
    def bytes_per_pixel(self) -> int:
        """Return the memory of the functions' arrays and of their features."""
        held = max(one.settings.held_series for one in self.functions)
        widest = max(len(names) for names in self.expected.values())
        return 4 * held * self.tile.longest + _BYTES_OF_FEATURE * widest + 2 * len(self.names)

    def make(self, window: Window, read: Window, series: Mapping[str, SeriesWindow]) -> np.ndarray:
        """Call all functions in turn: see :class:`landloom.features.vectors.WindowFeatureBlock`."""
        found = np.empty((len(self.names), window.pixels), np.int16)
        row, column = window.row - read.row, window.column - read.column
        inside = slice(row, row + window.rows), slice(column, column + window.columns)
        position = 0
        for one in self.functions:
            results = one.results(WindowData(self.tile, read, series, one.rasters))
            if tuple(results) != self.expected[one.label]:
                raise InputError(
                    f"{one.position}: returned {shortened(list(results))} where it had returned "
                    f"{shortened(list(self.expected[one.label]))}; it must return the same for every window and tile"
                )
            for values in results.values():
                found[position] = to_stored(values[inside], one.settings.scale).ravel()
                position += 1
        return found


def functions_of(settings: Sequence[FunctionSettings], grid: Grid, tile: str, year: str) -> tuple[UserFunction, ...]:
    """Return functions ready to be called on windows of a tile; their files are executed."""
    found = []
    for one in settings:
        call = _loaded(one)
        paths = {name: path.replace("{tile}", tile).replace("{year}", year) for name, path in one.rasters.items()}
        found.append(UserFunction(one, call, {name: RasterReader(path, grid) for name, path in paths.items()}))
    return tuple(found)


def _loaded(settings: FunctionSettings) -> Callable[..., Any]:
    """Return a function that takes a window; its file is executed."""
    written_for_iota2 = settings.interface == "iota2"
    with iota2_interface.importable() if written_for_iota2 else nullcontext():
        call = function_files.load(settings.file, settings.name)
    if not function_files.accepts(call, settings.arguments):
        arguments = sorted(settings.arguments)
        raise InputError(f"features.functions: `{settings.name}` of {settings.file} does not take {arguments}")
    return iota2_interface.adapted(call) if written_for_iota2 else call


def data_of(pipeline: TilePipeline, grid: Grid) -> TileData:
    """Return a tile's data for functions."""
    sensors = {part.sensor: part for part in pipeline.layout.parts if isinstance(part, SensorFeatures)}
    return TileData(grid, sensors)


def with_functions(
    pipeline: TilePipeline, settings: FeatureSettings, grid: Grid, tile: str, year: str, names: Path | str
) -> TilePipeline:
    """Return a tile's pipeline extended by the functions' features, or with these instead of the sensors' features.

    Parameters
    ----------
    names : path
        Output of :func:`landloom.features.functions.trial.check`; empty without functions.
    """
    if not settings.functions:
        return pipeline
    functions = functions_of(settings.functions, grid, tile, year)
    whole = FunctionFeatures(functions, read_names(names, [one.label for one in functions]), data_of(pipeline, grid))
    parts = pipeline.layout.parts
    if settings.only_functions:
        parts = tuple(ValidityOnly(part.sensor) if isinstance(part, SensorFeatures) else part for part in parts)
    return replace(pipeline, layout=Layout(parts, whole))


def read_names(path: Path | str, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read the names of the functions' results.

    Raises
    ------
    InputError
        If the file has no such names.
    """
    try:
        content = json.loads(read_limited(path, 2**24))
        return {label: tuple(map(str, content[label])) for label in labels}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path}: does not contain the results of the functions ({error}); {REMAKE}") from None
