"""An image of a radar brought onto a tile's grid, window by window: the kernels of this room in their order.

First the areas of all facets around a window are added in the image's own lines and pixels, then the image is read
there (:mod:`landloom.sar.walk` does so for a whole tile). Windows agree with the whole. Slices of a pass are images
of their own: a pixel takes the first that has it.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from landloom.geo import grids
from landloom.geo.grids import Grid, Window
from landloom.geo.ground import GEOGRAPHIC
from landloom.sar.calibration import Noise, Place, Table, calibrate, resample
from landloom.sar.geocoding import Geometry, Scene, abeam, geocode
from landloom.sar.ground_range import nearest_ground_range
from landloom.sar.nodes import on_ellipsoid, upwards
from landloom.sar.terrain import Facets, Sums, facets, flatten

Numbers = Callable[[Place, tuple[int, int]], np.ndarray]
"""Gives the numbers of a part of an image: of its first line and pixel, and how many of them."""

Correction = Callable[[np.ndarray, Place], np.ndarray]
"""Turns the power of a part of an image into another one of the same shape."""

HeightsOf = Callable[[Window], np.ndarray]
"""Gives the heights of a window of the tile's grid, which may reach beyond it."""

_AROUND_PX = 4
_OUTLINE_POINTS = 65


class Image(NamedTuple):
    """One polarisation of one slice.

    Attributes
    ----------
    scene : Scene
    lines, pixels : int
        Its size.
    numbers : function
    gains : Table
    noise : Noise
    """

    scene: Scene
    lines: int
    pixels: int
    numbers: Numbers
    gains: Table
    noise: Noise


def seen_window(scene: Scene, grid: Grid, window: Window, heights_of: HeightsOf) -> tuple[Geometry, Facets]:
    """Return where a window is seen, and its facets."""
    heights = heights_of(Window(window.row - 1, window.column - 1, window.rows + 2, window.columns + 2))
    geometry = geocode(scene, grid, window, heights[1:-1, 1:-1])
    return geometry, facets(grid, window, heights, geometry)


def part_of(
    scene: Scene, size: tuple[int, int], grid: Grid, window: Window, heights: tuple[float, float]
) -> tuple[Place, Place] | None:
    """Return the part of an image that a window may be seen in, by its outline; None if it is outside.

    Parameters
    ----------
    scene : Scene
    size : (int, int)
        Lines and pixels of the image.
    grid : Grid
    window : Window
    heights : (float, float)
        Lowest and highest in the window, in m.

    Returns
    -------
    first, last : Place
        First line and pixel, and the ones after the last.
    """
    x, y = grid.cut(window).outline(_OUTLINE_POINTS).exterior.xy
    normals = upwards(*grids.transformer(grid.crs, GEOGRAPHIC).transform(np.array(x), np.array(y)))
    points = np.concatenate([on_ellipsoid(normals) + height * normals for height in heights])
    times, ranges, _ = abeam(scene.orbit, points)
    lines = (times - scene.timing.start) / scene.timing.interval
    pixels = nearest_ground_range(scene.conversion, times, ranges) / scene.timing.spacing
    # Records differ by some pixels in mid swath.
    spans = [
        (max(math.floor(part.min()) - 4 * _AROUND_PX, -1), min(math.ceil(part.max()) + 4 * _AROUND_PX, length + 1))
        for part, length in zip((lines, pixels), size, strict=True)
    ]
    if any(first >= last - 2 for first, last in spans):
        return None
    return Place(spans[0][0], spans[1][0]), Place(spans[0][1], spans[1][1])


def on_grid(image: Image, lines: np.ndarray, pixels: np.ndarray, correction: Correction | None) -> np.ndarray:
    """Return the power of an image at the pixels of a window, as float32, NaN where it has none.

    At the image's edges, its outer halves of a line and pixel have the outermost value: between two slices, which are
    one line apart, there is no gap.

    Parameters
    ----------
    image : Image
    lines, pixels : ndarray of float64, shape (rows, columns)
        Where the window is in this image.
    correction : function or None
        What is done with the power before it is brought onto the grid, such as :func:`flattening`.
    """
    inside = (lines >= -0.5) & (lines < image.lines - 0.5) & (pixels >= -0.5) & (pixels < image.pixels - 0.5)
    if not inside.any():
        return np.full(lines.shape, np.nan, np.float32)
    spans = [
        (max(math.floor(part[inside].min()), 0), min(math.floor(part[inside].max()) + 2, size))
        for part, size in ((lines, image.lines), (pixels, image.pixels))
    ]
    place, size = Place(spans[0][0], spans[1][0]), (spans[0][1] - spans[0][0], spans[1][1] - spans[1][0])
    power = calibrate(image.numbers(place, size), place, image.gains, image.noise)
    power = power if correction is None else correction(power, place)
    found = resample(np.pad(power, 1, mode="edge"), Place(place.line - 1, place.pixel - 1), lines, pixels)
    found[~inside] = np.nan
    return found


def flattening(sums: Sums) -> Correction:
    """Return the correction from beta0 to terrain-flattened gamma0."""
    return lambda power, place: flatten(power, place.line, place.pixel, sums)


def fill_missing(first: np.ndarray, other: np.ndarray) -> None:
    """Fill what is missing of a slice's window with the next slice."""
    np.copyto(first, other, where=np.isnan(first))
