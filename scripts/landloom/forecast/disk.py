"""How much disk the rasters of a run take: an estimate, since nobody knows how well they will be compressed."""

from collections.abc import Iterable
from pathlib import Path

BYTES_OF_PIXELS = {
    "classification": 0.2,
    "separate": 0.2,
    "regularised": 0.2,
    "confidence": 0.7,
    "margin": 0.6,
    "entropy": 0.6,
    "decider": 0.1,
    "agreement": 0.2,
    "validity": 0.1,
    "regions": 0.03,
    "boundaries": 0.3,
    "value": 3.5,
    "half_width": 3.5,
}
"""Bytes of a pixel on the disk, with overviews, by the name of the file: measured on maps of the demo."""

OTHER_BYTES = 1.0
"""The same of rasters that are not named there, as segments."""

BYTES_OF_CLASS, BYTES_OF_FEATURE = 0.35, 1.4
"""Bytes of a pixel in a band of probabilities, and in one of a map of features."""

OWNED = 0.83
"""Part of a tile that no other tile has, too: of Sentinel-2, which overlap by 10 km."""


def bytes_of_pixel(path: str, classes: int, features: int) -> float:
    """Return the bytes of a pixel of a product on the disk; 0 where it is no raster.

    Parameters
    ----------
    path : str
    classes, features : int
        Bands of probabilities, and of maps of features.
    """
    file = Path(path)
    if file.suffix != ".tif":
        return 0.0
    if file.stem == "probabilities":
        return classes * BYTES_OF_CLASS
    if file.stem == "features":
        return features * BYTES_OF_FEATURE
    return BYTES_OF_PIXELS.get(file.stem, OTHER_BYTES)


def megabytes(paths: Iterable[str], pixels: float, classes: int, features: int) -> float:
    """Return the disk that products take whose rasters have so many pixels."""
    return sum(bytes_of_pixel(path, classes, features) for path in paths) * pixels / 1e6
