"""Blocks of a map's layers on their way to the files: kernels that write what probabilities say."""

from collections.abc import Collection

import numpy as np
from numba import njit

from landloom.maps.layers import LABELS, MOSAICS

CONFIDENCE_SCALE = 100
PROBABILITY_SCALE = 1000
Pixels = tuple[np.ndarray, np.ndarray]
"""Rows and columns, each of shape (pixels,)."""


Block = dict[str, np.ndarray]
"""Layer: what the models say of a block of pixels, of shape (rows, columns), or (classes, rows, columns). Labels are
int32. Layers that are not wanted are not there."""


def empty_block(shape: tuple[int, int], classes: int, names: Collection[str]) -> Block:
    """Return a block without any label.

    Parameters
    ----------
    shape : (rows, columns)
    classes : int
        Of the nomenclature.
    names : collection of str
        Of the layers.
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
    """Write what probabilities say of some pixels into all layers.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (pixels, classes)
    classes : ndarray of int32, shape (classes,)
        Codes that the probabilities belong to.
    codes : ndarray of int, ascending
        All codes of the nomenclature.
    pixels : (rows, columns), each ndarray of int64 of shape (pixels,)
        Where the pixels are in the block.
    """
    bands = np.searchsorted(codes, classes)
    decide(probabilities, classes, *pixels, block["classification"], block["confidence"])
    if "probabilities" in block:
        write_probabilities(probabilities, bands, *pixels, block["probabilities"])
    for name in KERNELS.keys() & block.keys():
        KERNELS[name](probabilities, len(codes), *pixels, block[name])


@njit(cache=True)
def decide(probabilities, classes, rows, columns, labels, confidence):
    """Write the most probable class of each pixel (the first of equals), and its probability.

    Parameters
    ----------
    probabilities : ndarray of float32, shape (pixels, classes)
        Probabilities.
    classes : ndarray of int, shape (classes,)
        Code of each class.
    rows, columns : ndarray of int64, shape (pixels,)
        Where the pixels are in the layers.
    labels, confidence : ndarray, shape (rows, columns)
    """
    for pixel in range(len(rows)):
        best = 0
        for index in range(1, probabilities.shape[1]):
            if probabilities[pixel, index] > probabilities[pixel, best]:
                best = index
        row, column = rows[pixel], columns[pixel]
        labels[row, column] = classes[best]
        confidence[row, column] = _stored(probabilities[pixel, best], CONFIDENCE_SCALE)


@njit(cache=True)
def write_probabilities(probabilities, bands, rows, columns, layer):
    """Write the probabilities of all classes, each into its band."""
    for pixel in range(len(rows)):
        for index in range(probabilities.shape[1]):
            stored = _stored(probabilities[pixel, index], PROBABILITY_SCALE)
            layer[bands[index], rows[pixel], columns[pixel]] = stored


@njit(cache=True)
def write_margin(probabilities, codes, rows, columns, margin):
    """Write how much more probable the first class is than the second; 100 where there is but one."""
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
    """Write Shannon's entropy (1948, A mathematical theory of communication) as a share of the largest possible."""
    largest = np.log(max(codes, 2))
    for pixel in range(len(rows)):
        total = 0.0
        for index in range(probabilities.shape[1]):
            if probabilities[pixel, index] > 0:
                total -= probabilities[pixel, index] * np.log(probabilities[pixel, index])
        entropy[rows[pixel], columns[pixel]] = _stored(np.float32(total / largest), CONFIDENCE_SCALE)


@njit(cache=True)
def _stored(probability, scale):
    """Return a probability as it is stored, halves rounded up."""
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
        Which of all pixels the model speaks of.
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
"""Layer: the kernel that writes it of probabilities, the number of codes, rows and columns."""


def use_kernels() -> None:
    """Call every kernel once, with the types of a forest: compiled ahead of the work."""
    codes = np.arange(1, 3, dtype=np.int32)
    probabilities, total = np.full((4, 2), 0.5, np.float32), np.zeros((4, 2), np.float32)
    block = empty_block((1, 4), 2, ("classification", "confidence", "probabilities", *KERNELS))
    write_layers(block, probabilities, codes, codes, (np.zeros(4, np.int64), np.arange(4)))
    add_weighted(total, np.zeros(4, np.float32), probabilities, np.arange(4), np.ones(4, np.float32), np.arange(2))
