"""What lies across the fields, as polygons of the common plane: river, lakes, woods, settlements, roads."""

from functools import reduce
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from shapely import LineString, MultiPolygon, Polygon
from shapely.ops import substring
from skimage.measure import find_contours

from landloom.demo.fields import plane_field
from landloom.demo.layout import Layout

RIVER_WIDTH_M = 46.0
RIVER_PIECE_M = 260.0
MAIN_ROAD_WIDTH_M = 26.0
MAIN_ROAD_PIECE_M = 240.0
LANE_WIDTH_M = 8.0
LANE_SHARE = 0.4
WOOD_SHARE = 0.24
BANK_WIDTH_M = 22.0

# Relative positions (across, up) and radii in metres; the region border runs from upper left to lower right.
LAKES = ((0.22, 0.36, 260.0), (0.72, 0.62, 300.0))
TOWNS = ((0.36, 0.22, 420.0), (0.14, 0.70, 240.0), (0.60, 0.80, 360.0), (0.86, 0.34, 300.0))
PONDS_PER_REGION = 14
HAMLETS_PER_REGION = 22


def draw_river(layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return the river, from the lower left to the upper right, as polygons of about 260 m."""
    course = _winding_line(layout, (0.06, 0.0), (0.93, 1.0), amplitude_m=230 * layout.scale, rng=rng)
    return _ribbon(course, RIVER_PIECE_M * layout.scale, RIVER_WIDTH_M * max(layout.scale, 0.7))


def draw_banks(river: NDArray[np.object_], layout: Layout) -> NDArray[np.object_]:
    """Return the strips of trees along the river, pieces one after the other."""
    found: NDArray[np.object_] = shapely.buffer(river, BANK_WIDTH_M * layout.scale, quad_segs=2)
    return found


def draw_lakes(layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return one lake per region and some ponds."""
    lakes = [_blob(layout.position(x, y), radius * layout.scale, rng) for x, y, radius in LAKES]
    positions = _places_per_region(layout, PONDS_PER_REGION, rng)
    ponds = [_blob(position, rng.uniform(34, 62) * max(layout.scale, 0.75), rng) for position in positions]
    return np.array([*lakes, *ponds], dtype=object)


def draw_settlements(layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return two towns and some hamlets per region."""
    towns = [_blob(layout.position(x, y), radius * layout.scale, rng) for x, y, radius in TOWNS]
    positions = _places_per_region(layout, HAMLETS_PER_REGION, rng)
    hamlets = [_blob(position, rng.uniform(45, 95) * max(layout.scale, 0.7), rng) for position in positions]
    return np.array([*towns, *hamlets], dtype=object)


def draw_main_roads(layout: Layout, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return a road from west to east and one from north to south as polygons of about 240 m."""
    width_m, piece_m = MAIN_ROAD_WIDTH_M, MAIN_ROAD_PIECE_M * layout.scale
    west_east = _winding_line(layout, (0.0, 0.30), (1.0, 0.58), amplitude_m=140 * layout.scale, rng=rng)
    north_south = _winding_line(layout, (0.42, 1.0), (0.56, 0.0), amplitude_m=110 * layout.scale, rng=rng)
    return np.concatenate([_ribbon(west_east, piece_m, width_m), _ribbon(north_south, piece_m, width_m)])


def draw_lanes(blocks: NDArray[np.object_], rng: np.random.Generator) -> NDArray[np.object_]:
    """Return narrow country roads along some of the borders between blocks."""
    network = shapely.line_merge(shapely.union_all(shapely.boundary(blocks)))
    borders = shapely.get_parts(network)
    borders = borders[shapely.length(borders) > 60]
    chosen = rng.random(len(borders)) < LANE_SHARE
    found: NDArray[np.object_] = shapely.buffer(borders[chosen], LANE_WIDTH_M / 2, cap_style="flat", quad_segs=2)
    return found


def draw_woods(layout: Layout, rng: np.random.Generator) -> MultiPolygon:
    """Return the outline of the woods: where a smooth random field is high."""
    spacing_m = 40.0 * layout.scale
    field = plane_field(rng, layout.bounds_m, spacing_m, slope=2.6, longest_m=1700.0 * layout.scale)
    # A rim below the threshold closes the contours at the extent's edge.
    closed = np.pad(field.values, 1, constant_values=float(field.values.min()) - 1.0)
    level = float(np.quantile(field.values, 1 - WOOD_SHARE))
    rings = [ring for ring in find_contours(closed, level) if len(ring) >= 8]
    polygons = [Polygon(_ring_to_plane(ring, layout, spacing_m)).buffer(0) for ring in rings]
    # Rings inside others are glades: the symmetric difference keeps them open.
    return shapely.intersection(reduce(shapely.symmetric_difference, polygons), layout.extent)


def _ring_to_plane(ring: NDArray[np.float64], layout: Layout, spacing_m: float) -> NDArray[np.float64]:
    left, bottom, _, _ = layout.bounds_m
    return np.column_stack([left + (ring[:, 1] - 1) * spacing_m, bottom + (ring[:, 0] - 1) * spacing_m])


def _winding_line(
    layout: Layout,
    start: tuple[float, float],
    end: tuple[float, float],
    amplitude_m: float,
    rng: np.random.Generator,
) -> LineString:
    """Return a line between two relative places, deviating smoothly from the straight one."""
    first, last = np.array(layout.position(*start)), np.array(layout.position(*end))
    length_m = float(np.hypot(*(last - first)))
    steps = max(int(length_m / 20), 20)
    straight = first + np.linspace(0, 1, steps)[:, None] * (last - first)
    deviation = gaussian_filter1d(rng.standard_normal(steps), sigma=12, mode="wrap")
    deviation *= amplitude_m / deviation.std()
    normal = np.array([-(last - first)[1], (last - first)[0]]) / length_m
    return shapely.simplify(LineString(straight + deviation[:, None] * normal), 1.0)


def _ribbon(line: LineString, piece_m: float, width_m: float) -> NDArray[np.object_]:
    """Return the line with a width, cut into pieces of about `piece_m`; round ends leave no gap at bends."""
    cuts = np.linspace(0, line.length, max(round(line.length / piece_m), 1) + 1)
    pieces = [substring(line, begin, end) for begin, end in pairwise(cuts)]
    found: NDArray[np.object_] = shapely.buffer(np.array(pieces, dtype=object), width_m / 2, quad_segs=3)
    return found


def _blob(position: tuple[float, float], radius_m: float, rng: np.random.Generator) -> Polygon:
    """Return a roundish polygon with an irregular outline."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    order = np.arange(2, 7)
    phases = rng.uniform(0, 2 * np.pi, len(order))
    waves = (rng.uniform(0.3, 1.0, len(order)) / order) @ np.cos(order[:, None] * angle + phases[:, None])
    radius = radius_m * np.clip(1 + 0.5 * waves, 0.35, 1.8)
    return Polygon(
        np.column_stack([position[0] + radius * np.cos(angle), position[1] + radius * np.sin(angle)])
    ).buffer(0)


def _places_per_region(layout: Layout, count: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return `count` random places inside the tiles on either side of the region border."""
    candidates = rng.uniform(0.03, 0.97, (40 * count, 2))
    left, bottom, right, top = layout.bounds_m
    x, y = (np.array([left, bottom]) + candidates * np.array([right - left, top - bottom])).T
    within = shapely.contains_xy(shapely.union_all([tile.footprint for tile in layout.tiles]), x, y)
    east = layout.is_mediterranean(x, y)
    chosen = np.concatenate([np.flatnonzero(within & side)[:count] for side in (east, ~east)])
    return [(float(x[index]), float(y[index])) for index in chosen]
