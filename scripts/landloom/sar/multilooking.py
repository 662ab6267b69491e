"""Backscatter on grids whose pixels are wider than a radar image's: made on finer pixels, whose power is averaged.

Flattening shares the area of each facet among the four pixels of the image around the place where it is seen. Facets
that are several pixels of the image apart would leave most of these without area, and four with too much of it; and a
wide pixel that is read at its centre would have the looks of a small one.
"""

import numpy as np

from landloom.geo import ground
from landloom.geo.grids import Grid
from landloom.sar import costs
from landloom.sar.speckle import LOOKS

RESOLUTION_M2 = 20.0 * 22.0
"""Ground that a pixel of an image of 10 m is blurred over, in range and azimuth: means of less have no more looks.

Source: Sentinel-1 Product Definition (S1-RS-MDA-52-7440), IW GRD of high resolution.
"""


def times_finer(grid: Grid) -> int:
    """Return how many pixels along each side of a grid's pixels images are made on: see :mod:`landloom.sar.costs`."""
    return costs.times_finer(max(ground.pixel_m(grid)))


def looks_of(grid: Grid) -> float:
    """Return the equivalent number of looks of an image on a grid: more where a pixel has the mean of much ground."""
    high, wide = ground.pixel_m(grid)
    return LOOKS * max(high * wide / RESOLUTION_M2, 1.0)


def averaged(power: np.ndarray, times: int) -> np.ndarray:
    """Return the mean power of the fine pixels in each coarse one, of those that have any: half of them at least.

    Parameters
    ----------
    power : ndarray of float32, shape (bands, times * rows, times * columns)
        NaN where there is none.
    times : int
        Fine pixels along each side of a coarse one.

    Returns
    -------
    ndarray of float32, shape (bands, rows, columns)
        NaN where more than half of the pixel has none.
    """
    if times == 1:
        return power
    bands, rows, columns = power.shape
    total, counts = (np.zeros((bands, rows // times, columns // times)) for _ in range(2))
    for down in range(times):
        for right in range(times):
            part = power[:, down::times, right::times]
            there = ~np.isnan(part)
            np.add(total, part, out=total, where=there)
            counts += there
    enough = 2 * counts >= times**2
    found: np.ndarray = np.where(enough, total / np.maximum(counts, 1), np.nan).astype(np.float32)
    return found
