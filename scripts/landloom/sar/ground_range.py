"""From slant range to ground range, and so to the pixel of a ground-range image.

Annotations have two polynomials every second: ground range to slant range (GRSR), which the processor has followed,
and its inverse (SRGR), which is off by up to 43 m in products before 2015's. So the first is inverted: a polynomial
of slant range is fitted to it, to some centimetres.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.errors import InputError

INVERSE_DEGREE = 8
SAMPLES = 2000
BEYOND_M = 500.0
"""The inverse is fitted to this much more than the image: a little outside, pixels have numbers, too."""


class Conversion(NamedTuple):
    """Polynomials from slant range to ground range, one for each of some times.

    Attributes
    ----------
    times : ndarray of float64, shape (records,)
        Ascending, in seconds of the scene's clock.
    middle, half : float
        Polynomials are in (slant range - middle) / half.
    coefficients : ndarray of float64, shape (records, degree + 1)
        Ground range in m, lowest power first.
    """

    times: np.ndarray
    middle: float
    half: float
    coefficients: np.ndarray


def fit_conversion(times: np.ndarray, starts: np.ndarray, grsr: np.ndarray, width_m: float) -> Conversion:
    """Return the inverse of ground-to-slant-range polynomials.

    Parameters
    ----------
    times : ndarray of float64, shape (records,)
        Ascending.
    starts : ndarray of float64, shape (records,)
        Ground range at which each polynomial begins (`gr0`), in m.
    grsr : ndarray of float64, shape (records, coefficients)
        Slant range in m, of powers of ground range less start, lowest first.
    width_m : float
        Width of the image on the ground.

    Raises
    ------
    InputError
        If there is no record, or slant range does not grow with ground range.
    """
    if len(times) == 0 or not (np.diff(times) > 0).all():
        raise InputError(
            f"coordinate conversion: {len(times)} records, which must be one or more, of ascending times; "
            "the annotation is not complete, download the product again"
        )
    ground = np.linspace(-BEYOND_M, width_m + BEYOND_M, SAMPLES)
    slant = np.stack(
        [np.polynomial.polynomial.polyval(ground - start, row) for start, row in zip(starts, grsr, strict=True)]
    )
    if not (np.diff(slant, axis=1) > 0).all():
        raise InputError(
            "coordinate conversion: slant range does not grow with ground range (grsrCoefficients); "
            "the annotation is damaged, download the product again"
        )
    middle, half = float(slant.min() + slant.max()) / 2, float(slant.max() - slant.min()) / 2
    scaled = (slant - middle) / half
    fits = [np.polynomial.polynomial.polyfit(row, ground, INVERSE_DEGREE) for row in scaled]
    return Conversion(np.ascontiguousarray(times, np.float64), middle, half, np.stack(fits))


@njit(cache=True, nogil=True)
def _record_before(times, time, guess):
    """Return the last record that is not after a time, and has one after it; the first before all."""
    record = guess
    while record > 0 and times[record] > time:
        record -= 1
    while record < times.size - 2 and times[record + 1] <= time:
        record += 1
    return record


@njit(cache=True, nogil=True)
def convert_row(conversion, times, slant_ranges, scratch, ground_ranges, growths):
    """Write ground ranges and their derivatives, linear in time between the records around; for images.

    Records jump by up to some pixels from second to second, since each has a mean height of its own; images have no
    tears. Before the first and after the last record, these hold.

    Parameters
    ----------
    conversion : Conversion
    times, slant_ranges : ndarray of float64, shape (points,)
        Neighbours in space: few have another record than the one before.
    scratch : ndarray of float64, shape (2, points)
    ground_ranges : ndarray of float64, shape (points,)
        Out: in m.
    growths : ndarray of float64, shape (points,)
        Out: metres of ground range per metre of slant range.
    """
    moments, coefficients = conversion.times, conversion.coefficients
    places, weights = scratch[0], scratch[1]
    middle, half = conversion.middle, conversion.half
    start = np.int64(0)  # of a literal 0, what is called would be compiled once more
    record = _record_before(moments, times[0], start)
    while start < len(times):
        after = min(record + 1, moments.size - 1)
        span = max(moments[after] - moments[record], 1e-9)
        stop, following = start, record
        while stop < len(times) and following == record:
            places[stop] = (slant_ranges[stop] - middle) / half
            weights[stop] = min(max((times[stop] - moments[record]) / span, 0.0), 1.0)
            stop += 1
            if stop < len(times):
                following = _record_before(moments, times[stop], record)
        _convert_run(coefficients[record], coefficients[after], start, stop, places, weights, ground_ranges, growths)
        for point in range(start, stop):
            growths[point] /= half
        start, record = stop, following


@njit(cache=True, nogil=True)
def _convert_run(one, other, start, stop, places, weights, values, slopes):
    """Evaluate points between the same two records: power by power, so that the compiler vectorises over points."""
    first, count = np.uint64(start), stop - start  # unsigned indices avoid numba's test for negative ones
    for point in range(count):
        place = first + np.uint64(point)
        values[place], slopes[place] = 0.0, 0.0
    for power in range(len(one) - 1, -1, -1):
        base, change = one[power], other[power] - one[power]
        for point in range(count):
            place = first + np.uint64(point)
            slopes[place] = slopes[place] * places[place] + values[place]
            values[place] = values[place] * places[place] + (base + change * weights[place])


def nearest_ground_range(conversion: Conversion, times: np.ndarray, slant_ranges: np.ndarray) -> np.ndarray:
    """Return ground ranges by the record that is nearest in time; annotated grids of points follow it.

    Parameters
    ----------
    times, slant_ranges : ndarray of float64, shape (points,)
    """
    records = np.abs(np.asarray(times)[:, None] - conversion.times).argmin(axis=1)
    place = (slant_ranges - conversion.middle) / conversion.half
    found = np.zeros(len(place))
    for power in range(conversion.coefficients.shape[1] - 1, -1, -1):
        found = found * place + conversion.coefficients[records, power]
    return found
