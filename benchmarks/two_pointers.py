"""Gap filling as one writes it first: series after series, two pointers that walk along the looks."""

import numpy as np
from numba import njit, prange

NODATA = -10000


@njit(cache=True, parallel=True)
def fill_gaps(values, valid, observation_days, output_days):
    """Do what `landloom.timeseries.gap_filling.fill_gaps` does, for looks of distinct days.

    Parameters
    ----------
    values : ndarray of int16, shape (looks, bands, pixels)
    valid : ndarray of bool, shape (looks, pixels)
    observation_days, output_days : ndarray of int64
        Ascending.

    Returns
    -------
    ndarray of int16, shape (outputs, bands, pixels)
    """
    bands, pixels = values.shape[1:]
    out = np.empty((len(output_days), bands, pixels), np.int16)
    for pixel in prange(pixels):
        for band in range(bands):
            fill_series(values[:, band, pixel], valid[:, pixel], observation_days, output_days, out[:, band, pixel])
    return out


@njit(cache=True, parallel=True)
def fill_gaps_pixel_major(values, valid, observation_days, output_days):
    """Do the same where the looks of a series lie side by side.

    Parameters
    ----------
    values : ndarray of int16, shape (pixels, bands, looks)
    valid : ndarray of bool, shape (pixels, looks)
    observation_days, output_days : ndarray of int64

    Returns
    -------
    ndarray of int16, shape (pixels, bands, outputs)
    """
    pixels, bands = values.shape[:2]
    out = np.empty((pixels, bands, len(output_days)), np.int16)
    for pixel in prange(pixels):
        for band in range(bands):
            fill_series(values[pixel, band], valid[pixel], observation_days, output_days, out[pixel, band])
    return out


@njit(cache=True)
def next_clear(valid, observation):
    """Find the first clear look after `look`; the number of looks if there is none."""
    observation += 1
    while observation < len(valid) and not valid[observation]:
        observation += 1
    return observation


@njit(cache=True)
def fill_series(values, valid, observation_days, output_days, out):
    """Interpolate one series linearly, constant beyond its clear looks."""
    observations = len(values)
    earlier, later = -1, next_clear(valid, -1)
    for output in range(len(output_days)):
        day = output_days[output]
        while later < observations and observation_days[later] <= day:
            earlier, later = later, next_clear(valid, later)
        if earlier < 0 and later == observations:
            out[output] = NODATA
        elif earlier < 0:
            out[output] = values[later]
        elif later == observations or observation_days[earlier] == day:
            out[output] = values[earlier]
        else:
            weight = np.float32(day - observation_days[earlier]) / np.float32(
                observation_days[later] - observation_days[earlier]
            )
            start, stop = np.float32(values[earlier]), np.float32(values[later])
            out[output] = np.int16(np.floor(start + (stop - start) * weight + np.float32(0.5)))
