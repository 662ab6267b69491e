"""Linear in time, then smoothed by local polynomials (Savitzky & Golay 1964, Analytical Chemistry 36(8), 1627-1639).

The value of a date becomes that of the polynomial which fits the values of the dates around it best, in least
squares. Within half a window of the ends, the polynomial of the first or last whole window gives the values. Of dates
at equal steps, this is ``scipy.signal.savgol_filter(mode="interp")``; of others, polynomials are of the days as they
are.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.errors import InputError
from landloom.core.stored_values import NODATA
from landloom.timeseries.gap_filling import BLOCK, Timeline, fill_block, line_of
from landloom.timeseries.gap_filling import new_scratch as new_scratch_of_line
from landloom.timeseries.settings import InterpolationSettings

LACKING = False


class Plan(NamedTuple):
    """What smooths a series.

    Attributes
    ----------
    days, starts, output_days
        Of the :class:`landloom.timeseries.gap_filling.Timeline`.
    first : ndarray of int32, shape (outputs,)
        First date of each date's window.
    weights : ndarray of float64, shape (outputs, window)
        Of the window's values.
    """

    days: np.ndarray
    starts: np.ndarray
    output_days: np.ndarray
    first: np.ndarray
    weights: np.ndarray


def prepare(line: Timeline, settings: InterpolationSettings) -> Plan:
    """Return the weights of all output dates.

    Raises
    ------
    InputError
        Where there are fewer dates than the window has.
    """
    dates, window = len(line.output_days), settings.window
    if dates < window:
        raise InputError(
            f"features.interpolation.window: {window} output dates, of which a sensor has only {dates}; "
            "give it a smaller window, or the sensor shorter steps"
        )
    first = np.clip(np.arange(dates) - window // 2, 0, dates - window).astype(np.int32)
    weights = [_weights(line.output_days, one, line.output_days[date], settings) for date, one in enumerate(first)]
    return Plan(*line, first, np.array(weights))


def _weights(days: np.ndarray, first: int, day: int, settings: InterpolationSettings) -> np.ndarray:
    """Return by how much each value of a window counts for the polynomial's value on a day."""
    # From the day on and within -1..1, where powers are of one size; the polynomial's value is its constant then.
    times = (days[first : first + settings.window] - day) / (days[first + settings.window - 1] - days[first])
    return np.asarray(np.linalg.pinv(np.vander(times, settings.degree + 1, increasing=True))[0])


@njit(cache=True)
def new_scratch(plan):
    """Return working memory for a block: of the interpolation, and a band before rounding."""
    return new_scratch_of_line(line_of(plan)), np.zeros((len(plan.output_days), BLOCK))


@njit(cache=True)
def fill(values, valid, pixels, plan, scratch, rows, flags):
    """Put the bands of a block on each output date into its rows; return which pixels are seen."""
    gaps, smooth = scratch
    fill_block(values, valid, pixels, line_of(plan), gaps, rows)
    for band in range(values.shape[1]):
        smooth_band(plan, rows, band, values.shape[1], smooth)
    return gaps.seen


@njit(cache=True)
def smooth_band(plan, rows, band, bands, smooth):
    """Smooth a band of a block in place; ``smooth``, float64 of shape (outputs, BLOCK), has it before rounding."""
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
