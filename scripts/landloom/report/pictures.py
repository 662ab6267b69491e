"""Pictures of the maps, read at screen resolution, coloured, and embedded in the page as palette PNGs.

Only the pixels of the picture are read: GDAL takes them from the overviews. These are means, which vary less than the
map does; what captions say of its values is told by a sample of its own pixels.
"""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib
import numpy as np
import shapely
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from rasterio.enums import Resampling
from rasterio.features import rasterize

from landloom.core.nomenclature import Nomenclature
from landloom.geo.grids import Grid, Window, of_dataset
from landloom.geo.opening import raster_doors
from landloom.report.areas import UNCLASSIFIED_COLOR
from landloom.report.wording import span

MAP_SIDE = 1200
THUMBNAIL_SIDE = 720
NEVER_SEEN_COLOR = "#c2281d"
_PALETTE_SIZE = 256
_CONFIDENCE_BINS = (30, 40, 50, 60, 70, 80, 90, 100)
_MOST_VALIDITY_BINS = 8
_OUTSIDE, _FIRST = 0, 1
_SAMPLE_SIDE, _SAMPLE_WINDOWS, _SAMPLE_PIXELS = 512, 24, 4_000_000
"""Side of the windows that a sample is read in, how many of them along a side of the map, and pixels of all."""


@dataclass(frozen=True)
class Swatch:
    """An entry of a legend."""

    color: str
    label: str


@dataclass(frozen=True)
class Picture:
    """Image as a data URI, its legend, and the quantiles of its caption."""

    uri: str
    legend: tuple[Swatch, ...]
    quantiles: tuple[float, float, float]


@dataclass(frozen=True)
class View:
    """Raster at the resolution of a picture, and the mask of the territory."""

    values: np.ndarray
    inside: np.ndarray


def read_view(path: Path | str, side: int, resampling: Resampling, territory: gpd.GeoSeries) -> View:
    """Read a raster with at most ``side`` pixels on its longer side.

    Parameters
    ----------
    territory : GeoSeries
        The mapped area, in any CRS.
    """
    with raster_doors.product(path) as dataset:
        grid, areas = of_dataset(dataset), _areas(territory, dataset)
        factor = min(1.0, side / max(grid.columns, grid.rows))
        rows, columns = (max(1, round(size * factor)) for size in (grid.rows, grid.columns))
        values = dataset.read(1, out_shape=(rows, columns), resampling=resampling)
    width, height = grid.resolution * grid.columns / columns, grid.resolution_y * grid.rows / rows
    return View(values, _inside(areas, Grid(grid.crs, grid.left, grid.top, width, height, rows, columns)))


def read_sample(path: Path | str, territory: gpd.GeoSeries) -> View:
    """Return pixels of a raster itself, evenly spread; all of them, unless there are millions.

    Returns
    -------
    View
        Values, and whether each lies in the territory, of shape (pixels,).
    """
    with raster_doors.product(path) as dataset:
        grid, areas = of_dataset(dataset), _areas(territory, dataset)
        every = math.ceil(max(grid.rows, grid.columns) / (_SAMPLE_SIDE * _SAMPLE_WINDOWS))
        windows = [one for one in grid.windows(_SAMPLE_SIDE) if _is_drawn(one, every)]
        step = math.ceil(math.sqrt(sum(one.pixels for one in windows) / _SAMPLE_PIXELS))
        values, inside = [], []
        for window in windows:
            values.append(dataset.read(1, window=window.ranges)[::step, ::step].ravel())
            inside.append(_inside(areas, grid.cut(window))[::step, ::step].ravel())
    return View(np.concatenate(values), np.concatenate(inside))


def _areas(territory: gpd.GeoSeries, dataset: Any) -> list[Any]:
    return [area for area in territory.to_crs(dataset.crs) if not area.is_empty]


def _is_drawn(window: Window, every: int) -> bool:
    return not (window.row // _SAMPLE_SIDE % every or window.column // _SAMPLE_SIDE % every)


def _inside(areas: Sequence[Any], grid: Grid) -> np.ndarray:
    """Return which pixels of a grid lie in some areas, which are cut first: their borders may be long."""
    here = shapely.clip_by_rect(np.array(areas, object), grid.left, grid.bottom, grid.right, grid.top)
    shapes = [one for one in here if not one.is_empty]
    shape = (grid.rows, grid.columns)
    if not shapes:
        return np.zeros(shape, bool)
    return np.asarray(rasterize(shapes, shape, transform=grid.transform, dtype="uint8"), bool)


def read_grid(path: Path | str) -> Grid:
    """Return the grid of a raster."""
    with raster_doors.product(path) as dataset:
        return of_dataset(dataset)


def read_tags(path: Path | str) -> dict[str, str]:
    """Return the provenance tags of a raster."""
    with raster_doors.product(path) as dataset:
        return {key: value for key, value in sorted(dataset.tags().items()) if key.startswith("LANDLOOM_")}


def class_picture(path: Path | str, classes: Nomenclature, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of a classification."""
    view = read_view(path, MAP_SIDE, Resampling.nearest, territory)
    indices = np.where(view.inside, _FIRST, _OUTSIDE).astype(np.uint16)
    legend = [Swatch(entry.color, entry.name) for entry in classes.classes]
    for position, code in enumerate(classes.codes):
        indices[view.values == code] = _FIRST + 1 + position
    if (indices == _FIRST).any():
        legend.append(Swatch(UNCLASSIFIED_COLOR, "unclassified"))
    colors = [UNCLASSIFIED_COLOR, *(entry.color for entry in classes.classes)]
    return Picture(embedded(indices, colors), tuple(legend), (0, 0, 0))


def confidence_picture(path: Path | str, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of a confidence, in eight steps; unclassified pixels as on the map."""
    view, sample = read_view(path, THUMBNAIL_SIDE, Resampling.average, territory), read_sample(path, territory).values
    colors = _ramp("viridis", len(_CONFIDENCE_BINS), 0.0, 1.0)
    indices = np.where(view.inside, _FIRST, _OUTSIDE).astype(np.uint16)
    known = view.values > 0
    indices[known] = _FIRST + 1 + np.digitize(view.values[known].clip(0, 100), _CONFIDENCE_BINS, right=True)
    legend = [Swatch(*pair) for pair in zip(colors, _spans(_CONFIDENCE_BINS), strict=True)]
    return Picture(embedded(indices, [UNCLASSIFIED_COLOR, *colors]), tuple(legend), _quantiles(sample[sample > 0]))


def validity_picture(path: Path | str, territory: gpd.GeoSeries) -> Picture:
    """Return the picture of the number of valid observations, in at most eight steps; 0 has its own colour."""
    view = read_view(path, THUMBNAIL_SIDE, Resampling.average, territory)
    sample = read_sample(path, territory)
    records = view.values[view.inside]
    uppers = validity_bins(int(records.max()) if records.size else 1)
    colors = _ramp("YlGnBu", len(uppers), 0.15, 1.0)
    indices = np.zeros(view.values.shape, np.uint16)
    indices[view.inside] = _FIRST + np.where(records > 0, 1 + np.digitize(records, uppers, right=True), 0)
    legend = [Swatch(NEVER_SEEN_COLOR, "0"), *(Swatch(*pair) for pair in zip(colors, _spans(uppers), strict=True))]
    quantiles = _quantiles(sample.values[sample.inside])
    return Picture(embedded(indices, [NEVER_SEEN_COLOR, *colors]), tuple(legend), quantiles)


def validity_bins(highest: int) -> list[int]:
    """Return the upper limits of steps of one round width up to the highest number of observations."""
    rounds = (digit * 10**power for power in range(6) for digit in (1, 2, 5))
    step = next(step for step in rounds if step * _MOST_VALIDITY_BINS >= highest)
    return list(range(step, max(highest, 1) + step, step))


def _spans(uppers: Sequence[int]) -> list[str]:
    """Format the steps by their upper limits; the first begins at 1."""
    lowers = [1, *(upper + 1 for upper in uppers[:-1])]
    return [span(*limits) for limits in zip(lowers, uppers, strict=True)]


def _ramp(name: str, number: int, start: float, end: float) -> list[str]:
    """Return equidistant colours of a colour map."""
    return [to_hex(matplotlib.colormaps[name](position)) for position in np.linspace(start, end, number)]


def _quantiles(values: np.ndarray) -> tuple[int, int, int]:
    """Return the 5th, 50th and 95th percentile."""
    if not values.size:
        return 0, 0, 0
    low, middle, high = np.percentile(values, (5, 50, 95), method="nearest")
    return int(low), int(middle), int(high)


def embedded(indices: np.ndarray, colors: Sequence[str]) -> str:
    """Return a PNG as data URI: index 0 is transparent, the colours count from 1."""
    palette = np.array([(255, 255, 255), *(_bytes_of(color) for color in colors)], np.uint8)
    buffer = io.BytesIO()
    if len(palette) <= _PALETTE_SIZE:
        image = Image.fromarray(indices.astype(np.uint8), "P")
        image.putpalette(palette.tobytes(), "RGB")
        image.save(buffer, "PNG", optimize=True, transparency=_OUTSIDE)
    else:
        opaque = np.where(indices == _OUTSIDE, 0, 255).astype(np.uint8)
        Image.fromarray(np.dstack([palette[indices], opaque]), "RGBA").save(buffer, "PNG", optimize=True)
    return data_uri(buffer.getvalue())


def data_uri(png: bytes) -> str:
    """Return a PNG's bytes as data URI."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _bytes_of(color: str) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in to_rgb(color))
