"""Savitzky-Golay smoothing after linear interpolation (Savitzky & Golay 1964, Analytical Chemistry 36(8), 1627-1639).

The value of a date is that of the polynomial that fits the values of the surrounding dates by least squares. Within
half a window of the ends, the polynomial of the first or last whole window gives the values. For equidistant dates,
this is ``scipy.signal.savgol_filter(mode="interp")``; for others, polynomials are functions of the actual days.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.timeseries.gap_filling import BLOCK, Timeline, fill_block
from landloom.timeseries.gap_filling import new_scratch as new_scratch_of_line
from landloom.timeseries.settings import InterpolationSettings

LACKING = False


class Plan(NamedTuple):
    """Timeline with the smoothing weights of each output date.

    Attributes
    ----------
    line : Timeline
    first : ndarray of int32, shape (outputs,)
        First date of each date's window.
    weights : ndarray of float64, shape (outputs, window)
        Weights of the window's values.
    """

    line: Timeline
    first: np.ndarray
    weights: np.ndarray


def prepare(line: Timeline, settings: InterpolationSettings) -> Plan:
    """Return the weights of all output dates.

    Raises
    ------
    InputError
        If there are fewer dates than the window has.
    """
    dates, window = len(line.output_days), settings.window
    if dates < window:
        raise InputError(
            f"features.interpolation.window: {window} output dates, but a sensor has only {dates}; "
            "reduce the window, or the sensor's steps"
        )
    first = np.clip(np.arange(dates) - window // 2, 0, dates - window).astype(np.int32)
    weights = [_weights(line.output_days, one, line.output_days[date], settings) for date, one in enumerate(first)]
    return Plan(line, first, np.array(weights))


def _weights(days: np.ndarray, first: int, day: int, settings: InterpolationSettings) -> np.ndarray:
    """Return the weight of each value of a window in the polynomial's value on a day."""
    # Days are relative to the day and scaled to -1..1, where powers are comparable; the value is the constant term.
    times = (days[first : first + settings.window] - day) / (days[first + settings.window - 1] - days[first])
    return np.asarray(np.linalg.pinv(np.vander(times, settings.degree + 1, increasing=True))[0])


@njit(cache=True)
def new_scratch(plan):
    """Return working memory for a block: that of the interpolation, and a band before rounding."""
    return new_scratch_of_line(plan.line), np.zeros((len(plan.line.output_days), BLOCK))


@njit(cache=True)
def fill(values, valid, pixels, plan, scratch, rows, flags):
    """Write the bands of a block on each output date to its rows; return which pixels are ever valid."""
    gaps, smooth = scratch
    fill_block(values, valid, pixels, plan.line, gaps, rows)
    for band in range(values.shape[1]):
        smooth_band(plan, rows, band, values.shape[1], smooth)
    return gaps.seen


@njit(cache=True)
def smooth_band(plan, rows, band, bands, smooth):
    """Smooth a band of a block in place; ``smooth``, float64 of shape (outputs, BLOCK), holds it before rounding."""
    first, weights = plan.first, plan.weights
    for date in range(len(first)):
        total = smooth[date]
        total[:] = 0.0
        for step in range(weights.shape[1]):
            weight, row = weights[date, step], rows[(first[date] + step) * bands + band]
            for position in range(BLOCK):
                total[position] += weight * row[position]
    for date in range(len(first)):
        row = rows[date * bands + band]
        for position in range(BLOCK):
            row[position] = np.int16(min(max(np.floor(smooth[date, position] + 0.5), NODATA + 1.0), 32767.0))
