"""Whittaker smoother: smooth curve fitted to the valid observations (Eilers 2003, Analytical Chemistry 75(14)).

On nodes t, the days of the observations and the output days, z minimises

    sum of w (y - z)^2 + lambda * sum of h z''^2

where w is 1 at valid observations and 0 elsewhere, z'' is the divided difference 2 ((z3 - z2)/(t3 - t2) - (z2 -
z1)/(t2 - t1)) / (t3 - t1) of three neighbours, and h = (t3 - t1)/2 the days that it represents. With a node on every
day this is Eilers' smoother with second differences, whatever lambda; on fewer, it is close to that, at a third of
the cost. Several valid observations of one day count as their mean, with a weight of 1. Before the first and after
the last valid observation of a pixel the curve would continue as a straight line, which soon gives implausible
values; instead, the curve's value on that day is kept, as in linear interpolation. Pixels that are valid on fewer
than 3 days are interpolated linearly.

The matrix has five diagonals, is the same for all bands of a pixel, and is factored once (L D L'), in float64.
Several pixels pass through the nodes together, so that the compiler vectorises the inner loops.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.timeseries.gap_filling import BLOCK, Timeline, fill_block, gather_values
from landloom.timeseries.gap_filling import new_scratch as new_scratch_of_line
from landloom.timeseries.settings import InterpolationSettings

LACKING = False

LANES = 64
"""Pixels that are solved together, a part of a block, whose factors stay in the second-level cache."""

FEWEST_DAYS = 3
"""Smallest number of valid days for a curve; fewer would give a straight line."""

_EDGE = 2
"""Rows of zeros before the first and after the last node, which make bounds tests unnecessary."""


class Plan(NamedTuple):
    """Timeline with the nodes and the roughness penalty.

    Attributes
    ----------
    line : Timeline
    day_of_node : ndarray of int32, shape (nodes,)
        Observation day of each node; -1 for none.
    node_of_day, node_of_output : ndarray of int32, shape (days,) and (outputs,)
    penalty : ndarray of float64, shape (3, nodes)
        Penalty matrix: its main diagonal and the two above it, with zeros at the end.
    """

    line: Timeline
    day_of_node: np.ndarray
    node_of_day: np.ndarray
    node_of_output: np.ndarray
    penalty: np.ndarray


class Factors(NamedTuple):
    """Working memory for some pixels: their matrices' 1 / D and diagonals of L, and the curve.

    These have ``_EDGE`` rows of zeros before the first node and after the last. In addition: D times L and weights of
    one node; the number of valid days of the block's pixels, and the nodes of the first and the last.
    """

    inverse: np.ndarray
    first: np.ndarray
    second: np.ndarray
    curve: np.ndarray
    product: np.ndarray
    weights: np.ndarray
    clear_days: np.ndarray
    first_clear: np.ndarray
    last_clear: np.ndarray


def prepare(line: Timeline, settings: InterpolationSettings) -> Plan:
    """Return the nodes of a timeline and the penalty matrix."""
    return plan(line, settings.smoothing)


def plan(line: Timeline, smoothing: float) -> Plan:
    """Return the nodes of a timeline and the penalty matrix times ``smoothing``."""
    nodes = np.union1d(line.days, line.output_days)
    days = {int(day): position for position, day in enumerate(line.days)}
    day_of_node = np.array([days.get(int(node), -1) for node in nodes], np.int32)
    node_of_day, node_of_output = (
        np.searchsorted(nodes, some).astype(np.int32) for some in (line.days, line.output_days)
    )
    return Plan(line, day_of_node, node_of_day, node_of_output, smoothing * _roughness(nodes.astype(float)))


def _roughness(nodes: np.ndarray) -> np.ndarray:
    """Return the diagonals of the matrix R for which z' R z is the integral of z''^2, by divided differences."""
    left, right = np.diff(nodes)[:-1], np.diff(nodes)[1:]
    # Coefficients of three neighbours in z'' times the square root of the days that it represents.
    days = (left + right) / 2
    parts = np.array([1 / left, -1 / left - 1 / right, 1 / right]) / np.sqrt(days)
    diagonals = np.zeros((3, len(nodes)))
    triples = len(days)
    for one in range(3):
        for other in range(one, 3):
            diagonals[other - one, one : one + triples] += parts[one] * parts[other]
    return diagonals


@njit(cache=True)
def new_scratch(plan):
    """Return working memory for a block: that of the interpolation and of the curves."""
    return new_scratch_of_line(plan.line), new_factors(plan)


@njit(cache=True)
def fill(values, valid, pixels, plan, scratch, rows, flags):
    """Write the bands of a block on each output date to its rows; return which pixels are ever valid."""
    gaps, factors = scratch
    fill_block(values, valid, pixels, plan.line, gaps, rows)
    _smooth_block(plan, values, valid, pixels, gaps, factors, rows)
    return gaps.seen


@njit(cache=True)
def new_factors(plan):
    """Return working memory for some pixels."""
    shape = (len(plan.day_of_node) + 2 * _EDGE, LANES)
    return Factors(
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(BLOCK, np.int32),
        np.zeros(BLOCK, np.int32),
        np.zeros(BLOCK, np.int32),
    )


@njit(cache=True)
def _smooth_block(plan, values, valid, pixels, scratch, factors, rows):
    """Replace the linear interpolation of a block by the curves where there are enough observations."""
    bands = values.shape[1]
    if len(plan.line.days) < FEWEST_DAYS:
        return
    count_days(plan, scratch.clear, factors)
    for lane in range(0, len(pixels), LANES):
        some = pixels[lane : lane + LANES]
        factor(plan, scratch.clear, lane, factors)
        for band in range(bands):
            gather_values(values, valid, band, some, plan.line.starts, scratch.values)
            solve(plan, scratch.values, scratch.clear, lane, factors)
            for output in range(len(plan.node_of_output)):
                _store(plan.node_of_output[output], factors, lane, rows[output * bands + band])


@njit(cache=True)
def count_days(plan, clear, factors):
    """Count the valid days of each pixel of a block, and find the nodes of the first and the last."""
    factors.clear_days[:] = 0
    factors.first_clear[:] = 0
    factors.last_clear[:] = 0
    for day in range(len(clear)):
        node = plan.node_of_day[day]
        for position in range(BLOCK):
            seen, before = clear[day, position] != 0, factors.clear_days[position] > 0
            factors.first_clear[position] = node if seen and not before else factors.first_clear[position]
            factors.last_clear[position] = node if seen else factors.last_clear[position]
            factors.clear_days[position] += seen


@njit(cache=True, error_model="numpy")
def factor(plan, clear, lane, factors):
    """Factor the matrices of LANES pixels, from ``lane`` on: penalty + diagonal of 1 at valid days.

    With too few valid days, the matrix is a regular dummy that is not used.
    """
    penalty, days = plan.penalty, plan.day_of_node
    factors.product[:] = 0.0
    for node in range(len(days)):
        weights = factors.weights
        _weigh(days[node], clear, lane, factors.clear_days, weights)
        # The second diagonal of the matrix is D times that of L.
        before = penalty[2, node - 1] if node > 0 else 0.0
        before_that = penalty[2, node - 2] if node > 1 else 0.0
        _factor_node(np.uint64(node + _EDGE), penalty[:, node], before, before_that, weights, factors)


@njit(cache=True)
def _weigh(day, clear, lane, clear_days, weights):
    for position in range(LANES):
        weight = -float(clear[day, lane + position]) if day >= 0 else 0.0
        weights[position] = weight if clear_days[lane + position] >= FEWEST_DAYS else 1.0


@njit(cache=True, error_model="numpy")
def _factor_node(row, penalty, before, before_that, weights, factors):
    """Compute the next element of D, and those of L below it."""
    inverse, first, second, product = factors.inverse, factors.first, factors.second, factors.product
    main, above, further = penalty[0], penalty[1], penalty[2]
    one_up, two_up = row - np.uint64(1), row - np.uint64(2)
    for position in range(LANES):
        one = first[one_up, position]
        pivot = main + weights[position] - product[position] * one - before_that * second[two_up, position]
        product[position] = above - before * one
        inverse[row, position] = 1.0 / pivot
        first[row, position] = product[position] / pivot
        second[row, position] = further / pivot


@njit(cache=True)
def solve(plan, values, clear, lane, factors):
    """Solve for the curves of LANES pixels in one band: with L, D and L' in turn.

    ``values`` are these pixels' observations, ``clear`` the validity of the block.
    """
    first, second, curve = factors.first, factors.second, factors.curve
    nodes, days = len(plan.day_of_node), plan.day_of_node
    for node in range(nodes):
        _load(days[node], values, clear, lane, curve, np.uint64(node + _EDGE))
        _subtract(np.uint64(node + _EDGE), first, second, curve)
    for node in range(nodes - 1, -1, -1):
        _substitute(np.uint64(node + _EDGE), factors.inverse, first, second, curve)


@njit(cache=True)
def _load(day, values, clear, lane, curve, row):
    """Write the right-hand side: the observation where valid, else 0."""
    if day < 0:
        for position in range(LANES):
            curve[row, position] = 0.0
        return
    for position in range(LANES):
        curve[row, position] = float(values[day, position] & clear[day, lane + position])


@njit(cache=True)
def _subtract(row, first, second, curve):
    one_up, two_up = row - np.uint64(1), row - np.uint64(2)
    for position in range(LANES):
        curve[row, position] -= (
            first[one_up, position] * curve[one_up, position] + second[two_up, position] * curve[two_up, position]
        )


@njit(cache=True)
def _substitute(row, inverse, first, second, curve):
    one_down, two_down = row + np.uint64(1), row + np.uint64(2)
    for position in range(LANES):
        below = first[row, position] * curve[one_down, position] + second[row, position] * curve[two_down, position]
        curve[row, position] = curve[row, position] * inverse[row, position] - below


@njit(cache=True)
def _store(node, factors, lane, row):
    """Round the values of an output date, halves up, and clip them to the range of reflectances."""
    for position in range(LANES):
        held = min(max(node, factors.first_clear[lane + position]), factors.last_clear[lane + position])
        value = min(max(np.floor(factors.curve[held + _EDGE, position] + 0.5), NODATA + 1.0), 32767.0)
        if factors.clear_days[lane + position] >= FEWEST_DAYS:
            row[lane + position] = np.int16(value)
