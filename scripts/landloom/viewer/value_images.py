"""Values of rasters as PNG images: numbers, not colours, so that none is lost.

Integers are grey values of 8 or 16 bits; floats are rounded to a step, or kept as their four bytes in red, green,
blue and alpha. The page decodes them by itself: a browser would change colours, and has no 16 bits.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from landloom.viewer.legends import round_step

FLOAT_LEVELS = 2000
"""Steps between the lowest and the highest value of floats: within what a colour or a reader distinguishes."""

_EMPTY_FLOAT = 65535
_BYTE = 255
_GREYS = bytes(value for value in range(_BYTE + 1) for _ in "rgb")


@dataclass(frozen=True)
class Stored:
    """Values as integers: ``origin + step * number``.

    Attributes
    ----------
    numbers : ndarray of uint8 or uint16, shape (rows, columns)
    origin, step : float
    empty : int or None
        Number of pixels without a value.
    """

    numbers: np.ndarray
    origin: float
    step: float
    empty: int | None


def stored(values: np.ndarray, nodata: float | None) -> Stored:
    """Return values as integers, floats rounded to a step of few digits.

    Parameters
    ----------
    values : ndarray of an unsigned integer up to 16 bits, or float; shape (rows, columns)
        Floats: NaN where there is no value.
    nodata : float or None
        Of integers.
    """
    if values.dtype.kind == "f":
        return _rounded(values)
    small = not values.size or int(values.max()) <= _BYTE
    return Stored(values.astype(np.uint8 if small else np.uint16), 0.0, 1.0, None if nodata is None else int(nodata))


def _rounded(values: np.ndarray) -> Stored:
    """Return floats as whole steps above the lowest one."""
    known = np.isfinite(values)
    low, high = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 1.0)
    step = round_step(max(high - low, 1e-9 * max(abs(high), 1e-9)) / FLOAT_LEVELS)
    first = round(low / step)
    numbers = np.full(values.shape, _EMPTY_FLOAT, np.uint16)
    numbers[known] = np.rint(values[known].astype(np.float64) / step) - first
    return Stored(numbers, first * step, step, _EMPTY_FLOAT)


def png(values: np.ndarray, palette: bytes | None = None, *, smooth: bool = False) -> bytes:
    """Return an image of values.

    Parameters
    ----------
    values : ndarray of uint8, uint16 or float32, shape (rows, columns)
    palette : bytes or None
        Red, green and blue of each value of uint8, for whoever looks at the image alone.
    smooth : bool
        Whether neighbours differ little, so that their differences are packed better than they themselves.
    """
    if values.dtype == np.float32:
        image = Image.fromarray(values.astype(">f4").view(np.uint8).reshape(*values.shape, 4))
    elif values.dtype == np.uint16:
        image = Image.fromarray(values.astype("<u2"))
    elif smooth:
        image = Image.fromarray(values)
    else:
        image = Image.fromarray(values)
        image.putpalette(palette or _GREYS, "RGB")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True, bits=8)
    return buffer.getvalue()
