"""Grids of tiles that hold from one survey to the next.

The most frequent grid of scenes may change with every new one, and with it all pixels of the map. So the grid of the
first survey holds until it is looked for in another way, or its file is removed.
"""

import datetime
from collections.abc import Mapping
from pathlib import Path

from landloom.core.files import remember
from landloom.geo import grids
from landloom.geo.grid_settings import GridSettings
from landloom.geo.grids import Grid
from landloom.sensors.settings import SensorSettings
from landloom.survey import survey


def find(
    sensors: Mapping[str, SensorSettings],
    tile: str,
    period: tuple[datetime.date, datetime.date],
    wanted: GridSettings,
    path: Path | str,
    way: str,
) -> Grid:
    """Return the grid of a tile, that of an earlier survey where it holds, and write it.

    A grid that a raster or the configuration gives is that of today.

    Parameters
    ----------
    sensors, tile, period, wanted
        As :func:`landloom.survey.survey.common_grid` takes them.
    path : path
        Of the grid, now and earlier; in the working directory.
    way : str
        Digest of all that a grid depends on beside the products of its tile.

    Raises
    ------
    InputError
        If the file of an earlier survey is not a grid, or no grid is found.
    """
    # Not in the file of the grid, whose readers go by its content.
    memory = Path(".cache", "grids", path).with_suffix(".txt")
    grid = earlier(path, memory, way) if not (wanted.like or wanted.boxes) else None
    grid = grid or survey.common_grid(sensors, tile, period, wanted)
    grids.save(grid, Path(path))
    remember(memory, way)
    return grid


def earlier(path: Path | str, memory: Path, way: str) -> Grid | None:
    """Return the grid of an earlier survey that found it in the same way, if there is one.

    Parameters
    ----------
    memory : path
        Holds how it was found.

    Raises
    ------
    InputError
        If the file is not a grid.
    """
    same = memory.is_file() and memory.read_text(encoding="utf-8", errors="replace") == way
    return grids.load(Path(path)) if same and Path(path).exists() else None
