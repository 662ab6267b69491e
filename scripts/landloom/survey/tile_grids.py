"""Working grid of a tile, from its products or from a raster."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import rasterio
from pyproj.exceptions import CRSError

from landloom.core.errors import InputError
from landloom.geo import grids, ground
from landloom.geo.crs_names import false_origin_shift
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.reading import opening
from landloom.sensors.acquisition import Acquisition, RasterBand

FINEST = GridSettings()  # type: ignore[call-arg]
_EDGE_PX = 1e-6
"""Tolerance in pixels within which grids are equal."""

OPENED_AT_ONCE = 8
"""Files that are opened concurrently, since opening remote files takes time."""

_FinestGrids = Callable[[Sequence[Acquisition]], list[Grid | InputError]]
"""Returns the grid of the finest band of each acquisition, or the reason why it is unknown."""


def _finest_grids(acquisitions: Sequence[Acquisition]) -> list[Grid | InputError]:
    """Open the bands of acquisitions and return the grid of the finest band of each, or the error."""
    with ThreadPoolExecutor(OPENED_AT_ONCE) as pool:
        return list(pool.map(_finest_grid, acquisitions))


def _finest_grid(acquisition: Acquisition) -> Grid | InputError:
    try:
        return min((_grid_of(band) for _, band in acquisition.bands), key=lambda grid: grid.pixel_area)
    except InputError as error:
        return error


def tile_grid(acquisitions: Sequence[Acquisition], wanted: GridSettings = FINEST) -> Grid:
    """Return the working grid of a tile: that of its products, or one of another resolution from the same corner.

    Raises
    ------
    InputError
        If none can be opened, or the resolution does not suit the CRS.
    """
    return _grid_and_givers(acquisitions, wanted, _finest_grids)[0]


def _grid_and_givers(
    acquisitions: Sequence[Acquisition], wanted: GridSettings, finest: _FinestGrids
) -> tuple[Grid, list[Acquisition]]:
    """Return the grid of a tile, and the acquisitions of the sensor that defines it."""
    problem = "no product can be opened"
    for sensor, records in groupby(acquisitions, key=lambda acquisition: acquisition.sensor):
        if wanted.sensor in (None, sensor):
            givers = list(records)
            try:
                return _of_resolution(most_common(finest(givers)), wanted.resolution_m), givers
            except InputError as error:
                problem = str(error)
    if wanted.sensor and wanted.sensor not in {one.sensor for one in acquisitions}:
        problem = (
            f"grid.sensor: {wanted.sensor} has no usable product of the tile; name one with products of every tile"
        )
    raise InputError(problem)


def most_common(finest: Sequence[Grid | InputError]) -> Grid:
    """Return the most frequent grid of the finest band of a sensor's acquisitions.

    The most frequent, not the first: a single misplaced product must not move the tile. Of CRSs that differ by their
    false origin alone, it has that which comes first.
    """
    known = [grid for grid in finest if isinstance(grid, Grid)]
    if not known:
        raise [problem for problem in finest if isinstance(problem, InputError)][-1]
    spellings = list(dict.fromkeys(grid.crs for grid in known))
    first = {own: next(one for one in spellings if false_origin_shift(own, one) is not None) for own in spellings}
    return Counter(grid.expressed_in(first[grid.crs]) for grid in known).most_common(1)[0][0]


def _of_resolution(grid: Grid, resolution_m: float | None) -> Grid:
    """Return a grid of another resolution from the same corner; the last pixels may extend beyond the edge."""
    if resolution_m is None:
        return grid
    ground.check_metres(grid, "grid.resolution_m", "leave it out, or give the pixels by `grid.like`")
    columns = math.ceil((grid.right - grid.left) / resolution_m - _EDGE_PX)
    rows = math.ceil((grid.top - grid.bottom) / resolution_m - _EDGE_PX)
    return Grid(grid.crs, grid.left, grid.top, resolution_m, resolution_m, rows, columns)


def of_raster(path: str) -> Grid:
    """Return the grid of the raster that defines a tile's grid.

    Raises
    ------
    InputError
        If it cannot be opened, or is not a north-up image.
    """
    try:
        return _grid_of(RasterBand(path))
    except InputError as error:
        raise InputError(f"grid.like: {error}") from None


def of_box(tile: str, wanted: GridSettings) -> Grid:
    """Return the grid of a tile whose box and resolution the configuration gives.

    Raises
    ------
    InputError
        If its CRS is unknown or not measured in metres, or the tile reaches over the edge of its CRS.
    """
    box, resolution = wanted.boxes[tile], wanted.resolution_m
    assert resolution is not None
    left, bottom, right, top = box.bounds
    key = f"grid.boxes.{tile}"
    try:
        crs = grids.crs_name(box.crs)
    except CRSError:
        raise InputError(
            f"{key}.crs: `{box.crs}` is not a coordinate reference system; write e.g. EPSG:32631"
        ) from None
    grid = Grid(
        crs, left, top, resolution, resolution, round((top - bottom) / resolution), round((right - left) / resolution)
    )
    ground.check_metres(grid, key, "give a projected CRS, as that of a UTM zone")
    ground.check_continuous(f"tile {tile}: {key}", grid)
    return grid


def check_unchanged(
    tile: str, finest: Mapping[Acquisition, Grid | InputError], grid: Grid, wanted: GridSettings
) -> None:
    """Raise if the grid of the first survey no longer matches the products.

    Scenes have individual extents and are resampled; their most frequent grid may change with every new scene. For
    scenes, an equal resolution is sufficient.
    """
    if wanted.like or wanted.boxes:
        return
    found, givers = _grid_and_givers(list(finest), wanted, lambda records: [finest[one] for one in records])
    now = found.expressed_in(grid.crs)
    same_pixels = (now.resolution, now.resolution_y) == (grid.resolution, grid.resolution_y)
    if now != grid and (not same_pixels or any(one.cut == "tile" for one in givers)):
        raise InputError(
            f"tile {tile}: most products lie on another grid than when the tile was first surveyed; "
            "remove its `grid.json` and run again, which finds the grid of today"
        )


def _grid_of(band: RasterBand) -> Grid:
    try:
        return opening.reading(band, grids.of_dataset)
    except (rasterio.errors.RasterioError, ValueError) as error:
        raise InputError(f"{band.name}: cannot be read ({error})") from None
