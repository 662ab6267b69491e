"""Tables of calibration and thermal noise of one image of a Sentinel-1 GRD product.

Source: Sentinel-1 Product Specification (S1-RS-MDA-52-7441), calibration and noise annotation. Power of a pixel is
(DN ** 2 - noise) / A ** 2, with A of the calibration table.

Noise has one dimension before version 2.90 of the processor (``noiseVectorList``): it changes with range only, and is
all zero in version 2.36. Since then it is the product of a range vector and of a factor of the block of lines that
the pixel lies in (``noiseRangeVectorList``, ``noiseAzimuthVectorList``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.sensors.sentinel1.elements import Element

NO_NOISE = 0.01
"""Smaller values, as a fraction of the vector's mean, are none: behind the swath, a vector falls to 0 or nearly."""

LEAST_VECTORS = 2
"""Vectors, and places of a vector, to interpolate between."""


@dataclass(frozen=True, eq=False)
class CalibrationTable:
    """Calibration vectors; values between them are bilinear in line and pixel.

    Attributes
    ----------
    lines : (a,) array of float64
        Increasing; may begin before the image and end behind it.
    pixels : (a, b) array of float64
        Increasing in each row; rows may differ.
    sigma, beta, gamma : (a, b) arrays of float64
        A of sigma nought and gamma nought of the ellipsoid, and of beta nought; above 0.
    """

    lines: np.ndarray
    pixels: np.ndarray
    sigma: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray


@dataclass(frozen=True, eq=False)
class AzimuthFactors:
    """Factors of the noise by blocks of the image; between lines they are linear.

    Attributes
    ----------
    blocks : (n, 4) array of int64
        First and last line, first and last sample of each block, both within. No blocks: the factor is 1.
    lines : (n, k) array of float64
        Increasing in each row.
    factors : (n, k) array of float64
        About 1.
    """

    blocks: np.ndarray
    lines: np.ndarray
    factors: np.ndarray


@dataclass(frozen=True, eq=False)
class NoiseTable:
    """Vectors of thermal noise, in units of DN ** 2; values between them are bilinear in line and pixel.

    Attributes
    ----------
    lines : (a,) array of float64
        Increasing; not those of the calibration.
    pixels : (a, b) array of float64
        Increasing in each row; rows may differ.
    values : (a, b) array of float64
        At least 0. In place of zeros at the end of a vector, behind the swath, it has its last value.
    azimuth : AzimuthFactors
    """

    lines: np.ndarray
    pixels: np.ndarray
    values: np.ndarray
    azimuth: AzimuthFactors

    @property
    def is_zero(self) -> bool:
        """Return whether the table tells no noise at all, as of version 2.36 of the processor."""
        return not self.values.any()


def read_calibration(text: str, where: str) -> CalibrationTable:
    """Return the calibration of an image.

    Parameters
    ----------
    text : str
        The file ``annotation/calibration/calibration-s1a-iw-grd-vv-...xml``.
    where : str
        Product and file, for messages.

    Raises
    ------
    InputError
        If the file is not such a table, or is truncated; if an element is missing or its numbers cannot be.
    """
    root = Element.root(text, where, "calibration")
    vectors = root.some("calibrationVectorList/calibrationVector")
    axes = [_axis(one, "pixel") for one in vectors]
    return CalibrationTable(
        _lines(root, vectors),
        _rows_of_axes(axes),
        *(_factors(vectors, name, axes) for name in ("sigmaNought", "betaNought", "gamma")),
    )


def _factors(vectors: Sequence[Element], name: str, axes: Sequence[np.ndarray]) -> np.ndarray:
    """Return the values of one kind, all of which must be above 0."""
    rows = [_on_axis(one, name, axis) for one, axis in zip(vectors, axes, strict=True)]
    for one, row in zip(vectors, rows, strict=True):
        if row.min() <= 0:
            raise one.unfit(name, f"{row.min():g}", "above 0")
    return _rows_of_values(rows)


def read_noise(text: str, where: str) -> NoiseTable:
    """Return the thermal noise of an image.

    Parameters
    ----------
    text : str
        The file ``annotation/calibration/noise-s1a-iw-grd-vv-...xml``.
    where : str
        Product and file, for messages.

    Raises
    ------
    InputError
        If the file is not such a table, or is truncated; if an element is missing or its numbers cannot be.
    """
    root = Element.root(text, where, "noise")
    vectors, name = root.many("noiseRangeVectorList/noiseRangeVector"), "noiseRangeLut"
    if not vectors:
        vectors, name = root.some("noiseVectorList/noiseVector"), "noiseLut"
    axes = [_axis(one, "pixel") for one in vectors]
    rows = [_continued(_on_axis(one, name, axis)) for one, axis in zip(vectors, axes, strict=True)]
    for one, row in zip(vectors, rows, strict=True):
        if row.min() < 0:
            raise one.unfit(name, f"{row.min():g}", "at least 0")
    return NoiseTable(_lines(root, vectors), _rows_of_axes(axes), _rows_of_values(rows), _azimuth_factors(root))


def _continued(values: np.ndarray) -> np.ndarray:
    """Return noise with its last value in place of zeros at the end.

    The swath ends between two places of the vector: with a zero behind it, its last pixels would keep their noise.
    """
    above = np.flatnonzero(values > NO_NOISE * values.mean())
    if not above.size:
        return values
    found = values.copy()
    found[above[-1] + 1 :] = values[above[-1]]
    return found


def _azimuth_factors(root: Element) -> AzimuthFactors:
    vectors = root.many("noiseAzimuthVectorList/noiseAzimuthVector")
    if not vectors:
        return AzimuthFactors(np.zeros((0, 4), np.int64), np.zeros((0, 2)), np.ones((0, 2)))
    names = ("firstAzimuthLine", "lastAzimuthLine", "firstRangeSample", "lastRangeSample")
    blocks = np.array([[one.whole(name) for name in names] for one in vectors], np.int64)
    for one, (first, last, left, right) in zip(vectors, blocks, strict=True):
        if last < first or right < left:
            raise InputError(f"{one.where}: {one.path}: block of lines {first} to {last}, samples {left} to {right}")
    axes = [_axis(one, "line", least=1) for one in vectors]
    rows = [_on_axis(one, "noiseAzimuthLut", axis) for one, axis in zip(vectors, axes, strict=True)]
    for one, row in zip(vectors, rows, strict=True):
        if row.min() < 0:
            raise one.unfit("noiseAzimuthLut", f"{row.min():g}", "at least 0")
    return AzimuthFactors(blocks, _rows_of_axes(axes), _rows_of_values(rows))


def _lines(root: Element, vectors: Sequence[Element]) -> np.ndarray:
    """Return the lines of vectors."""
    lines = np.array([one.whole("line") for one in vectors], np.float64)
    if lines.size < LEAST_VECTORS or (np.diff(lines) <= 0).any():
        raise InputError(f"{root.where}: {vectors[0].path}/line: lines of {lines.size} vectors do not increase")
    return lines


def _axis(vector: Element, name: str, least: int = LEAST_VECTORS) -> np.ndarray:
    """Return the places of a vector's values."""
    axis = vector.numbers(name)
    if axis.size < least or (np.diff(axis) <= 0).any():
        raise InputError(f"{vector.where}: {vector.path}/{name}: {axis.size} places do not increase")
    return axis


def _on_axis(vector: Element, name: str, axis: np.ndarray) -> np.ndarray:
    """Return a vector's values, one for each place."""
    values = vector.numbers(name)
    if values.size != axis.size:
        raise InputError(f"{vector.where}: {vector.path}/{name} holds {values.size} values for {axis.size} places")
    return values


def _rows_of_axes(axes: Sequence[np.ndarray]) -> np.ndarray:
    """Return axes as one array; shorter ones go on in steps of 1, so that they still increase."""
    width = max(one.size for one in axes)
    return np.array([np.append(one, one[-1] + np.arange(1, width - one.size + 1)) for one in axes])


def _rows_of_values(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Return values as one array; shorter rows keep their last value."""
    width = max(one.size for one in rows)
    return np.array([np.pad(one, (0, width - one.size), mode="edge") for one in rows])
