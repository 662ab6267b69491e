"""From probabilities to layers of a map: label, confidence and, on demand, probabilities, margin, entropy."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numba import njit

from landloom.maps.layers import NO_PERCENT

CONFIDENCE_SCALE = 100
PROBABILITY_SCALE = 1000
NOT_SEPARATE = -1
"""In :attr:`Canvas.separate`: the label is that of the map itself."""


@dataclass(frozen=True)
class Canvas:
    """What the models say of some ground; layers that are not wanted have no pixels (probabilities: no classes).

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        Class codes; 0 where no model or no clear look is.
    confidence : ndarray of uint8, shape (rows, columns)
        Probability of the label, times 100.
    probabilities : ndarray of uint16, shape (classes, rows, columns)
        Of every class of the nomenclature, times 1000.
    margin : ndarray of uint8, shape (rows, columns)
        Probability of the label less that of the second class, times 100; 255 where there is no label.
    entropy : ndarray of uint8, shape (rows, columns)
        Shannon's entropy of the probabilities, in percent of the largest that the nomenclature allows; 255 where
        there is no label.
    separate : ndarray of int32, shape (rows, columns)
        Label by the model of the pixel's own region alone, where several are weighed; -1 elsewhere.
    decider : ndarray of uint8, shape (rows, columns)
        Which group of sensors decided, as :class:`landloom.fusion.sensor_model.SensorFusion` tells; in the pixel's
        own region.
    """

    labels: np.ndarray
    confidence: np.ndarray
    probabilities: np.ndarray
    margin: np.ndarray
    entropy: np.ndarray
    separate: np.ndarray
    decider: np.ndarray


def empty_canvas(shape: tuple[int, int], classes: int, wanted: Collection[str]) -> Canvas:
    """Return a canvas without any label.

    Parameters
    ----------
    shape : (rows, columns)
    classes : int
        Of the nomenclature.
    wanted : collection of str
        Which of ``probabilities``, ``margin``, ``entropy``, ``separate``, ``decider`` are.
    """

    def layer(name: str) -> tuple[int, int]:
        return shape if name in wanted else (0, 0)

    bands = classes if "probabilities" in wanted else 0
    return Canvas(
        np.zeros(shape, np.int32),
        np.zeros(shape, np.uint8),
        np.zeros((bands, *shape), np.uint16),
        np.full(layer("margin"), NO_PERCENT, np.uint8),
        np.full(layer("entropy"), NO_PERCENT, np.uint8),
        np.full(layer("separate"), NOT_SEPARATE, np.int32),
        np.zeros(layer("decider"), np.uint8),
    )


def paint(
    canvas: Canvas, share: np.ndarray, classes: np.ndarray, codes: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> None:
    """Write what probabilities say of some pixels into all layers.

    Parameters
    ----------
    share : ndarray of float32, shape (pixels, classes)
    classes : ndarray of int32, shape (classes,)
        Codes that the probabilities belong to.
    codes : ndarray of int, ascending
        All codes of the nomenclature.
    rows, columns : ndarray of int64, shape (pixels,)
        Where the pixels are on the canvas.
    """
    bands = np.searchsorted(codes, classes)
    decide(share, classes, bands, rows, columns, canvas.labels, canvas.confidence, canvas.probabilities)
    if canvas.margin.size:
        write_margin(share, rows, columns, canvas.margin)
    if canvas.entropy.size:
        write_entropy(share, np.log(max(len(codes), 2)), rows, columns, canvas.entropy)


@njit(cache=True)
def decide(share, classes, bands, rows, columns, labels, confidence, probabilities):
    """Write the most probable class of each pixel (the first of equals), its probability and, where wanted, all.

    Parameters
    ----------
    share : ndarray of float32, shape (pixels, classes)
        Probabilities.
    classes, bands : ndarray of int, shape (classes,)
        Code of each class, and its place among ``probabilities``.
    rows, columns : ndarray of int64, shape (pixels,)
        Where the pixels are in the layers.
    labels, confidence, probabilities : ndarray
        As in :class:`Canvas`.
    """
    for pixel in range(len(rows)):
        best = 0
        for index in range(1, share.shape[1]):
            if share[pixel, index] > share[pixel, best]:
                best = index
        row, column = rows[pixel], columns[pixel]
        labels[row, column] = classes[best]
        confidence[row, column] = _stored(share[pixel, best], CONFIDENCE_SCALE)
        if len(probabilities):
            for index in range(share.shape[1]):
                probabilities[bands[index], row, column] = _stored(share[pixel, index], PROBABILITY_SCALE)


@njit(cache=True)
def write_margin(share, rows, columns, margin):
    """Write how much more probable the first class is than the second; 100 where there is but one."""
    for pixel in range(len(rows)):
        first, second = np.float32(0), np.float32(0)
        for index in range(share.shape[1]):
            if share[pixel, index] > first:
                first, second = share[pixel, index], first
            elif share[pixel, index] > second:
                second = share[pixel, index]
        margin[rows[pixel], columns[pixel]] = _stored(first - second, CONFIDENCE_SCALE)


@njit(cache=True)
def write_entropy(share, largest, rows, columns, entropy):
    """Write Shannon's entropy (1948, A mathematical theory of communication) as a share of the largest."""
    for pixel in range(len(rows)):
        total = 0.0
        for index in range(share.shape[1]):
            if share[pixel, index] > 0:
                total -= share[pixel, index] * np.log(share[pixel, index])
        entropy[rows[pixel], columns[pixel]] = _stored(np.float32(total / largest), CONFIDENCE_SCALE)


@njit(cache=True)
def _stored(probability, scale):
    """Return a probability as it is stored, halves rounded up."""
    return np.uint16(np.floor(probability * np.float32(scale) + np.float32(0.5)))


@njit(cache=True)
def add_weighted(total, weight_sum, share, places, weights, bands):
    """Add a model's weighted probabilities to those of some pixels.

    Parameters
    ----------
    total : ndarray of float32, shape (pixels, codes)
    weight_sum : ndarray of float32, shape (pixels,)
    share : ndarray of float32, shape (places, classes)
    places : ndarray of int64, shape (places,)
        Which of the pixels the model speaks of.
    weights : ndarray of float32, shape (places,)
    bands : ndarray of int, shape (classes,)
        Place of each of the model's classes among the codes.
    """
    for position in range(len(places)):
        pixel, weight = places[position], weights[position]
        weight_sum[pixel] += weight
        for index in range(share.shape[1]):
            total[pixel, bands[index]] += weight * share[position, index]


def use_kernels() -> None:
    """Call every kernel once, with the types of a forest: compiled ahead of the work."""
    codes = np.arange(1, 3, dtype=np.int32)
    share, total = np.full((4, 2), 0.5, np.float32), np.zeros((4, 2), np.float32)
    pixels = np.zeros(4, np.int64), np.arange(4)
    canvas = empty_canvas((1, 4), 2, ("probabilities", "margin", "entropy"))
    paint(canvas, share, codes, codes, *pixels)
    add_weighted(total, np.zeros(4, np.float32), share, np.arange(4), np.ones(4, np.float32), np.arange(2))
