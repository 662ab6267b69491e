"""Output blocks of a map's layers, and kernels that write layers from probabilities."""

from collections.abc import Collection

import numpy as np
from numba import njit

from landloom.maps.layers import LABELS, MOSAICS

CONFIDENCE_SCALE = 100
PROBABILITY_SCALE = 1000
Pixels = tuple[np.ndarray, np.ndarray]
"""Rows and columns, each of shape (pixels,)."""


Block = dict[str, np.ndarray]
"""Layers of a block of pixels by name, of shape (rows, columns) or (classes, rows, columns). Labels are
int32. Only requested layers are included."""


def empty_block(shape: tuple[int, int], classes: int, names: Collection[str]) -> Block:
    """Return an empty block.

    Parameters
    ----------
    shape : (rows, columns)
    classes : int
        Number of classes of the nomenclature.
    names : collection of str
        Names of the layers.
    """
    layers = [MOSAICS[name] for name in names]
    return {
        one.name: np.full(
            (classes, *shape) if one.per_class else shape,
            one.empty if one.fill is None else one.fill,
            np.int32 if one.dtype == LABELS else one.dtype,
        )
        for one in layers
    }


def write_layers(
    block: Block, probabilities: np.ndarray, classes: np.ndarray, codes: np.ndarray, pixels: Pixels
) -> None:
    """Write all layers of some pixels from probabilities.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (pixels, classes)
    classes : ndarray of int32, shape (classes,)
        Codes of the probabilities.
    codes : ndarray of int, ascending
        All codes of the nomenclature.
    pixels : (rows, columns), each ndarray of int64 of shape (pixels,)
        Positions of the pixels in the block.
    """
    bands = np.searchsorted(codes, classes)
    decide(probabilities, classes, *pixels, block["classification"], block["confidence"])
    if "probabilities" in block:
        write_probabilities(probabilities, bands, *pixels, block["probabilities"])
    for name in KERNELS.keys() & block.keys():
        KERNELS[name](probabilities, len(codes), *pixels, block[name])


@njit(cache=True)
def decide(probabilities, classes, rows, columns, labels, confidence):
    """Write the most probable class of each pixel (the first in a tie) and its probability.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (pixels, classes)
        Probabilities.
    classes : ndarray of int, shape (classes,)
        Code of each class.
    rows, columns : ndarray of int64, shape (pixels,)
        Positions of the pixels in the layers.
    labels, confidence : ndarray, shape (rows, columns)
    """
    for pixel in range(len(rows)):
        best = 0
        most = probabilities[pixel, 0]
        for index in range(1, probabilities.shape[1]):
            # Selected, not branched to: which class is larger cannot be predicted, which took four times as long.
            value = probabilities[pixel, index]
            best = index if value > most else best
            most = value if value > most else most
        row, column = rows[pixel], columns[pixel]
        labels[row, column] = classes[best]
        confidence[row, column] = _stored(most, CONFIDENCE_SCALE)


@njit(cache=True)
def write_probabilities(probabilities, bands, rows, columns, layer):
    """Write the probabilities of all classes, each into its band."""
    for pixel in range(len(rows)):
        for index in range(probabilities.shape[1]):
            stored = _stored(probabilities[pixel, index], PROBABILITY_SCALE)
            layer[bands[index], rows[pixel], columns[pixel]] = stored


@njit(cache=True)
def write_margin(probabilities, codes, rows, columns, margin):
    """Write the margin between the two largest probabilities in percent; 100 if there is only one class."""
    for pixel in range(len(rows)):
        first, second = np.float32(0), np.float32(0)
        for index in range(probabilities.shape[1]):
            if probabilities[pixel, index] > first:
                first, second = probabilities[pixel, index], first
            elif probabilities[pixel, index] > second:
                second = probabilities[pixel, index]
        margin[rows[pixel], columns[pixel]] = _stored(first - second, CONFIDENCE_SCALE)


@njit(cache=True)
def write_entropy(probabilities, codes, rows, columns, entropy):
    """Write Shannon's entropy (1948, A mathematical theory of communication) as a fraction of its maximum."""
    largest = np.log(max(codes, 2))
    for pixel in range(len(rows)):
        total = 0.0
        for index in range(probabilities.shape[1]):
            if probabilities[pixel, index] > 0:
                total -= probabilities[pixel, index] * np.log(probabilities[pixel, index])
        entropy[rows[pixel], columns[pixel]] = _stored(np.float32(total / largest), CONFIDENCE_SCALE)


@njit(cache=True)
def _stored(probability, scale):
    """Return a stored probability, halves rounded up."""
    return np.uint16(np.floor(probability * np.float32(scale) + np.float32(0.5)))


@njit(cache=True)
def add_weighted(total, weight_sum, probabilities, pixels, weights, bands):
    """Add a model's weighted probabilities to those of some pixels.

    Parameters
    ----------
    total : ndarray of float32, shape (all pixels, codes)
    weight_sum : ndarray of float32, shape (all pixels,)
    probabilities : ndarray of float32, shape (pixels, classes)
    pixels : ndarray of int64, shape (pixels,)
        Positions of the model's pixels among all pixels.
    weights : ndarray of float32, shape (pixels,)
    bands : ndarray of int, shape (classes,)
        Position of each of the model's classes among the codes.
    """
    for row in range(len(pixels)):
        pixel, weight = pixels[row], weights[row]
        weight_sum[pixel] += weight
        for index in range(probabilities.shape[1]):
            total[pixel, bands[index]] += weight * probabilities[row, index]


KERNELS = {"margin": write_margin, "entropy": write_entropy}
"""Kernel of each optional layer, called with probabilities, number of codes, rows and columns."""


def use_kernels() -> None:
    """Call every kernel once with the types of a forest, so that it is compiled before the work."""
    codes = np.arange(1, 3, dtype=np.int32)
    probabilities = np.full((4, 2), 0.5, np.float32)
    block = empty_block((1, 4), 2, ("classification", "confidence", "probabilities", *KERNELS))
    write_layers(block, probabilities, codes, codes, (np.zeros(4, np.int64), np.arange(4)))
    use_weighting()


def use_weighting() -> None:
    """Call the kernel of weighted models once, with the types of its callers."""
    total, weights = np.zeros((4, 2), np.float32), np.ones(4, np.float32)
    add_weighted(total, weights, np.zeros((4, 2), np.float32), np.arange(4), weights, np.arange(2))
