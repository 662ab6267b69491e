"""Polygons burnt on a map's pixels: zones, which cut the polygons of a vector map, and the sea, which is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np

from landloom.core.errors import InputError
from landloom.geo import meridian, ownership, rasters, vector_files, vectors
from landloom.geo.grids import Grid, Window
from landloom.geo.vector_files import VectorFile
from landloom.vector_maps.lattice_cells import Lattice
from landloom.vector_maps.settings import SeaSettings, ZoneSettings

SEA_KEY = "vectors.sea.file"


@dataclass(frozen=True)
class Areas:
    """Numbered polygons in the CRS of a grid; a pixel is in the one that its centre lies in."""

    grid: Grid
    shapes: Sequence[tuple[object, int]]
    dtype: str

    @classmethod
    def of(cls, numbered: gpd.GeoDataFrame, grid: Grid) -> "Areas":
        """Return the areas of a table with the columns ``number`` and ``geometry``."""
        dtype = rasters.label_dtype([int(numbered.number.max())])
        return cls(grid, ownership.project_regions(numbered, grid), dtype)

    def draw(self, window: Window) -> np.ndarray:
        """Return the number of the area of each pixel, 0 outside of all; of several, the first."""
        return ownership.draw_regions(self.shapes, self.grid, window, self.dtype)

    def draw_last(self, window: Window) -> np.ndarray:
        """Return the same, of several the last."""
        return ownership.draw_regions(self.shapes[::-1], self.grid, window, self.dtype)


def sea(settings: SeaSettings, grid: Grid) -> Areas:
    """Return the sea as one area.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    file = VectorFile(SEA_KEY, settings.file, settings.layer, settings.crs)
    frame = vector_files.read(file)
    shapes = vectors.only_polygons(frame.geometry[frame.geometry.notna()].make_valid())
    if not vectors.on_earth(shapes).all():
        raise InputError(f"{SEA_KEY}: {settings.file} has coordinates that are not on Earth")
    area = shapes.union_all()
    if area.is_empty:
        raise InputError(f"{SEA_KEY}: {settings.file} has no polygon")
    whole = meridian.wrapped(gpd.GeoSeries([area], crs=frame.crs))
    meridian.check_edges(whole.iloc[0], frame.crs, f"{SEA_KEY}: {settings.file}")
    return Areas.of(gpd.GeoDataFrame({"number": [1]}, geometry=whole), grid)


def write_zones(settings: ZoneSettings, grid: Grid, path: Path | str, tags: rasters.Tags) -> dict[str, int]:
    """Write the number of each pixel's zone, from 1 in the order of the configuration; 0 outside of all zones.

    Returns
    -------
    dict of zone: pixels

    Raises
    ------
    InputError
        If zones cannot be read, overlap, or have no pixel.
    """
    zones = ownership.read_regions(settings)
    areas = Areas.of(zones, grid)
    pixels = np.zeros(len(zones) + 1, np.int64)
    with rasters.create(path, grid, areas.dtype, tags) as dataset:
        for cell in Lattice.of(grid).cells():
            numbers = areas.draw(cell.window)
            _check_overlap(numbers, areas.draw_last(cell.window), settings, grid, cell.window)
            pixels += np.bincount(numbers.ravel(), minlength=len(pixels))
            dataset.write(numbers, 1, window=cell.window.ranges)
    found = dict(zip(settings.names, pixels[1:].tolist(), strict=True))
    empty = [name for name, number in found.items() if not number]
    if empty:
        raise InputError(
            f"{settings.KEY}.names: {', '.join(empty)} lie outside of the map; remove them, or check the CRS of "
            f"{settings.file}"
        )
    return found


def _check_overlap(first: np.ndarray, last: np.ndarray, settings: ZoneSettings, grid: Grid, window: Window) -> None:
    """Raise if a pixel is in two zones."""
    if (first == last).all():
        return
    row, column = np.argwhere(first != last)[0]
    x, y = (part[row, column] for part in grid.centres(window))
    one, other = (settings.names[number[row, column] - 1] for number in (first, last))
    raise InputError(
        f"{settings.KEY}.file: {settings.file}: the zones {one} and {other} overlap, as at {x:.10g}, {y:.10g} of the "
        "map's CRS; a place must be in one zone"
    )
