"""Decoding of the numbers of annual layers: from what a file holds to the values of a model.

``alphaearth`` follows the description of the data set (AlphaEarth Foundations, "Satellite Embedding V1"): the value
of the int8 number v is the square of v / 127.5 with the sign of v, and -128 is none. ``tessera`` is int8 times a
scale of its pixel, or the floats that come of it.
"""

from collections.abc import Sequence

import numpy as np

from landloom.core.errors import InputError
from landloom.sensors.acquisition import RasterBand

MISSING = -128
"""Number of AlphaEarth for no value."""

DIVISOR = 127.5


def _alphaearth() -> np.ndarray:
    """Return the value of each int8 number, float32 of shape (256,), in the order of its bits."""
    numbers = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float64)
    values = np.square(numbers / DIVISOR) * np.sign(numbers)
    return np.where(numbers == MISSING, 0.0, values).astype(np.float32)


ALPHAEARTH = _alphaearth()


def check_type(values: str, dtype: str, has_scales: bool, name: str) -> None:
    """Raise if a file of some type cannot hold numbers of a coding.

    Parameters
    ----------
    values : str
        Key ``values`` of the section.
    dtype : str
        Of the file's bands.
    has_scales : bool
    name : str
        Of the file, for the message.

    Raises
    ------
    InputError
    """
    if values == "alphaearth" and dtype != "int8":
        hint = "unit vectors that are decoded already are `values: linear` with `unit_vectors: true`"
        raise InputError(f"{name}: holds {dtype}, but numbers of `values: alphaearth` are int8; {hint}")
    if values == "tessera" and has_scales and dtype != "int8":
        raise InputError(f"{name}: holds {dtype}, but numbers that have `scales` are int8; leave `scales` out?")
    if values == "tessera" and not has_scales and not dtype.startswith("float"):
        raise InputError(
            f"{name}: holds {dtype}, but values of `values: tessera` are floats, or int8 beside `scales`, of which "
            "the section has none"
        )
    if dtype.startswith("complex"):
        raise InputError(f"{name}: holds complex numbers")


def decoded(
    values: str,
    numbers: np.ndarray,
    bands: Sequence[RasterBand],
    nodata: Sequence[float | None],
    scales: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return values, and the pixels that have some in all bands.

    Parameters
    ----------
    values : str
        Key ``values`` of the section.
    numbers : ndarray, shape (bands, rows, columns)
        As the file has them.
    bands : sequence of RasterBand
        Scaling of ``linear`` numbers, of each band.
    nodata : sequence of float or None
        Nodata value that the file declares for each.
    scales : ndarray of float, shape (rows, columns), or None
        Those of TESSERA; what is no positive number marks a missing pixel.

    Returns
    -------
    values : ndarray of float32, shape (bands, rows, columns)
        0 in missing pixels.
    there : ndarray of bool, shape (rows, columns)
    """
    if values == "alphaearth":
        found, there = ALPHAEARTH[numbers.view(np.uint8)], (numbers != MISSING).all(axis=0)
    elif scales is not None:
        with np.errstate(invalid="ignore"):
            there = np.isfinite(scales) & (scales > 0)
        found = numbers.astype(np.float32) * np.where(there, scales, 0).astype(np.float32)
    else:
        found, there = _linear(numbers, bands, nodata)
    if not there.all():
        found[:, ~there] = 0
    return found, there


def _linear(
    numbers: np.ndarray, bands: Sequence[RasterBand], nodata: Sequence[float | None]
) -> tuple[np.ndarray, np.ndarray]:
    found, there = np.empty(numbers.shape, np.float32), np.ones(numbers.shape[1:], bool)
    for band, declared, values, out in zip(bands, nodata, numbers, found, strict=True):
        there &= np.isfinite(values)
        for missing in (declared, *band.nodata):
            if missing is not None:
                there &= values != missing
        with np.errstate(invalid="ignore", over="ignore"):
            out[:] = values.astype(np.float64) * (band.gain / band.unit) + band.shift / band.unit
    return found, there
