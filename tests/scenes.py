"""Made-up images of one landscape whose places are known to a quarter of a pixel, and clouds."""

from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

FINE = 4
"""Pixels of the landscape across one of an image: shifts by any of them are exact."""
SIDE, MARGIN = 192, 16


@cache
def landscape():
    """Return the parcel of each fine pixel, and relief."""
    random = np.random.default_rng(3)
    side = (SIDE + 2 * MARGIN) * FINE
    rows, columns = np.mgrid[:side, :side]
    tree = cKDTree(random.random((400, 2)) * side)
    parcels = tree.query(np.column_stack([rows.ravel(), columns.ravel()]))[1].reshape(side, side)
    return parcels, gaussian_filter(random.normal(size=(side, side)), 6) * 900


def image(season, down=0, right=0, noise=30.0):
    """Return an image whose content lies so many fine pixels too far down and right; seasons change every parcel."""
    parcels, relief = landscape()
    random = np.random.default_rng(season)
    fine = random.normal(2500, 700, 400)[parcels] + relief
    start = MARGIN * FINE
    cut = fine[start - down :, start - right :][: SIDE * FINE, : SIDE * FINE]
    seen = cut.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
    return seen + random.normal(0, noise, seen.shape)


def clouds(seed, fraction):
    """Return what is clear below made-up clouds."""
    field = gaussian_filter(np.random.default_rng(seed).normal(size=(SIDE, SIDE)), 12)
    return field < np.quantile(field, 1 - fraction)
