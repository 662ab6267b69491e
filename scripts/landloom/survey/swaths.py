"""Survey of products without a grid, as of radar: what they show of a tile, by the corners that they tell.

Their pixels are not read here: images are brought onto the tile's grid by a later job. Corners are some km off the
image's real edges at most, and so are valid fractions and counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from rasterio.features import rasterize
from shapely.geometry import Polygon

from landloom.core.errors import InputError
from landloom.geo import grids
from landloom.geo.grids import Grid
from landloom.geo.ground import GEOGRAPHIC
from landloom.sensors import registry
from landloom.sensors.acquisition import Acquisition
from landloom.sensors.settings import SensorSettings
from landloom.survey.acquisition_table import AcquisitionRecord

_POINTS_PER_SIDE = 9
_HALF, _WHOLE_TURN = 180.0, 360.0


@dataclass(frozen=True, eq=False)
class SwathSurvey:
    """Content of an archive of images without a grid for a tile.

    Attributes
    ----------
    acquisitions : list of Acquisition
        Those that are used.
    records : list of AcquisitionRecord
        Of these, in their order.
    left_out : list of AcquisitionRecord
        Broken ones, and those that show too little of the tile.
    validity : ndarray of uint16, shape (rows, columns)
        How many of those that are used show each pixel.
    notes : list of str
        What is to be said of them.
    """

    acquisitions: list[Acquisition]
    records: list[AcquisitionRecord]
    left_out: list[AcquisitionRecord]
    validity: np.ndarray
    notes: list[str]


def box_of(grid: Grid) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a tile in degrees; west is above east across the 180th meridian."""
    x, y = grid.outline().exterior.xy
    longitudes, latitudes = grids.transformer(grid.crs, GEOGRAPHIC).transform(np.array(x), np.array(y))
    if longitudes.max() - longitudes.min() > _HALF:
        longitudes = np.where(longitudes < 0, longitudes + _WHOLE_TURN, longitudes)
    west, east = (float((side + _HALF) % _WHOLE_TURN - _HALF) for side in (longitudes.min(), longitudes.max()))
    return west, float(latitudes.min()), east, float(latitudes.max())


def check_gives_grid(
    placed: Mapping[str, SensorSettings], settings: Mapping[str, SensorSettings], wanted: str | None
) -> None:
    """Raise if no sensor gives the grid of tiles, or the one that is to give it has none.

    Raises
    ------
    InputError
    """
    if wanted and wanted in settings and wanted not in placed:
        raise InputError(
            f"grid.sensor: images of {wanted} have no grid; name another sensor, or a raster (`grid.like`)"
        )
    if not placed:
        raise InputError(
            f"grid: {', '.join(settings)} give no grid of tiles: their images are brought onto that of "
            "another sensor or of a raster; set `grid: {like: 'grids/{tile}.tif'}`, or `grid.boxes`"
        )


def survey(
    settings: Mapping[str, SensorSettings],
    acquisitions: Sequence[Acquisition],
    grid: Grid,
    least: Mapping[str, float],
) -> SwathSurvey:
    """Survey the acquisitions of a tile.

    Parameters
    ----------
    settings : dict of sensor: SensorSettings
    acquisitions : sequence of Acquisition
    grid : Grid
        Of the tile.
    least : dict of sensor: float
        Fraction of the tile that an acquisition must show at least.
    """
    found = SwathSurvey([], [], [], np.zeros((grid.rows, grid.columns), np.uint16), [])
    checked: dict[str, list[Any]] = {}
    for one in acquisitions:
        family = settings[one.sensor]
        try:
            told = registry.check(family, one)
            shown = _shown(registry.footprints(family, one), grid)
        except InputError as error:
            found.left_out.append(AcquisitionRecord(one.sensor, one.date, one.product, str(error), 0.0))
            continue
        fraction = float(shown.mean())
        why = why_too_little(fraction, least[one.sensor])
        record = AcquisitionRecord(one.sensor, one.date, one.product, why, fraction, filtered=bool(why))
        if why:
            found.left_out.append(record)
            continue
        found.acquisitions.append(one)
        found.records.append(record)
        found.validity[:] += shown
        checked.setdefault(one.sensor, []).append(told)
    for sensor, several in checked.items():
        where = f"warning: sensors.{sensor}: tile {acquisitions[0].tile}"
        found.notes.extend(f"{where}: {text}" for text in registry.notes(settings[sensor], several))
    return found


def why_too_little(fraction: float, least: float) -> str:
    """Return why an image that shows a fraction of a tile is left out; empty if it is not."""
    if fraction == 0:
        return "shows no ground of the tile"
    if fraction < least:
        return f"shows {fraction:.1%} of the tile, less than {least:.1%} (`minimum_valid_fraction`)"
    return ""


def _shown(rings: Sequence[Sequence[tuple[float, float]]], grid: Grid) -> np.ndarray:
    """Return the pixels within some rings of longitudes and latitudes, bool of shape (rows, columns)."""
    shapes = [Polygon(_on_grid(ring, grid)) for ring in rings]
    size = grid.rows, grid.columns
    found: np.ndarray = rasterize(shapes, out_shape=size, transform=grid.transform, dtype="uint8").astype(bool)
    return found


def _on_grid(ring: Sequence[tuple[float, float]], grid: Grid) -> np.ndarray:
    """Return a ring in the grid's CRS, with points between its corners, of shape (points, 2)."""
    corners = np.array([*ring, ring[0]], float)
    apart = (np.diff(corners[:, 0]) + _HALF) % _WHOLE_TURN - _HALF
    corners[1:, 0] = corners[0, 0] + np.cumsum(apart)
    steps = np.linspace(0, 1, _POINTS_PER_SIDE, endpoint=False)[:, None]
    sides = [one + (other - one) * steps for one, other in pairwise(corners)]
    x, y = np.concatenate(sides).T
    return np.stack(grids.transformer(GEOGRAPHIC, grid.crs).transform(x, y), -1)
