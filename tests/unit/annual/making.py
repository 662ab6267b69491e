"""Made-up annual images, and a naive reading of them."""

import datetime
import math

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio.transform import Affine

from landloom.geo.grids import Grid
from landloom.sensors import registry

TILE, YEAR = "T31TBJ", (datetime.date(2018, 1, 1), datetime.date(2018, 12, 31))
LEFT, TOP = 259000.0, 4877000.0
GRID = Grid("EPSG:32631", LEFT, TOP, 10.0, 10.0, 40, 50)


def write(path, values, left=LEFT, top=TOP, pixel=10.0, epsg=32631, names=(), nodata=None, *, south_up=False):
    """Write bands whose first row is the northernmost; with ``south_up``, the file has it last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bands, rows, columns = values.shape
    north, south = Affine(pixel, 0, left, 0, -pixel, top), Affine(pixel, 0, left, 0, pixel, top - rows * pixel)
    profile = {"driver": "GTiff", "count": bands, "height": rows, "width": columns, "dtype": values.dtype}
    place = {"crs": f"EPSG:{epsg}", "transform": south if south_up else north, "nodata": nodata}
    with rasterio.open(path, "w", **profile, **place) as file:
        file.write(values[:, ::-1] if south_up else values)
        for number, name in enumerate(names, 1):
            file.set_band_description(number, name)


def settings(archive, **given):
    content = {"type": "annual", "archive": str(archive), "file": "{year}/*.tif"}
    return registry.section_of(content | given)


def acquisition(section, tile=TILE):
    (product,) = registry.find(section, tile, *YEAR)
    return registry.describe(section, "own", tile, product)


def vectors(seed, rows, columns, bands=64):
    """Return smooth vectors of length 1, float64 of shape (bands, rows, columns)."""
    random = np.random.default_rng(seed)
    corners = random.normal(size=(bands, rows // 8 + 2, columns // 8 + 2))
    rows_of, columns_of = np.arange(rows) / 8, np.arange(columns) / 8
    found = np.array([[_between(corners, row, column) for column in columns_of] for row in rows_of])
    found = np.moveaxis(found, -1, 0)
    return found / np.linalg.norm(found, axis=0)


def _between(corners, row, column):
    top, left = int(row), int(column)
    down, across = row - top, column - left
    above = corners[:, top, left] * (1 - across) + corners[:, top, left + 1] * across
    below = corners[:, top + 1, left] * (1 - across) + corners[:, top + 1, left + 1] * across
    return above * (1 - down) + below * down


def coded(values):
    """Return values from -1 to 1 as AlphaEarth's int8."""
    return (np.rint(np.sqrt(np.abs(values)) * 127.5) * np.sign(values)).clip(-127, 127).astype(np.int8)


def decode(number):
    """Return the value of one of AlphaEarth's numbers, as its documentation has it."""
    return math.copysign((abs(int(number)) / 127.5) ** 2, int(number))


def naive(files, grid, decoded, side=1, unit=False):
    """Return the values at each pixel of a grid, one by one, NaN where there are none.

    ``decoded`` returns the values of a pixel of an open file by its row and column there, None where it has none.
    """
    bands = None
    out = {}
    for path in files:
        with rasterio.open(path) as file:
            content = decoded(path, file)
            bands = len(next(one for one in content.ravel() if one is not None))
            transform = Transformer.from_crs(grid.crs, file.crs, always_xy=True).transform
            to_file = ~file.transform
            for row in range(grid.rows):
                for column in range(grid.columns):
                    for down in range(side):
                        for across in range(side):
                            x = grid.left + (column + (across + 0.5) / side) * grid.resolution
                            y = grid.top - (row + (down + 0.5) / side) * grid.resolution_y
                            x, y = transform(x, y)
                            place = to_file.f + to_file.e * y - 0.5, to_file.c + to_file.a * x - 0.5
                            _add(out.setdefault((row, column), []), content, *place, side)
    found = np.full((bands, grid.rows, grid.columns), np.nan)
    for (row, column), parts in out.items():
        weight = sum(share for share, _ in parts)
        if weight >= 0.5 - 1e-4:
            mean = sum(share * values for share, values in parts) / weight
            found[:, row, column] = mean / np.linalg.norm(mean) if unit and len(parts) > 1 else mean
    return found


def _add(parts, content, row, column, side):
    row, column = (round(one) if abs(one - round(one)) < 1e-4 else one for one in (row, column))
    for near_row in (math.floor(row), math.floor(row) + 1):
        for near_column in (math.floor(column), math.floor(column) + 1):
            share = (1 - abs(row - near_row)) * (1 - abs(column - near_column)) / side**2
            inside = 0 <= near_row < content.shape[0] and 0 <= near_column < content.shape[1]
            if share > 0 and inside and content[near_row, near_column] is not None:
                parts.append((share, content[near_row, near_column]))
