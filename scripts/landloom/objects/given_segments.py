"""Objects of a tile from a given segmentation: polygons that are burnt, or a raster of numbers that is resampled."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from rasterio.features import rasterize
from shapely.geometry import box

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids, rasters, vector_files, vectors
from landloom.geo.grids import Grid, Window
from landloom.geo.opening import raster_doors
from landloom.geo.vector_files import VectorFile
from landloom.objects.settings import ObjectSettings, is_raster

KEY = "objects.segmentation"
WINDOW_SIDE = 1024
NAME = "_name"
"""Column of the polygons' names, of the field `objects.field`, which may be called `object` itself."""

MOST_NUMBER = 2**53
"""Numbers of objects are below this: a raster of floating point numbers holds all of them."""

_SMALLEST_SIDE = 64

Numbers = Callable[[Window], np.ndarray]
"""Gives the objects of a window, int64 of shape (rows, columns), 0 for none."""


def write(settings: ObjectSettings, file: str, grid: Grid, path: Path | str, tags: rasters.Tags) -> Counter[str]:
    """Write the objects of a tile.

    Parameters
    ----------
    settings : ObjectSettings
    file : path
        Vector file or raster.
    grid : Grid
        Of the tile.
    path : path
        GeoTIFF to write: int64, number of the object that holds a pixel's centre; 0 for none.
    tags : dict of str to str

    Returns
    -------
    Counter
        What was found amiss, with its number: see :func:`polygons_of`.

    Raises
    ------
    InputError
        Where the file cannot be read or is no segmentation.
    """
    found: Counter[str] = Counter()
    if is_raster(file):
        _write_windows(_of_raster(file, grid), grid, path, tags)
    else:
        polygons = polygons_of(settings, file)
        found["invalid polygons that were mended"] = int(polygons.attrs["mended"])
        _write_windows(_of_polygons(polygons, grid, found), grid, path, tags)
    return found


def _write_windows(numbers: Numbers, grid: Grid, path: Path | str, tags: rasters.Tags) -> None:
    with rasters.create(path, grid, "int64", tags) as target:
        for window in grid.windows(WINDOW_SIDE):
            target.write(numbers(window), 1, window=window.ranges)


def polygons_of(settings: ObjectSettings, file: str) -> gpd.GeoDataFrame:
    """Read the polygons of a segmentation.

    Returns
    -------
    GeoDataFrame
        With the column ``object``, the number of each polygon: the feature's id in the file + 1, and, with
        `objects.field`, :data:`NAME`. In ``attrs``, ``mended`` tells how many polygons were invalid.

    Raises
    ------
    InputError
        Where there is no polygon, a coordinate is not on Earth, or two polygons have one name in `objects.field`.
    """
    frame = vector_files.read(VectorFile(KEY, file, settings.layer, settings.crs))
    if settings.field is not None:
        frame = frame.assign(**{NAME: _names(frame, settings.field, file)})
    frame = frame.assign(object=np.asarray(frame.index, np.int64) + 1)
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if not vectors.on_earth(frame.geometry).all():
        raise InputError(f"{KEY}: {file} has coordinates that are not on Earth")
    invalid = ~frame.geometry.is_valid
    shapes = frame.geometry.where(~invalid, frame.geometry.make_valid())
    frame = frame.set_geometry(vectors.only_polygons(shapes))
    frame = frame[~frame.geometry.is_empty]
    if frame.empty:
        raise InputError(f"{KEY}: {file} has no polygon; objects are polygons, a raster, or `superpixels`")
    frame.attrs["mended"] = int(invalid.sum())
    return frame


def _names(frame: gpd.GeoDataFrame, field: str, file: str) -> pd.Series:
    """Return the names of polygons; raise if two have the same, or one has none."""
    names = vectors.column(frame, field, file, "objects.field")
    if names.isna().any():
        raise InputError(f"objects.field: {int(names.isna().sum())} polygons of {file} have no `{field}`")
    repeated = names[names.duplicated()].drop_duplicates().tolist()
    if repeated:
        raise InputError(
            f"objects.field: {file} has several polygons of one `{field}`, as {shortened(repeated)}; join them to "
            "multipolygons if they are one object, or leave the key out: each polygon is then an object"
        )
    return names


def _of_polygons(polygons: gpd.GeoDataFrame, grid: Grid, found: Counter[str]) -> Numbers:
    """Return the objects of windows; where polygons overlap, pixels are counted and the first polygon has them."""
    local = vectors.project(polygons[["object", polygons.geometry.name]], grid.crs, KEY, KEY)
    index, order = local.sindex, local.object.to_numpy()

    def numbers(window: Window) -> np.ndarray:
        cut = grid.cut(window)
        near = index.query(box(cut.left, cut.bottom, cut.right, cut.top))
        shape = (window.rows, window.columns)
        if not len(near):
            return np.zeros(shape, np.int64)
        near = near[np.argsort(-order[near])]  # the first of the file last, over the others
        shapes = local.geometry.iloc[near]
        burnt = rasterize(
            zip(shapes, range(1, len(near) + 1), strict=True), shape, transform=cut.transform, dtype="int32"
        )
        several = rasterize(
            zip(shapes, np.ones(len(near), np.int32), strict=True),
            shape,
            transform=cut.transform,
            dtype="int32",
            merge_alg=rasterio.enums.MergeAlg.add,
        )
        found["pixels that lie in several polygons: the first in the file has them"] += int((several > 1).sum())
        objects: np.ndarray = np.concatenate([[0], order[near]])[burnt]
        return objects

    return numbers


def _of_raster(file: str, grid: Grid) -> Numbers:
    """Return the objects of windows: those that a raster has at the centres of the pixels.

    Raises
    ------
    InputError
        Where the raster cannot be read, or its values are no numbers of objects.
    """
    source = _opened(file)
    on = source[1]
    project = None if on.crs == grid.crs else grids.transformer(grid.crs, on.crs)
    side = max(int(WINDOW_SIDE * min(on.resolution / grid.resolution, 1.0)), _SMALLEST_SIDE) if not project else 256

    def numbers(window: Window) -> np.ndarray:
        found = np.zeros((window.rows, window.columns), np.int64)
        for part in _parts(window, side):
            x, y = grid.centres(part)
            x, y = project.transform(x, y) if project else (x, y)
            inside = part.row - window.row, part.column - window.column
            target = found[inside[0] : inside[0] + part.rows, inside[1] : inside[1] + part.columns]
            target[:] = _values_at(source[0], on, x, y, file)
        return found

    return numbers


def _opened(file: str) -> tuple[rasterio.DatasetReader, Grid]:
    """Return a raster and its grid."""
    try:
        dataset = raster_doors.opened(file)
        grid = grids.of_dataset(dataset)
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{KEY}: {file}: {error}") from None
    if dataset.count != 1:
        raise InputError(f"{KEY}: {file} has {dataset.count} bands; the numbers of objects are one")
    return dataset, grid


def _parts(window: Window, side: int) -> Iterator[Window]:
    """Cut a window into squares."""
    for row in range(window.row, window.row + window.rows, side):
        for column in range(window.column, window.column + window.columns, side):
            rows = min(side, window.row + window.rows - row)
            yield Window(row, column, rows, min(side, window.column + window.columns - column))


def _values_at(dataset: rasterio.DatasetReader, on: Grid, x: np.ndarray, y: np.ndarray, file: str) -> np.ndarray:
    """Return the numbers of the pixels that hold points; 0 outside of the raster."""
    # A millionth of a pixel: the same pixel for the same point, whatever tile computes it.
    columns = np.floor(np.round((x - on.left) / on.resolution, 6))
    rows = np.floor(np.round((on.top - y) / on.resolution_y, 6))
    inside = (rows >= 0) & (rows < on.rows) & (columns >= 0) & (columns < on.columns)
    found = np.zeros(x.shape, np.int64)
    if not inside.any():
        return found
    top, left = int(rows[inside].min()), int(columns[inside].min())
    window = Window(top, left, int(rows[inside].max()) - top + 1, int(columns[inside].max()) - left + 1)
    try:
        values = rasters.read_or_0(dataset, window.ranges)
    except rasterio.errors.RasterioError as error:
        raise InputError(f"{KEY}: {file} cannot be read ({error})") from None
    found[inside] = _whole(values, file)[rows[inside].astype(np.int64) - top, columns[inside].astype(np.int64) - left]
    return found


def _whole(values: np.ndarray, file: str) -> np.ndarray:
    """Return values as numbers of objects."""
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), 0, values)
        if (values != np.floor(values)).any():
            raise InputError(f"{KEY}: {file} has the value {_first(values, values != np.floor(values))}: {_NUMBERS}")
    wrong = (values < 0) | (values >= MOST_NUMBER)
    if wrong.any():
        raise InputError(f"{KEY}: {file} has the value {_first(values, wrong)}: {_NUMBERS}")
    return values.astype(np.int64)


_NUMBERS = "objects have whole numbers from 1 to 2^53, and 0 or nodata where there is none"


def _first(values: np.ndarray, where: np.ndarray) -> str:
    value = values[where][0]
    return f"{value:g}" if math.isfinite(value) else str(value)
