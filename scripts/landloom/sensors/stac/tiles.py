"""Tile of a STAC item, from its properties or its geometry."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from landloom.sensors.stac import rings
from landloom.sensors.stac.items import Item
from landloom.sensors.stac.rings import Point
from landloom.sensors.stac.settings import StacSettings

_MGRS = re.compile(r"\d{1,2}[C-X][A-Z]{2}")


def by_name(items: Iterable[Item], settings: StacSettings) -> dict[str, list[Item]]:
    """Sort items by the names of their tiles: see :func:`names`."""
    shelves: dict[str, list[Item]] = {}
    for item in items:
        for name in names(item, settings):
            shelves.setdefault(name, []).append(item)
    return shelves


def overlaps(item: Item, box: Sequence[float] | None) -> bool:
    """Return whether an item overlaps a tile's box."""
    return box is not None and overlap(item.content, box) > 0


def names(item: Item, settings: StacSettings) -> frozenset[str]:
    """Return the names of an item's tile in its properties: `31TCJ`, `MGRS-31TCJ`, `198030`."""
    if settings.tile_pattern:
        found = re.search(settings.tile_pattern, item.name)
        return frozenset({found["tile"]} if found and found["tile"] else ())
    if settings.tile_property:
        return frozenset({item.text(settings.tile_property)} - {""})
    return own_names(item)


def own_names(item: Item) -> frozenset[str]:
    """Return the names of the tile from the extensions grid, mgrs, sentinel-2 and landsat."""
    code = item.text("grid:code")
    found = {code, code.partition("-")[2], _mgrs(item), item.text("s2:mgrs_tile"), _wrs(item)}
    granule = re.search(r"_T(\d{2}[A-Z]{3})_", item.text("s2:tile_id"))
    found |= {granule[1]} if granule else set()
    padded = {f"0{one}" for one in found if _MGRS.fullmatch(one) and len(one) == 4}
    return frozenset((found | padded) - {""})


def _mgrs(item: Item) -> str:
    parts = [item.text(f"mgrs:{part}") for part in ("utm_zone", "latitude_band", "grid_square")]
    return "".join(parts) if all(parts) else ""


def _wrs(item: Item) -> str:
    """Return path and row of Landsat as six digits."""
    path, row = item.text("landsat:wrs_path"), item.text("landsat:wrs_row")
    return f"{path:0>3}{row:0>3}" if path.isdecimal() and row.isdecimal() else ""


def overlap(item: dict[str, Any], box: Sequence[float]) -> float:
    """Return the area, in square degrees, that an item's geometry (else its bounding box) shares with a box.

    Holes are ignored.

    Parameters
    ----------
    box : list of float
        West, south, east, north; west is above east across the 180th meridian.
    """
    return sum(rings.area_within(ring, box) for ring in _rings(item))


def _rings(item: dict[str, Any]) -> list[list[Point]]:
    """Return the outer rings of an item; empty if it has no geometry."""
    geometry = item.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    shapes = geometry.get("coordinates") if isinstance(geometry, dict) else None
    try:
        if kind == "Polygon" and shapes:
            return [_ring(shapes[0])]
        if kind == "MultiPolygon" and shapes:
            return [_ring(shape[0]) for shape in shapes]
        bounds = [float(one) for one in item["bbox"]]
        west, south, east, north = bounds if len(bounds) == 4 else [*bounds[:2], *bounds[3:5]]
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return []
    halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return [_ring([(a, south), (b, south), (b, north), (a, north)]) for a, b in halves]


def _ring(points: Any) -> list[Point]:
    ring = [(float(point[0]), float(point[1])) for point in points]
    if not all(math.isfinite(number) for point in ring for number in point):
        raise ValueError("not a position")
    return rings.as_meant(ring)
