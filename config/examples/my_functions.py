"""User-defined features for config/examples/functions.yaml; docs/functions.md explains them."""

import numpy as np
from scipy import ndimage


def texture(data, sensor, radius_px):
    """How much the greenest moment of the year differs among neighbours: needs `padding_px: <radius_px>`."""
    greenest = data.index(sensor, "NDVI").max(axis=0).astype(np.float64)
    size = 2 * radius_px + 1
    weights = np.full(size, 1 / size)
    # Not uniform_filter: its running sums begin at the window's edge, and carry a NaN on to all that follow.
    means = greenest, greenest**2
    for axis in (0, 1):
        means = tuple(ndimage.correlate1d(mean, weights, axis=axis) for mean in means)
    return np.sqrt(np.maximum(means[1] - means[0] ** 2, 0)), "deviation"


def observations(data, sensor):
    """Count valid observations and measure the longest gap between them (as a fraction of the period)."""
    clear = ~data.masks(sensor)
    if not len(clear):  # a tile that an optional sensor does not see
        return {"clear": np.zeros(data.shape), "gap": np.full(data.shape, np.nan)}
    days = np.array([date.toordinal() for date in data.raw_dates(sensor)])
    last = np.full(data.shape, days[0])
    longest = np.zeros(data.shape)
    for day, here in zip(days, clear, strict=True):
        longest = np.maximum(longest, day - last)
        last = np.where(here, day, last)
    longest = np.maximum(longest, days[-1] - last)
    return {"clear": clear.sum(axis=0), "gap": longest / max(days[-1] - days[0], 1)}
