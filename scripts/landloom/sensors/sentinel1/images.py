"""One image of a Sentinel-1 GRD product, with all that calibrates and places it."""

from dataclasses import dataclass

import numpy as np

from landloom.core.errors import InputError
from landloom.sensors.sentinel1 import annotation, archive, tables
from landloom.sensors.sentinel1.annotation import Annotation, ImageTiming
from landloom.sensors.sentinel1.archive import Slice
from landloom.sensors.sentinel1.tables import CalibrationTable, NoiseTable

LINES_BEYOND, PIXELS_BEYOND = 1000, 100
"""How far an image may go on beyond the vectors of a table, which then hold: a little more than their distance."""


@dataclass(frozen=True, eq=False)
class Image:
    """One polarisation of one slice.

    Attributes
    ----------
    annotation : Annotation
    calibration : CalibrationTable
    noise : NoiseTable
        Of the whole image; all zero of version 2.36 of the processor (:attr:`NoiseTable.is_zero`).
    measurement : str
        GDAL path of the pixels: uint16 amplitude of ``annotation.timing``'s lines and samples, 0 is no data.
    """

    annotation: Annotation
    calibration: CalibrationTable
    noise: NoiseTable
    measurement: str


def load(one: Slice, polarisation: str) -> Image:
    """Return an image of a slice; its pixels are not read.

    Parameters
    ----------
    one : Slice
    polarisation : str
        ``VV``, ``VH``, ``HH`` or ``HV``.

    Raises
    ------
    InputError
        If a file is missing, damaged or of another image.
    """
    files = archive.members(one)
    names = archive.text_files(files, polarisation)
    places = [f"product {one.path}: {name}" for name in names]
    texts = [files.text(name) for name in names]
    read = annotation.read(texts[0], places[0])
    annotation.check_polarisation(read, polarisation, places[0])
    gains, noise = tables.read_calibration(texts[1], places[1]), tables.read_noise(texts[2], places[2])
    _check_covers(gains.lines, gains.pixels, read.timing, places[1])
    _check_covers(noise.lines, noise.pixels, read.timing, places[2])
    return Image(read, gains, noise, archive.measurement(files, polarisation))


def _check_covers(lines: np.ndarray, pixels: np.ndarray, timing: ImageTiming, where: str) -> None:
    """Raise if the vectors of a table end far before the image: they are of another one, or cut."""
    first, last, left, right = lines[0], lines[-1], pixels[:, 0].max(), pixels[:, -1].min()
    lacking_lines = max(first, timing.lines - 1 - last)
    lacking_pixels = max(left, timing.samples - 1 - right)
    if lacking_lines > LINES_BEYOND or lacking_pixels > PIXELS_BEYOND:
        raise InputError(
            f"{where}: vectors of lines {first:.0f} to {last:.0f} and pixels {left:.0f} to {right:.0f} do not cover "
            f"the image's {timing.lines} lines and {timing.samples} pixels"
        )
