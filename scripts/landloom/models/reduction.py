"""Principal components of groups of features, as plain arrays: applied by compiled code, stored without pickle."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from landloom.core.stored_values import NODATA
from landloom.core.threads import run_tasks
from landloom.models.interface import check_matrix

UNITS_PER_SIGMA = 1000
"""Components are int16: so much is the standard deviation of one among the training samples."""

MOST = 9999
"""Components end at 10 standard deviations on either side: they never become -10000, which is no data."""

_LARGEST_MEAN, _LARGEST_WEIGHT = 2.0**16, 1e9
"""Features are int16; no sum of so many overflows."""

_BLOCK = 64
"""Pixels worked on at a time: a group's features of all of them stay in the first-level cache."""
_ABREAST = 4
"""Components that are summed up at a time, for each time that a feature is read."""


@dataclass(frozen=True, eq=False)
class Reduction:
    """What turns features into components, group by group.

    A component is the sum of ``weight * (feature - mean)`` over the features of its group, rounded.

    Attributes
    ----------
    feature_names, component_names : tuple of str
    columns : ndarray of int64, shape (places,)
        Which feature stands at each place; those of a group stand together.
    column_offsets, component_offsets : ndarray of int64, shape (groups + 1,)
        Where the places and the components of each group begin.
    means : ndarray of float64, shape (places,)
    weights : ndarray of float64, shape (sum over groups of places * components,)
        Group by group, component by component, place by place.
    """

    feature_names: tuple[str, ...]
    component_names: tuple[str, ...]
    columns: np.ndarray
    column_offsets: np.ndarray
    component_offsets: np.ndarray
    means: np.ndarray
    weights: np.ndarray

    def apply(self, features: np.ndarray) -> np.ndarray:
        """Turn features into components.

        The caller sets the number of threads with `numba.set_num_threads`; every sum has one order, so that neither
        threads nor the other pixels change the result.

        Parameters
        ----------
        features : ndarray, (pixels, features) int16, C-contiguous
            -10000 is no data: such a value counts as the mean.

        Returns
        -------
        ndarray, (pixels, components) int16
            A thousandth of the standard deviation among the training samples is 1; -10000 where all features of the
            group are missing.

        Raises
        ------
        ValueError
            If `features` has another type, shape or memory layout.
        """
        check_matrix(features, len(self.feature_names))
        components = np.empty((len(features), len(self.component_names)), np.int16)
        run_tasks(
            _reduce,
            -(-len(features) // _BLOCK),
            features,
            self.columns,
            self.column_offsets,
            self.component_offsets,
            self.means,
            self.weights,
            components,
        )
        return components


def check(reduction: Reduction) -> None:
    """Raise ValueError for arrays that are no reduction: the compiled code checks no index."""
    features, components = len(reduction.feature_names), len(reduction.component_names)
    positions = reduction.columns.size
    for offsets, end in ((reduction.column_offsets, positions), (reduction.component_offsets, components)):
        if offsets.size < 2 or offsets[0] != 0 or offsets[-1] != end or np.any(offsets[1:] <= offsets[:-1]):
            raise ValueError("the groups of its reduction are broken")
    if reduction.column_offsets.size != reduction.component_offsets.size or reduction.means.size != positions:
        raise ValueError("the groups of its reduction are broken")
    if reduction.columns.min() < 0 or reduction.columns.max() >= features:
        raise ValueError("its reduction goes by features that it does not have")
    sizes = np.diff(reduction.column_offsets) * np.diff(reduction.component_offsets)
    if reduction.weights.size != sizes.sum():
        raise ValueError("the weights of its reduction are broken")
    if not (np.all(np.abs(reduction.means) < _LARGEST_MEAN) and np.all(np.abs(reduction.weights) < _LARGEST_WEIGHT)):
        raise ValueError("the weights of its reduction are out of all bounds")


@njit(cache=True, nogil=True)
def _reduce(first, last, features, columns, column_offsets, component_offsets, means, weights, components):
    """Reduce the pixels of some blocks."""
    for block in range(first, last):
        start = block * _BLOCK
        stop = min(start + _BLOCK, len(features))
        _reduce_block(
            features[start:stop],
            columns,
            column_offsets,
            component_offsets,
            means,
            weights,
            components[start:stop],
        )


@njit(cache=True)
def _reduce_block(features, columns, column_offsets, component_offsets, means, weights, components):
    """Reduce some pixels: at most a block of them."""
    widest = np.max(column_offsets[1:] - column_offsets[:-1])
    centred, seen = np.zeros((widest, _BLOCK)), np.zeros(_BLOCK, np.bool_)
    sums = np.empty((_ABREAST, _BLOCK))
    first_weight = 0
    for group in range(len(column_offsets) - 1):
        first, width = column_offsets[group], column_offsets[group + 1] - column_offsets[group]
        low, high = component_offsets[group], component_offsets[group + 1]
        _centre(features, columns[first : first + width], means[first : first + width], centred, seen)
        for component in range(low, high, _ABREAST):
            abreast = min(_ABREAST, high - component)
            begin = first_weight + (component - low) * width
            _sum(weights[begin : begin + abreast * width], centred[:width], abreast, sums)
            for one in range(abreast):
                _store(sums[one], seen, components[:, component + one])
        first_weight += (high - low) * width


@njit(cache=True)
def _centre(features, columns, means, centred, seen):
    """Write the features of a group less their means, 0 where they are missing, and which pixels have any."""
    seen[:] = False
    for pixel in range(len(features)):
        for position in range(len(columns)):
            value = features[pixel, columns[position]]
            there = value != NODATA
            seen[pixel] |= there
            centred[position, pixel] = value - means[position] if there else 0.0


@njit(cache=True)
def _sum(weights, centred, abreast, sums):
    """Add up some components of a block's pixels."""
    width = len(centred)
    sums[:] = 0.0
    if abreast == _ABREAST:
        for position in range(width):
            one, two = weights[position], weights[width + position]
            three, four = weights[2 * width + position], weights[3 * width + position]
            for pixel in range(_BLOCK):
                value = centred[position, pixel]
                sums[0, pixel] += one * value
                sums[1, pixel] += two * value
                sums[2, pixel] += three * value
                sums[3, pixel] += four * value
        return
    for component in range(abreast):
        for position in range(width):
            weight = weights[component * width + position]
            for pixel in range(_BLOCK):
                sums[component, pixel] += weight * centred[position, pixel]


@njit(cache=True)
def _store(sums, seen, component):
    """Round a component of some pixels into its place."""
    for pixel in range(len(component)):
        rounded = np.floor(sums[pixel] + 0.5)
        inside = min(max(rounded, -MOST), MOST)
        component[pixel] = np.int16(inside) if seen[pixel] else np.int16(NODATA)
