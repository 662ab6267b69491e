"""Scale and offset that a file declares for a band, against those that configuration or metadata give.

GDAL takes a scale of 1 with an offset of 0 for none: these declare nothing.
"""

from dataclasses import replace
from typing import Any

from landloom.core.errors import InputError
from landloom.sensors.acquisition import RasterBand

_TOLERANCE, _TOLERANCE_STORED = 1e-5, 0.01
"""Relative difference of scales, and difference of offsets in stored values, of numbers that were only rounded."""


def applied(band: RasterBand, dataset: Any) -> RasterBand:
    """Return a band with the scaling that its file declares, where nothing else gives one.

    Raises
    ------
    InputError
        If the file declares another scaling than it must agree with.
    """
    scale, offset = float(dataset.scales[band.number - 1]), float(dataset.offsets[band.number - 1])
    if (scale, offset) == (1.0, 0.0):
        return band
    gain, shift = scale * band.unit, offset * band.unit
    read = replace(
        band,
        gain=gain if band.file_scale == "replaces" else band.gain,
        shift=shift if band.file_offset == "replaces" else band.shift,
    )
    other_gain = band.file_scale != "ignored" and abs(read.gain - gain) > _TOLERANCE * abs(gain)
    other_shift = band.file_offset != "ignored" and abs(read.shift - shift) > max(
        _TOLERANCE_STORED, _TOLERANCE * abs(shift)
    )
    if other_gain or other_shift:
        raise InputError(
            f"{band.name}: band {band.number} declares the scale {scale:g} and the offset {offset:g}, but is to be "
            f"read with scale {read.gain / band.unit:g} and offset {read.shift / band.unit:g} (of the configuration, "
            "else of the product); correct one of them, or leave `scale` and `offset` out of the section to use the "
            "file's, or set `file_scaling: ignore` there"
        )
    return read
