"""Overlay of the pictures: tile footprints, borders of regions, a scale bar, the position on Earth."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from pyproj import CRS
from shapely import make_valid, union_all
from shapely.affinity import affine_transform

from landloom.geo import ground, meridian, ownership
from landloom.geo.grids import Grid
from landloom.report.wording import count

WIDTH = 1000.0
_SMALLEST_LABEL, _LARGEST_LABEL = 6.0, 18.0
_LETTER_WIDTH = 0.62
_LONGEST_BAR = 0.3
_HAIR = 1.0


@dataclass(frozen=True)
class TileOutline:
    """A tile's footprint as an SVG path, and its name if it fits; a size of 0 omits the name."""

    path: str
    name: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Frame:
    """Frame common to all pictures of a map, in units of 1/1000 of the picture's width.

    Attributes
    ----------
    height : float
    tiles : tuple of TileOutline
    regions : str
        SVG path of the regions' borders; empty if there is only one region.
    bar_fraction : float
        Length of the scale bar as a fraction of the width.
    bar_label : str
    place : str
        Text with the CRS and the corners.
    """

    height: float
    tiles: tuple[TileOutline, ...]
    regions: str
    bar_fraction: float
    bar_label: str
    place: str


def frame(grid: Grid, footprints: gpd.GeoDataFrame, owned: gpd.GeoDataFrame, regions: gpd.GeoDataFrame) -> Frame:
    """Return the frame of a map.

    Parameters
    ----------
    grid : Grid
        Grid of the map.
    footprints, owned, regions : GeoDataFrame
        The layers of territory.gpkg.
    """
    bar, label = scale_bar(grid)
    return Frame(
        round(WIDTH * (grid.top - grid.bottom) / (grid.right - grid.left), 1),
        tuple(_tile_outlines(grid, footprints, owned)),
        _borders(grid, footprints, regions) if len(regions) > 1 else "",
        bar,
        label,
        _place(grid),
    )


def _tile_outlines(grid: Grid, footprints: gpd.GeoDataFrame, owned: gpd.GeoDataFrame) -> Iterator[TileOutline]:
    """Return the footprints; each name is placed within the area that its tile owns."""
    outlines = {tile: _outline(own, grid) for tile, own in ownership.grids_of(footprints).items()}
    shapes = dict(zip(outlines, _drawn(grid, list(outlines.values())), strict=True))
    grounds = dict(zip(owned.tile, _drawn(grid, _on_map(owned, grid)), strict=True))
    for tile, shape in shapes.items():
        ground = grounds.get(tile)
        if ground is None or ground.is_empty:
            yield TileOutline(svg_path(shape), tile, 0.0, 0.0, 0.0)
            continue
        width = ground.bounds[2] - ground.bounds[0]
        size = min(_LARGEST_LABEL, 0.6 * width / (_LETTER_WIDTH * len(tile)))
        place = ground.representative_point()
        shown = round(size, 1) if size >= _SMALLEST_LABEL else 0.0
        yield TileOutline(svg_path(shape), tile, round(place.x, 1), round(place.y, 1), shown)


def _borders(grid: Grid, footprints: gpd.GeoDataFrame, regions: gpd.GeoDataFrame) -> str:
    """Return the regions' borders within the tiles, as an SVG path; the tiles' own edges are drawn anyway."""
    outlines = [_outline(own, grid) for own in ownership.grids_of(footprints).values()]
    ground = union_all(_drawn(grid, outlines)).buffer(-_HAIR)
    lines = union_all([make_valid(shape).boundary for shape in _drawn(grid, _on_map(regions, grid))])
    return svg_path(lines.intersection(ground))


def _outline(tile: Grid, grid: Grid) -> Any:
    """Return a tile's footprint in the map's CRS, whole where it lies across the 180th meridian."""
    return gpd.GeoSeries([tile.outline()], crs=tile.crs).to_crs(grid.crs).iloc[0]


def _on_map(areas: gpd.GeoDataFrame, grid: Grid) -> list[Any]:
    return list(meridian.project(areas.geometry, grid.crs))


def _drawn(grid: Grid, shapes: Sequence[Any]) -> list[Any]:
    """Return geometries of the map's CRS in the picture's units, without details too small to see."""
    factor = WIDTH / (grid.right - grid.left)
    matrix = [factor, 0.0, 0.0, -factor, -grid.left * factor, grid.top * factor]
    return [affine_transform(shape, matrix).simplify(0.3) for shape in shapes]


def svg_path(shape: Any) -> str:
    """Return the rings of all polygons and the lines of a geometry as an SVG path."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if not part.is_empty]
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    lines = [part for part in parts if part.geom_type == "LineString"]
    return "".join(
        [*(f"{_moves(list(ring.coords)[:-1])}Z" for ring in rings), *(_moves(line.coords) for line in lines)]
    )


def _moves(points: Iterable[tuple[float, ...]]) -> str:
    return "M" + "L".join(f"{point[0]:.1f} {point[1]:.1f}" for point in points)


def scale_bar(grid: Grid) -> tuple[float, str]:
    """Return the length of a scale bar as a fraction of the map's width, and its label.

    The width is measured on the ellipsoid across the map's centre.
    """
    middle = (grid.top + grid.bottom) / 2
    width = ground.distance_m(grid.crs, (grid.left, grid.right), (middle, middle))
    rounds = [digit * 10.0**power for power in range(7) for digit in (1, 2, 5)]
    length = max((one for one in rounds if one <= _LONGEST_BAR * width), default=rounds[0])
    label = f"{count(length / 1000)} km" if length >= 1000 else f"{count(length)} m"
    return round(length / width, 4), label


def unit_of(grid: Grid) -> str:
    """Return the unit of a grid's coordinates for display after a pixel's side."""
    name = CRS.from_user_input(grid.crs).axis_info[0].unit_name
    if name == "metre" and max(abs(size - 1) for size in ground.metres_per_unit(grid)) > ground.TRUE_METRES:
        return f"units of its CRS (about {ground.pixel_m(grid)[1]:.3g} m on the ground)"
    return {"metre": "m", "degree": "°"}.get(name, name)


def _place(grid: Grid) -> str:
    """Return the CRS and the corners of the map as text."""
    west, south, east, north = meridian.bounds(meridian.outline(grid))
    crs = CRS.from_user_input(grid.crs)
    name = f"{crs.name} ({grid.crs})" if grid.crs.startswith("EPSG") else crs.name
    return (
        f"{name}; {_degrees(west, 'E', 'W')} to {_degrees(east, 'E', 'W')}, "
        f"{_degrees(south, 'N', 'S')} to {_degrees(north, 'N', 'S')}"
    )


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.2f}° {positive if value >= 0 else negative}"
