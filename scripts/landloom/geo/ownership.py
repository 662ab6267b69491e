"""Ownership of pixels by overlapping tiles, across projections, and by eco-climatic regions.

Every ground point belongs to the tile in whose footprint it lies deepest (the distance to the footprint's nearest
edge, in metres of the tile's own projection), so that pixels near an edge are not used where another tile covers the
ground better. The rule depends on the tiles' grids alone, not on the acquisitions.
"""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
from rasterio.features import rasterize, shapes
from shapely import segmentize, union_all
from shapely.geometry import Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from landloom.core.errors import InputError
from landloom.core.text import shortened
from landloom.geo import grids, ground, meridian, rasters, region_names, vector_files, vectors
from landloom.geo.grids import Grid, Window
from landloom.geo.ground import GEOGRAPHIC
from landloom.geo.region_settings import RegionSettings, region_slug

WINDOW_SIDE = 1024
MARGIN_PX = 3
"""Margin in pixels that is classified around the owned area; resampling for the mosaic needs two of them."""

_BEYOND = 0.01
"""Part of a tile's side, and degrees, by which the single region reaches beyond the tiles."""
_WORLD = box(-180, -90, 180, 90)
_LATTICE = 160
_SEGMENT_M = 1000.0


def collect_footprints(tiles: dict[str, Grid]) -> gpd.GeoDataFrame:
    """Return the tiles' footprints with their grids as attributes, in degrees, split at the 180th meridian."""
    rows = [{"tile": tile, **grid.__dict__} for tile, grid in sorted(tiles.items())]
    outlines = [meridian.outline(grid) for _, grid in sorted(tiles.items())]
    frame = gpd.GeoDataFrame(rows, geometry=outlines, crs=GEOGRAPHIC)
    return frame.rename(columns={"crs": "grid_crs"})


def grids_of(footprints: gpd.GeoDataFrame) -> dict[str, Grid]:
    """Return the grid of each tile from the table of :func:`collect_footprints`."""
    return {
        row.tile: Grid(
            row.grid_crs, row.left, row.top, row.resolution, row.resolution_y, int(row.rows), int(row.columns)
        )
        for row in footprints.itertuples()
    }


def neighbours(footprints: gpd.GeoDataFrame, tile: str) -> dict[str, Grid]:
    """Return the grids of the tiles that touch a tile, without the tile itself."""
    own = footprints.loc[footprints.tile == tile].geometry.iloc[0]
    touching = footprints[footprints.intersects(own) & (footprints.tile != tile)]
    return grids_of(touching)


def lead_m(tile: str, grid: Grid, others: dict[str, Grid], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how much deeper points lie in a tile than in any other tile: owned where positive.

    Parameters
    ----------
    x, y : ndarray
        In the tile's CRS.

    Returns
    -------
    ndarray
        Equal depths are decided by the tiles' names: the first in alphabetical order wins.
    """
    own = ground.depth_m(grid, grid.crs, x, y)
    lead = own.copy()
    for name, other in others.items():
        difference = own - ground.depth_m(other, grid.crs, x, y)
        difference[difference == 0] = 1e-9 if tile < name else -1e-9
        lead = np.minimum(lead, difference)
    return lead


def owned_areas(footprints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the area that each tile owns, accurate to about 1/160 of its width: for figures, not for counting."""
    rows = []
    for tile, grid in grids_of(footprints).items():
        coarse = Grid(
            grid.crs,
            grid.left,
            grid.top,
            (grid.right - grid.left) / _LATTICE,
            (grid.top - grid.bottom) / _LATTICE,
            _LATTICE,
            _LATTICE,
        )
        x, y = coarse.centres(Window(0, 0, _LATTICE, _LATTICE))
        owned = lead_m(tile, grid, neighbours(footprints, tile), x, y) > 0
        parts = [shape(part) for part, value in shapes(owned.astype(np.uint8), transform=coarse.transform) if value]
        area = gpd.GeoSeries(parts, crs=grid.crs).union_all()
        rows.append((tile, meridian.project(gpd.GeoSeries([area], crs=grid.crs), GEOGRAPHIC).iloc[0]))
    return gpd.GeoDataFrame({"tile": [row[0] for row in rows]}, geometry=[row[1] for row in rows], crs=GEOGRAPHIC)


def read_regions(settings: RegionSettings) -> gpd.GeoDataFrame:
    """Read and dissolve the regions of the configuration; they are numbered from 1 in its order.

    Raises
    ------
    InputError
        If the field or a name is not in the file.
    """
    frame = vector_files.read(region_names.file_of(settings))
    values = vectors.column(frame, settings.field, settings.file, f"{settings.KEY}.field")
    if problem := region_names.problem(settings, values):
        raise InputError(problem)
    values, names = vectors.label_texts(values), settings.names
    areas = [_area(frame.geometry[values == name], f"{settings.KEY}.file: {settings.file}: {name}") for name in names]
    rows = {"number": range(1, len(names) + 1), "region": [region_slug(name) for name in names], "name": names}
    regions = gpd.GeoDataFrame(rows, geometry=meridian.wrapped(gpd.GeoSeries(areas, crs=frame.crs)))
    _check_edges(regions, settings)
    odd = ~vectors.on_earth(vectors.project(regions, GEOGRAPHIC, settings.file, f"{settings.KEY}.file").geometry)
    if odd.any():
        which = shortened(list(regions["name"][odd]))
        raise InputError(
            f"{settings.KEY}.file: {settings.file}: {which} are outside of its CRS' domain; is the CRS right?"
        )
    return regions


def _check_edges(regions: gpd.GeoDataFrame, settings: RegionSettings) -> None:
    """Raise if a region in degrees may be meant on either side of the Earth."""
    for name, area in zip(regions["name"], regions.geometry, strict=True):
        meridian.check_edges(area, regions.crs, f"{settings.KEY}.file: {settings.file}: {name}")


def _area(shapes: gpd.GeoSeries, which: str) -> BaseGeometry:
    """Return the union of the polygons among geometries.

    Raises
    ------
    InputError
        If there is none, or if coordinates are not finite.
    """
    shapes = shapes[shapes.notna()]
    if not vectors.on_earth(shapes).all():
        raise InputError(f"{which} has coordinates that are not on Earth")
    area = vectors.only_polygons(shapes.make_valid()).union_all()
    if area.is_empty:
        raise InputError(f"{which} has no polygon")
    return area


def whole_territory(footprints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the single region of a configuration without regions: all footprints."""
    wide = [meridian.outline(grid.padded_by(_BEYOND)) for grid in grids_of(footprints).values()]
    area = union_all([footprints.union_all().buffer(_BEYOND), *wide]).intersection(_WORLD)
    return gpd.GeoDataFrame({"number": [1], "region": ["all"], "name": ["all"]}, geometry=[area], crs=GEOGRAPHIC)


def check_meetings(footprints: gpd.GeoDataFrame, regions: gpd.GeoDataFrame) -> None:
    """Raise if a region intersects no tile, or a tile no region."""
    on_ground = regions.set_geometry(meridian.project(regions.geometry, GEOGRAPHIC))
    problems = [
        f"region {region}: intersects no tile; remove it from regions.names or add its tiles"
        for region, area in zip(on_ground["name"], on_ground.geometry, strict=True)
        if not footprints.intersects(area).any()
    ]
    problems += [
        f"tile {row.tile}: intersects no region of regions.names"
        for row in footprints.itertuples()
        if not on_ground.intersects(row.geometry).any()
    ]
    if problems:
        raise InputError("\n".join(problems))


def write_tile_regions(territory: Path | str, tile: str, path: Path | str, tags: rasters.Tags) -> None:
    """Write the region number and ownership of each pixel of a tile.

    Band 1: number of the region, 0 where another tile owns the pixel and where no region lies; with a margin
    of a few pixels around the owned area. Band 2: 1 where the tile owns the pixel, without the margin.
    """
    footprints = vectors.read_layer(territory, "footprints")
    regions = vectors.read_layer(territory, "regions")
    grid = grids_of(footprints)[tile]
    others = neighbours(footprints, tile)
    areas = project_regions(regions, grid)
    dtype = rasters.label_dtype([int(regions.number.max())])
    margin_m = MARGIN_PX * max(ground.pixel_m(grid))
    with rasters.create(path, grid, dtype, tags, bands=2, nodata=None) as dataset:
        dataset.set_band_description(1, "region")
        dataset.set_band_description(2, "owned")
        for window in grid.windows(WINDOW_SIDE):
            lead = lead_m(tile, grid, others, *grid.centres(window))
            number = draw_regions(areas, grid, window, dtype)
            dataset.write(number * (lead > -margin_m), 1, window=window.ranges)
            dataset.write(((lead > 0) & (number > 0)).astype(dtype), 2, window=window.ranges)


def project_regions(regions: gpd.GeoDataFrame, grid: Grid) -> list[tuple[object, int]]:
    """Return the regions around a tile in its projection; the first named is last, rasterised over the others."""
    outline = meridian.project(gpd.GeoSeries([grid.outline()], crs=grid.crs), regions.crs).buffer(0).iloc[0]
    boxes = [box(*part.bounds) for part in getattr(outline, "geoms", [outline])]
    span = max(sum(part.bounds[2] - part.bounds[0] for part in boxes), outline.bounds[3] - outline.bounds[1])
    clipped = regions.clip(union_all(boxes).buffer(span * 0.05), keep_geom_type=True)
    step = span / max((grid.right - grid.left) / _SEGMENT_M, 1.0)
    dense = gpd.GeoSeries(segmentize(clipped.geometry.values, step), crs=regions.crs).to_crs(grid.crs)
    pairs = sorted(zip(clipped.number, dense, strict=True), key=lambda pair: -int(pair[0]))
    return [(area, int(number)) for number, area in pairs if not area.is_empty]


def draw_regions(areas: Sequence[tuple[object, int]], grid: Grid, window: Window, dtype: str) -> np.ndarray:
    """Return the number of the region in which each pixel's centre lies."""
    if not areas:
        return np.zeros((window.rows, window.columns), dtype)
    found: np.ndarray = rasterize(
        areas, (window.rows, window.columns), transform=grid.cut(window).transform, fill=0, dtype=dtype
    )
    return found


def map_pixels_per_pixel(tile: Grid, on: Grid) -> float:
    """Return the number of pixels of the map's grid per pixel of a tile, averaged over the tile."""
    x, y = grids.transformer(tile.crs, on.crs).transform(*tile.outline().exterior.xy)
    found: float = Polygon(zip(x, y, strict=True)).area / on.pixel_area / (tile.rows * tile.columns)
    return found
