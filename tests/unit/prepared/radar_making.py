"""A made archive of Sentinel-1 with pixels, the ground below it, and a tile's grid in its middle."""

import dataclasses
import datetime
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin

from landloom.geo import grids
from landloom.geo.grids import Grid
from unit.sensors.sentinel1.made_orbit import TO_DEGREES, Scene, points
from unit.sensors.sentinel1.making import make_safe

SMALL = Scene(lines=420, samples=520)
TILE = "T31TCJ"
HEIGHT_M = 300.0


def middle(scene: Scene) -> tuple[float, float]:
    """Return longitude and latitude of an image's middle."""
    time, reach = np.array([scene.seconds / 2]), np.array([scene.near_range + scene.samples / 2 * 6.0])
    longitude, latitude, _ = TO_DEGREES.transform(*points(scene, time, reach, np.array([scene.height])).T)
    return float(longitude[0]), float(latitude[0])


def grid_of(scene: Scene = SMALL, rows: int = 120, columns: int = 140) -> Grid:
    """Return a grid of 10 m around an image's middle."""
    x, y = grids.transformer("EPSG:4326", "EPSG:32631").transform(*middle(scene))
    left, top = (round(place, -1) for place in (x - columns * 5, y + rows * 5))
    return Grid("EPSG:32631", left, top, 10.0, 10.0, rows, columns)


def write_dem(path: Path, scene: Scene = SMALL, hills_m: float = 0.0) -> Path:
    """Write heights above the ellipsoid around an image, in degrees."""
    longitude, latitude = middle(scene)
    size, count = 0.001, 600
    rows, columns = np.mgrid[0:count, 0:count]
    heights = HEIGHT_M + hills_m * np.sin(rows / 4) * np.cos(columns / 3)
    transform = from_origin(longitude - count * size / 2, latitude + count * size / 2, size, size)
    given = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": transform}
    with rasterio.open(path, "w", width=count, height=count, **given) as dataset:
        dataset.write(heights.astype(np.float32), 1)
    return path


def later(scene: Scene, days: int) -> Scene:
    """Return the same view some days later, with names of its own."""
    start = scene.start + datetime.timedelta(days)
    take = f"{int(scene.data_take, 16) + days:06X}"
    return dataclasses.replace(scene, start=start, data_take=take, orbit=scene.orbit + 175 * (days // 12))


def make_product(folder: Path, scene: Scene, level: float = 300.0, darker: float = 1.0) -> Path:
    """Write a product whose numbers have speckle around a level (of VH half of it), in the far half a darker one."""
    safe = make_safe(folder, scene, with_tables=True)
    rng = np.random.default_rng(scene.start.day)
    for number, file in enumerate(sorted(safe.glob("measurement/*.tiff"))):
        scale = level if "-vv-" in file.name else level / 2
        looks = rng.gamma(4.4, 1 / 4.4, (scene.lines, scene.samples))
        values = np.sqrt(looks) * scale + number
        values[:, scene.samples // 2 :] *= darker
        given = {"driver": "GTiff", "count": 1, "dtype": "uint16", "width": scene.samples, "height": scene.lines}
        with rasterio.open(file, "w", **given) as dataset:
            dataset.write(np.clip(values, 1, 65535).astype(np.uint16), 1)
    return safe
